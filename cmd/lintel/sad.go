package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/site"
)

func (a *app) sadCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sad",
		Short: "Work with the architecture documents",
		Long: `Sad works with the architecture documents of a project: the pages that say
sad: or ops: in their front matter.`,
	}
	c.AddCommand(a.sadModelCommand(), a.sadMatrixCommand(), a.sadNewCommand(), a.sadInventoryCommand(), a.sadDiffCommand())
	return c
}

// architecture is what the architecture documents of a project say.
type architecture struct {
	project *project
	root    string // folder of the configuration below the project's root
	docs    string // folder of the pages
	lang    string // theme.language
	heads   sad.Headings
	nav     bool // the configuration lists its pages
	model   *sad.Model
	pages   map[string][]byte // source by path, of the pages that are part of it
}

// maxPage bounds the pages that are read; nobody writes more.
const maxPage = 16 << 20

// openArchitecture reads the pages below the docs_dir of a configuration, or
// below the working directory when there is none.
func (a *app) openArchitecture(config string) (*architecture, error) {
	optional := config == ""
	if optional {
		config = "."
	}
	p, err := openProject(config)
	if err != nil {
		return nil, err
	}
	arch := &architecture{project: p, docs: p.config, root: p.config, pages: map[string][]byte{}}
	cfg, _, err := site.LoadConfig(p.fs(), p.config, a.env)
	lang := ""
	switch {
	case cfg != nil: // one with mistakes still says where the pages are
		arch.docs, arch.root = cfg.DocsDir, cfg.Dir
		lang, arch.nav, arch.heads = cfg.Theme.Language, cfg.Nav != nil, cfg.SAD.Headings
	case errors.Is(err, site.ErrNoConfig) && optional:
	default:
		p.close()
		return nil, usage(err)
	}
	arch.lang = lang
	if err := arch.read(lang); err != nil {
		p.close()
		return nil, err
	}
	return arch, nil
}

// skippedFolders hold no pages of the project's own.
func skippedFolder(name string) bool {
	switch name {
	case "node_modules", "vendor", "venv", "__pycache__", "site-packages", "target", "testdata":
		return true
	}
	return len(name) > 1 && name[0] == '.'
}

func (arch *architecture) read(lang string) error {
	fsys := arch.project.fs()
	var names []string
	err := fs.WalkDir(fsys, arch.docs, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if name == arch.docs {
				return err
			}
			return nil
		case d.IsDir():
			if name != arch.docs && skippedFolder(d.Name()) {
				return fs.SkipDir
			}
		case d.Type().IsRegular() && isPage(d.Name()):
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return failure(fmt.Errorf("read pages: %w", err))
	}
	pages := make([]*sad.Page, len(names))
	sources := make([][]byte, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		g.Go(func() error {
			src, err := readCapped(fsys, name)
			if err != nil {
				return nil //nolint:nilerr // a page that cannot be read says nothing; the build reports it
			}
			if pages[i] = arch.heads.ParsePage(name, src); pages[i] != nil {
				sources[i] = src
			} else {
				pages[i] = sad.ParseText(name, src)
			}
			return nil
		})
	}
	_ = g.Wait()
	for i, src := range sources {
		if src != nil {
			arch.pages[names[i]] = src
		}
	}
	arch.model = sad.NewModel(pages, sad.Options{Lang: lang, Root: arch.root})
	return nil
}

func isPage(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".markdown"
}

func readCapped(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxPage {
		return nil, fmt.Errorf("read %s: larger than %d MB", name, maxPage>>20)
	}
	return fs.ReadFile(fsys, name)
}

func (a *app) sadModelCommand() *cobra.Command {
	var config, format string
	c := &cobra.Command{
		Use:   "model",
		Short: "Print what the architecture documents say",
		Long: `Model prints what the architecture documents say, put together: stakeholders,
concerns, viewpoints, views, elements, relations, mappings, scenarios, terms and
records of operations, each with the place that declares it.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			arch, err := a.openArchitecture(config)
			if err != nil {
				return err
			}
			defer arch.project.close()
			if format == "json" {
				return a.writeJSON(arch.model)
			}
			if format != "text" {
				return usage(fmt.Errorf("--format %s: it is text or json", format))
			}
			return a.printModel(arch.model)
		},
	}
	c.Flags().StringVarP(&config, "config-file", "f", "", "`mkdocs.yml` or its folder")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func (a *app) writeJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return failure(fmt.Errorf("write JSON: %w", err))
	}
	return nil
}

func (a *app) printModel(m *sad.Model) error {
	w := a.stdout
	fmt.Fprintf(w, "%d views, %d elements, %d relations, %d stakeholders, %d concerns, %d terms, %d records of operations\n",
		len(m.Views), len(m.Elements), len(m.Relations), len(m.Stakeholders), len(m.Concerns), len(m.Terms), len(m.Records))
	for _, v := range m.Views {
		fmt.Fprintf(w, "\n%s  %s  (%s)  %s\n", v.ID, v.Title, v.Viewpoint, v.Path)
		for _, id := range v.Elements {
			e := m.Element(id)
			name := ""
			if e.Name != e.ID {
				name = "  " + e.Name
			}
			kind := ""
			if e.Kind != "" {
				kind = "  [" + e.Kind + "]"
			}
			fmt.Fprintf(w, "  %s%s%s\n", e.ID, name, kind)
		}
		for _, r := range v.Relations() {
			text := ""
			if l := r.Label(); l != "" {
				text = ": " + l
			}
			fmt.Fprintf(w, "  %s → %s%s\n", r.From, r.To, text)
		}
	}
	return nil
}

func (a *app) sadMatrixCommand() *cobra.Command {
	var config, format string
	c := &cobra.Command{
		Use:   "matrix",
		Short: "Print who asks what, and which views answer",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			arch, err := a.openArchitecture(config)
			if err != nil {
				return err
			}
			defer arch.project.close()
			mx := arch.model.Matrix()
			switch format {
			case "json":
				return a.writeJSON(mx)
			case "text":
			default:
				return usage(fmt.Errorf("--format %s: it is text or json", format))
			}
			rows := [][]string{{"STAKEHOLDER", "CONCERN", "VIEWS"}}
			for _, r := range mx.Rows {
				views := strings.Join(r.Views, ", ")
				if views == "" {
					views = "–"
				}
				rows = append(rows, []string{dashed(r.Stakeholder), dashed(r.Concern), views})
			}
			if len(rows) == 1 {
				fmt.Fprintln(a.stderr, "lintel: no page declares stakeholders or concerns; begin one with `sad: stakeholders` in its front matter")
				return nil
			}
			a.printColumns(rows)
			return nil
		},
	}
	c.Flags().StringVarP(&config, "config-file", "f", "", "`mkdocs.yml` or its folder")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func dashed(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// printColumns prints rows with their columns below each other. Hangul takes
// two columns of a terminal.
func (a *app) printColumns(rows [][]string) {
	var widths []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], displayWidth(c))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-displayWidth(c)+2))
			}
		}
		fmt.Fprintln(a.stdout, b.String())
	}
}

func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xff60) {
			n++
		}
	}
	return n
}
