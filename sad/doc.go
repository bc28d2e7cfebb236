// Package sad reads software architecture documents: views with their elements
// and relations, viewpoints, stakeholders and concerns, quality scenarios,
// glossaries, and the runbooks that serve the elements. It makes one model of
// them, says where they contradict each other, the decisions or the code, and
// writes what their authors leave out.
//
// A page says what it is in its front matter (`sad: view`, `ops: runbook`), and
// what it knows there or in its sections: a catalog may be a list in the front
// matter, a table under "Element catalog" or "요소 목록", a definition list, or
// all of these, and they are compared. Headings and columns are known by their
// text in English and Korean, in both outlines of Views and Beyond and in
// arc42's words, never by number.
//
//	page := sad.ParsePage("docs/sad/cdc.md", src) // nil: not about the architecture
//	m := sad.NewModel(pages, sad.Options{})
//	for _, f := range m.Check(sad.CheckOptions{Now: now}) { … }
//
// [ParsePage] depends on the bytes of one page alone and returns plain values,
// so that a site can keep them in a cache. [NewModel] joins pages: an element is
// declared once, by id, and shown in many views; a word in a table or a box of a
// diagram means an element by id or by name, whatever its case and spacing.
// Pages that differ in language alone (cdc.ko.md and cdc.en.md, or folders ko
// and en) are one page and its translation.
//
// [Model.Check] applies the rules of [Rules]. Every rule is quiet where a
// project has not begun with what the rule is about: what holds between
// concerns and views is asked once there is a page of stakeholders, what holds
// between code and elements once an element names its code.
//
// [Lexicon] finds the names of elements, terms and acronyms in prose, with the
// particles that Korean hangs on them, for links and for the rules of
// terminology. [Model.Generated] gives figures and tables as plain data; others
// draw them.
package sad
