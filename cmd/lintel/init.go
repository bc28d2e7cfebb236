package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/site"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "init [FOLDER]",
		Aliases: []string{"new"},
		Short:   "Begin a documentation project",
		Long: `Init writes mkdocs.yml, lintel.yml and a first page into a folder. New projects
are written in CommonMark; a project that has a mkdocs.yml already needs no init:
lintel build reads it as it is.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return a.init(dir)
		},
	}
}

func (a *app) init(dir string) error {
	for _, n := range append([]string{"lintel.yml"}, site.ConfigNames()...) {
		if _, err := os.Lstat(filepath.Join(dir, n)); err == nil {
			return usage(fmt.Errorf("begin project: %s exists; `lintel build` builds what is there", filepath.Join(dir, n)))
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return failure(err)
	}
	for _, f := range []struct{ name, text string }{
		{"mkdocs.yml", fmt.Sprintf("site_name: %q\ntheme:\n  name: material\n", filepath.Base(abs))},
		{"lintel.yml", "# What Lintel needs to know beside mkdocs.yml.\nmarkdown: commonmark\n"},
		{"docs/index.md", "# " + filepath.Base(abs) + "\n\nWrite here, then run `lintel build`.\n\n> [!note]\n> Pages are CommonMark with GitLab's additions.\n"},
	} {
		p := filepath.Join(dir, filepath.FromSlash(f.name))
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
		_, err = file.WriteString(f.text)
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
