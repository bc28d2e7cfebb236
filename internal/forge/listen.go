package forge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Verb is what somebody asks Lintel for.
type Verb string

// The verbs.
const (
	Apply   Verb = "apply"   // commit the proposed edits
	Ignore  Verb = "ignore"  // leave findings as they are, for a reason
	Recheck Verb = "recheck" // look again, which every run does
)

// Verbs returns all verbs.
func Verbs() []Verb { return []Verb{Apply, Ignore, Recheck} }

// Ask is a command that somebody wrote as a comment: "@lintel-bot ignore RULE
// reason", or "/lintel ignore RULE reason".
type Ask struct {
	Note int64
	By   User
	Verb Verb   // "" when it is none that is known
	Args string // what stands behind it, on one line
	// Prints are the short fingerprints of the thread that it answers; nil
	// elsewhere.
	Prints []string
	May    bool // who asks is allowed to, as of now
	Begun  bool // an earlier run has begun with it, and did not get to say how it went
}

// Answer is what somebody said of findings in a comment: that they may stay.
type Answer struct {
	Prints []string `json:"f"` // short fingerprints
	Note   int64    `json:"n"`
	By     string   `json:"u"`
	Reason string   `json:"r"`
}

// Covers reports whether an answer is for a finding.
func (a Answer) Covers(fingerprint string) bool { return slices.Contains(a.Prints, short(fingerprint)) }

// NewAnswer returns the answer of an ask for findings with these fingerprints.
func NewAnswer(a Ask, reason string, fingerprints []string) Answer {
	out := Answer{Note: a.Note, By: a.By.Name, Reason: clip(strings.Join(strings.Fields(reason), " "))}
	for _, f := range fingerprints {
		out.Prints = append(out.Prints, short(f))
	}
	return out
}

// Covered reports whether an ask, where it answers a thread of Lintel, is about
// a finding; any finding elsewhere.
func (a Ask) Covered(fingerprint string) bool {
	return a.Prints == nil || slices.Contains(a.Prints, short(fingerprint))
}

// Conversation is what people have said to Lintel on a merge request.
type Conversation struct {
	Me      User
	Answers []Answer // that earlier runs took
	Asks    []Ask    // that no run has responded to, oldest first
}

// Bounds of what is listened to, for anybody may comment: commands of those who
// may give them, of those who may not, and people who are looked up; the newest
// count.
const (
	maxAsks      = 20
	maxForbidden = 3
	maxAskers    = 30
	maxAnswers   = 200
)

// developer is the access level from which on commands are taken.
const developer = 30

// Listen reads the commands that no earlier run has responded to. The response
// is an emoji of the user whose token is in use, which is all that is remembered
// of a command. Notes of the system, of Lintel itself and those that were edited
// are no commands.
func Listen(ctx context.Context, f Forge, mr MergeRequest) (*Conversation, error) {
	me, err := f.User(ctx)
	if err != nil {
		return nil, fmt.Errorf("find out whose token it is: %w", err)
	}
	ds, err := f.Discussions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	id := Identity{mr.Project, mr.IID, me.ID}
	c := &Conversation{Me: me}
	l := &listener{f: f, mr: mr, roles: map[int64]int{}}
	var asks []Ask
	edited := map[int64]bool{}
	for _, d := range ds {
		var prints []string
		for i, n := range d.Notes {
			m, ours := id.read(n.Author, n.Body)
			if i == 0 && ours && m.kind == kindThread {
				prints = m.prints
			}
			if ours && m.kind == kindSummary {
				c.Answers = append(c.Answers, m.answers...)
			}
			if n.System || n.Author == me.ID {
				continue
			}
			if a, ok := askOf(n, me.Name); ok {
				a.Prints = prints
				asks = append(asks, a)
				edited[n.ID] = n.Edited
			}
		}
	}
	slices.SortFunc(asks, func(a, b Ask) int { return cmp.Compare(b.Note, a.Note) }) // newest first
	heard, refused := 0, 0
	for _, a := range asks {
		if err := l.permit(ctx, &a); err != nil {
			return nil, err
		}
		if a.May && heard == maxAsks || !a.May && refused == maxForbidden {
			continue
		}
		have, err := f.Reactions(ctx, a.Note)
		if errors.Is(err, ErrGone) || errors.Is(err, ErrAccess) && !errors.Is(err, ErrDead) {
			continue // it was deleted meanwhile, or could not be responded to
		} else if err != nil {
			return nil, fmt.Errorf("read reactions to a comment: %w", err)
		}
		responded := slices.ContainsFunc(have, func(name string) bool { return slices.Contains(outcomes(), Outcome(name)) })
		a.Begun = slices.Contains(have, string(begun))
		if a.May {
			heard++
		} else {
			refused++
		}
		if !responded && (a.Begun || !edited[a.Note]) {
			c.Asks = append(c.Asks, a)
		}
	}
	slices.Reverse(c.Asks)
	return c, nil
}

type listener struct {
	f     Forge
	mr    MergeRequest
	roles map[int64]int
}

// permit finds out whether somebody may ask: members from Developer on, and the
// author of the merge request for another look.
func (l *listener) permit(ctx context.Context, a *Ask) error {
	if a.Verb == Recheck && a.By.ID == l.mr.Author {
		a.May = true
		return nil
	}
	role, known := l.roles[a.By.ID]
	if !known && len(l.roles) < maxAskers {
		var err error
		role, err = l.f.Role(ctx, l.mr.TargetProject, a.By.ID)
		if errors.Is(err, ErrAccess) && !errors.Is(err, ErrDead) {
			role = 0 // who cannot be looked up may not
		} else if err != nil {
			return fmt.Errorf("read the role of %s: %w", visible(a.By.Name, " "), err)
		}
		l.roles[a.By.ID] = role
	}
	a.May = role >= developer
	return nil
}

// askOf reads a comment as a command.
func askOf(n Note, me string) (Ask, bool) {
	text := strings.TrimSpace(strings.ReplaceAll(n.Body, "\r", ""))
	word, rest := nextWord(text)
	word = strings.TrimRight(word, ":,")
	if word != "/lintel" && (me == "" || !strings.EqualFold(word, "@"+me)) {
		return Ask{}, false
	}
	first, _, _ := strings.Cut(text, "\n")
	if strings.TrimRight(strings.TrimSpace(first), ":,") == word {
		rest = "" // somebody is mentioned, and then a text begins
	}
	a := Ask{Note: n.ID, By: n.By}
	verb, rest := nextWord(rest)
	if v := Verb(strings.TrimRight(strings.ToLower(verb), ".,:;!")); slices.Contains(Verbs(), v) {
		a.Verb = v
	}
	a.Args = strings.Join(strings.Fields(rest), " ")
	return a, true
}

// nextWord cuts the first word off a text.
func nextWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " \t\n"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// Outcome is how an ask went, by the name of the emoji that says it.
type Outcome string

// The outcomes.
const (
	Done      Outcome = "white_check_mark"
	Failed    Outcome = "x"             // it was understood, and cannot be done
	Unknown   Outcome = "question"      // it was not understood, or is about nothing
	Forbidden Outcome = "no_entry_sign" // who asks may not
	begun     Outcome = "eyes"
)

func outcomes() []Outcome { return []Outcome{Done, Failed, Unknown, Forbidden} }

// Respond tells how an ask went. That the note is gone, or that another run has
// said it, is no error.
func Respond(ctx context.Context, f Forge, a Ask, o Outcome) error {
	if err := f.React(ctx, a.Note, string(o)); err != nil && !errors.Is(err, ErrGone) {
		return fmt.Errorf("respond to a comment: %w", err)
	}
	return nil
}

// Begin marks an ask whose effect outlasts the run as begun. Where it cannot be
// marked it must not be done, for it would be done again by every run.
func Begin(ctx context.Context, f Forge, a Ask) error {
	if a.Begun {
		return nil
	}
	return Respond(ctx, f, a, begun)
}
