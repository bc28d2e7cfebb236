package forge

import (
	"context"
	"fmt"
	"io"
)

// DryRun is a Forge that reads from another and writes down what would be sent.
type DryRun struct {
	Forge
	W io.Writer
}

func (d DryRun) say(what, body string) error {
	if _, err := fmt.Fprintf(d.W, "would %s\n", what); err != nil || body == "" {
		return err
	}
	_, err := io.WriteString(d.W, indent(body, "    | ")+"\n\n")
	return err
}

// CreateNote implements Forge.
func (d DryRun) CreateNote(_ context.Context, body string) error {
	return d.say("post the summary:", body)
}

// UpdateNote implements Forge.
func (d DryRun) UpdateNote(_ context.Context, id int64, body string) error {
	return d.say(fmt.Sprintf("change the summary, note %d:", id), body)
}

// DeleteNote implements Forge.
func (d DryRun) DeleteNote(_ context.Context, id int64) error {
	return d.say(fmt.Sprintf("delete note %d, a duplicate", id), "")
}

// UpdateReply implements Forge.
func (d DryRun) UpdateReply(_ context.Context, discussion string, _ int64, body string) error {
	return d.say("change thread "+discussion+":", body)
}

// DeleteReply implements Forge.
func (d DryRun) DeleteReply(_ context.Context, discussion string, _ int64) error {
	return d.say("delete thread "+discussion+", a duplicate", "")
}

// Resolve implements Forge.
func (d DryRun) Resolve(_ context.Context, discussion string, resolved bool) error {
	if resolved {
		return d.say("resolve thread "+discussion, "")
	}
	return d.say("reopen thread "+discussion, "")
}

// CreateDraft implements Forge.
func (d DryRun) CreateDraft(_ context.Context, draft Draft) error {
	if draft.Discussion != "" {
		what := "answer thread " + draft.Discussion
		if draft.Resolve {
			what += " and resolve it"
		}
		return d.say(what+":", draft.Body)
	}
	p := draft.Place
	at := fmt.Sprintf("%s, line %d", visible(p.NewPath, " "), p.NewLine)
	if p.NewLine == 0 {
		at = fmt.Sprintf("%s, old line %d", visible(p.OldPath, " "), p.OldLine)
	}
	return d.say("begin a thread on "+at+":", draft.Body)
}

// DeleteDraft implements Forge.
func (d DryRun) DeleteDraft(_ context.Context, id int64) error {
	return d.say(fmt.Sprintf("delete draft %d", id), "")
}

// PublishDraft implements Forge.
func (d DryRun) PublishDraft(_ context.Context, id int64) error {
	return d.say(fmt.Sprintf("publish draft %d", id), "")
}

// PublishDrafts implements Forge.
func (d DryRun) PublishDrafts(context.Context) error { return d.say("publish all drafts", "") }

// Commit implements Forge.
func (d DryRun) Commit(_ context.Context, _ int64, branch, message string, files []FileChange) (string, error) {
	for _, f := range files {
		message += "\n" + visible(f.Path, " ")
		if f.From != "" {
			message += " (was " + visible(f.From, " ") + ")"
		}
	}
	return "", d.say("commit to "+visible(branch, " ")+":", message)
}

// SetStatus implements Forge.
func (d DryRun) SetStatus(_ context.Context, _ int64, sha, _ string, s Status) error {
	return d.say(fmt.Sprintf("set the status %s of %.12s to %s (%s), with a link to %s", s.Name, sha, s.State, s.Description, visible(s.URL, " ")), "")
}

// React implements Forge.
func (d DryRun) React(_ context.Context, note int64, name string) error {
	return d.say(fmt.Sprintf("answer note %d with :%s:", note, name), "")
}
