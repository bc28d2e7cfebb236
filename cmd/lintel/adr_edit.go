package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/internal/finding"
)

func (a *app) adrInitCommand() *cobra.Command {
	var template, date string
	c := &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Begin a folder of records",
		Long: `Init makes a folder, docs/adr unless another is named, with a first record that
says that decisions are recorded. A folder that another name is given to is noted
in .adr-dir, where adr-tools looks for it too.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			folder := "docs/adr"
			if len(args) == 1 {
				folder = filepath.ToSlash(filepath.Clean(args[0]))
			}
			return a.adrInit(folder, template, date)
		},
	}
	c.Flags().StringVar(&template, "template", "madr", "form of the first record: `madr`, nygard or ko")
	c.Flags().StringVar(&date, "date", "", "`day` of the record (default today)")
	return c
}

var firstRecords = map[adr.Template]struct{ title, context, decision, result string }{
	adr.TemplateMADR: {
		"Record architecture decisions",
		"Why things are as they are is forgotten within months. Whoever comes later then either keeps what nobody needs any more, or undoes what had a reason.",
		"Every decision that is hard to undo gets a record in this folder, in the same merge request as the change that it is about. A record that has been accepted is not rewritten: a new one supersedes it.",
		"",
	},
	adr.TemplateNygard: {
		"Record architecture decisions",
		"Why things are as they are is forgotten within months. Whoever comes later then either keeps what nobody needs any more, or undoes what had a reason.",
		"Every decision that is hard to undo gets a record in this folder, in the same merge request as the change that it is about. A record that has been accepted is not rewritten: a new one supersedes it.",
		"Writing costs half an hour for each decision. Reading them all tells a new colleague how the system came to be.",
	},
	adr.TemplateKorean: {
		"아키텍처 결정을 기록으로 남긴다",
		"왜 이렇게 만들었는지는 몇 달이면 잊힌다. 뒤에 온 사람은 필요 없는 것을 지키거나, 이유가 있던 것을 되돌린다.",
		"되돌리기 어려운 결정은 그 변경과 같은 머지 요청에서 이 폴더에 기록한다. 승인된 기록은 고쳐 쓰지 않고 새 기록으로 대체한다.",
		"",
	},
}

func (a *app) adrInit(folder, template, date string) error {
	t := adr.Template(template)
	first, ok := firstRecords[t]
	if !ok {
		return usage(fmt.Errorf("--template %s: expected madr, nygard or ko", template))
	}
	if !filepath.IsLocal(filepath.FromSlash(folder)) {
		return usage(fmt.Errorf("begin records: %s is outside of the working folder", folder))
	}
	day, err := today(date)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(".")
	if err != nil {
		return failure(fmt.Errorf("begin records: %w", err))
	}
	defer root.Close()
	p := &adrPlace{root: root, dir: ".", show: ".", top: "."}
	log, _ := adr.Read(root.FS(), adr.Find(root.FS()), adr.Options{})
	if slices.ContainsFunc(log.Records, func(r *adr.Record) bool { return r.Folder() == folder }) {
		return usage(fmt.Errorf("begin records: %s holds records already; `lintel adr new TITLE` adds one", folder))
	}
	if err := root.MkdirAll(filepath.FromSlash(folder), 0o777); err != nil {
		return failure(fmt.Errorf("begin records: %w", err))
	}
	c, err := log.New(adr.NewOptions{Title: first.title, Folder: folder, Date: day, Status: adr.Accepted, Template: t.Text()})
	if err != nil {
		return failure(err)
	}
	text := fillFirst(string(c.Content), t, first.context, first.decision, first.result)
	if err := p.create(c.Path, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, p.display(c.Path))
	if conventional := []string{"docs/adr", "doc/adr", "docs/decisions", "docs/architecture/decisions"}; !slices.Contains(conventional, folder) {
		if _, err := root.Lstat(".adr-dir"); errors.Is(err, fs.ErrNotExist) {
			if err := p.create(".adr-dir", []byte(folder+"\n")); err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, ".adr-dir")
		}
	}
	return nil
}

// fillFirst writes the first record into the form of a template.
func fillFirst(text string, t adr.Template, context, decision, result string) string {
	section := func(text, heading, body string) string {
		if body == "" {
			return text
		}
		re := regexp.MustCompile(`(?m)^(## ` + regexp.QuoteMeta(heading) + `\n\n)<!--[^\n]*-->\n`)
		return re.ReplaceAllString(text, "${1}"+strings.ReplaceAll(body, "$", "$$")+"\n")
	}
	switch t {
	case adr.TemplateKorean:
		text = section(text, "배경", context)
		text = section(text, "결정", decision)
		text = strings.NewReplacer(
			"- <!-- 대안 1 -->", "- 머지 요청마다 기록을 남긴다", "- <!-- 대안 2: 아무것도 하지 않는 것도 대안이다 -->", "- 커밋 메시지에만 적는다",
			"장점: <!-- 쉬워지는 것 -->", "장점: 새 동료가 기록만 읽어도 지금 구조의 이유를 안다", "단점: <!-- 어려워지는 것, 치르는 비용 -->", "단점: 결정마다 반 시간이 든다",
			"\n## 관련 문서\n\n<!-- 관련 기록, 이슈, 측정 결과 -->\n", "").Replace(text)
	case adr.TemplateNygard:
		text = section(text, "Context", context)
		text = section(text, "Decision", decision)
		text = section(text, "Consequences", result)
	default:
		text = section(text, "Context and Problem Statement", context+" Where do we write down why?")
		text = strings.NewReplacer(
			"* <!-- a force, a constraint, a quality that matters -->", "* A reason must be found where the code is",
			"* <!-- an option -->", "* Records beside the code", "* <!-- another one; doing nothing counts -->", "* Commit messages alone",
			"<!-- Chosen option: \"…\", because … -->", "Chosen option: \"Records beside the code\", because they are reviewed with the change and found without asking.\n\n"+decision,
			"Good, because <!-- … -->", "Good, because a new colleague reads how the system came to be", "Bad, because <!-- … -->", "Bad, because each decision costs half an hour of writing",
			"\n### Confirmation\n\n<!-- How will anyone notice that the decision is not kept? -->\n", "",
			"\n## More Information\n\n<!-- Links: records, issues, measurements. -->\n", "",
			"decision-makers:\nconsulted:\ninformed:\n", "").Replace(text)
	}
	return text
}

// today is a day that was named, or that of the clock.
func today(date string) (string, error) {
	if date == "" {
		return time.Now().Format(time.DateOnly), nil
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return "", usage(fmt.Errorf("--date %s: expected YYYY-MM-DD", date))
	}
	return date, nil
}

// create writes a file that does not exist.
func (p *adrPlace) create(name string, text []byte) error {
	file := filepath.FromSlash(name)
	if err := p.root.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return failure(fmt.Errorf("write %s: %w", p.display(name), err))
	}
	f, err := p.root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usage(fmt.Errorf("write %s: it exists", p.display(name)))
	}
	if err != nil {
		return failure(fmt.Errorf("write %s: %w", p.display(name), err))
	}
	_, err = f.Write(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return failure(fmt.Errorf("write %s: %w", p.display(name), err))
	}
	return nil
}

type adrNewFlags struct {
	dir, template, status, date, base string
	supersedes, link                  []string
}

func (a *app) adrNewCommand() *cobra.Command {
	var f adrNewFlags
	c := &cobra.Command{
		Use:   "new TITLE",
		Short: "Write a new record",
		Long: `New writes a record under the next number that neither this branch nor the one
that it will be merged into uses, named as the other files of the folder are. The
form is the project's own (templates/template.md or a template beside the
records), or that of the last record, or MADR 4. Text for the title need not be
quoted.

    lintel adr new Write to the cache after the commit
    lintel adr new --supersedes 9 Use PostgreSQL
    lintel adr new --link "5:amends:amended by" Keep messages for 30 days`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.adrNew(c.Context(), f, strings.Join(args, " "))
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.dir, "dir", "", "`folder` of the records")
	fl.StringVar(&f.template, "template", "", "form: `madr`, nygard, ko or a file")
	fl.StringVar(&f.status, "status", "", "`status` of the record (default proposed)")
	fl.StringVar(&f.date, "date", "", "`day` of the decision (default today)")
	fl.StringVar(&f.base, "base", "", "`branch` whose numbers are avoided too (default the target branch)")
	fl.StringArrayVarP(&f.supersedes, "supersedes", "s", nil, "`record` that this one supersedes; may be repeated")
	fl.StringArrayVarP(&f.link, "link", "l", nil, "`target:kind[:reverse]` of a link; may be repeated")
	return c
}

func (a *app) adrNew(ctx context.Context, f adrNewFlags, title string) error {
	status := adr.Proposed
	if f.status != "" {
		status = adr.Status(strings.ToLower(f.status))
		if !slices.Contains(adr.Statuses()[:6], status) {
			return usage(fmt.Errorf("--status %s: expected one of %v", f.status, adr.Statuses()[:6]))
		}
	}
	day, err := today(f.date)
	if err != nil {
		return err
	}
	p, err := a.openADR(f.dir)
	if err != nil {
		return err
	}
	defer p.close()
	log, folders, findings := p.read(ctx, f.dir != "")
	for _, fd := range findings {
		fmt.Fprintln(a.stderr, fd)
	}
	folder, err := p.folder(log, folders, f.dir != "")
	if err != nil {
		return err
	}
	template, err := a.adrTemplate(p, log, folder, f.template)
	if err != nil {
		return err
	}
	// Links are checked before anything is written.
	type edge struct {
		kind, reverse adr.LinkKind
		to            *adr.Record
	}
	var edges []edge
	for _, s := range f.supersedes {
		r, err := p.find(log, s)
		if err != nil {
			return err
		}
		edges = append(edges, edge{adr.Supersedes, adr.SupersededBy, r})
	}
	for _, l := range f.link {
		part := strings.SplitN(l, ":", 3)
		if len(part) < 2 {
			return usage(fmt.Errorf("--link %s: expected target:kind, as in 5:amends", l))
		}
		r, err := p.find(log, part[0])
		if err != nil {
			return err
		}
		kind, err := linkKind(part[1])
		if err != nil {
			return err
		}
		edges = append(edges, edge{kind, kind.Reverse(), r})
	}
	made, err := log.New(adr.NewOptions{
		Title: title, Folder: folder, Status: status, Date: day, Template: template,
		Taken: p.taken(ctx, a, folder, f.base),
	})
	if err != nil {
		return usage(err)
	}
	if err := p.create(made.Path, made.Content); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, p.display(made.Path))
	for _, e := range edges {
		r := adr.Parse(made.Path, made.Content, adr.Options{Folders: []string{folder}})
		if r == nil {
			return failure(fmt.Errorf("link %s: the form that it was made from is not understood; link it by hand", p.display(made.Path)))
		}
		if err := a.connect(p, log, r, e.kind, e.to, adr.ConnectOptions{Peers: log.Records}, false); err != nil {
			return err
		}
		if made.Content, err = p.source(made.Path); err != nil {
			return err
		}
	}
	return nil
}

// folder chooses where a new record goes: the folder that was named, else the
// one that holds records.
func (p *adrPlace) folder(log *adr.Log, folders []adr.Folder, named bool) (string, error) {
	if named {
		if len(folders) == 1 && strings.HasPrefix(folders[0].Path, p.dir+"/") {
			return folders[0].Path, nil // of the one folder of records below it
		}
		return p.dir, nil
	}
	// The scope that has the record of the highest number, of one folder.
	scopes := log.Folders()
	switch {
	case len(scopes) == 1:
		return scopes[0], nil
	case len(folders) == 1:
		return folders[0].Path, nil
	case len(folders) == 0 && len(scopes) == 0:
		return path.Join(p.dir, "docs/adr"), nil
	}
	var names []string
	for _, f := range folders {
		names = append(names, p.display(f.Path))
	}
	return "", usage(fmt.Errorf("records are in several folders; choose one with --dir: %s", strings.Join(names, ", ")))
}

// adrTemplate returns the text of a form: one that was named, the project's,
// or the built-in one that is nearest to the records of the folder.
func (a *app) adrTemplate(p *adrPlace, log *adr.Log, folder, named string) (string, error) {
	for _, t := range adr.Templates() {
		if named == string(t) {
			return t.Text(), nil
		}
	}
	if named != "" {
		b, err := os.ReadFile(named)
		if errors.Is(err, fs.ErrNotExist) {
			return "", usage(fmt.Errorf("--template %s: expected madr, nygard, ko or a file", named))
		}
		if err != nil {
			return "", failure(fmt.Errorf("read the template: %w", err))
		}
		return string(b), nil
	}
	if own := adr.ProjectTemplate(p.root.FS(), folder); own != "" {
		b, err := p.source(own)
		return string(b), err
	}
	for _, r := range slices.Backward(log.Records) {
		if r.Folder() == folder {
			return r.Template().Text(), nil
		}
	}
	return adr.TemplateMADR.Text(), nil
}

// taken returns the names of the records of a folder on the branch that this
// one will be merged into, as far as git knows it here.
func (p *adrPlace) taken(ctx context.Context, a *app, folder, base string) []string {
	if !p.git {
		return nil
	}
	refs := []string{}
	if base != "" {
		refs = append(refs, base, "origin/"+base)
	} else {
		if b, ok := a.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"); ok && b != "" {
			refs = append(refs, "origin/"+b, b)
		}
		if out, err := git(ctx, p.top, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"); err == nil {
			refs = append(refs, strings.TrimSpace(out))
		}
		refs = append(refs, "origin/main", "origin/master", "main", "master")
	}
	var names []string
	known := false
	for _, ref := range refs {
		out, err := git(ctx, p.top, "ls-tree", "-z", "--name-only", "--full-tree", ref, "--", folder+"/")
		if err != nil {
			continue
		}
		known = true
		for n := range strings.SplitSeq(out, "\x00") {
			if n != "" {
				names = append(names, strings.TrimSuffix(path.Base(n), path.Ext(n)))
			}
		}
	}
	if base != "" && !known {
		fmt.Fprintf(a.stderr, "lintel: no branch %s is known here; only this branch's numbers are avoided\n", base)
	}
	return names
}

func (a *app) adrStatusCommand(use, short string, status adr.Status) *cobra.Command {
	var dir string
	var dry bool
	c := &cobra.Command{
		Use:   use + " ID...",
		Short: short,
		Long:  short + ` by their ids, numbers or paths. The status is written where and how the record has it; nothing else changes.`,
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			var edits []finding.Edit
			for _, arg := range args {
				r, err := p.find(log, arg)
				if err != nil {
					return err
				}
				if r.Status == status && !r.Partial {
					fmt.Fprintf(a.stderr, "%s is %s already\n", p.display(r.Path), status)
					continue
				}
				src, err := p.source(r.Path)
				if err != nil {
					return err
				}
				e, err := adr.SetStatus(r, src, status, adr.EditOptions{Peers: log.Records, Vocabulary: p.vocabulary})
				if err != nil {
					return failure(err)
				}
				edits = append(edits, e...)
			}
			return a.applyEdits(p, edits, dry)
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "`folder` of the records")
	c.Flags().BoolVarP(&dry, "dry-run", "n", false, "show what would change")
	return c
}

// connect writes a link and its reverse.
func (a *app) connect(p *adrPlace, log *adr.Log, from *adr.Record, kind adr.LinkKind, to *adr.Record, o adr.ConnectOptions, dry bool) error {
	if from.Path == to.Path {
		return usage(fmt.Errorf("%s cannot be linked to itself", from.ID))
	}
	o.Peers, o.Vocabulary = log.Records, p.vocabulary
	fromSrc, err := p.source(from.Path)
	if err != nil {
		return err
	}
	toSrc, err := p.source(to.Path)
	if err != nil {
		return err
	}
	there, err := adr.Connect(to, toSrc, kind.Reverse(), from, o)
	if err != nil {
		return failure(err)
	}
	here, err := adr.Connect(from, fromSrc, kind, to, o)
	if err != nil {
		return failure(err)
	}
	if len(here)+len(there) == 0 {
		fmt.Fprintf(a.stderr, "%s and %s say so already\n", from.ID, to.ID)
	}
	return a.applyEdits(p, append(there, here...), dry)
}

func (a *app) adrSupersedeCommand() *cobra.Command {
	var dir, part string
	var partial, dry bool
	c := &cobra.Command{
		Use:   "supersede OLD NEW",
		Short: "Make a record supersede another, in both",
		Long: `Supersede gives OLD the status superseded with a link to NEW, and NEW a link to
OLD, each written as the record writes such things. With --part, OLD keeps its
status and gets a line that names the part.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			old, err := p.find(log, args[0])
			if err != nil {
				return err
			}
			by, err := p.find(log, args[1])
			if err != nil {
				return err
			}
			return a.connect(p, log, by, adr.Supersedes, old, adr.ConnectOptions{Partial: partial || part != "", Part: part}, dry)
		},
	}
	fl := c.Flags()
	fl.StringVar(&dir, "dir", "", "`folder` of the records")
	fl.StringVar(&part, "part", "", "`part` of OLD that NEW replaces, in words")
	fl.BoolVar(&partial, "partial", false, "NEW replaces a part of OLD only")
	fl.BoolVarP(&dry, "dry-run", "n", false, "show what would change")
	return c
}

var linkKinds = []adr.LinkKind{
	adr.Supersedes, adr.SupersededBy, adr.Amends, adr.AmendedBy, adr.Reverts, adr.RevertedBy, adr.DependsOn, adr.RequiredBy, adr.Relates,
}

// linkKind reads the kind of a link as a user writes it.
func linkKind(s string) (adr.LinkKind, error) {
	plain := strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(strings.TrimSpace(s)))
	var names []string
	for _, k := range linkKinds {
		if plain == string(k) {
			return k, nil
		}
		names = append(names, string(k))
	}
	switch plain {
	case "supercedes", "replaces":
		return adr.Supersedes, nil
	case "superceded by", "replaced by":
		return adr.SupersededBy, nil
	case "extends", "clarifies", "refines":
		return adr.Amends, nil
	case "extended by", "clarified by", "refined by":
		return adr.AmendedBy, nil
	case "relates", "related to", "related", "see also", "links to", "linked to":
		return adr.Relates, nil
	case "requires":
		return adr.DependsOn, nil
	}
	return "", usage(fmt.Errorf("%s is no kind of link; expected one of: %s", s, strings.Join(names, ", ")))
}

func (a *app) adrLinkCommand() *cobra.Command {
	var dir string
	var dry bool
	c := &cobra.Command{
		Use:   "link FROM KIND TO",
		Short: "Link two records, in both",
		Long: `Link writes how FROM is related to TO, and the reverse into TO. Kinds are
supersedes, amends, reverts, depends on, relates to, and their reverses.

    lintel adr link 12 amends 10`,
		Args: cobra.ExactArgs(3),
		RunE: func(c *cobra.Command, args []string) error {
			kind, err := linkKind(args[1])
			if err != nil {
				return err
			}
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			from, err := p.find(log, args[0])
			if err != nil {
				return err
			}
			to, err := p.find(log, args[2])
			if err != nil {
				return err
			}
			return a.connect(p, log, from, kind, to, adr.ConnectOptions{}, dry)
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "`folder` of the records")
	c.Flags().BoolVarP(&dry, "dry-run", "n", false, "show what would change")
	return c
}

func (a *app) adrRenumberCommand() *cobra.Command {
	var dir, base string
	var dry bool
	c := &cobra.Command{
		Use:   "renumber ID [NUMBER]",
		Short: "Give a record another number, everywhere",
		Long: `Renumber renames the file of a record, changes the number in its title, and every
reference to it in the Markdown of the repository. Without NUMBER it takes the
next one that neither this branch nor the target branch uses. Where two records
have the same number, name the one to change by its path.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			p, log, err := a.openLog(c.Context(), dir)
			if err != nil {
				return err
			}
			defer p.close()
			r, err := p.find(log, args[0])
			if err != nil {
				return err
			}
			var number string
			if len(args) == 2 {
				number = args[1]
			} else {
				number = log.Next(r, p.taken(c.Context(), a, r.Folder(), base))
			}
			pages, err := p.pages()
			if err != nil {
				return err
			}
			n, err := log.Renumber(r, number, pages)
			if err != nil {
				return usage(err)
			}
			if err := a.applyEdits(p, n.Edits, dry); err != nil {
				return err
			}
			if !dry {
				from, to := n.From, n.To
				if path.Dir(from) != path.Dir(to) { // a folder of its own
					from, to = path.Dir(from), path.Dir(to)
				}
				if _, err := p.root.Lstat(filepath.FromSlash(to)); err == nil {
					return usage(fmt.Errorf("rename %s: %s exists", p.display(from), p.display(to)))
				}
				if err := p.root.Rename(filepath.FromSlash(from), filepath.FromSlash(to)); err != nil {
					return failure(fmt.Errorf("rename %s: %w", p.display(from), err))
				}
			}
			fmt.Fprintf(a.stdout, "%s → %s\n", p.display(n.From), p.display(n.To))
			return nil
		},
	}
	fl := c.Flags()
	fl.StringVar(&dir, "dir", "", "`folder` of the records")
	fl.StringVar(&base, "base", "", "`branch` whose numbers are avoided too (default the target branch)")
	fl.BoolVarP(&dry, "dry-run", "n", false, "show what would change")
	return c
}

// pages reads the Markdown files of the tree.
func (p *adrPlace) pages() (map[string][]byte, error) {
	pages := map[string][]byte{}
	err := fs.WalkDir(p.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be read is not edited
		}
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "vendor") {
				return fs.SkipDir
			}
			return nil
		}
		if ext := strings.ToLower(path.Ext(name)); !d.Type().IsRegular() || ext != ".md" && ext != ".markdown" && ext != ".mdx" {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > 8<<20 {
			return nil //nolint:nilerr // as above
		}
		b, err := fs.ReadFile(p.root.FS(), name)
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		pages[name] = b
		return nil
	})
	if err != nil {
		return nil, failure(fmt.Errorf("read pages: %w", err))
	}
	return pages, nil
}
