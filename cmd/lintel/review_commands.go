package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/internal/forge"
)

// response is what is said to somebody who asked for something.
type response struct {
	ask     forge.Ask
	outcome forge.Outcome
}

// listen takes what people have said in comments: findings that they answer for
// do not count, and what else they ask for is kept for later.
func (rv *review) listen(ctx context.Context) error {
	if len(rv.verbs) == 0 {
		return nil // the project takes no commands
	}
	conv, err := forge.Listen(ctx, rv.forge, rv.mr)
	if err != nil {
		return rv.flags.forgeError(err)
	}
	rv.me = conv.Me
	// An answer holds as long as what it was given for is there.
	taken := map[string]bool{}
	for _, a := range conv.Answers {
		var still []string
		for _, j := range rv.report.Findings {
			if a.Covers(j.Fingerprint) && !taken[j.Fingerprint] {
				taken[j.Fingerprint] = true
				still = append(still, j.Fingerprint)
			}
		}
		if len(still) > 0 {
			kept := forge.NewAnswer(forge.Ask{}, a.Reason, still)
			kept.Note, kept.By = a.Note, a.By
			rv.answers = append(rv.answers, kept)
		}
	}
	for _, ask := range conv.Asks {
		switch {
		case ask.Verb == "":
			rv.responses = append(rv.responses, response{ask, forge.Unknown})
		case !ask.May || !slices.Contains(rv.verbs, ask.Verb):
			rv.responses = append(rv.responses, response{ask, forge.Forbidden})
		case ask.Verb == forge.Apply:
			rv.asks = append(rv.asks, ask)
		case ask.Verb == forge.Ignore:
			rv.responses = append(rv.responses, response{ask, rv.answer(ask, taken)})
		default: // this run is the other look
			rv.responses = append(rv.responses, response{ask, forge.Done})
		}
	}
	for i := range rv.report.Findings {
		j := &rv.report.Findings[i]
		for _, a := range rv.answers {
			if j.State == finding.Open && a.Covers(j.Fingerprint) {
				j.State, j.Why = finding.Waived, fmt.Sprintf("%s (%s, in a comment)", a.Reason, a.By)
				rv.answered = append(rv.answered, forge.Item{Finding: j.Finding, Fingerprint: j.Fingerprint})
			}
		}
	}
	return nil
}

// answer takes "ignore RULE [DOCUMENT] reason"; in a thread of Lintel the rule
// may be left out. It is for the findings that are there now.
func (rv *review) answer(ask forge.Ask, taken map[string]bool) forge.Outcome {
	rule, reason, _ := strings.Cut(ask.Args, " ")
	rule = strings.Trim(rule, "`")
	rules := map[string]bool{}
	for _, r := range catalog().Match(rule) {
		rules[r.ID] = true
	}
	if len(rules) == 0 && ask.Prints != nil {
		reason = ask.Args
	}
	inThread := len(rules) == 0 && ask.Prints != nil
	document, rest, _ := strings.Cut(reason, " ")
	document = strings.Trim(document, "`")
	if slices.ContainsFunc(rv.report.Findings, func(j finding.Judged) bool { return j.Path == document }) {
		reason = rest
	} else {
		document = ""
	}
	if strings.TrimSpace(reason) == "" {
		return forge.Unknown
	}
	out := forge.Unknown
	var prints []string
	for _, j := range rv.report.Findings {
		if j.State == finding.Off || !ask.Covered(j.Fingerprint) || !inThread && !rules[j.Rule] || document != "" && document != j.Path {
			continue
		}
		out = forge.Done
		if j.State == finding.Open && !taken[j.Fingerprint] {
			taken[j.Fingerprint] = true
			prints = append(prints, j.Fingerprint)
		}
	}
	if len(prints) > 0 {
		rv.answers = append(rv.answers, forge.NewAnswer(ask, reason, prints))
	}
	return out
}

// commandsBegin returns how a comment may begin that is a command, "" where the
// project takes none that answers a finding.
func (rv *review) commandsBegin() string {
	if rv.me.Name == "" || !slices.Contains(rv.verbs, forge.Apply) || !slices.Contains(rv.verbs, forge.Ignore) {
		return ""
	}
	return "@" + rv.me.Name
}

// declined reports whether the server will not do something, now and later.
func declined(err error) bool {
	return errors.Is(err, forge.ErrRefused) || errors.Is(err, forge.ErrAccess) && !errors.Is(err, forge.ErrDead)
}

// respond tells people how what they asked for went.
func (rv *review) respond(ctx context.Context) error {
	for _, r := range rv.responses {
		err := forge.Respond(ctx, rv.forge, r.ask, r.outcome)
		if declined(err) {
			rv.log.Warn("a response was refused", "note", r.ask.Note, "error", err)
			continue
		} else if err != nil {
			return err
		}
	}
	rv.responses = nil
	return nil
}

// applyAsked commits the proposed edits for those who asked for it in comments.
// It reports true when the run is over: the head has moved by it.
func (rv *review) applyAsked(ctx context.Context) (done bool, err error) {
	var asks []forge.Ask
	var people []forge.User
	begun := false
	for _, a := range rv.asks {
		begun = begun || a.Begun
		err := forge.Begin(ctx, rv.forge, a)
		if declined(err) {
			rv.log.Warn("a command is left alone, for it cannot be responded to", "note", a.Note, "error", err)
			continue
		} else if err != nil {
			return true, rv.flags.forgeError(err)
		}
		asks, people = append(asks, a), append(people, a.By)
	}
	if len(asks) == 0 {
		return false, nil
	}
	outcome := forge.Done
	did, err := rv.commitEdits(ctx, people)
	moved, superseded := errors.AsType[*forge.Superseded](err)
	no, refused := errors.AsType[*refusal](err)
	switch {
	case superseded:
		return true, rv.superseded(moved)
	case refused:
		outcome = forge.Failed
		fmt.Fprintf(rv.stderr, "lintel: apply, asked for by %s: %s\n", finding.Visible(people[0].Name), rv.flags.hide(no.Error()))
	case err != nil:
		return true, rv.flags.forgeError(err)
	case did.files == 0 && !begun: // else an earlier run got to commit, and no further
		outcome = forge.Unknown
	}
	if did.files == 0 {
		for _, a := range asks {
			rv.responses = append(rv.responses, response{a, outcome})
		}
		return false, nil
	}
	rv.responses = nil // what else was asked for is up to the run for the new head
	for _, a := range asks {
		rv.responses = append(rv.responses, response{a, outcome})
	}
	if err := rv.respond(ctx); err != nil {
		return true, rv.flags.forgeError(err)
	}
	return true, rv.told(did)
}
