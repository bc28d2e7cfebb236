package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/publish"
	"github.com/lintel-docs/lintel/site"
)

// publishFlags are those of lintel publish and its subcommands.
type publishFlags struct {
	config, from, url, format string
	strict, quiet, dryRun     bool
	verify, adopt             bool

	allowDelete            bool
	deleteCount, deleteMax int
	grace, lockTimeout     time.Duration
	keep                   int
	release                string
	headers, cacheControl  []string
	compress               string
	preview, removePreview string
	dotenv                 string
	version, title         string
	aliases                []string
	aliasType              string
	defaultVersion         bool
	removeVersion          string
	cloudfront, cdnPath    string
	wait, noCache          bool
	olderThan              time.Duration

	s3        publish.S3Options
	pathStyle string
}

func (a *app) publishCommand() *cobra.Command {
	var f publishFlags
	c := &cobra.Command{
		Use:   "publish [flags] s3://BUCKET/PREFIX",
		Short: "Publish the site to a bucket",
		Long: `Publish builds the site and makes a bucket, or the part of it below a prefix,
equal to it. With --from it publishes a folder that any generator wrote.

What is there already is known from a manifest, so that a run without changes
costs one request. Assets are in place before the pages that need them, and what
is no longer part of the site goes last. A run that is stopped at any moment is
completed by the next one. Objects that Lintel did not write stay as they are.

Credentials, region and profile are found as the AWS command line finds them.`,
		Example: `  lintel publish s3://docs.example.com
  lintel publish --from public s3://bucket/handbook --endpoint-url https://minio.example.com
  lintel publish --dry-run s3://docs.example.com
  lintel publish --preview mr-42 s3://docs.example.com
  lintel publish --version 1.4 --alias latest s3://docs.example.com
  lintel publish list s3://docs.example.com
  lintel publish rollback 20261125T081500Z-k3v9qp s3://docs.example.com`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM)
			defer stop()
			return a.publish(ctx, f, args)
		},
	}
	p := c.PersistentFlags()
	p.StringVar(&f.s3.EndpointURL, "endpoint-url", "", "`URL` of an S3-compatible store")
	p.StringVar(&f.s3.Region, "region", "", "region of the bucket")
	p.StringVar(&f.s3.Profile, "profile", "", "profile of the AWS configuration")
	p.StringVar(&f.pathStyle, "path-style", "auto", "bucket in the path of requests: auto, true or false")
	p.BoolVar(&f.s3.RequestPayer, "request-payer", false, "pay for requests to a bucket of someone else")
	p.BoolVar(&f.s3.Accelerate, "accelerate", false, "use transfer acceleration")
	p.StringVar(&f.s3.Encryption, "sse", "", "encryption of objects: AES256, aws:kms or aws:kms:dsse (default the bucket's)")
	p.StringVar(&f.s3.KMSKey, "sse-kms-key-id", "", "`key` for --sse aws:kms")
	p.StringVar(&f.s3.ACL, "acl", "", "canned ACL of objects, where the bucket has ACLs")
	p.StringVar(&f.s3.StorageClass, "storage-class", "", "storage class of objects")
	p.IntVarP(&f.s3.Connections, "concurrency", "j", 32, "requests at a time, at most")
	p.StringVar(&f.format, "format", "text", "output: text, or json for one object a line")
	p.BoolVarP(&f.quiet, "quiet", "q", false, "print errors only")
	p.BoolVarP(&f.dryRun, "dry-run", "n", false, "print what would be done and do nothing")
	p.StringVarP(&f.config, "config-file", "f", "", "configuration `file` (default mkdocs.yml)")
	p.BoolVar(&f.allowDelete, "allow-delete", false, "delete however much is no longer part of the site")
	p.IntVar(&f.deleteCount, "max-delete", 20, "without --allow-delete, refuse to delete more than this `number` of objects that are also")
	p.IntVar(&f.deleteMax, "max-delete-percent", 50, "more than this `share` of all")
	p.DurationVar(&f.grace, "grace", 3*time.Second, "how long objects stay that are no longer part of the site; over 1m they are left to a later run")
	p.DurationVar(&f.lockTimeout, "lock-timeout", 5*time.Minute, "how long to wait for another publisher")
	p.IntVar(&f.keep, "keep-releases", 5, "how many releases can be rolled back to; 0 keeps none")
	p.StringVar(&f.cloudfront, "cloudfront", "", "invalidate the changed paths of this CloudFront `distribution`")
	p.StringVar(&f.cdnPath, "cloudfront-path", "/", "`path` of the site on the distribution")
	p.BoolVar(&f.wait, "wait", false, "wait until the invalidation is complete")
	p.StringVar(&f.url, "url", "", "address of the site, for redirects and previews (default site_url)")
	p.StringArrayVar(&f.headers, "header", nil, "header of files, as `'GLOB=Name: value'`; repeatable, the last wins")
	p.StringArrayVar(&f.cacheControl, "cache-control", nil, "Cache-Control of files, as `'GLOB=value'`; repeatable")
	p.StringVar(&f.compress, "compress", "", "store text compressed: br or gzip")
	p.BoolVar(&f.noCache, "no-cache", false, "do not keep manifests in the user's cache folder")
	fl := c.Flags()
	fl.StringVar(&f.from, "from", "", "publish this `folder` instead of building the site")
	fl.BoolVarP(&f.strict, "strict", "s", false, "publish nothing when the build has warnings")
	fl.BoolVar(&f.verify, "verify", false, "compare with what the bucket holds and repair what differs")
	fl.BoolVar(&f.adopt, "adopt", false, "take over objects below the prefix that Lintel did not write")
	fl.StringVar(&f.release, "release", "", "`name` of the release (default the time)")
	fl.StringVar(&f.preview, "preview", "", "publish a preview of this `name` below previews/ and print its address")
	fl.StringVar(&f.removePreview, "remove-preview", "", "remove the preview of this `name`")
	fl.StringVar(&f.dotenv, "dotenv", "", "write LINTEL_PREVIEW_URL to this `file`, for GitLab environments")
	fl.StringVar(&f.version, "version", "", "publish a `version` of the site into a folder of this name")
	fl.StringVar(&f.title, "title", "", "`text` that the version switch shows (default the version)")
	fl.StringSliceVar(&f.aliases, "alias", nil, "other `name` of the version, such as latest; repeatable")
	fl.StringVar(&f.aliasType, "alias-type", "copy", "what an alias is: a copy of the version, or redirects to it: copy or redirect")
	fl.BoolVar(&f.defaultVersion, "set-default", false, "let the root of the site lead to this version, by its first alias")
	fl.StringVar(&f.removeVersion, "remove-version", "", "remove a `version` and its aliases")
	c.MarkFlagsMutuallyExclusive("preview", "version", "remove-preview", "remove-version")
	c.AddCommand(a.publishListCommand(&f), a.publishRollbackCommand(&f), a.publishPromoteCommand(&f), a.publishSweepCommand(&f))
	return c
}

// targetAndName tells the target from the other argument, whichever comes first.
func targetAndName(args []string) (target, name string) {
	for _, s := range args {
		if target == "" && (strings.Contains(s, "://") || filepath.IsAbs(s) || strings.HasPrefix(s, ".")) {
			target = s
		} else {
			name = s
		}
	}
	return target, name
}

func (a *app) publishListCommand(f *publishFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "list TARGET",
		Short: "List releases, versions and previews",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.publishList(cmd.Context(), *f, args[0]) },
	}
}

func (a *app) publishRollbackCommand(f *publishFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "rollback RELEASE TARGET",
		Short: "Publish an earlier release again, without building it",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.republish(cmd.Context(), *f, args, func(ctx context.Context, t publish.Target, name string) (publish.Source, error) {
				f.allowDelete = true // the release is named: this is meant
				return publish.ReleaseSource(ctx, t, name, "")
			})
		},
	}
}

func (a *app) publishPromoteCommand(f *publishFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "promote PREVIEW TARGET",
		Short: "Publish what a preview shows as the site",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.republish(cmd.Context(), *f, args, func(ctx context.Context, t publish.Target, name string) (publish.Source, error) {
				if err := publish.CheckName("preview", name); err != nil {
					return publish.Source{}, usage(err)
				}
				src, err := publish.PreviewSource(ctx, t, name)
				if errors.Is(err, fs.ErrNotExist) {
					return src, fmt.Errorf("there is no preview %q in %s", name, t.Place())
				}
				return src, err
			})
		},
	}
}

func (a *app) publishSweepCommand(f *publishFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "sweep TARGET",
		Short: "Remove previews that were not published for long",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, done, err := a.openTarget(cmd.Context(), *f, args[0])
			if err != nil {
				return err
			}
			defer done()
			if f.dryRun {
				t = &publish.DryRun{Target: t}
			}
			gone, err := publish.SweepPreviews(cmd.Context(), t, f.olderThan, time.Now())
			for _, name := range gone {
				fmt.Fprintf(a.stderr, "removed preview %s\n", name)
			}
			if err != nil {
				return failure(err)
			}
			if len(gone) == 0 && !f.quiet {
				fmt.Fprintln(a.stderr, "no preview is that old")
			}
			return nil
		},
	}
	c.Flags().DurationVar(&f.olderThan, "older-than", 14*24*time.Hour, "remove previews that were last published this long ago")
	return c
}

// openTarget opens the place that an argument names.
func (a *app) openTarget(ctx context.Context, f publishFlags, name string) (publish.Target, func(), error) {
	switch {
	case strings.HasPrefix(name, "s3://"):
		o := f.s3
		switch f.pathStyle {
		case "", "auto":
		default:
			v, err := strconv.ParseBool(f.pathStyle)
			if err != nil {
				return nil, nil, usage(fmt.Errorf("--path-style is auto, true or false, not %q", f.pathStyle))
			}
			o.PathStyle = &v
		}
		if o.Connections < 1 || o.Connections > 1000 {
			return nil, nil, usage(fmt.Errorf("--concurrency is 1 to 1000, not %d", o.Connections))
		}
		t, err := publish.OpenS3(ctx, name, o)
		if err != nil {
			return nil, nil, usage(err)
		}
		return t, func() {}, nil
	case strings.Contains(name, "://") && !strings.HasPrefix(name, "file://"):
		return nil, nil, usage(fmt.Errorf("target %q: write s3://BUCKET/PREFIX, or the path of a folder", name))
	}
	t, err := publish.OpenFolder(strings.TrimPrefix(name, "file://"))
	if err != nil {
		return nil, nil, failure(err)
	}
	return t, func() { _ = t.Close() }, nil // nothing is written by it
}

// options are what the flags say about a run.
func (a *app) publishOptions(f publishFlags) (publish.SyncOptions, error) {
	o := publish.SyncOptions{
		Now: time.Now, Workers: f.s3.Connections, Keep: f.keep, ReleaseID: f.release, Grace: f.grace,
		AllowDelete: f.allowDelete, DeleteCount: f.deleteCount, DeleteShare: f.deleteMax,
		Adopt: f.adopt, Verify: f.verify, Owner: a.publisher(), Wait: f.lockTimeout,
	}
	o.Rules.Encoding = f.compress
	for _, s := range f.cacheControl {
		glob, v, ok := strings.Cut(s, "=")
		if !ok {
			return o, usage(fmt.Errorf("--cache-control %q: write GLOB=value, such as '*.pdf=max-age=3600'", s))
		}
		r, err := publish.ParseRule(glob + "=Cache-Control: " + v)
		if err != nil {
			return o, usage(err)
		}
		o.Rules.Custom = append(o.Rules.Custom, r)
	}
	for _, s := range f.headers {
		r, err := publish.ParseRule(s)
		if err != nil {
			return o, usage(err)
		}
		o.Rules.Custom = append(o.Rules.Custom, r)
	}
	switch f.compress {
	case "", "br", "gzip":
	default:
		return o, usage(fmt.Errorf("--compress is br or gzip, not %q", f.compress))
	}
	switch f.format {
	case "text", "json":
	default:
		return o, usage(fmt.Errorf("--format is text or json, not %q", f.format))
	}
	if f.release != "" {
		if err := publish.CheckName("release", f.release); err != nil {
			return o, usage(err)
		}
	}
	if f.url != "" {
		if !strings.HasPrefix(f.url, "http://") && !strings.HasPrefix(f.url, "https://") {
			return o, usage(fmt.Errorf("--url %q: write https://HOST/PATH/", f.url))
		}
		o.Rules.SiteURL = strings.TrimSuffix(f.url, "/") + "/"
	}
	if !f.noCache && !f.dryRun {
		if dir, err := os.UserCacheDir(); err == nil {
			o.Cache = diskCache(filepath.Join(dir, "lintel", "publish"))
		}
	}
	return o, nil
}

// publisher names this process to others.
func (a *app) publisher() publish.Owner {
	host, _ := os.Hostname()
	o := publish.Owner{PID: os.Getpid(), Alive: alive, By: "somebody"}
	if u, ok := a.env("USER"); ok && u != "" {
		o.By = u
	}
	if host != "" {
		o.By += "@" + host
	}
	if job, ok := a.env("CI_JOB_URL"); ok && job != "" {
		o.By = "the job " + job
	}
	// Containers may share a name of a host; a process id says something only
	// inside of one process table.
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, err2 := os.Readlink("/proc/self/ns/pid")
	if err == nil && err2 == nil {
		o.Host = host + " " + strings.TrimSpace(string(boot)) + " " + space
	}
	return o
}

// diskCache keeps manifests in a folder.
type diskCache string

func (d diskCache) Load(name string) ([]byte, bool) {
	b, err := os.ReadFile(filepath.Join(string(d), name))
	return b, err == nil
}

func (d diskCache) Store(name string, b []byte) {
	if os.MkdirAll(string(d), 0o700) != nil {
		return
	}
	tmp, err := os.CreateTemp(string(d), "tmp-")
	if err != nil {
		return
	}
	_, err = tmp.Write(b)
	if cerr := tmp.Close(); err != nil || cerr != nil || os.Rename(tmp.Name(), filepath.Join(string(d), name)) != nil {
		_ = os.Remove(tmp.Name()) // a cache may lose anything
	}
}

func (a *app) publish(ctx context.Context, f publishFlags, args []string) error {
	if len(args) == 0 {
		return usage(errors.New("publish where? write lintel publish s3://BUCKET/PREFIX"))
	}
	o, err := a.publishOptions(f)
	if err != nil {
		return err
	}
	for what, name := range map[string]string{"preview": f.preview + f.removePreview, "version": f.version + f.removeVersion} {
		if name != "" {
			if err := publish.CheckName(what, name); err != nil {
				return usage(err)
			}
		}
	}
	for _, name := range f.aliases {
		if err := publish.CheckName("alias", name); err != nil {
			return usage(err)
		}
	}
	if f.version == "" && (len(f.aliases) > 0 || f.title != "" || f.defaultVersion) {
		return usage(errors.New("--alias, --title and --set-default say something about a --version"))
	}
	if f.aliasType != "copy" && f.aliasType != "redirect" {
		return usage(fmt.Errorf("--alias-type is copy or redirect, not %q", f.aliasType))
	}
	t, done, err := a.openTarget(ctx, f, args[0])
	if err != nil {
		return err
	}
	defer done()
	switch {
	case f.removePreview != "":
		return a.removeSite(ctx, f, t, publish.Preview(t, f.removePreview), "preview "+f.removePreview)
	case f.removeVersion != "":
		return a.removeVersion(ctx, f, t)
	}
	fsys, recipe, close, err := a.publishSource(ctx, &f, &o)
	if err != nil {
		return err
	}
	defer close()
	src, err := publish.Files(ctx, fsys, recipe)
	if err != nil {
		return failure(err)
	}
	switch {
	case f.preview != "":
		return a.publishPreview(ctx, f, src, t, o)
	case f.version != "":
		return a.publishVersion(ctx, f, src, t, o)
	}
	return a.sync(ctx, f, src, t, o)
}

// publishSource returns the files to publish: those of --from, or of the site.
func (a *app) publishSource(ctx context.Context, f *publishFlags, o *publish.SyncOptions) (fsys fs.FS, recipe string, closer func(), err error) {
	if f.from != "" {
		info, err := os.Stat(f.from)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, "", nil, usage(fmt.Errorf("publish %s: there is no such folder", f.from))
		case err != nil:
			return nil, "", nil, failure(fmt.Errorf("publish: %w", err))
		case !info.IsDir():
			return nil, "", nil, usage(fmt.Errorf("publish %s: it is a file; name the folder that it lies in", f.from))
		}
		root, err := os.OpenRoot(f.from)
		if err != nil {
			return nil, "", nil, failure(fmt.Errorf("publish: %w", err))
		}
		return root.FS(), "", func() { root.Close() }, nil
	}
	s, p, err := a.openSite(f.config, site.Options{Strict: f.strict})
	if err != nil {
		return nil, "", nil, err
	}
	snap, err := s.Build(ctx)
	if err != nil {
		p.close()
		return nil, "", nil, usage(err)
	}
	worst := printFindings(a.stderr, a.judge(p, s.Config(), snap, snap.Findings(), checkFlags{built: true}), f.quiet, false)
	if s.Config().Strict && worst >= finding.Warning {
		p.close()
		fmt.Fprintln(a.stderr, "lintel: nothing is published: strict mode is on and there are warnings")
		return nil, "", nil, &exitError{code: exitFindings}
	}
	if o.Rules.SiteURL == "" && s.Config().SiteURL != "" {
		o.Rules.SiteURL = strings.TrimSuffix(s.Config().SiteURL, "/") + "/"
	}
	// Recipes are comparable only within one build of Lintel.
	if v := version(); v != "(devel)" && !strings.Contains(v, "dirty") {
		recipe = v + "\x00" + o.Rules.SiteURL
	}
	return snap, recipe, p.close, nil
}

// republish publishes what the target holds already.
func (a *app) republish(ctx context.Context, f publishFlags, args []string, open func(context.Context, publish.Target, string) (publish.Source, error)) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	where, name := targetAndName(args)
	if where == "" || name == "" {
		return usage(errors.New("write a name and a target, such as s3://BUCKET/PREFIX"))
	}
	o, err := a.publishOptions(f)
	if err != nil {
		return err
	}
	o.AllowDelete = true // it is named: this is meant
	t, done, err := a.openTarget(ctx, f, where)
	if err != nil {
		return err
	}
	defer done()
	src, err := open(ctx, t, name)
	if err != nil {
		if exit := (*exitError)(nil); errors.As(err, &exit) {
			return err
		}
		if errors.Is(err, publish.ErrNoRelease) {
			return usage(err)
		}
		return failure(err)
	}
	defer src.Close()
	return a.sync(ctx, f, src, t, o)
}

// sync makes the target equal to the source and tells about it.
func (a *app) sync(ctx context.Context, f publishFlags, src publish.Source, t publish.Target, o publish.SyncOptions) error {
	// What lives is one entry for each object; the rest of a large site's memory
	// would be garbage that waits for its collector.
	defer debug.SetGCPercent(debug.SetGCPercent(40))
	var dry *publish.DryRun
	if f.dryRun {
		dry = &publish.DryRun{Target: t}
		t = dry
		o.Grace, o.Wait = 0, 0
	}
	if f.cloudfront != "" && !f.dryRun {
		cdn, err := publish.OpenCloudFront(ctx, f.cloudfront, f.cdnPath, f.s3.Profile)
		if err != nil {
			return failure(err)
		}
		o.CDN = cdn
	}
	v := a.newView(f)
	o.Report = v.event
	start := time.Now()
	out, err := publish.Sync(ctx, src, t, o)
	v.clear()
	if err != nil {
		if out != nil && out.Plan != nil {
			v.plan(out.Plan)
		}
		return publishError(err)
	}
	if f.cloudfront != "" && f.dryRun && out.Plan != nil {
		out.CDNPaths = publish.Invalidations(out.Plan)
	}
	if out.CDN != "" && f.wait {
		v.say("waiting for invalidation %s", out.CDN)
		if err := o.CDN.Wait(ctx, out.CDN); err != nil {
			return failure(err)
		}
	}
	v.done(t, out, dry, time.Since(start))
	return nil
}

// publishError gives an error its exit status.
func publishError(err error) error {
	var guard *publish.GuardError
	var foreign *publish.ForeignError
	switch {
	case errors.As(err, &guard), errors.As(err, &foreign):
		return &exitError{code: exitFindings, err: err}
	case errors.Is(err, publish.ErrEmpty):
		return usage(err)
	case errors.Is(err, context.Canceled):
		return failure(errors.New("publish: stopped before the end; run the command again, it goes on from there"))
	}
	return failure(err)
}

func (a *app) publishPreview(ctx context.Context, f publishFlags, src publish.Source, t publish.Target, o publish.SyncOptions) error {
	o.Preview, o.Keep, f.keep = true, 0, 0
	o.AllowDelete = true // a preview is nobody's live site
	base := o.Rules.SiteURL
	f.cdnPath = path.Join(f.cdnPath, publish.PreviewsDir, f.preview)
	if err := a.sync(ctx, f, src, publish.Preview(t, f.preview), o); err != nil {
		return err
	}
	if base == "" {
		base = strings.TrimSuffix(a.objectURL(f, t), "/") + "/"
	}
	url := base + publish.PreviewsDir + "/" + f.preview + "/"
	if f.format == "text" {
		fmt.Fprintln(a.stdout, url)
	}
	if f.dotenv != "" && !f.dryRun {
		if err := os.WriteFile(f.dotenv, []byte("LINTEL_PREVIEW_URL="+url+"\n"), 0o666); err != nil {
			return failure(fmt.Errorf("write address of the preview: %w", err))
		}
	}
	return nil
}

// objectURL is the address of a target as its store serves it.
func (a *app) objectURL(f publishFlags, t publish.Target) string {
	rest, ok := strings.CutPrefix(t.Place(), "s3://")
	if !ok {
		return t.Place()
	}
	endpoint := f.s3.EndpointURL
	if endpoint == "" {
		endpoint, _ = a.env("AWS_ENDPOINT_URL_S3")
	}
	if endpoint == "" {
		endpoint, _ = a.env("AWS_ENDPOINT_URL")
	}
	if endpoint != "" {
		return strings.TrimSuffix(endpoint, "/") + "/" + rest
	}
	bucket, prefix, _ := strings.Cut(rest, "/")
	return "https://" + bucket + ".s3.amazonaws.com/" + prefix
}

func (a *app) publishVersion(ctx context.Context, f publishFlags, src publish.Source, t publish.Target, o publish.SyncOptions) error {
	// The list is read first: a name that clashes publishes nothing.
	edit := func(list []publish.Version) ([]publish.Version, error) {
		return publish.SetVersion(list, f.version, f.title, f.aliases)
	}
	if err := publish.EditVersions(ctx, &publish.DryRun{Target: t}, edit); err != nil {
		return failure(err)
	}
	below := func(name string) (publishFlags, publish.SyncOptions) {
		f, o := f, o
		f.cdnPath = path.Join(f.cdnPath, name)
		if o.Rules.SiteURL != "" {
			o.Rules.SiteURL += name + "/"
		}
		return f, o
	}
	vf, vo := below(f.version)
	if err := a.sync(ctx, vf, src, publish.Below(t, f.version), vo); err != nil {
		return err
	}
	for _, alias := range f.aliases {
		what := src
		af, ao := below(alias)
		ao.Keep, ao.AllowDelete, af.keep = 0, true, 0 // it follows the version
		if f.aliasType == "redirect" {
			what = publish.AliasSource(src, f.version)
		}
		if err := a.sync(ctx, af, what, publish.Below(t, alias), ao); err != nil {
			return err
		}
	}
	if f.dryRun {
		return nil
	}
	if err := publish.EditVersions(ctx, t, edit); err != nil {
		return failure(err)
	}
	if f.cloudfront != "" {
		cdn, err := publish.OpenCloudFront(ctx, f.cloudfront, f.cdnPath, f.s3.Profile)
		if err == nil {
			_, err = cdn.Invalidate(ctx, rand.Text(), []string{"/" + publish.VersionsKey})
		}
		if err != nil {
			return failure(err)
		}
	}
	if !f.defaultVersion {
		return nil
	}
	to := f.version
	if len(f.aliases) > 0 {
		to = f.aliases[0]
	}
	o.Keep, f.keep = 0, 0
	return a.sync(ctx, f, publish.Source{Files: []publish.File{publish.FileOf("index.html", publish.RedirectPage(to+"/"))}}, t, o)
}

func (a *app) removeSite(ctx context.Context, f publishFlags, t, below publish.Target, what string) error {
	if f.dryRun {
		below = &publish.DryRun{Target: below}
	}
	n, err := publish.RemoveSite(ctx, below)
	if errors.Is(err, fs.ErrNotExist) {
		// What is gone already is what was asked for: jobs run twice.
		if !f.quiet {
			fmt.Fprintf(a.stderr, "there is no %s in %s\n", what, t.Place())
		}
		return nil
	}
	if err != nil {
		return failure(err)
	}
	if !f.quiet {
		fmt.Fprintf(a.stderr, "removed %s: %s\n", what, plural(n, "object"))
	}
	return nil
}

func (a *app) removeVersion(ctx context.Context, f publishFlags, t publish.Target) error {
	var aliases []string
	et := t
	if f.dryRun {
		et = &publish.DryRun{Target: t}
	}
	err := publish.EditVersions(ctx, et, func(list []publish.Version) ([]publish.Version, error) {
		var rest []publish.Version
		for _, v := range list {
			if v.Version == f.removeVersion {
				aliases = v.Aliases
			} else {
				rest = append(rest, v)
			}
		}
		return rest, nil
	})
	if err != nil {
		return failure(err)
	}
	for _, name := range append(aliases, f.removeVersion) {
		if publish.CheckName("alias", name) != nil {
			continue // of another tool
		}
		if err := a.removeSite(ctx, f, t, publish.Below(t, name), "version "+name); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) publishList(ctx context.Context, f publishFlags, where string) error {
	t, done, err := a.openTarget(ctx, f, where)
	if err != nil {
		return err
	}
	defer done()
	var l publishedList
	m, err := publish.ReadManifest(ctx, t)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return failure(err)
	default:
		l.Current = m.Release
		for _, r := range m.Releases {
			l.Releases = append(l.Releases, listedRelease{r.ID, r.Time, r.Objects, r.Bytes, r.Added, r.Changed, r.Removed, r.ID == m.Release})
		}
	}
	err = publish.EditVersions(ctx, &publish.DryRun{Target: t}, func(list []publish.Version) ([]publish.Version, error) {
		l.Versions = list
		return list, nil
	})
	if err != nil {
		return failure(err)
	}
	previews, perr := publish.Previews(ctx, t)
	for _, p := range previews {
		l.Previews = append(l.Previews, listedPreview{p.Name, p.Changed})
	}
	if f.format == "json" {
		if err := json.NewEncoder(a.stdout).Encode(l); err != nil {
			return failure(err)
		}
	} else {
		l.print(a.stdout)
	}
	if perr != nil {
		return failure(perr)
	}
	if m == nil && len(l.Versions)+len(l.Previews) == 0 {
		fmt.Fprintf(a.stderr, "nothing is published in %s\n", t.Place())
	}
	return nil
}

type publishedList struct {
	Current  string            `json:"current"`
	Releases []listedRelease   `json:"releases"`
	Versions []publish.Version `json:"versions"`
	Previews []listedPreview   `json:"previews"`
}

type listedRelease struct {
	ID      string    `json:"id"`
	Time    time.Time `json:"time"`
	Objects int       `json:"objects"`
	Bytes   int64     `json:"bytes"`
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Removed int       `json:"removed"`
	Current bool      `json:"current"`
}

type listedPreview struct {
	Name    string    `json:"name"`
	Changed time.Time `json:"changed"`
}

func (l *publishedList) print(w io.Writer) {
	for _, r := range l.Releases {
		mark := " "
		if r.Current {
			mark = "*"
		}
		fmt.Fprintf(w, "%s %s  %s  %s, %s  +%d ~%d -%d\n", mark, r.ID, r.Time.Format(time.DateTime), plural(r.Objects, "object"), megabytes(r.Bytes), r.Added, r.Changed, r.Removed)
	}
	for _, v := range l.Versions {
		fmt.Fprintf(w, "version %s", v.Version)
		if v.Title != v.Version {
			fmt.Fprintf(w, " (%s)", v.Title)
		}
		if len(v.Aliases) > 0 {
			fmt.Fprintf(w, "  %s", strings.Join(v.Aliases, ", "))
		}
		fmt.Fprintln(w)
	}
	for _, p := range l.Previews {
		fmt.Fprintf(w, "preview %s  %s\n", p.Name, p.Changed.UTC().Format(time.DateTime))
	}
}
