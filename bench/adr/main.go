// Adr measures how many decision records of public repositories are read right:
// by package adr, and by the rules of three other tools, written anew from what
// they do.
//
//	go run ./bench/adr -corpus DIR
//
// The labels in labels.json name repository, commit and path of each record,
// and what it says, as people who read it say. The files themselves are not
// part of this repository: DIR holds a folder OWNER+NAME for each repository
// with the files at their paths.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/adr"
)

// label is what a record says.
type label struct {
	Repo         string   `json:"repo"`
	Commit       string   `json:"commit"`
	Path         string   `json:"path"`
	Status       string   `json:"status"`
	Partial      bool     `json:"partial,omitempty"`
	Title        string   `json:"title"`
	Date         string   `json:"date,omitempty"`
	Supersedes   []string `json:"supersedes,omitempty"`
	SupersededBy []string `json:"superseded_by,omitempty"`
}

// reading is what a tool makes of a record; refused when it makes nothing.
type reading struct {
	refused             bool
	status, title, date string
	links               bool // whether it reads links at all
	supersedes, by      []string
}

func main() {
	corpus := flag.String("corpus", "", "folder of the repositories")
	labels := flag.String("labels", "bench/adr/labels.json", "labels")
	verbose := flag.Bool("v", false, "print what package adr reads wrong")
	flag.Parse()
	if err := run(os.Stdout, *corpus, *labels, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "adr:", err)
		os.Exit(1)
	}
}

// score counts what a tool reads right, wrong and not at all.
type score struct {
	name                       string
	status, title, date, links int
	wrong, refused, both       int
}

func run(w io.Writer, corpus, file string, verbose bool) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var ls []label
	if err := json.Unmarshal(b, &ls); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	logs := map[string]*adr.Log{}
	scores := []*score{{name: "lintel"}, {name: "adr-tools"}, {name: "log4brains"}, {name: "structurizr (adr-tools)"}, {name: "structurizr (madr)"}}
	n, missing, stating := 0, 0, 0
	for _, l := range ls {
		dir := filepath.Join(corpus, strings.Replace(l.Repo, "/", "+", 1))
		src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(l.Path)))
		if err != nil {
			missing++
			continue
		}
		n++
		if l.Status != "unknown" {
			stating++
		}
		if logs[l.Repo] == nil {
			root := os.DirFS(dir)
			logs[l.Repo], _ = adr.Read(root, adr.Find(root), adr.Options{})
		}
		base := path.Base(l.Path)
		if own := strings.ToLower(base); own == "readme.md" {
			base = path.Base(path.Dir(l.Path)) + ".md"
		}
		for i, r := range []reading{lintel(logs[l.Repo], l.Path), adrTools(base, string(src)), log4brains(base, string(src)), structurizrTools(base, string(src)), structurizrMADR(base, string(src))} {
			scores[i].add(l, r)
			if i == 0 && verbose {
				explain(w, l, r)
			}
		}
	}
	fmt.Fprintf(w, "%d records, %d state a status", n, stating)
	if missing > 0 {
		fmt.Fprintf(w, "; %d are not in %s", missing, corpus)
	}
	fmt.Fprintf(w, "\n\n%-24s %8s %8s %8s %8s %14s %14s %8s\n", "rules of", "status", "title", "date", "links", "status+title", "wrong status", "refused")
	pct := func(k int) string { return fmt.Sprintf("%.1f %%", 100*float64(k)/float64(max(n, 1))) }
	for _, s := range scores {
		fmt.Fprintf(w, "%-24s %8s %8s %8s %8s %14s %14d %8d\n", s.name, pct(s.status), pct(s.title), pct(s.date), pct(s.links), pct(s.both), s.wrong, s.refused)
	}
	return nil
}

func (s *score) add(l label, r reading) {
	if r.refused {
		s.refused++
		return
	}
	status, title := strings.EqualFold(r.status, l.Status), plain(r.title) == plain(l.Title)
	if status {
		s.status++
	} else {
		s.wrong++
	}
	if title {
		s.title++
	}
	if status && title {
		s.both++
	}
	if r.date == l.Date {
		s.date++
	}
	if r.links && same(r.supersedes, l.Supersedes) && same(r.by, l.SupersededBy) {
		s.links++
	}
}

func explain(w io.Writer, l label, r reading) {
	if r.refused {
		fmt.Fprintf(w, "%s %s: not read\n", l.Repo, l.Path)
		return
	}
	show := func(what, got, want string) {
		if got != want {
			fmt.Fprintf(w, "%s %s: %s %q, labelled %q\n", l.Repo, l.Path, what, got, want)
		}
	}
	show("status", r.status, l.Status)
	show("title", plain(r.title), plain(l.Title))
	show("date", r.date, l.Date)
	if !same(r.supersedes, l.Supersedes) || !same(r.by, l.SupersededBy) {
		fmt.Fprintf(w, "%s %s: links %v %v, labelled %v %v\n", l.Repo, l.Path, r.supersedes, r.by, l.Supersedes, l.SupersededBy)
	}
}

// plain is a title without markup and white space that does not matter.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("`", "", "*", "").Replace(s)), " ")
}

var reKey = regexp.MustCompile(`(?i)^(?:adr[- #]?|pr#?)?0*(\d{1,6})(?:\D|$)`)

// key is a reference without what may be written in several ways.
func key(s string) string {
	if i := strings.IndexByte(s, '#'); i > 2 { // an anchor, not PR#305
		s = s[:i]
	}
	s = strings.TrimSuffix(path.Base(s), ".md")
	if len(s) > 8 && strings.Trim(s[:8], "0123456789") == "" || len(s) > 10 && s[4] == '-' && s[7] == '-' {
		if m := regexp.MustCompile(`^(\d{8}-pr\d+)`).FindString(s); m != "" {
			return m
		}
		return s
	}
	if m := reKey.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return s
}

func same(a, b []string) bool {
	keys := func(s []string) []string {
		var out []string
		for _, x := range s {
			if k := key(x); !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(keys(a), keys(b))
}

func lintel(log *adr.Log, name string) reading {
	r := log.ByPath(name)
	if r == nil {
		return reading{refused: true}
	}
	out := reading{status: string(r.Status), title: r.Title, date: r.Date, links: true}
	if r.DateSource != adr.DateStated && r.DateSource != adr.DateStatus && r.DateSource != adr.DateName && r.DateSource != adr.DateHistory {
		out.date = ""
	}
	for _, l := range r.Links {
		id := l.ID
		if id == "" {
			id = l.Raw
		}
		switch l.Kind {
		case adr.Supersedes:
			out.supersedes = append(out.supersedes, id)
		case adr.SupersededBy:
			out.by = append(out.by, id)
		default:
		}
	}
	return out
}

// status reads the words of adr-tools' and MADR's own vocabulary.
func statusWord(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), ".*_"))
	for _, w := range []string{"accepted", "proposed", "rejected", "deprecated", "superseded", "draft"} {
		if s == w {
			return w
		}
	}
	if strings.HasPrefix(s, "superseded") || strings.HasPrefix(s, "superceded") {
		return "superseded"
	}
	return s
}

// section returns the lines below a heading of the second level.
func section(src, name string) []string {
	var out []string
	in := false
	for l := range strings.Lines(src) {
		l = strings.TrimSpace(l)
		switch {
		case l == "## "+name:
			in = true
		case strings.HasPrefix(l, "## "):
			in = false
		case in && l != "":
			out = append(out, l)
		}
	}
	return out
}

var (
	reToolsName = regexp.MustCompile(`^\d{4}-.*\.md$`)
	reTarget    = regexp.MustCompile(`\]\(([^)]+)\)`)
	reMDName    = regexp.MustCompile(`(?i)\.md$`)
)

// adrTools reads as adr list, adr generate and adr link do: the number of the
// file, the first line, the words below Status, "Date:".
func adrTools(base, src string) reading {
	if !reToolsName.MatchString(base) {
		return reading{refused: true}
	}
	r := reading{links: true}
	for l := range strings.Lines(src) {
		if t, ok := strings.CutPrefix(strings.TrimSpace(l), "# "); ok && r.title == "" {
			if _, rest, ok := strings.Cut(t, ". "); ok && strings.Trim(strings.SplitN(t, ". ", 2)[0], "0123456789") == "" {
				t = rest
			}
			r.title = t
		}
		if d, ok := strings.CutPrefix(l, "Date: "); ok && r.date == "" {
			r.date = strings.TrimSpace(d)
		}
	}
	for _, l := range section(src, "Status") {
		word, _, _ := strings.Cut(l, " ")
		if r.status == "" {
			r.status = statusWord(word)
		}
		for _, t := range reTarget.FindAllStringSubmatch(l, -1) {
			switch {
			case strings.HasPrefix(l, "Supersedes ") || strings.HasPrefix(l, "Supercedes "):
				r.supersedes = append(r.supersedes, t[1])
			case strings.HasPrefix(l, "Superseded by ") || strings.HasPrefix(l, "Superceded by "):
				r.by, r.status = append(r.by, t[1]), "superseded"
			}
		}
	}
	return r
}

// log4brains reads list items: no status is accepted, an unknown one draft.
func log4brains(base, src string) reading {
	lower := strings.ToLower(base)
	if lower == "template.md" || lower == "readme.md" || lower == "index.md" || lower == "backlog.md" || !reMDName.MatchString(base) {
		return reading{refused: true}
	}
	r := reading{status: "accepted", links: true}
	item := regexp.MustCompile(`(?im)^[*-]\s*(status|date)\s*:\s*(.*)$`)
	if m := regexp.MustCompile(`(?m)^# (.+)$`).FindStringSubmatch(src); m != nil {
		r.title = strings.TrimSpace(m[1])
	}
	for _, m := range item.FindAllStringSubmatch(src, -1) {
		value := strings.TrimSpace(regexp.MustCompile(`<!--.*?-->`).ReplaceAllString(m[2], ""))
		switch strings.ToLower(m[1]) {
		case "status":
			s := strings.ToLower(value)
			switch s {
			case "draft", "proposed", "rejected", "accepted", "deprecated", "superseded":
				r.status = s
			default:
				r.status = "draft"
				if strings.HasPrefix(s, "superseded by") {
					r.status = "superseded"
					for _, t := range reTarget.FindAllStringSubmatch(value, -1) {
						r.by = append(r.by, t[1])
					}
				}
			}
		case "date":
			if d := regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})`).FindString(value); d != "" {
				r.date = d
			} else if m := regexp.MustCompile(`^(\d{2})/(\d{2})/(\d{4})`).FindStringSubmatch(value); m != nil {
				r.date = m[3] + "-" + m[2] + "-" + m[1]
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?im)^[*-]\s*Supersedes\s+.*\]\(([^)]+)\)`).FindAllStringSubmatch(src, -1) {
		r.supersedes = append(r.supersedes, m[1])
	}
	return r
}

// structurizrTools reads by position: the first four letters of the name, the
// first line after a full stop, the word below Status; Proposed by default.
func structurizrTools(base, src string) reading {
	if len(base) < 5 || strings.Trim(base[:4], "0123456789") != "" || !reMDName.MatchString(base) {
		return reading{refused: true}
	}
	r := reading{status: "proposed", links: true}
	first, _, _ := strings.Cut(src, "\n")
	r.title = strings.TrimSpace(first[strings.IndexByte(first, '.')+1:])
	for l := range strings.Lines(src) {
		if d, ok := strings.CutPrefix(l, "Date: "); ok && r.date == "" {
			r.date = strings.TrimSpace(d)
		}
	}
	if s := section(src, "Status"); len(s) > 0 {
		word, _, _ := strings.Cut(s[0], " ")
		r.status = statusWord(word)
		for _, l := range s {
			for _, t := range reTarget.FindAllStringSubmatch(l, -1) {
				switch {
				case strings.HasPrefix(l, "Supersedes") || strings.HasPrefix(l, "Supercedes"):
					r.supersedes = append(r.supersedes, t[1])
				case strings.HasPrefix(l, "Superseded by") || strings.HasPrefix(l, "Superceded by"):
					r.by = append(r.by, t[1])
				}
			}
		}
	}
	return r
}

// structurizrMADR reads front matter; accepted by default.
func structurizrMADR(base, src string) reading {
	if len(base) < 5 || strings.Trim(base[:4], "0123456789") != "" || base[4] != '-' {
		return reading{refused: true}
	}
	r := reading{status: "accepted", links: true}
	front := ""
	if rest, ok := strings.CutPrefix(src, "---\n"); ok {
		front, src, _ = strings.Cut(rest, "\n---")
	}
	for l := range strings.Lines(front) {
		k, v, _ := strings.Cut(l, ":")
		v = strings.Trim(strings.TrimSpace(v), `"'`)
		switch strings.TrimSpace(k) {
		case "status":
			r.status = statusWord(v)
			if rest, ok := strings.CutPrefix(strings.ToLower(v), "superseded by "); ok {
				r.by = append(r.by, rest)
			}
		case "date":
			r.date = v
		}
	}
	if m := regexp.MustCompile(`(?m)^# (.+)$`).FindStringSubmatch(src); m != nil {
		r.title = strings.TrimSpace(m[1])
	}
	return r
}
