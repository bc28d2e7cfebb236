package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/icon"
	"github.com/lintel-docs/lintel/render"
	"github.com/lintel-docs/lintel/site"
)

func (a *app) renderCommand() *cobra.Command {
	var config string
	var strict, pictures bool
	cmd := &cobra.Command{
		Use:   "render [-f mkdocs.yml] FILE|-",
		Short: "Print the HTML of one page's body",
		Long: "Print the HTML of one page's body as the site would hold it, with links as the\n" +
			"author wrote them. Without -f the configuration of the working directory is\n" +
			"used when there is one, and else MkDocs' defaults. Diagrams are printed as\n" +
			"their code, as MkDocs prints them, unless --diagrams asks for the pictures.",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.render(config, args[0], strict, pictures)
		},
	}
	cmd.Flags().StringVarP(&config, "config-file", "f", "", "`mkdocs.yml` or its folder")
	cmd.Flags().BoolVarP(&strict, "strict", "s", false, "exit 1 on warnings too")
	cmd.Flags().BoolVar(&pictures, "diagrams", false, "draw diagrams, as the site does")
	return cmd
}

func (a *app) render(config, file string, strict, pictures bool) error {
	optional := config == ""
	if optional {
		config = "."
	}
	p, err := openProject(config)
	if err != nil {
		return err
	}
	defer p.close()

	cfg, findings, err := site.LoadConfig(p.fs(), p.config, a.env)
	var broken *site.ConfigError
	switch {
	case err == nil:
	case errors.Is(err, site.ErrNoConfig) && optional:
		cfg, findings = nil, nil
	case errors.As(err, &broken):
		// One page needs no folder of pages.
		findings = slices.DeleteFunc(findings, func(f finding.Finding) bool { return f.Rule == "config/docs-dir" })
		if cfg == nil || slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Severity == finding.Error }) {
			_ = a.report(findings, finding.Error)
			return &exitError{code: exitUsage}
		}
	default:
		return usage(err)
	}
	var opts render.Options
	if cfg != nil {
		opts.Dialect, opts.Extensions, opts.Anchors, opts.Lang = cfg.Dialect, cfg.Extensions, cfg.Anchors, cfg.Theme.Language
	}
	if pictures {
		opts.Diagrams = diagrams()
	}
	icons := icon.Open()
	opts.Icon, opts.Emoji, opts.EmojiIn = icons.SVG, icons.Emoji, emojiIn(icons)
	md, more := render.New(opts)
	findings = append(findings, more...)

	page := render.Page{Path: file, Files: p.fs(), DocsDir: ".", ConfigDir: "."}
	if cfg != nil {
		page.DocsDir, page.ConfigDir = cfg.DocsDir, cfg.Dir
	}
	src, err := a.readPage(p, file, &page)
	if err != nil {
		return err
	}
	doc := md.Parse(src, page)
	if _, err := a.stdout.Write(append(doc.AppendHTML(nil, nil), '\n')); err != nil {
		return failure(fmt.Errorf("write page: %w", err))
	}
	failing := finding.Error
	if strict {
		failing = finding.Warning
	}
	return a.report(append(findings, doc.Findings...), failing)
}

// readPage reads the file to render, which may lie outside the project, and
// sets its path.
func (a *app) readPage(p *project, file string, page *render.Page) ([]byte, error) {
	if file == "-" {
		src, err := io.ReadAll(a.stdin)
		if err != nil {
			return nil, failure(fmt.Errorf("read standard input: %w", err))
		}
		page.Path = "-"
		return src, nil
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, usage(fmt.Errorf("%s is a folder; name one page", file))
	}
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(fmt.Errorf("no such file: %s", file))
	} else if err != nil {
		return nil, failure(fmt.Errorf("read page: %w", err))
	}
	if name, ok := p.rel(file); ok {
		page.Path = name
	} else {
		page.Path = filepath.ToSlash(filepath.Base(file))
	}
	return src, nil
}

// emojiIn lets pages look up emoji in the indexes that PyMdown has.
func emojiIn(icons *icon.Set) func(index, short string) (render.EmojiInfo, bool) {
	return func(index, short string) (render.EmojiInfo, bool) {
		e, ok := icons.Lookup(icon.Index(index), short)
		return render.EmojiInfo(e), ok
	}
}
