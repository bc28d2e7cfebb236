package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/serve"
	"github.com/lintel-docs/lintel/site"
)

type serveFlags struct {
	config, addr, editor, theme, csp string
	hosts                            []string
	open, strict, noDirURLs          bool
	quiet, verbose                   bool
	poll                             time.Duration
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Show the site while you write it",
		Long: `Serve shows the site in a browser and keeps open pages up to date: an edit is put
in place without a reload, so that the page stays where it was scrolled to. The
first line on standard output is the address.

A configuration that cannot be read is shown in the page, over the last site that
could be built, until it is mended.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVarP(&f.config, "config-file", "f", "", "configuration `file` (default mkdocs.yml)")
	fl.StringVarP(&f.addr, "dev-addr", "a", "", "`address` to listen on (default dev_addr, or 127.0.0.1:8000)")
	fl.BoolVarP(&f.open, "open", "o", false, "open the site in a browser")
	fl.StringVar(&f.editor, "editor", "", "open sources with this `program`: vscode, cursor, idea, zed, a command or a URL with {file} and {line} (default $LINTEL_EDITOR)")
	fl.StringSliceVar(&f.hosts, "allow-host", nil, "answer to this `name` too, beside those of this machine")
	fl.StringVar(&f.csp, "csp", "", "Content-Security-Policy of the pages, \"off\" for none (default: one that allows what the configuration names)")
	fl.DurationVar(&f.poll, "poll", 0, "look for changes this `often` instead of watching")
	fl.BoolVarP(&f.strict, "strict", "s", false, "accepted for MkDocs' sake: a preview shows warnings and goes on")
	fl.StringVarP(&f.theme, "theme", "t", "", "accepted for MkDocs' sake: pages are drawn by Lintel's own theme")
	fl.BoolVar(&f.noDirURLs, "no-directory-urls", false, "serve guide.html rather than guide/")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print warnings and errors only")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "print infos too")
	return c
}

func (a *app) serve(ctx context.Context, f serveFlags) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	config := f.config
	if config == "" {
		config = "."
	}
	p, err := openProject(config)
	if err != nil {
		return err
	}
	defer p.close()
	edit, err := a.editor(f.editor, p)
	if err != nil {
		return err
	}
	o := site.Options{Theme: f.theme, Drafts: true, Lines: true}
	if f.noDirURLs {
		v := false
		o.DirectoryURLs = &v
	}
	o = a.siteOptions(p, o)
	o.Now = time.Now
	o.History = cachedHistory(p.dir)

	store, err := a.openCache(p, "serve")
	if err == nil {
		defer store.Close()
		o.Cache = store
	} else if f.verbose {
		fmt.Fprintf(a.stderr, "lintel: no cache: %v\n", err)
	}

	// The configuration is read once for the address and again by the preview:
	// one that is broken is shown in the page.
	conf, _, err := site.LoadConfig(p.fs(), p.config, a.env)
	if errors.Is(err, site.ErrNoConfig) {
		return usage(err)
	}
	if conf == nil {
		conf = &site.Config{}
	}
	addr := cmp.Or(f.addr, conf.DevAddr, "127.0.0.1:8000")
	ln, err := listen(ctx, addr)
	if err != nil {
		return err
	}
	poll, reason := f.poll, "as --poll says"
	if poll == 0 {
		if kind := remoteFileSystem(p.dir); kind != "" {
			poll, reason = pollRemote, "the project is on a file system that tells of no changes ("+kind+")"
		}
	}
	preview := serve.New(serve.Options{
		Open: func() (*site.Site, error) { return site.Open(p.fs(), o) },
		Root: p.fs(), Dir: p.dir, Config: p.config, Now: time.Now,
		Poll: poll, PollReason: reason,
		Hosts: previewHosts(ln, addr, f.hosts), Policy: f.csp, Edit: edit,
		Judge: func(conf *site.Config, snap *site.Snapshot) []finding.Finding {
			var open []finding.Finding
			for _, j := range a.judge(p, conf, snap, snap.Findings(), checkFlags{built: true}).Findings {
				if j.State == finding.Open {
					open = append(open, j.Finding)
				}
			}
			return open
		},
		Report: func(e serve.Event) { a.reportEvent(e, f) },
	})
	at := previewURL(ln, addr, conf.SiteURL)
	fmt.Fprintln(a.stdout, at)
	if f.open {
		if err := openBrowser(ctx, at); err != nil {
			fmt.Fprintf(a.stderr, "lintel: open browser: %v\n", err)
		}
	}
	if err := preview.Run(ctx, ln); err != nil {
		return failure(err)
	}
	return nil
}

const pollRemote = time.Second

// listen opens the address, and says what to do when another program has it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	if !strings.Contains(addr, ":") {
		addr += ":8000"
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return ln, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, usage(fmt.Errorf("listen on %s: the address is in use, perhaps by another preview; choose another with -a, or -a 127.0.0.1:0 for any free port", addr))
	case errors.Is(err, syscall.EACCES):
		return nil, usage(fmt.Errorf("listen on %s: not permitted; choose a port from 1024 on with -a", addr))
	default:
		return nil, usage(fmt.Errorf("listen on %s: %w", addr, err))
	}
}

// previewURL is the address to open: that of the listener, by a name that a
// browser on this machine can use, and the path of site_url.
func previewURL(ln net.Listener, addr, siteURL string) string {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	port := strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
	return (&url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}).String() + serve.BasePath(siteURL)
}

// previewHosts are the names by which a preview that listens beyond this
// machine may be addressed.
func previewHosts(ln net.Listener, addr string, more []string) []string {
	var out []string
	for _, h := range more {
		out = append(out, strings.ToLower(h))
	}
	if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
		out = append(out, strings.ToLower(host))
	}
	if !ln.Addr().(*net.TCPAddr).IP.IsLoopback() {
		if name, err := os.Hostname(); err == nil {
			out = append(out, strings.ToLower(name))
		}
	}
	return out
}

// reportEvent tells the terminal what happened.
func (a *app) reportEvent(e serve.Event, f serveFlags) {
	took := e.Took.Round(100 * time.Microsecond)
	if e.Took > 100*time.Millisecond {
		took = e.Took.Round(time.Millisecond)
	}
	switch e.Kind {
	case serve.Ready:
		printFound(a.stderr, e.Found, f)
		if !f.quiet {
			fmt.Fprintf(a.stderr, "%s ready in %s\n", plural(e.Pages, "page"), took)
		}
	case serve.Rebuilt:
		if !f.quiet {
			what := plural(e.Pages, "page")
			if e.Around {
				what += " and the navigation or theme"
			}
			fmt.Fprintf(a.stderr, "%s changed: %s in %s\n", someFiles(e.Changed), what, took)
		}
		printFound(a.stderr, e.Found, f)
	case serve.Failed:
		at := finding.Position{Path: e.Failure.Path, Line: e.Failure.Line, Column: e.Failure.Column}.String()
		if at != "" {
			at += ": "
		}
		fmt.Fprintf(a.stderr, "lintel: %s%s\n", at, e.Failure.Message)
		for _, l := range e.Failure.Excerpt {
			mark := " "
			if l.Here {
				mark = ">"
			}
			fmt.Fprintf(a.stderr, "%s %4d | %s\n", mark, l.Number, l.Text)
		}
		if e.Failure.Hint != "" {
			fmt.Fprintf(a.stderr, "  %s\n", e.Failure.Hint)
		}
		fmt.Fprintln(a.stderr, "The last good site stays up; mend the error and it is built again.")
	case serve.Mended:
		if !f.quiet {
			fmt.Fprintln(a.stderr, "mended")
		}
	case serve.Warned:
		fmt.Fprintf(a.stderr, "lintel: %s\n", e.Message)
	case serve.Polling:
		fmt.Fprintf(a.stderr, "lintel: changes are looked for from time to time instead of watched: %s\n", e.Message)
	}
}

// printFound prints findings as lintel build does.
func printFound(w io.Writer, fs []finding.Finding, f serveFlags) {
	r := &finding.Report{}
	for _, x := range fs {
		r.Findings = append(r.Findings, finding.Judged{Finding: x})
	}
	printFindings(w, r, f.quiet, f.verbose)
}

func someFiles(names []string) string {
	switch len(names) {
	case 0:
		return "files"
	case 1, 2, 3:
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}

// editor returns what opens a file in the author's editor, or nil when none is
// known. what is a name, a command with {file} and {line}, or a URL with them.
func (a *app) editor(what string, p *project) (func(context.Context, string, int) (string, error), error) {
	if what == "" {
		what, _ = a.env("LINTEL_EDITOR")
	}
	if what == "" {
		for _, name := range []string{"code", "cursor", "codium", "zed", "idea", "subl"} {
			if _, err := exec.LookPath(name); err == nil {
				what = name
				break
			}
		}
	}
	if what == "" {
		return nil, nil //nolint:nilnil // no editor is no error, and there is nothing to return
	}
	known := map[string]string{
		"vscode": "vscode://file{file}:{line}", "cursor-url": "cursor://file{file}:{line}",
		"code": "code -g {file}:{line}", "cursor": "cursor -g {file}:{line}", "codium": "codium -g {file}:{line}",
		"zed": "zed {file}:{line}", "subl": "subl {file}:{line}", "idea": "idea --line {line} {file}",
	}
	pattern := cmp.Or(known[what], what)
	if strings.Contains(pattern, "://") {
		return func(_ context.Context, file string, line int) (string, error) {
			full := filepath.ToSlash(filepath.Join(p.dir, filepath.FromSlash(file)))
			if !strings.HasPrefix(full, "/") {
				full = "/" + full
			}
			full = (&url.URL{Path: full}).EscapedPath()
			return strings.NewReplacer("{file}", full, "{line}", strconv.Itoa(max(line, 1))).Replace(pattern), nil
		}, nil
	}
	words := strings.Fields(pattern)
	if _, err := exec.LookPath(words[0]); err != nil {
		return nil, usage(fmt.Errorf("find editor: %w; name a program that can be run, or a URL such as vscode://file{file}:{line}", err))
	}
	if !strings.Contains(pattern, "{file}") {
		words = append(words, "{file}")
	}
	return func(_ context.Context, file string, line int) (string, error) {
		full := filepath.Join(p.dir, filepath.FromSlash(file))
		args := slices.Clone(words)
		for i := range args {
			args[i] = strings.NewReplacer("{file}", full, "{line}", strconv.Itoa(max(line, 1))).Replace(args[i])
		}
		// The editor outlives the request, and may outlive the preview.
		cmd := exec.Command(args[0], args[1:]...) //nolint:noctx // see above
		if err := cmd.Start(); err != nil {
			return "", fmt.Errorf("start editor: %w", err)
		}
		go func() { _ = cmd.Wait() }() // nobody waits for what it says
		return "", nil
	}, nil
}

// openBrowser opens an address in the user's browser.
func openBrowser(ctx context.Context, at string) error {
	name, args := "xdg-open", []string{at}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", at}
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // nobody waits for what it says
	return nil
}

// cachedHistory reads the history of files anew only when a commit was made or
// another one checked out: a preview asks at each build.
func cachedHistory(dir string) func(context.Context) (*site.History, error) {
	var last *site.History
	var stamp string
	return func(ctx context.Context) (*site.History, error) {
		var sb strings.Builder
		for _, name := range []string{"HEAD", "logs/HEAD"} {
			if info, err := os.Stat(filepath.Join(dir, ".git", name)); err == nil {
				fmt.Fprintf(&sb, "%d %d ", info.Size(), info.ModTime().UnixNano())
			}
		}
		now := sb.String()
		if last != nil && now != "" && now == stamp {
			return last, nil
		}
		h, err := gitHistory(ctx, dir)
		if err != nil {
			return nil, err
		}
		last, stamp = h, now
		return h, nil
	}
}
