package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/lintel-docs/lintel/internal/finding"
)

// maxFixRounds bounds how often edits are made and the outcome is checked: an
// edit may make room for one that overlapped it, or uncover another finding.
const maxFixRounds = 8

// fixes returns the edits of open findings by file: those that are safe, or all.
func fixes(r *finding.Report, all bool, keep func(finding.Judged) bool) map[string][]finding.Judged {
	out := map[string][]finding.Judged{}
	for _, j := range r.Findings {
		if j.State == finding.Open && !j.Edit.IsZero() && (all || j.Edit.Safe) && keep(j) {
			for _, e := range j.Edits() {
				one := j
				one.Edit, one.Rest = e, nil
				out[e.Path] = append(out[e.Path], one)
			}
		}
	}
	return out
}

// plannedFix is what becomes of one file.
type plannedFix struct {
	path    string
	src     []byte
	edits   []finding.Edit
	made    []finding.Judged
	refused []refusedFix
}

type refusedFix struct {
	finding.Judged
	err error
}

// planFixes works out which edits can be made, file by file.
func planFixes(p *project, byFile map[string][]finding.Judged) []plannedFix {
	var out []plannedFix
	for _, name := range slices.Sorted(maps.Keys(byFile)) {
		fix := plannedFix{path: name}
		src, err := p.read(name)
		var edits []finding.Edit
		for _, j := range byFile[name] {
			edits = append(edits, j.Edit)
		}
		var refused map[finding.Edit]error
		if err == nil {
			fix.src = src
			fix.edits, refused = finding.Applicable(src, edits)
		}
		for _, j := range byFile[name] {
			switch e := refused[j.Edit]; {
			case err != nil:
				fix.refused = append(fix.refused, refusedFix{j, err})
			case e != nil:
				fix.refused = append(fix.refused, refusedFix{j, e})
			default:
				fix.made = append(fix.made, j)
			}
		}
		out = append(out, fix)
	}
	return out
}

// printPatch prints the edits as a diff that git applies.
func (a *app) printPatch(p *project, r *finding.Report, all bool, keep func(finding.Judged) bool) error {
	for _, fix := range planFixes(p, fixes(r, all, keep)) {
		a.printRefused(fix)
		patch, err := finding.Patch(fix.path, fix.src, fix.edits)
		if err != nil {
			return failure(fmt.Errorf("make patch of %s: %w", fix.path, err))
		}
		if _, err := a.stdout.Write(patch); err != nil {
			return failure(fmt.Errorf("write patch: %w", err))
		}
	}
	return nil
}

func (a *app) printRefused(fix plannedFix) {
	for _, j := range fix.refused {
		fmt.Fprintf(a.stderr, "%s: not mended, %v [%s]\n", finding.Visible(j.Position.String()), j.err, j.Rule)
	}
}

// fix makes edits until there are none left, and returns the report on what
// remains.
func (a *app) fix(ctx context.Context, p *project, f checkFlags, run *checkResult, keep func(finding.Judged) bool) (*checkResult, error) {
	all := f.fix == fixAll
	edits, files := 0, map[string]bool{}
	var failed error
	for range maxFixRounds {
		changed := false
		plans := planFixes(p, fixes(run.report, all, keep))
		for _, fix := range plans {
			text, err := finding.Apply(fix.src, fix.edits)
			if err == nil && string(text) != string(fix.src) {
				err = p.replace(fix.path, fix.src, text)
				changed = changed || err == nil
			}
			if err != nil { // the other files can still be mended
				failed = errors.Join(failed, fmt.Errorf("mend %s: %w", fix.path, err))
				continue
			}
			for _, j := range fix.made {
				fmt.Fprintf(a.stderr, "%s: mended: %s [%s]\n", finding.Visible(j.Position.String()), finding.Visible(j.Message), j.Rule)
				edits++
				files[fix.path] = true
			}
		}
		if !changed || failed != nil {
			for _, fix := range plans {
				a.printRefused(fix)
			}
			if !changed {
				break
			}
		}
		var err error
		if run, err = a.runCheck(ctx, p, f); err != nil {
			return run, err
		}
		if failed != nil {
			break
		}
	}
	if failed != nil {
		return run, failure(failed)
	}
	if edits == 0 {
		fmt.Fprintln(a.stderr, "nothing that could be mended")
	} else {
		fmt.Fprintf(a.stderr, "%s made in %s\n", plural(edits, "edit"), plural(len(files), "file"))
	}
	return run, nil
}

// replace writes a file whose text is still old.
func (p *project) replace(name string, old, text []byte) error {
	now, err := p.read(name)
	if err != nil {
		return err
	}
	if string(now) != string(old) {
		return errors.New("somebody else changed it at the same time; nothing was written")
	}
	return p.write(name, text)
}
