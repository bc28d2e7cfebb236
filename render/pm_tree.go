package render

import "strings"

// treeConfig is the options of the extensions that work on the whole tree.
type treeConfig struct {
	attrs   bool
	legacy  bool
	toc     tocRules
	strip   stripRules
	magic   *magiclink // when links are shortened
	tabSlug slugger    // ids of tabs; nil to count them
}

// treeState is what the tree stage keeps of one page.
type treeState struct {
	ids    pageIDs
	marker uint8 // whether there is a [TOC]: 0 unknown, 1 no, 2 yes
}

func compileTree(m *Markdown) treeConfig {
	t := treeConfig{toc: compileTOC(m), strip: compileStrip(m)}
	_, t.legacy = m.ext["legacy_attrs"]
	_, t.attrs = m.ext["attr_list"]
	if opts, ok := m.ext["pymdownx.magiclink"]; ok {
		var unused inlineConfig
		if ml := compileMagiclink(opts, &unused); ml.shortenRepo || ml.shortenSocial {
			t.magic = ml
		}
	}
	for _, name := range []string{"pymdownx.tabbed", "pymdownx.blocks.tab"} {
		if v := m.ext[name]["slugify"]; v != nil && v != false && v != 0 && v != "" {
			t.tabSlug = compileSlugger(v, slugASCII)
			break
		}
	}
	return t
}

// treeStage runs what needs the whole tree: attribute lists, ids, contents,
// and the patterns that come after those. Then the marks that are left become
// text and markup.
func (p *pmParser) treeStage(root *Node) {
	cfg := &p.cfg.tree
	if cfg.legacy {
		p.legacyAttrs(root)
	}
	if cfg.magic != nil {
		cfg.magic.shortenLinks(root)
	}
	if cfg.attrs {
		p.attrLists(root)
	}
	p.contents(root)
	if cfg.tabSlug != nil {
		p.tabIDs(root)
	}
	for i := range p.cfg.inline.later {
		t := &p.cfg.inline.later[i]
		p.runInline(t, 1<<len(t.patterns)-1, root)
	}
	if len(p.stash) > 0 {
		p.settleMarks(root)
	}
	if cfg.strip.on {
		p.stripHTML(root)
	}
	p.ids.placeAliases()
}

// tabIDs names the tabs of each set by their labels.
func (p *pmParser) tabIDs(root *Node) {
	used := newIDSet()
	collectIDs(root, used)
	rules := &p.cfg.block.tabbed
	heading := ""
	var walk func(n *Node)
	walk = func(n *Node) {
		for c := n.First; c != nil; c = c.Next {
			if c.Kind != Element {
				continue
			}
			if headingLevel(c.Tag) > 0 {
				heading, _ = c.Attr("id")
			}
			if p.isTabSet(c) {
				p.nameTabs(c, heading, used, rules)
			}
			walk(c)
		}
	}
	walk(root)
}

func (p *pmParser) nameTabs(set *Node, heading string, used *idSet, rules *tabbedRules) {
	var inputs, labels []*Node
	for c := set.First; c != nil; c = c.Next {
		switch class, _ := c.Attr("class"); {
		case c.Is("input"):
			inputs = append(inputs, c)
		case c.Is("label"):
			labels = append(labels, c)
		case c.Is("div") && class == "tabbed-labels":
			for l := c.First; l != nil; l = l.Next {
				if l.Is("label") {
					labels = append(labels, l)
				}
			}
		}
	}
	for i := range min(len(inputs), len(labels)) {
		slug := p.cfg.tree.tabSlug(p.headingText(labels[i], true), rules.separator)
		if rules.combine && heading != "" {
			slug = heading + rules.separator + slug
		}
		slug = used.unique(slug)
		inputs[i].SetAttr("id", slug)
		labels[i].SetAttr("for", slug)
	}
}

// ownIcon returns an icon of the project's own folders by its short name, in
// which hyphens stand for the slashes of its path too.
func (p *pmParser) ownIcon(name string, folders any) string {
	list, _ := folders.([]any)
	if len(list) == 0 || p.page.Files == nil || strings.HasPrefix(name, ".") {
		return ""
	}
	for _, f := range list {
		if dir, ok := f.(string); ok {
			if svg := p.findIcon(joinBelow(p.page.ConfigDir, dir), name, 0); svg != "" {
				return svg
			}
		}
	}
	return ""
}
