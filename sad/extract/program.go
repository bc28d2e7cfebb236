package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/lintel-docs/lintel/internal/finding"
)

// Program is an extractor that is a program of its own. It is started once for
// each file, without a shell, reads one [Request] as JSON from its standard
// input and writes one [Response] to its standard output. What it writes to its
// standard error is quoted when it fails.
type Program struct {
	Name     string // of the extractor
	Version  int
	Patterns []string // as in Extractor
	Command  []string // program and arguments
	// Env is the whole environment of the program; secrets of the caller are not
	// handed on unless they are in it.
	Env []string
	// Dir is the working folder; "" is that of the caller.
	Dir string
	// Timeout is how long it may take for one file; 0 means ten seconds.
	Timeout time.Duration
	// MaxOutput bounds what it may write, in bytes; 0 means 4 MiB.
	MaxOutput int64
}

// Request is what the program reads.
type Request struct {
	Version int    `json:"version"` // of this format: 1
	Path    string `json:"path"`    // slash path below the root
	Data    []byte `json:"data"`    // base64 in JSON, since a file need not be text
}

// Response is what the program writes. File and By of a fact are set by Lintel;
// Kind, ID and Name are required.
type Response struct {
	Facts    []Fact           `json:"facts"`
	Findings []ProgramFinding `json:"findings"`
}

// ProgramFinding is what the program has to say of the file.
type ProgramFinding struct {
	Line    int    `json:"line"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Exec returns the extractor that a program is. [New] refuses it unless the
// options allow programs. A program that fails, takes too long, says too much or
// is not understood gives a finding for the file, and the run goes on.
func Exec(p Program) Extractor {
	if p.Timeout <= 0 {
		p.Timeout = 10 * time.Second
	}
	if p.MaxOutput <= 0 {
		p.MaxOutput = 4 << 20
	}
	return Extractor{
		Name: p.Name, Version: p.Version, Patterns: p.Patterns, program: true,
		Extract: func(ctx context.Context, f *File) ([]Fact, []finding.Finding, error) {
			facts, findings, err := p.run(ctx, f)
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			if err != nil {
				return nil, []finding.Finding{{
					Rule: ruleProgram, Severity: finding.Warning,
					Message: fmt.Sprintf("the extractor %s failed: %s", p.Name, clip(err.Error())),
					Hint:    "run it by hand on this file",
				}}, nil
			}
			return facts, findings, nil
		},
	}
}

func (p Program) run(ctx context.Context, f *File) ([]Fact, []finding.Finding, error) {
	if len(p.Command) == 0 {
		return nil, nil, errors.New("it has no command")
	}
	in, err := json.Marshal(Request{Version: 1, Path: f.Path, Data: f.Data})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.Command[0], p.Command[1:]...)
	cmd.Env = p.Env
	if cmd.Env == nil {
		cmd.Env = []string{} // nil would hand on that of the caller
	}
	cmd.Dir = p.Dir
	cmd.Stdin = bytes.NewReader(in)
	out := &bounded{limit: p.MaxOutput, full: cancel}
	errOut := &bounded{limit: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, errOut
	cmd.WaitDelay = time.Second // a child that keeps the pipe open must not hold the run
	err = cmd.Run()
	switch {
	case out.over:
		return nil, nil, fmt.Errorf("it wrote more than %d bytes", p.MaxOutput)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, nil, fmt.Errorf("it took longer than %s", p.Timeout)
	case err != nil:
		if msg := strings.TrimSpace(errOut.buf.String()); msg != "" {
			return nil, nil, fmt.Errorf("%w: %s", err, msg)
		}
		return nil, nil, err
	}
	return p.decode(out.buf.Bytes())
}

// decode reads a response and refuses what no extractor may say.
func (p Program) decode(data []byte) ([]Fact, []finding.Finding, error) {
	var r Response
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return nil, nil, fmt.Errorf("read its output: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, errors.New("it wrote more than one JSON value")
	}
	if len(r.Facts) > maxFacts {
		return nil, nil, fmt.Errorf("it gave %d facts, the limit is %d", len(r.Facts), maxFacts)
	}
	for i := range r.Facts {
		f := &r.Facts[i]
		if f.Kind == "" || f.ID == "" || f.Name == "" {
			return nil, nil, fmt.Errorf("fact %d has no kind, id or name", i+1)
		}
		f.Kind, f.ID, f.Name, f.Technology = Kind(clip(string(f.Kind))), clip(f.ID), clip(f.Name), clip(f.Technology)
		f.Line = max(0, f.Line)
		f.Attrs, f.Uses = f.Attrs[:min(len(f.Attrs), maxUses)], f.Uses[:min(len(f.Uses), maxUses)]
		for j := range f.Attrs {
			f.Attrs[j].Key, f.Attrs[j].Value = clip(f.Attrs[j].Key), clip(f.Attrs[j].Value)
		}
		for j := range f.Uses {
			u := &f.Uses[j]
			u.Kind, u.Name, u.Relation = Kind(clip(string(u.Kind))), clip(u.Name), Relation(clip(string(u.Relation)))
		}
	}
	var findings []finding.Finding
	for _, m := range r.Findings[:min(len(r.Findings), 100)] {
		findings = append(findings, finding.Finding{
			Rule: ruleProgram, Severity: finding.Warning, Position: finding.Position{Line: max(0, m.Line)},
			Message: clip(p.Name + ": " + m.Message), Hint: clip(m.Hint),
		})
	}
	return r.Facts, findings, nil
}

// bounded keeps what is written up to a limit, and then ends the writer.
type bounded struct {
	buf   bytes.Buffer // not embedded: its ReadFrom would pass by Write
	limit int64
	full  func()
	over  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if int64(b.buf.Len()+len(p)) > b.limit {
		b.over = true
		if b.full != nil {
			b.full()
			return 0, errors.New("too much output")
		}
		return len(p), nil // what is said on standard error is only cut
	}
	return b.buf.Write(p)
}
