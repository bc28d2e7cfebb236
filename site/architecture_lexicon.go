package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lintel-docs/lintel/adr"
	"github.com/lintel-docs/lintel/sad"
	"github.com/lintel-docs/lintel/theme"
)

// makeLexicon collects what prose may name.
func (b *build) makeLexicon() {
	a := b.arch
	lx := newLexicon()
	for _, r := range a.log.Records {
		p := a.pages[r.Path]
		if p == nil {
			continue
		}
		lx.add(&lexEntry{kind: "adr", card: quoteURL(cardPath("adr", recordKey(r))), url: homeURL(p.URL), page: p, scope: r.Folder()}, false, recordNames(r)...)
	}
	for _, e := range a.model.Elements {
		p := a.element[e.ID]
		if p == nil {
			continue
		}
		entry := &lexEntry{kind: "element", card: quoteURL(cardPath("element", e.ID)), url: p.URL, page: p}
		a.entryOf[e.ID] = entry
		names := []string{e.Name}
		if strings.ContainsAny(e.ID, "-_./") {
			names = append(names, e.ID) // a plain word is no name
		}
		for _, n := range e.Names {
			names = append(names, n)
		}
		slices.Sort(names)
		lx.add(entry, false, slices.DeleteFunc(names, tooPlain)...)
	}
	b.addTerms(lx)
	b.lexicon = lx
	var sb strings.Builder
	for _, e := range lx.entries {
		e.mark = sumOfValue([]string{e.kind, e.card, e.url, e.title})
	}
	for i := range lx.nodes {
		for _, f := range lx.nodes[i].forms {
			fmt.Fprintf(&sb, "%d:%q:%d:%s\x00", i, f.text, f.entry, lx.entries[f.entry].scope)
		}
		for _, e := range lx.nodes[i].edges {
			fmt.Fprintf(&sb, "%d>%c%d", i, e.c, e.next)
		}
	}
	lx.sum = hashOf(sb.String())
}

// tooPlain reports whether a name is too short to be one in prose.
func tooPlain(n string) bool {
	n = strings.TrimSpace(n)
	return len(n) < 3 || !strings.ContainsAny(n, " -_./") && len(n) < 4 && n[0] < 0x80
}

// recordNames are the ways in which prose names a record.
func recordNames(r *adr.Record) []string {
	names := []string{}
	if n := r.NameNumber; n != "" && len(n) <= 5 {
		if v, err := strconv.Atoi(n); err == nil {
			for _, f := range []string{"%d", "%02d", "%03d", "%04d"} {
				d := fmt.Sprintf(f, v)
				for _, sep := range []string{"-", " ", "", "‑"} {
					if s := "ADR" + sep + d; !slices.Contains(names, s) {
						names = append(names, s)
					}
				}
			}
			return names
		}
	}
	if len(r.ID) >= 5 {
		names = append(names, r.ID)
	}
	return names
}

// addTerms adds the glossary. A term is linked to where it stands on a page of
// terms; an acronym without a page is written with its expansion.
func (b *build) addTerms(lx *lexicon) {
	a := b.arch
	for _, t := range a.model.Terms {
		e := &lexEntry{kind: "term", card: quoteURL(cardPath("term", t.ID)), title: t.Definition}
		e.page, e.url = b.termPlace(t.Path, t.ID)
		names := []string{t.ID}
		for _, x := range t.Aliases {
			names = append(names, x.ID)
		}
		lx.add(e, false, slices.DeleteFunc(names, func(n string) bool { return len(strings.TrimSpace(n)) < 2 })...)
	}
	for _, x := range a.model.Acronyms {
		if slices.ContainsFunc(a.model.Terms, func(t *sad.Term) bool { return t.ID == x.ID }) {
			continue
		}
		lx.add(&lexEntry{kind: "acronym", title: x.Expansion, page: a.pages[x.Path]}, false, x.ID)
	}
}

// termPlace returns the page on which a term stands and its URL there.
func (b *build) termPlace(path, id string) (*Page, string) {
	a := b.arch
	if p := a.made[pageGlossary]; p != nil {
		return p, p.URL + "#" + quoteFragment(theme.TermID(id))
	}
	if p := a.pages[path]; p != nil {
		if termAt(p.parsed.doc.Body(), id) < 0 {
			return p, homeURL(p.URL)
		}
		return p, homeURL(p.URL) + "#" + quoteFragment(theme.TermID(id))
	}
	return nil, ""
}

// card is what a hover card shows.
type card struct {
	Title  string `json:"title"`
	Status string `json:"status,omitempty"`
	Label  string `json:"label,omitempty"`
	Facts  string `json:"facts,omitempty"`
	Text   string `json:"text,omitempty"`
}

// cards adds the files of the hover cards.
func (b *build) cards(s *Snapshot) {
	a := b.arch
	if a == nil || b.lexicon == nil {
		return
	}
	add := func(path string, make func() card) {
		s.add(&output{path: path, stream: func(_ *build, w io.Writer) error {
			j, err := json.Marshal(make())
			if err != nil {
				return err
			}
			_, err = w.Write(j)
			return err
		}})
	}
	for _, r := range a.log.Records {
		add(cardPath("adr", recordKey(r)), func() card {
			return card{
				Title: strings.TrimSpace(adrName(r.ID) + " " + r.Title), Status: string(r.Status),
				Label: cmp.Or(a.words["adr_"+string(r.Status)], r.RawStatus), Facts: r.Date,
			}
		})
	}
	for _, e := range a.model.Elements {
		add(cardPath("element", e.ID), func() card {
			return card{Title: e.Label(a.lang), Facts: joinFacts(e.Kind, e.Technology, e.Owner), Text: firstSentences(e.Description)}
		})
	}
	for _, t := range a.model.Terms {
		add(cardPath("term", t.ID), func() card { return card{Title: t.ID, Text: firstSentences(t.Definition)} })
	}
}

func joinFacts(s ...string) string {
	return strings.Join(slices.DeleteFunc(s, func(x string) bool { return x == "" }), " · ")
}

// firstSentences cuts a text for a card.
func firstSentences(s string) string {
	const most = 280
	if len([]rune(s)) <= most {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:most])) + "…"
}

// fillViews adds to the pages of views what their authors left out, and to
// pages with a marker what it asks for.
func (b *build) fillViews() {
	a := b.arch
	for _, page := range a.model.Pages() {
		p := a.pages[page.Path]
		if p == nil || p.virtual != nil {
			continue
		}
		b.fillMarkers(p)
		b.anchorTerms(p, page)
		if page.Kind != sad.KindView {
			continue
		}
		if v := a.model.View(page.ID); v != nil {
			b.fillView(p, page, v)
		}
	}
	for _, p := range b.pages {
		if p.parsed.facts.page == nil && p.virtual == nil && p.parsed.doc.Contains(marker) {
			b.fillMarkers(p)
		}
	}
}
