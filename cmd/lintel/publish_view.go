package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/publish"
)

// publishView tells about a run: on a terminal with a line that moves, elsewhere
// with plain lines, for machines with JSON.
type publishView struct {
	a        *app
	f        publishFlags
	terminal bool
	start    time.Time
	last     time.Time
	shown    bool
	planned  *publish.Plan
}

func (a *app) newView(f publishFlags) *publishView {
	v := &publishView{a: a, f: f, start: time.Now()}
	if file, ok := a.stderr.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			term, _ := a.env("TERM")
			v.terminal = term != "" && term != "dumb"
		}
	}
	return v
}

func (v *publishView) json(event any) {
	_ = json.NewEncoder(v.a.stdout).Encode(event) // nowhere is left to report it
}

type jsonProgress struct {
	Event string `json:"event"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
	Bytes int64  `json:"bytes"`
}

type jsonMessage struct {
	Event   string `json:"event"`
	Message string `json:"message"`
}

type jsonPlan struct {
	Event     string   `json:"event"`
	Added     []string `json:"added"`
	Changed   []string `json:"changed"`
	Headers   []string `json:"headers"`
	Removed   []string `json:"removed"`
	Unchanged int      `json:"unchanged"`
	Bytes     int64    `json:"bytes"`
}

type jsonDone struct {
	Event      string     `json:"event"`
	Target     string     `json:"target"`
	Release    string     `json:"release"`
	Added      int        `json:"added"`
	Changed    int        `json:"changed"`
	Headers    int        `json:"headers"`
	Removed    int        `json:"removed"`
	Unchanged  int        `json:"unchanged"`
	Bytes      int64      `json:"bytes"`
	Requests   int        `json:"requests"`
	Attempts   int        `json:"attempts"`
	Deferred   int        `json:"deferred"`
	Seconds    float64    `json:"seconds"`
	DryRun     bool       `json:"dry_run"`
	Cost       float64    `json:"cost_usd"`
	Calls      *jsonCalls `json:"calls,omitempty"`
	CDN        string     `json:"invalidation,omitempty"`
	CDNPaths   []string   `json:"invalidated,omitempty"`
	PreviewURL string     `json:"preview_url,omitempty"`
}

type jsonCalls struct {
	Reads   int `json:"reads"`
	Writes  int `json:"writes"`
	Deletes int `json:"deletes"`
}

// say prints a line.
func (v *publishView) say(format string, args ...any) {
	if v.f.quiet {
		return
	}
	if v.f.format == "json" {
		v.json(jsonMessage{"message", fmt.Sprintf(format, args...)})
		return
	}
	v.clear()
	fmt.Fprintf(v.a.stderr, format+"\n", args...)
}

func (v *publishView) event(e publish.Event) {
	switch {
	case e.Message != "":
		v.say("%s", e.Message)
	case e.Plan != nil:
		v.planned = e.Plan
		v.last = time.Now()
		if v.f.format == "json" {
			p := e.Plan
			v.json(jsonPlan{"plan", some(p.Added), some(p.Changed), some(p.Headers), some(p.Removed), p.Unchanged, p.Bytes})
		} else if v.f.dryRun {
			v.plan(e.Plan)
		}
	default:
		v.progress(e)
	}
}

func some(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func (v *publishView) progress(e publish.Event) {
	now := time.Now()
	every := 10 * time.Second
	if v.terminal {
		every = 100 * time.Millisecond
	}
	if v.f.format == "json" {
		every = time.Second
	}
	if v.f.quiet || v.f.dryRun || now.Sub(v.last) < every {
		return
	}
	v.last = now
	if v.f.format == "json" {
		v.json(jsonProgress{"progress", e.Done, e.Total, e.Bytes})
		return
	}
	spent := now.Sub(v.start).Seconds()
	rate := float64(e.Bytes) / max(spent, 1e-3)
	left := time.Duration(spent / float64(max(e.Done, 1)) * float64(e.Total-e.Done) * float64(time.Second)).Round(time.Second)
	line := fmt.Sprintf("%d of %s, %s/s, %s left", e.Done, plural(e.Total, "object"), megabytes(int64(rate)), left)
	if v.terminal {
		fmt.Fprintf(v.a.stderr, "\r\x1b[K%s", line)
		v.shown = true
		return
	}
	fmt.Fprintln(v.a.stderr, line)
}

// clear removes the line that moves.
func (v *publishView) clear() {
	if v.shown {
		fmt.Fprint(v.a.stderr, "\r\x1b[K")
		v.shown = false
	}
}

// planLines is how many keys of each kind a dry run prints.
const planLines = 200

func (v *publishView) plan(p *publish.Plan) {
	if v.f.quiet || v.f.format == "json" {
		return
	}
	var sb strings.Builder
	for _, kind := range []struct {
		mark string
		keys []string
	}{{"+", p.Added}, {"~", p.Changed}, {"h", p.Headers}, {"-", p.Removed}} {
		for i, k := range kind.keys {
			if i == planLines {
				fmt.Fprintf(&sb, "%s … %d more\n", kind.mark, len(kind.keys)-planLines)
				break
			}
			fmt.Fprintf(&sb, "%s %s\n", kind.mark, k)
		}
	}
	fmt.Fprint(v.a.stdout, sb.String())
}

// Prices of Amazon S3 Standard in us-east-1, in dollars a request.
// https://aws.amazon.com/s3/pricing/
const (
	priceWrite = 0.005 / 1000
	priceRead  = 0.0004 / 1000
)

func (v *publishView) done(t publish.Target, out *publish.Outcome, dry *publish.DryRun, spent time.Duration) {
	p := out.Plan
	requests := 0
	var calls *jsonCalls
	cost := 0.0
	if dry != nil {
		c := dry.Calls()
		requests = c.Reads + c.Writes + c.Deletes
		calls = &jsonCalls{c.Reads, c.Writes, c.Deletes}
		cost = float64(c.Writes)*priceWrite + float64(c.Reads)*priceRead
		t = dry.Target
	} else if s3, ok := t.(*publish.S3); ok {
		requests = s3.Requests()
	}
	if v.f.format == "json" {
		v.json(jsonDone{
			Event: "done", Target: t.Place(), Release: out.Release,
			Added: len(p.Added), Changed: len(p.Changed), Headers: len(p.Headers), Removed: len(p.Removed), Unchanged: p.Unchanged,
			Bytes: p.Bytes, Requests: requests, Attempts: out.Attempts, Deferred: out.Deferred, Seconds: spent.Seconds(), DryRun: dry != nil,
			Cost: cost, Calls: calls, CDN: out.CDN, CDNPaths: out.CDNPaths,
		})
		return
	}
	if v.f.quiet {
		return
	}
	var parts []string
	for _, k := range []struct {
		n    int
		what string
	}{{len(p.Added), "added"}, {len(p.Changed), "changed"}, {len(p.Headers), "with new headers"}, {len(p.Removed), "removed"}, {p.Unchanged, "unchanged"}} {
		if k.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", k.n, k.what))
		}
	}
	line := strings.Join(parts, ", ")
	if line == "" {
		line = "nothing changed"
	}
	switch {
	case dry != nil:
		fmt.Fprintf(v.a.stdout, "would publish to %s: %s; %s to send, %s (%d reads, %d writes, %d deletes), about $%.4f\n",
			t.Place(), line, megabytes(p.Bytes), plural(requests, "request"), calls.Reads, calls.Writes, calls.Deletes, cost)
		for _, path := range out.CDNPaths {
			fmt.Fprintf(v.a.stdout, "invalidate %s\n", path)
		}
	default:
		line = fmt.Sprintf("%s published: %s; %s", t.Place(), line, megabytes(p.Bytes))
		if requests > 0 {
			line += ", " + plural(requests, "request")
		}
		v.say("%s in %s", line, spent.Round(time.Millisecond))
		if out.Deferred > 0 {
			v.say("%s will be deleted after the grace period, by a later run", plural(out.Deferred, "object"))
		}
		if v.f.keep > 0 && out.Release != "" && len(p.Added)+len(p.Changed)+len(p.Removed) > 0 {
			v.say("release %s", out.Release)
		}
		if n := len(out.CDNPaths); n > 0 {
			v.say("invalidated %s (%s)", plural(n, "path"), out.CDN)
		}
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
