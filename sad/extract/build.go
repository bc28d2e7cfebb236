package extract

import (
	"context"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// dockerfile reads what an image is built from and which ports it names.
// https://docs.docker.com/reference/dockerfile/
func dockerfile() Extractor {
	return Extractor{
		Name: "dockerfile", Version: 1,
		Patterns: []string{"Dockerfile", "Containerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Dockerfile-*"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			return dockerFacts(f), nil, nil
		},
	}
}

func dockerFacts(f *File) []Fact {
	base, name := path.Base(f.Path), folderName(f.Path)
	if variant := strings.Trim(strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(base, ".Dockerfile"), ".dockerfile"), "Dockerfile"), ".-"); variant != "" && variant != "Containerfile" {
		name += "/" + variant
	}
	img := Fact{Kind: KindImage, ID: "image:build/" + name, Name: name, Line: 1, Technology: "Dockerfile"}
	args := map[string]string{}
	stages := map[string]bool{}
	n, start, found := 0, 0, false
	var logical strings.Builder // a line goes on behind a backslash
	for line := range strings.Lines(string(f.Data)) {
		n++
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		if logical.Len() == 0 {
			start = n
		}
		if cut, more := strings.CutSuffix(text, `\`); more && logical.Len() < 1<<16 {
			logical.WriteString(cut + " ")
			continue
		}
		logical.WriteString(text)
		fields := strings.Fields(logical.String())
		logical.Reset()
		if len(fields) < 2 {
			continue
		}
		switch strings.ToUpper(fields[0]) {
		case "ARG":
			if k, v, ok := strings.Cut(fields[1], "="); ok && len(args) < 1000 {
				args[k] = strings.Trim(v, `"'`)
			}
		case "FROM":
			rest := fields[1:]
			for len(rest) > 1 && strings.HasPrefix(rest[0], "--") {
				rest = rest[1:]
			}
			image := dockerText(rest[0], args)
			if !found {
				img.Line, found = start, true
			}
			if !stages[strings.ToLower(image)] && image != "scratch" {
				img.use(KindImage, image, DependsOn, start)
			}
			if len(rest) > 2 && strings.EqualFold(rest[1], "AS") && len(stages) < 1000 {
				stages[strings.ToLower(rest[2])] = true
				img.set("stage", rest[2], start)
			}
		case "COPY":
			for _, o := range fields[1:] {
				if from, ok := strings.CutPrefix(o, "--from="); ok && !stages[strings.ToLower(from)] && !isNumber(from) {
					img.use(KindImage, dockerText(from, args), DependsOn, start)
				}
			}
		case "EXPOSE":
			for _, p := range fields[1:] {
				img.set("port", dockerText(p, args), start)
			}
		case "ENTRYPOINT", "CMD":
			img.set(strings.ToLower(fields[0]), strings.Join(fields[1:], " "), start)
		}
	}
	if !found {
		return nil
	}
	return []Fact{img}
}

// dockerText puts in the defaults of build arguments.
func dockerText(s string, args map[string]string) string {
	for range 10 {
		i := strings.IndexByte(s, '$')
		if i < 0 || i+1 >= len(s) || len(s) > maxText {
			break
		}
		var name string
		var end int
		if s[i+1] == '{' {
			j := strings.IndexByte(s[i:], '}')
			if j < 0 {
				break
			}
			name, end = s[i+2:i+j], i+j+1
		} else {
			end = i + 1
			for end < len(s) && (isNameStart(s[end]) || isDigit(s[end])) {
				end++
			}
			name = s[i+1 : end]
		}
		key, fallback, _ := strings.Cut(name, ":-")
		v := firstText(args[key], fallback)
		if v == "" || strings.Contains(v, "$") {
			v = "*"
		}
		s = s[:i] + v + s[end:]
	}
	return s
}

// gitlabCI reads the jobs of GitLab pipelines.
// https://docs.gitlab.com/ci/yaml/
func gitlabCI() Extractor {
	return Extractor{
		Name: "gitlab-ci", Version: 1,
		Patterns: []string{".gitlab-ci.yml", ".gitlab-ci.yaml", "*.gitlab-ci.yml", "**/.gitlab/ci/**/*.yml", "**/.gitlab-ci/**/*.yml", "**/gitlab-ci/**/*.yml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				for k, j := range d.members() {
					if fact, ok := gitlabJob(k, j, d.get("default")); ok && len(out) < maxFacts {
						out = append(out, fact)
					}
				}
			}
			if serr != nil {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

func gitlabJob(k, j, defaults node) (Fact, bool) {
	name := k.str()
	switch name {
	case "", "default", "include", "stages", "variables", "workflow", "image", "services", "before_script", "after_script", "cache", "spec", "types":
		return Fact{}, false
	}
	if !j.isMap() || name[0] == '.' {
		return Fact{}, false
	}
	if !j.first("script", "trigger", "extends", "run", "stage", "<<").ok() && name != "pages" {
		return Fact{}, false
	}
	f := Fact{Kind: KindJob, ID: "job:" + name, Name: name, Line: k.line(), Technology: "GitLab CI"}
	f.set("stage", j.str("stage"), j.get("stage").line())
	f.set("when", j.str("when"), j.get("when").line())
	image := firstNode(j.get("image"), defaults.get("image"))
	f.use(KindImage, firstText(image.str(), image.str("name")), Runs, image.line())
	env := j.get("environment")
	f.set("environment", firstText(env.str(), env.str("name")), env.line())
	for e := range j.get("extends").each() {
		f.set("extends", e.str(), e.line())
	}
	for n := range j.get("needs").each() {
		f.use(KindJob, firstText(n.str(), n.str("job")), After, n.line())
	}
	for n := range j.get("dependencies").items() {
		f.use(KindJob, n.str(), After, n.line())
	}
	t := j.get("trigger")
	f.use(KindPath, firstText(t.str(), t.str("project")), Triggers, t.line())
	return f, true
}

// terraform reads the blocks of Terraform: resources, modules and data sources,
// with their constant settings.
// https://developer.hashicorp.com/terraform/language/syntax/configuration
func terraform() Extractor {
	return Extractor{
		Name: "terraform", Version: 1, Patterns: []string{"*.tf"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			return hclFacts(f), nil, nil
		},
	}
}

// hclFacts scans words, texts and braces; it follows no expression.
func hclFacts(f *File) []Fact {
	s := &hclScanner{src: string(f.Data), line: 1}
	var out []Fact
	var cur *Fact
	depth := 0
	var head []string
	for s.next() {
		switch s.kind {
		case '{':
			depth++
			if depth == 1 {
				if fact, ok := hclBlock(head, s.headLine); ok && len(out) < maxFacts {
					out = append(out, fact)
					cur = &out[len(out)-1]
				}
			}
			head = head[:0]
		case '}':
			if depth = max(0, depth-1); depth == 0 {
				cur = nil
			}
			head = head[:0]
		case '\n':
			if depth == 1 && cur != nil && len(head) == 3 && head[1] == "=" {
				hclAttr(cur, head[0], head[2], s.headLine)
			}
			head = head[:0]
		default:
			if len(head) == 0 {
				s.headLine = s.line
			}
			if len(head) < 5 {
				head = append(head, s.text)
			}
		}
	}
	return out
}

func hclAttr(f *Fact, key, value string, line int) {
	text, quoted := strings.CutPrefix(value, `"`)
	if !quoted && !isNumber(value) && value != "true" && value != "false" {
		return
	}
	switch key {
	case "source":
		if f.Kind == KindModule {
			f.use(KindModule, text, DependsOn, line)
		}
		f.set(key, text, line)
	case "name", "bucket", "engine", "engine_version", "instance_class", "instance_type", "node_type", "identifier", "cluster_identifier",
		"image", "schedule", "schedule_expression", "partitions", "replication_factor", "replicas", "runtime", "handler", "version",
		"function_name", "family", "desired_count", "port", "retention_in_days", "chart", "namespace", "repository", "topic", "cluster_name", "dataset_id", "table_id", "schema", "allocated_storage", "min_size", "max_size", "number_of_nodes":
		f.set(key, text, line)
	}
}

func hclBlock(head []string, line int) (Fact, bool) {
	label := func(i int) string { return strings.TrimPrefix(head[i], `"`) }
	switch {
	case len(head) == 3 && (head[0] == "resource" || head[0] == "data"):
		name := label(1) + "." + label(2)
		if head[0] == "data" {
			name = "data." + name
		}
		return Fact{Kind: KindResource, ID: "resource:" + name, Name: name, Line: line, Technology: "Terraform " + label(1)}, true
	case len(head) == 2 && head[0] == "module":
		return Fact{Kind: KindModule, ID: "module:" + label(1), Name: label(1), Line: line, Technology: "Terraform module"}, true
	}
	return Fact{}, false
}

type hclScanner struct {
	src            string
	pos            int
	line, headLine int
	kind           byte   // '{', '}', '\n' or 'w'
	text           string // of a word; texts keep their opening quote
}

func (s *hclScanner) next() bool {
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		rest := s.src[s.pos:]
		switch {
		case c == '\n':
			s.pos++
			s.kind = '\n'
			s.line++
			return true
		case c == ' ' || c == '\t' || c == '\r' || c == ',':
			s.pos++
		case c == '#' || strings.HasPrefix(rest, "//"):
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				s.pos += i
			} else {
				s.pos = len(s.src)
			}
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(rest[2:], "*/")
			if i < 0 {
				s.pos = len(s.src)
				break
			}
			s.line += strings.Count(rest[:i+2], "\n")
			s.pos += i + 4
		case strings.HasPrefix(rest, "<<"):
			s.heredoc()
			s.kind, s.text = 'w', "<<"
			return true
		case c == '"':
			s.quoted()
			s.kind = 'w'
			return true
		case c == '{' || c == '}':
			s.pos++
			s.kind = c
			return true
		case isNameStart(c) || isDigit(c):
			start := s.pos
			for s.pos < len(s.src) && (isNameStart(s.src[s.pos]) || isDigit(s.src[s.pos]) || strings.IndexByte("-.[]*", s.src[s.pos]) >= 0) {
				s.pos++
			}
			s.kind, s.text = 'w', s.src[start:s.pos]
			return true
		default:
			s.pos++
			s.kind, s.text = 'w', string(c)
			return true
		}
	}
	return false
}

// quoted reads a text with ${…} in it, where quotes may stand again.
func (s *hclScanner) quoted() {
	start := s.pos
	s.pos++
	depth := 0
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '\\':
			s.pos++
		case c == '\n':
			s.text = s.src[start:s.pos]
			return
		case (c == '$' || c == '%') && strings.HasPrefix(s.src[s.pos+1:], "{"):
			depth++
			s.pos++
		case c == '{' && depth > 0:
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == '"' && depth == 0:
			s.text = s.src[start:s.pos]
			s.pos++
			return
		}
		s.pos++
	}
	s.pos = len(s.src)
	s.text = s.src[start:]
}

func (s *hclScanner) heredoc() {
	head, _, _ := strings.Cut(s.src[s.pos:], "\n")
	mark := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(head, "<<"), "-"))
	s.pos += len(head)
	if mark == "" || !isNameStart(mark[0]) {
		return
	}
	for s.pos < len(s.src) {
		s.pos++
		s.line++
		line, _, more := strings.Cut(s.src[s.pos:], "\n")
		s.pos += len(line)
		if strings.TrimSpace(line) == mark || !more {
			return
		}
	}
}
