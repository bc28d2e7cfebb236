package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/cache"
	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/icon"
	"github.com/lintel-docs/lintel/internal/publish"
	"github.com/lintel-docs/lintel/site"
)

// openSite opens the site that a command's -f names. more may add to its
// options what depends on the project.
func (a *app) openSite(file string, o site.Options, more ...func(*project, *site.Options)) (*site.Site, *project, error) {
	if file == "" {
		file = "."
	}
	p, err := openProject(file)
	if err != nil {
		return nil, nil, err
	}
	o = a.siteOptions(p, o)
	for _, f := range more {
		f(p, &o)
	}
	s, err := site.Open(p.fs(), o)
	if err != nil {
		defer p.close()
		if broken, ok := errors.AsType[*site.ConfigError](err); ok && broken.More > 0 {
			// Whoever mends a configuration wants to see all of it at once.
			_, findings, _ := site.LoadConfig(p.fs(), p.config, a.env)
			findings = slices.DeleteFunc(findings, func(f finding.Finding) bool { return f.Severity < finding.Error })
			_ = a.report(findings, finding.Error)
			return nil, nil, &exitError{code: exitUsage}
		}
		return nil, nil, usage(err)
	}
	return s, p, nil
}

// siteOptions adds to the options of a command what every site of the project
// gets.
func (a *app) siteOptions(p *project, o site.Options) site.Options {
	o.Config = p.config
	o.Getenv = a.env
	o.Now = a.buildTime
	icons := icon.Open()
	o.Icon, o.Emoji, o.EmojiIn = icons.SVG, icons.Emoji, emojiIn(icons)
	o.Diagrams = diagrams()
	o.Version = version()
	o.History = func(ctx context.Context) (*site.History, error) { return gitHistory(ctx, p.dir) }
	return o
}

// buildTime is SOURCE_DATE_EPOCH when set, so that a build can be repeated.
// https://reproducible-builds.org/specs/source-date-epoch/
func (a *app) buildTime() time.Time {
	if s, ok := a.env("SOURCE_DATE_EPOCH"); ok {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return time.Unix(n, 0)
		}
	}
	return time.Now()
}

type buildFlags struct {
	config, dir, theme      string
	strict, quiet, verbose  bool
	dirty, clean, noDirURLs bool
	urls                    bool
	stats, noCache, watch   bool
}

func (a *app) buildCommand() *cobra.Command {
	var f buildFlags
	c := &cobra.Command{
		Use:   "build",
		Short: "Build the site into a folder",
		Long: `Build reads mkdocs.yml and the pages that it names, and writes the site to
site_dir. What was found on the way is printed, worst first; the exit status is
1 when strict mode is on and a warning was found.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.build(cmd.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVarP(&f.config, "config-file", "f", "", "configuration `file` (default mkdocs.yml)")
	fl.StringVarP(&f.dir, "site-dir", "d", "", "write the site to `folder` (default site_dir)")
	fl.StringVarP(&f.theme, "theme", "t", "", "accepted for MkDocs' sake: pages are drawn by Lintel's own theme")
	fl.BoolVarP(&f.strict, "strict", "s", false, "fail when there are warnings")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print warnings and errors only")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "print infos too")
	fl.BoolVar(&f.dirty, "dirty", false, "leave files of earlier builds in place")
	fl.BoolVarP(&f.clean, "clean", "c", true, "remove files of earlier builds")
	fl.BoolVar(&f.noDirURLs, "no-directory-urls", false, "write guide.html rather than guide/index.html")
	fl.BoolVar(&f.urls, "use-directory-urls", false, "write guide/index.html rather than guide.html")
	fl.BoolVar(&f.stats, "stats", false, "tell what was redone, and why")
	fl.BoolVar(&f.noCache, "no-cache", false, "neither read nor write the cache in .lintel/cache (or $LINTEL_CACHE_DIR)")
	fl.BoolVar(&f.watch, "watch", false, "not needed: lintel serve shows every change at once")
	return c
}

func (a *app) build(ctx context.Context, f buildFlags) error {
	if f.watch {
		return usage(errors.New("build does not watch: lintel serve shows every change at once, and builds nothing that nobody looks at"))
	}
	start := time.Now()
	o := site.Options{Strict: f.strict, Theme: f.theme}
	if f.noDirURLs || f.urls {
		v := f.urls
		o.DirectoryURLs = &v
	}
	var store *cache.Store
	s, p, err := a.openSite(f.config, o, func(p *project, o *site.Options) {
		if f.noCache {
			return
		}
		var err error
		if store, err = a.openCache(p, "build"); err != nil {
			if f.verbose || f.stats {
				fmt.Fprintf(a.stderr, "lintel: no cache: %v\n", err)
			}
			return
		}
		o.Cache = store
	})
	if store != nil {
		defer store.Close()
	}
	if err != nil {
		return err
	}
	defer p.close()
	took := map[string]time.Duration{}
	snap, err := s.Build(ctx)
	if err != nil {
		return usage(err)
	}
	took["build"] = time.Since(start)
	conf := s.Config()
	out := f.dir
	if out == "" {
		out = conf.SiteDir
		if !filepath.IsAbs(out) {
			out = filepath.Join(p.dir, filepath.FromSlash(conf.Dir), out)
		}
	}
	if docs := filepath.Join(p.dir, filepath.FromSlash(conf.DocsDir)); within(docs, out) {
		return usage(fmt.Errorf("write site to %q: it lies inside docs_dir, so that the next build would take the site for sources; choose another folder with -d or site_dir", out))
	}
	worst := printFindings(a.stderr, a.judge(p, s.Config(), snap, snap.Findings(), checkFlags{built: true}), f.quiet, f.verbose)
	home, _ := os.UserHomeDir()
	protected := []string{
		home, filepath.Join(p.dir, ".git"), filepath.Join(p.dir, filepath.FromSlash(conf.File)),
		filepath.Join(p.dir, filepath.FromSlash(conf.DocsDir)),
	}
	if conf.Theme.CustomDir != "" {
		protected = append(protected, filepath.Join(p.dir, filepath.FromSlash(conf.Theme.CustomDir)))
	}
	po := publish.Options{Protected: protected, Keep: f.dirty || !f.clean}
	to := realPath(out)
	if abs, err := filepath.Abs(to); err == nil {
		to = abs
	}
	if store != nil {
		po.Recipe, po.Earlier = snap.Recipe, earlier(s.CacheState(), to)
	}
	before := time.Now()
	res, err := publish.Dir(ctx, snap, out, po)
	if refused := (*publish.Refused)(nil); errors.As(err, &refused) {
		return usage(err)
	}
	if err != nil {
		return failure(err)
	}
	took["publish"] = time.Since(before)
	before = time.Now()
	if err := s.Keep(encodePublished(to, res.Stamps)); err != nil && (f.verbose || f.stats) {
		fmt.Fprintf(a.stderr, "lintel: %v\n", err)
	}
	took["keep"] = time.Since(before)
	if f.stats {
		a.printStats(snap.Stats(), res, store, took)
	}
	if !f.quiet {
		fmt.Fprintf(a.stderr, "%s built into %s: %s in %s\n", plural(snap.Pages(), "page"), out, filesLine(res), time.Since(start).Round(time.Millisecond))
	}
	if conf.Strict && worst >= finding.Warning {
		fmt.Fprintln(a.stderr, "lintel: strict mode is on and there are warnings")
		return &exitError{code: exitFindings}
	}
	return nil
}

// within reports whether p is dir or lies in it.
func within(dir, p string) bool {
	abs, err := filepath.Abs(p)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(realPath(dir), realPath(abs))
	return err == nil && filepath.IsLocal(rel)
}

func filesLine(r publish.Result) string {
	s := plural(r.Written, "file") + " written"
	if r.Unchanged > 0 {
		s += fmt.Sprintf(", %d unchanged", r.Unchanged)
	}
	if r.Removed > 0 {
		s += fmt.Sprintf(", %d removed", r.Removed)
	}
	return s + fmt.Sprintf(", %.1f MB", float64(r.Bytes)/1e6)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// fewInfos is how many infos are printed unasked: a site that is being moved
// over has hundreds.
const fewInfos = 12

// printFindings prints findings in MkDocs' manner, level first, and returns the
// worst severity.
func printFindings(w io.Writer, r *finding.Report, quiet, verbose bool) finding.Severity {
	var worst finding.Severity
	infos, hidden := 0, 0
	var sb strings.Builder
	for _, f := range r.Findings {
		if f.State != finding.Open {
			continue
		}
		worst = max(worst, f.Severity)
		if f.Severity == finding.Info {
			if infos++; quiet || infos > fewInfos && !verbose {
				hidden++
				continue
			}
		}
		sb.WriteString(levelName(f.Severity))
		sb.WriteString(" -  ")
		if p := f.Position.String(); p != "" {
			sb.WriteString(finding.Visible(p) + ": ")
		}
		sb.WriteString(finding.Visible(f.Message))
		if f.Hint != "" {
			sb.WriteString(" (" + finding.Visible(f.Hint) + ")")
		}
		sb.WriteString(" [" + f.Rule + "]\n")
	}
	if hidden > 0 && !quiet {
		fmt.Fprintf(&sb, "INFO    -  %d more; -v shows them\n", hidden)
	}
	_, _ = io.WriteString(w, sb.String()) // nowhere is left to report it
	return worst
}

func levelName(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "ERROR  "
	case finding.Warning:
		return "WARNING"
	default:
		return "INFO   "
	}
}
