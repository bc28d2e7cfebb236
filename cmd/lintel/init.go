package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/site"
)

func (a *app) initCommand() *cobra.Command {
	var template, lang string
	c := &cobra.Command{
		Use:     "init [FOLDER]",
		Aliases: []string{"new"},
		Short:   "Begin a documentation project",
		Long: `Init writes mkdocs.yml, lintel.yml and a first page into a folder. New projects
are written in CommonMark; a project that has a mkdocs.yml already needs no init:
lintel build reads it as it is.

With --template it writes a whole software architecture document: views,
stakeholders, scenarios, glossary, a log of decisions, a runbook, onboarding and
a CI file for GitLab. It builds as it is; what is to be filled in stands in
braces or after TODO, and lintel check lists it.`,
		Example: `  lintel init
  lintel init --template views-and-beyond --lang ko platform-docs`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if lang != "" && template == "" {
				template = outlineViews
			}
			return a.init(dir, template, lang)
		},
	}
	c.Flags().StringVar(&template, "template", "", "write a whole architecture document: `outline` views-and-beyond (six-part views) or sei (view packets)")
	c.Flags().StringVar(&lang, "lang", "", "`language` of the document: ko or en (default that of the environment)")
	return c
}

func (a *app) init(dir, template, lang string) error {
	for _, n := range append([]string{"lintel.yml"}, site.ConfigNames()...) {
		if _, err := os.Lstat(filepath.Join(dir, n)); err == nil {
			return usage(fmt.Errorf("begin project: %s exists; `lintel build` builds what is there", filepath.Join(dir, n)))
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return failure(err)
	}
	name := filepath.Base(abs)
	files := map[string]string{
		"mkdocs.yml":    fmt.Sprintf("site_name: %q\ntheme:\n  name: material\n", name),
		"lintel.yml":    "# What Lintel needs to know beside mkdocs.yml.\nmarkdown: commonmark\n",
		"docs/index.md": "# " + name + "\n\nWrite here, then run `lintel build`.\n\n> [!note]\n> Pages are CommonMark with GitLab's additions.\n",
	}
	if template != "" {
		outline, err := outlineOf(template)
		if err != nil {
			return err
		}
		if lang, err = a.language(lang); err != nil {
			return err
		}
		if files, err = a.wholeSAD(name, lang, outline); err != nil {
			return failure(err)
		}
	}
	for _, n := range slices.Sorted(maps.Keys(files)) {
		p := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			return failure(fmt.Errorf("begin project: %w", err))
		}
		file, err := os.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue // a first page that is there already
		}
		if err != nil {
			return failure(fmt.Errorf("begin project: %w", err))
		}
		_, err = file.WriteString(files[n])
		if cerr := file.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return failure(fmt.Errorf("begin project: %w", err))
		}
		fmt.Fprintln(a.stdout, p)
	}
	return nil
}
