package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// ciJob is a job of a CI file, as far as it is looked at here.
type ciJob struct {
	Extends     string
	Stage       string
	Image       string
	Variables   map[string]string
	Script      []string
	Rules       []map[string]any
	Environment map[string]any
	Artifacts   struct {
		When    string
		Reports map[string]string
	}
}

// job runs the script of a job in the job's clone, as GitLab's runner does in a
// pipeline of the merge request.
func (r *reviewed) job(j ciJob, more ...string) (code int, out string) {
	r.t.Helper()
	r.clone("file://"+r.origin, map[string]string{"0": ""}[j.Variables["GIT_DEPTH"]])
	cmd := exec.CommandContext(r.t.Context(), "sh", "-ec", strings.Join(j.Script, "\n"))
	cmd.Dir = r.ci
	cmd.Env = append(os.Environ(), "CI=true", "GITLAB_CI=true", "CI_PIPELINE_SOURCE=merge_request_event", "CI_SERVER_URL="+r.url, "CI_PROJECT_ID=42",
		"CI_PROJECT_DIR="+r.ci, "CI_MERGE_REQUEST_IID=1", "CI_MERGE_REQUEST_PROJECT_ID=42", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID=42",
		"CI_MERGE_REQUEST_EVENT_TYPE=detached", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=change",
		"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA=", "CI_MERGE_REQUEST_PROJECT_URL="+r.url+"/data/platform",
		"CI_COMMIT_SHA="+r.mr.Head(), "CI_JOB_TOKEN=glcbt-the-job-token", "CI_DEFAULT_BRANCH=main")
	for k, v := range j.Variables {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Env = append(cmd.Env, more...)
	b, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(b)
}

// checkJob holds what GitLab would refuse of a job, or drop without a word.
func checkJob(t *testing.T, name string, j ciJob, clone string) {
	t.Helper()
	for _, rule := range j.Rules {
		if cond, _ := rule["if"].(string); cond != "" && !regexp.MustCompile(`^(\$\w+|"[^"]*") [=!]= (\$\w+|"[^"]*")( && (\$\w+|"[^"]*") [=!]= (\$\w+|"[^"]*"))*$`).MatchString(cond) {
			t.Errorf("%s: the rule %q", name, cond)
		}
	}
	for kind, file := range j.Artifacts.Reports {
		if j.Artifacts.When != "always" {
			t.Errorf("%s: the report %s is lost when the job fails", name, kind)
		}
		if _, err := os.Stat(filepath.Join(clone, file)); err != nil {
			t.Errorf("%s: the script does not write the report %s: %v", name, kind, err)
		}
	}
}

// TestReviewNewcomer follows the page of the guide to the letter, up to the
// first comment.
func TestReviewNewcomer(t *testing.T) {
	page, err := os.ReadFile("../../docs/guide/merge-requests.md")
	if err != nil {
		t.Fatal(err)
	}
	var jobs map[string]ciJob
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)\n```").FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(m[1], "\n  script:") {
			if jobs != nil {
				t.Error("the page has two CI files")
			}
			if err := yaml.Unmarshal([]byte(m[1]), &jobs); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(jobs) != 1 {
		t.Fatalf("%d jobs on the page", len(jobs))
	}
	for name, j := range jobs {
		r := newReviewed(t, platform)
		r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
		code, out := r.job(j, "GITLAB_TOKEN="+botToken)
		if code != exitFindings {
			t.Fatalf("exit %d\n%s", code, out)
		}
		summary, _ := r.seen()
		contains(t, summary, "Action required", "`README.md`", "`docs/guide.md`")
		checkJob(t, name, j, r.ci)
		// The token was protected, so the job does not see it: it says so.
		r.s.Log()
		code, out = r.job(j)
		if code != exitFindings {
			t.Errorf("exit %d", code)
		}
		contains(t, out, "GITLAB_TOKEN is not set", "docs/guide.md")
		if w := r.writes(); len(w) > 0 {
			t.Errorf("wrote %v", w)
		}
	}
}

// TestReviewComponent reads the CI/CD component as GitLab does and runs its jobs
// that need no more than a merge request.
func TestReviewComponent(t *testing.T) {
	b, err := os.ReadFile("../../templates/lintel.yml")
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(string(b), "\n---\n")
	if !ok {
		t.Fatal("no line ends the header")
	}
	var spec struct {
		Spec struct {
			Inputs map[string]struct {
				Default     any
				Options     []string
				Type        string
				Description string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(head), &spec); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	inputs := func(given map[string]string) string {
		return regexp.MustCompile(`\$\[\[ inputs\.(\w+) \]\]`).ReplaceAllStringFunc(body, func(s string) string {
			name := strings.TrimSuffix(strings.TrimPrefix(s, "$[[ inputs."), " ]]")
			in, ok := spec.Spec.Inputs[name]
			if !ok {
				t.Errorf("the input %s is not declared", name)
			}
			used[name] = true
			if v, ok := given[name]; ok {
				return v
			}
			return fmt.Sprint(in.Default)
		})
	}
	parse := func(text string) map[string]ciJob {
		var jobs map[string]ciJob
		if err := yaml.Unmarshal([]byte(text), &jobs); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		return jobs
	}
	for _, given := range []map[string]string{
		nil,
		{"preview_to": "s3://docs-preview", "preview_url": "https://preview.example.com", "publish_to": "s3://docs", "language": "ko", "fail_on": "warning"},
	} {
		text := inputs(given)
		if strings.Contains(text, "$[[") {
			t.Errorf("something is left:\n%s", text)
		}
		jobs := parse(text)
		for name, j := range jobs {
			if j.Extends != "" {
				if _, ok := jobs[j.Extends]; !ok {
					t.Errorf("%s extends %s, which is not there", name, j.Extends)
				}
			}
			if stop, _ := j.Environment["on_stop"].(string); stop != "" && jobs[stop].Environment["name"] != j.Environment["name"] {
				t.Errorf("%s is stopped by %s, of another environment", name, stop)
			}
		}
		review := jobs["lintel:review"]
		vars := jobs[review.Extends].Variables
		maps.Copy(vars, review.Variables)
		review.Variables = vars
		r := newReviewed(t, platform)
		r.open(map[string]string{"pipelines/load.py": "-> pipelines/ingest.py"})
		if code, out := r.job(review, "GITLAB_TOKEN="+botToken); code != exitFindings {
			t.Fatalf("exit %d\n%s", code, out)
		}
		summary, _ := r.seen()
		contains(t, summary, "Action required", "`README.md`")
		if given != nil {
			contains(t, summary, "오류", "https://preview.example.com/previews/mr-1/")
		}
		checkJob(t, "lintel:review", review, r.ci)
	}
	for name, in := range spec.Spec.Inputs {
		if !used[name] || in.Description == "" {
			t.Errorf("the input %s is used: %v, described: %q", name, used[name], in.Description)
		}
	}
}
