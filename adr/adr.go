// Package adr reads, checks and edits architecture decision records.
//
// A decision record is a Markdown file that says what was decided, why, and
// what came of it. There is no one format: adr-tools writes a Status heading,
// MADR 2 a list, MADR 3 and 4 front matter, other houses a table, a quotation or
// an emoji, in English, Korean, French and more. Parse reads a file by what it
// finds in it rather than by a format that somebody configured:
//
//	r := adr.Parse("docs/adr/0007-use-kafka.md", src, adr.Options{})
//	r.Status    // accepted
//	r.RawStatus // "✅ 승인됨 (2024-03-01)"
//
// It never guesses. A record that states no status is Unknown, a word that it
// does not know is Other, a date that may be read two ways is no date; what was
// written stays beside what was understood. A file that is a template, an index
// or another page is no record: Parse returns nil.
//
// Find tells which folders of a repository hold records, Read reads them, and
// NewLog joins records to a Log: what a reference means, which record replaced
// which, what governs a path. A Log is immutable and knows nothing of git; those
// who do hand in what they know through Options.
//
// Check holds a Log against the rules A01 to A21 (see Rules). Accept, Reject,
// Supersede, Link, Renumber and New change records; they return edits that leave
// every byte alone that is not what they are about.
//
// # Identifiers
//
// An id is a string, as written in the name of the file: "0042", "095",
// "ABC-ADR-Operator-0011", "20250102-pr17", "2022-03-15-some-slug", "AD0001".
// It is unique in its folder, the scope of a record.
package adr

import (
	"path"
	"slices"
	"strings"
	"time"
)

// Status is what became of a decision.
type Status string

// The statuses. Unknown means that the record states none, Other that it states
// one that is not in the vocabulary.
const (
	Draft      Status = "draft"
	Proposed   Status = "proposed"
	Accepted   Status = "accepted"
	Rejected   Status = "rejected"
	Deprecated Status = "deprecated"
	Superseded Status = "superseded"
	Unknown    Status = "unknown"
	Other      Status = "other"
)

// Statuses returns the statuses in the order of a record's life.
func Statuses() []Status {
	return []Status{Draft, Proposed, Accepted, Rejected, Deprecated, Superseded, Unknown, Other}
}

// Options say what cannot be read in a record. The zero value reads everything
// that the formats of package adr say of themselves.
type Options struct {
	// Vocabulary maps the words of a project to statuses: "ratified" →
	// Accepted. Case does not matter. It has precedence over what is built in.
	Vocabulary map[string]Status
	// Folders are slash paths of folders that hold records, as Find returns
	// them. In these a file whose name has a number or a date is a record
	// whatever stands in it.
	Folders []string
	// Created returns when a file was first committed. It dates records that
	// state no date. Nil where nothing is known.
	Created func(path string) (time.Time, bool)
}

// Place is where in a record something is stated.
type Place string

// The places, in the order in which a status is believed.
const (
	InFront   Place = "front matter"
	InList    Place = "list"
	InTable   Place = "table"
	InSection Place = "section"
	InLine    Place = "line"
	InQuote   Place = "quotation"
	InBadge   Place = "badge"
	InTag     Place = "tag"
	InHistory Place = "history"
	InTitle   Place = "title"
	InFolder  Place = "folder"
)

// Span is a place in the source of a record: bytes, and the line and column
// (in characters) at which they begin, counted from 1.
type Span struct {
	Start, End   int
	Line, Column int
}

// IsZero reports whether there is no place.
func (s Span) IsZero() bool { return s == Span{} }

// Statement is a status that a record states.
type Statement struct {
	Place  Place
	Raw    string // as written, without markup
	Status Status // never Unknown
	Span          // of the value
}

// DateSource says how the date of a record was found.
type DateSource string

// The sources of dates. All but the first two are derived.
const (
	DateStated  DateSource = "stated"  // a field or section
	DateStatus  DateSource = "status"  // beside the status
	DateHistory DateSource = "history" // the first entry of a change log
	DateName    DateSource = "name"    // the name of the file
	DateGit     DateSource = "git"     // the first commit
)

// LinkKind is how a record is related to another.
type LinkKind string

// The kinds of links. Each has a reverse.
const (
	Supersedes   LinkKind = "supersedes"
	SupersededBy LinkKind = "superseded by"
	Amends       LinkKind = "amends"
	AmendedBy    LinkKind = "amended by"
	Reverts      LinkKind = "reverts"
	RevertedBy   LinkKind = "reverted by"
	DependsOn    LinkKind = "depends on"
	RequiredBy   LinkKind = "required by"
	Relates      LinkKind = "relates to"
	// Mentions is any other reference to a record; its reverse is itself.
	Mentions LinkKind = "mentions"
)

// Reverse returns the kind of the link in the other direction.
func (k LinkKind) Reverse() LinkKind {
	switch k {
	case Supersedes:
		return SupersededBy
	case SupersededBy:
		return Supersedes
	case Amends:
		return AmendedBy
	case AmendedBy:
		return Amends
	case Reverts:
		return RevertedBy
	case RevertedBy:
		return Reverts
	case DependsOn:
		return RequiredBy
	case RequiredBy:
		return DependsOn
	default:
		return k
	}
}

// Link is a reference from one record to another.
type Link struct {
	Kind LinkKind
	// Raw is the target as written: a path, a URL, "ADR-12", "#12", "PR#305".
	Raw string
	// ID and Path are those of the record that is meant, or empty. A Log fills
	// them in; Parse does not.
	ID, Path string
	// Partial is set where a link says that only a part is meant.
	Partial bool
	Text    string // of the reference, as a reader sees it
	// Markdown is set where Raw is the target of a Markdown link or image.
	Markdown bool
	Image    bool
	Place    Place // of the field or section that says it, or empty
	Span           // of Raw
}

// Part is what a section of a record is for.
type Part string

// The parts. A section that is none of these has the zero Part.
const (
	PartContext      Part = "context"
	PartDecision     Part = "decision"
	PartConsequences Part = "consequences"
	PartPositive     Part = "positive consequences"
	PartNegative     Part = "negative consequences"
	PartOptions      Part = "options"
	PartPros         Part = "pros and cons"
	PartDrivers      Part = "drivers"
	PartStatus       Part = "status"
	PartDate         Part = "date"
	PartLinks        Part = "links"
	PartPeople       Part = "people"
	PartCode         Part = "code"
	PartReview       Part = "review"
	PartTags         Part = "tags"
	PartValidation   Part = "validation"
	PartHistory      Part = "history"
)

// Section is a heading of a record with what stands below it.
type Section struct {
	Title string
	Level int
	Part  Part
	Empty bool // nothing but comments, placeholders and empty headings
	Span       // of the heading's line to the end of the section
}

// Format is the format that a record seems to be written in.
type Format string

// The formats.
const (
	Nygard       Format = "nygard"
	MADR2        Format = "madr2"
	MADR3        Format = "madr3"
	MADR4        Format = "madr4"
	Log4brains   Format = "log4brains"
	ADG          Format = "adg"
	TyreeAkerman Format = "tyree-akerman"
	YStatement   Format = "y-statement"
	TableFormat  Format = "table"
	Sections     Format = "sections"
	FreeForm     Format = "free"
)

// Record is a decision record. All fields are plain, so that records can be
// kept (encoding/gob) and compared.
type Record struct {
	Path string // slash path in the tree it was read from
	// ID is unique in the record's folder; Number is the number in it, or -1.
	ID     string
	Number int
	// NameNumber and TitleNumber are what the file's name and the title say,
	// as written ("0042", "42"), or empty.
	NameNumber, TitleNumber string
	Format                  Format

	Title string
	// TitleFrom is "heading", "front matter" or "name".
	TitleFrom string
	// TitleSpan is that of the title without its number, NumberSpan that of the
	// number in it; zero where there is none.
	TitleSpan, NumberSpan Span

	Status Status
	// RawStatus is the status as the record words it, without markup: also where
	// it says that there is none yet ("TBD").
	RawStatus  string
	Partial    bool // only a part is superseded
	Statements []Statement
	// Slots are places for a status that hold none: an empty field, a list to
	// choose from, an empty section.
	Slots []Statement

	// Date is YYYY-MM-DD or YYYY-MM, or empty. RawDate is the text of a date
	// that is stated, readable or not.
	Date       string
	DateSource DateSource
	RawDate    string
	DateSpan   Span

	Links []Link

	Deciders, Consulted, Informed []string
	Tags                          []string
	// Code are paths and patterns of the code that the decision governs.
	Code []string
	// Review is the date, YYYY-MM-DD, by which the decision has to be looked
	// at again, or empty; RawReview is its text.
	Review     string
	RawReview  string
	ReviewSpan Span

	Options []string // considered
	Chosen  string   // as the record names it
	// Good and Bad report whether consequences of that kind are named.
	Good, Bad bool

	Sections []Section
	// Words are digests of the words of the text apart from status, dates,
	// people, links and front matter, by which the size of a change is judged.
	Words []uint32
	// Broken is what is wrong with the front matter, or empty; BrokenLine where.
	Broken     string
	BrokenLine int
}

// Folder returns the folder that is the scope of the record's id.
func (r *Record) Folder() string {
	if dir := path.Dir(r.Path); generic(trimExt(path.Base(r.Path))) && dir != "." {
		return path.Dir(dir)
	}
	return path.Dir(r.Path)
}

// Name returns the name of the file without its ending, or of the folder where
// the record has one of its own.
func (r *Record) Name() string { return stem(r.Path) }

// Supersedes returns the links that say what the record replaces.
func (r *Record) Supersedes() []Link { return r.LinksOf(Supersedes) }

// SupersededBy returns the links that say what replaces the record.
func (r *Record) SupersededBy() []Link { return r.LinksOf(SupersededBy) }

// LinksOf returns the links of a kind.
func (r *Record) LinksOf(kind LinkKind) []Link {
	var out []Link
	for _, l := range r.Links {
		if l.Kind == kind {
			out = append(out, l)
		}
	}
	return out
}

// Section returns the first section with one of the parts, or nil.
func (r *Record) Section(parts ...Part) *Section {
	for i := range r.Sections {
		if slices.Contains(parts, r.Sections[i].Part) {
			return &r.Sections[i]
		}
	}
	return nil
}

// InForce reports whether the decision holds: accepted, and replaced in part at
// most.
func (r *Record) InForce() bool {
	return r.Status == Accepted || r.Status == Superseded && r.Partial
}

// String returns the id and the title.
func (r *Record) String() string { return strings.TrimSpace(r.ID + " " + r.Title) }
