package render

import (
	"slices"
	"strings"
	"unicode"
)

// magiclink is the options of pymdownx.magiclink, and the hosts it knows.
type magiclink struct {
	hideProtocol  bool
	shortenRepo   bool
	shortenSocial bool
	repoShorthand bool
	socialShort   bool
	normalize     bool
	provider      *magicProvider
	user, repo    string
	providers     []*magicProvider
	labels        map[string]string
}

// magicProvider is a host of repositories, or a social network.
type magicProvider struct {
	name, kind string
	label      string
	url        string // without a slash at the end
	hash       int    // digits of a short commit
	social     bool
	www        bool
	excluded   []string
}

func compileMagiclink(opts map[string]any, cfg *inlineConfig) *magiclink {
	m := &magiclink{
		hideProtocol:  optBool(opts, "hide_protocol", false),
		shortenRepo:   optBool(opts, "repo_url_shortener", false),
		shortenSocial: optBool(opts, "social_url_shortener", false),
		repoShorthand: optBool(opts, "repo_url_shorthand", false),
		socialShort:   optBool(opts, "social_url_shorthand", false),
		normalize:     optBool(opts, "normalize_issue_symbols", false),
		user:          optString(opts, "user", ""),
		repo:          optString(opts, "repo", ""),
		labels:        map[string]string{},
		providers: []*magicProvider{
			{
				name: "github", kind: "github", label: "GitHub", url: "https://github.com", hash: 7, www: true,
				excluded: []string{"marketeplace", "marketplace", "notifications", "issues", "pull", "sponsors", "settings", "support"},
			},
			{
				name: "bitbucket", kind: "bitbucket", label: "Bitbucket", url: "https://bitbucket.org", hash: 7, www: true,
				excluded: []string{"dashboard", "account", "plans", "support", "repo"},
			},
			{
				name: "gitlab", kind: "gitlab", label: "GitLab", url: "https://gitlab.com", hash: 8, www: true,
				excluded: []string{"dashboard", "-", "explore", "help", "projects"},
			},
			{
				name: "twitter", kind: "twitter", label: "Twitter", url: "https://twitter.com", social: true, www: true,
				excluded: []string{"i", "messages", "bookmarks", "home"},
			},
			{
				name: "x", kind: "x", label: "X", url: "https://x.com", social: true, www: true,
				excluded: []string{"i", "messages", "bookmarks", "home"},
			},
		},
	}
	if custom, ok := opts["custom"].(map[string]any); ok {
		names := make([]string, 0, len(custom))
		for name := range custom {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			c, _ := custom[name].(map[string]any)
			base := m.named(optString(c, "type", ""))
			host := strings.TrimRight(strings.ToLower(optString(c, "host", "")), "/")
			if base == nil || base.social || host == "" {
				continue
			}
			p := *base
			p.name, p.url = name, host
			p.label = optString(c, "label", name)
			p.www = optBool(c, "www", true)
			p.excluded = nil
			m.providers = append(m.providers, &p)
		}
	}
	if l, ok := opts["labels"].(map[string]any); ok {
		for k, v := range l {
			if s, ok := v.(string); ok {
				m.labels[k] = s
			}
		}
	}
	if ex, ok := opts["shortener_user_exclude"].(map[string]any); ok {
		for _, p := range m.providers {
			if _, ok := ex[p.name].([]any); !ok {
				continue
			}
			p.excluded = nil
			for _, name := range optStrings(ex, p.name) {
				p.excluded = append(p.excluded, strings.ToLower(name))
			}
		}
	}
	m.provider = m.named(optString(opts, "provider", "github"))
	if m.provider == nil {
		m.provider = m.providers[0]
	}
	if m.repoShorthand || m.socialShort {
		cfg.escape['@'] = true
	}
	return m
}

func (m *magiclink) named(name string) *magicProvider {
	for _, p := range m.providers {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (m *magiclink) text(key, def string) string {
	if s, ok := m.labels[key]; ok {
		return s
	}
	return def
}

// magicAttr marks links that magiclink has made, until they are shortened.
const magicAttr = "\x00magiclink"

// patterns returns the patterns of magiclink.
func (m *magiclink) patterns() []inlinePattern {
	list := []inlinePattern{
		{name: "magic-link", priority: 85, trigger: ":.", outside: "a", match: m.matchLink},
		{name: "magic-mail", priority: 84.9, trigger: "@", outside: "a", match: matchMail},
	}
	if !m.repoShorthand && !m.socialShort {
		return list
	}
	add := func(name string, priority float64, trigger string, match func(p *pmParser, c *inlineCursor, at int) inlineMatch) {
		list = append(list, inlinePattern{name: name, priority: priority, trigger: trigger, outside: "a", match: match})
	}
	if m.repoShorthand {
		add("magic-repo-ext-mention", 79.9, "@", func(p *pmParser, c *inlineCursor, at int) inlineMatch {
			return m.matchMention(p, c, at, true, true)
		})
		if !m.provider.social {
			add("magic-repo-int-mention", 79.8, "@", func(p *pmParser, c *inlineCursor, at int) inlineMatch {
				return m.matchMention(p, c, at, false, true)
			})
		}
	}
	add("magic-ext-mention", 79.7, "@", func(p *pmParser, c *inlineCursor, at int) inlineMatch {
		return m.matchMention(p, c, at, true, false)
	})
	add("magic-int-mention", 79.6, "@", func(p *pmParser, c *inlineCursor, at int) inlineMatch {
		return m.matchMention(p, c, at, false, false)
	})
	if m.repoShorthand {
		add("magic-ext-refs", 79.5, "#!?@", func(p *pmParser, c *inlineCursor, at int) inlineMatch {
			return m.matchRepoRef(p, c, at, true)
		})
		if !m.provider.social {
			add("magic-int-refs", 79.4, "#!?@", func(p *pmParser, c *inlineCursor, at int) inlineMatch {
				return m.matchRepoRef(p, c, at, false)
			})
			if m.user != "" && m.repo != "" {
				add("magic-int-micro-refs", 79.3, "#!?0123456789abcdef", m.matchMicroRef)
			}
		}
	}
	return list
}

// matchLink matches a bare URL at its colon or at the dot behind www.
func (m *magiclink) matchLink(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s
	var start int
	host := at + 1
	www := s[at] == '.'
	if www {
		start = at - 3
		if start < c.floor || !strings.EqualFold(s[start:at], "www") {
			return inlineMatch{}
		}
	} else {
		if !strings.HasPrefix(s[at:], "://") {
			return inlineMatch{}
		}
		host = at + 3
		before := s[c.floor:at]
		switch {
		case hasSuffixFold(before, "https"):
			start = at - 5
		case hasSuffixFold(before, "http"), hasSuffixFold(before, "ftps"):
			start = at - 4
		case hasSuffixFold(before, "ftp"):
			start = at - 3
		default:
			return inlineMatch{}
		}
	}
	if r := c.before(start); wordRune(r) && r != '_' {
		return inlineMatch{}
	}
	if r := c.after(host); !wordRune(r) || r == '_' {
		return inlineMatch{kind: failed, end: host}
	}
	end, i := 0, host+runeSize(c.after(host))
	for i < len(s) {
		r := firstRune(s[i:])
		word := wordRune(r)
		if !word && (r >= 0x80 || r < ' ' || strings.IndexByte("-.?,!'(){}[]/+&@%$#=:\"|~;", byte(r)) < 0) {
			break
		}
		i += runeSize(r)
		if word && r != '_' || !word && strings.IndexByte("-/#@$+=", byte(r)) >= 0 {
			end = i
		}
	}
	if end == 0 {
		return inlineMatch{next: i}
	}
	link := s[start:end]
	href, text := link, link
	if www {
		href = "http://" + link
	} else if m.hideProtocol {
		text = link[host-start:]
	}
	line := c.lineAt(start)
	n := p.el("a", line, Attr{"href", p.plainMarks(href)})
	if m.shortenRepo {
		n.SetAttr(magicAttr, "1")
	}
	n.Append(p.atomic(text, line))
	return inlineMatch{kind: matched, start: start, end: end, node: n}
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// matchAutolink matches <https://…>, possibly without showing its protocol.
func (m *magiclink) matchAutolink(p *pmParser, c *inlineCursor, at int) inlineMatch {
	url, match := cutAutolink(c, at)
	if url == "" {
		return match
	}
	line := c.lineAt(at)
	match.node = p.el("a", line, Attr{"href", p.plainMarks(url)})
	if m.shortenRepo {
		match.node.SetAttr(magicAttr, "2")
	}
	if m.hideProtocol {
		url = url[strings.Index(url, "://")+3:]
	}
	match.node.Append(p.atomic(url, line))
	return match
}

// matchMail matches a bare mail address at its @.
func matchMail(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s
	local := func(b byte) bool { return isAlnum(b) || b == '-' || b == '+' || b == '_' }
	from := at
	for from > c.floor && (local(s[from-1]) || s[from-1] == '.' && s[from] != '.') {
		from--
	}
	if from == at || s[at-1] == '.' {
		return inlineMatch{}
	}
	start := -1
	for i := from; i < at; i++ {
		if s[i] == '.' {
			continue
		}
		switch r := c.before(i); {
		case r == '/', r < 0x80 && r > 0 && (local(byte(r)) || r == '@'), r >= 0x80 && unicode.IsDigit(r):
		default:
			start = i
		}
		if start >= 0 {
			break
		}
	}
	if start < 0 {
		return inlineMatch{}
	}
	domain := func(b byte) bool { return isAlnum(b) || b == '-' || b == '_' }
	i := at + 1
	for i < len(s) && domain(s[i]) {
		i++
	}
	if i == at+1 || i == len(s) || s[i] != '.' {
		return inlineMatch{kind: failed, end: i}
	}
	rest := i + 1
	for i = rest; i < len(s) && (domain(s[i]) || s[i] == '.' && s[i-1] != '.' && (i+1 == len(s) || s[i+1] != '.')); {
		i++
	}
	for end := i; end > rest; end-- {
		if !isLetter(s[end-1]) {
			continue
		}
		if r := c.after(end); wordRune(r) || r == '-' || r == '@' {
			continue
		}
		mail := s[start:end]
		line := c.lineAt(start)
		n := p.el("a", line, Attr{"href", obfuscate("mailto:"+mail, false)})
		n.Append(p.atomic(obfuscate(mail, false), line))
		return inlineMatch{kind: matched, start: start, end: end, node: n}
	}
	return inlineMatch{kind: failed, end: i}
}

func isASCIILetter(r rune) bool { return r < 0x80 && r > 0 && isLetter(byte(r)) }

// cutUser calls accept with each end that the name of a user at the start of s
// may have, the longest first, until it accepts one.
func (v *magicProvider) cutUser(s string, accept func(end int) bool) bool {
	if v.social {
		var ends [15]int
		n, k := 0, 0
		for k < len(ends) && n < len(s) && wordRune(firstRune(s[n:])) {
			n += runeSize(firstRune(s[n:]))
			ends[k] = n
			k++
		}
		for ; k > 0; k-- {
			if accept(ends[k-1]) {
				return true
			}
		}
		return false
	}
	const limit = 39
	n := 0
	for n < len(s) && n < limit {
		b := s[n]
		ok := isAlnum(b) || b == '_'
		switch v.kind {
		case "github":
			ok = isAlnum(b) || n > 0 && (b == '-' || b == '_')
		case "gitlab":
			ok = ok || b == '.' || n > 0 && b == '-'
		case "bitbucket":
			ok = ok || b == '-'
		}
		if !ok {
			break
		}
		n++
	}
	for ; n > 0; n-- {
		switch b := s[n-1]; {
		case v.kind == "github" && !isAlnum(b), v.kind == "gitlab" && n > 1 && b == '.':
			continue
		}
		if accept(n) {
			return true
		}
	}
	return false
}

// isUser reports whether s is the name of a user.
func (v *magicProvider) isUser(s string) bool {
	return v.cutUser(s, func(end int) bool { return end == len(s) })
}

// external returns the provider that s names before a colon, and the length of
// both.
func (m *magiclink) external(s string, mention bool) (*magicProvider, int) {
	name, _, ok := strings.Cut(s[:min(len(s), 64)], ":")
	if !ok {
		return nil, 0
	}
	v := m.named(name)
	if v == nil || v.social && !(mention && m.socialShort) || !v.social && !m.repoShorthand {
		return nil, 0
	}
	return v, len(name) + 1
}

// matchMention matches @user and @user/repo, or with external set
// @provider:user and so on.
func (m *magiclink) matchMention(p *pmParser, c *inlineCursor, at int, external, repo bool) inlineMatch {
	if isASCIILetter(c.before(at)) {
		return inlineMatch{}
	}
	s := c.s
	v, from := m.provider, at+1
	if external {
		found, n := m.external(s[from:], !repo)
		if found == nil {
			return inlineMatch{}
		}
		v, from = found, from+n
	}
	line := c.lineAt(at)
	var n *Node
	end := 0
	v.cutUser(s[from:], func(stop int) bool {
		stop += from
		if !c.wordEdge(stop) {
			return false
		}
		user := s[from:stop]
		if !repo {
			end = stop
			n = p.magicNode(v, "magiclink-mention", v.url+"/"+user, "@"+user, v.label+" "+m.text("mention", "User")+": "+user, line)
			return true
		}
		if stop == len(s) || s[stop] != '/' {
			return false
		}
		return cutRepo(s[stop+1:], func(k int) bool {
			k += stop + 1
			if !c.wordEdge(k) {
				return false
			}
			path := user + "/" + s[stop+1:k]
			end = k
			n = p.magicNode(v, "magiclink-repository", v.url+"/"+path, path, v.label+" "+m.text("repository", "Repository")+": "+path, line)
			return true
		})
	})
	if n == nil {
		return inlineMatch{}
	}
	return inlineMatch{kind: matched, start: at, end: end, node: n}
}

func isRepoByte(b byte) bool { return isAlnum(b) || b == '-' || b == '.' || b == '_' }

// cutRepo calls accept with each end that the name of a repository at the
// start of s may have, the longest first.
func cutRepo(s string, accept func(end int) bool) bool {
	n := 0
	for n < len(s) && n < 100 && isRepoByte(s[n]) {
		n++
	}
	for ; n > 0; n-- {
		if isAlnum(s[n-1]) && accept(n) {
			return true
		}
	}
	return false
}

func (p *pmParser) magicNode(v *magicProvider, class, href, text, title string, line int32) *Node {
	n := p.el("a", line, Attr{"class", "magiclink magiclink-" + v.name + " " + class}, Attr{"href", href}, Attr{"title", title})
	n.Append(p.atomic(text, line))
	return n
}

// cutRef reads an issue (#1, !1, ?1) or a commit (@hash, with a second one
// behind three dots) at a place. end is 0 when there is none.
func (c *inlineCursor) cutRef(at int) (issue, commit, diff string, end int) {
	s := c.s
	if s[at] == '@' {
		if end = at + 41; end > len(s) || !isHexString(s[at+1:end]) {
			return "", "", "", 0
		}
		commit = s[at+1 : end]
		if next := end + 43; next <= len(s) && s[end:end+3] == "..." && isHexString(s[end+3:next]) && c.wordEdge(next) {
			return "", commit, s[end+3 : next], next
		}
	} else {
		end = at + 1
		if end == len(s) || s[end] < '1' || s[end] > '9' {
			return "", "", "", 0
		}
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		issue = s[at:end]
	}
	if !c.wordEdge(end) {
		return "", "", "", 0
	}
	return issue, commit, "", end
}

func isHexString(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// matchRepoRef matches user/repo#1, repo#1, user/repo@hash and so on at the
// character behind the repository; with external set provider:user/repo#1.
func (m *magiclink) matchRepoRef(p *pmParser, c *inlineCursor, at int, external bool) inlineMatch {
	s := c.s
	from := at
	for from > c.floor && at-from < 100 && isRepoByte(s[from-1]) {
		from--
	}
	if from == at || !isAlnum(s[at-1]) {
		return inlineMatch{}
	}
	issue, commit, diff, end := c.cutRef(at)
	if end == 0 {
		return inlineMatch{}
	}
	free := func(i int) bool { r := c.before(i); return r != '@' && r != '/' }
	v, user, start := m.provider, "", -1
	if from > c.floor && s[from-1] == '/' && c.wordEdge(from) {
		slash := from - 1
		first := slash
		for first > c.floor && slash-first < 39 && isRepoByte(s[first-1]) {
			first--
		}
		if external {
			if first > c.floor && s[first-1] == ':' {
				for _, w := range m.providers {
					k := first - 1 - len(w.name)
					if !w.social && k >= c.floor && s[k:first-1] == w.name && free(k) && c.wordEdge(k) && w.isUser(s[first:slash]) {
						v, user, start = w, s[first:slash], k
					}
				}
			}
		} else {
			for k := first; k < slash; k++ {
				if free(k) && c.wordEdge(k) && v.isUser(s[k:slash]) {
					user, start = s[k:slash], k
					break
				}
			}
		}
	}
	if start < 0 {
		if external || m.user == "" {
			return inlineMatch{}
		}
		for k := from; k < at; k++ {
			if free(k) && c.wordEdge(k) {
				user, start, from = m.user, k, k
				break
			}
		}
		if start < 0 {
			return inlineMatch{}
		}
	}
	n := m.ref(p, v, user, s[from:at], issue, commit, diff, c.lineAt(start))
	if n == nil {
		n = p.text(s[start:end], 0)
	}
	return inlineMatch{kind: matched, start: start, end: end, node: n}
}

// matchMicroRef matches #1, !1 and hashes of the site's own repository.
func (m *magiclink) matchMicroRef(p *pmParser, c *inlineCursor, at int) inlineMatch {
	s := c.s
	var issue, commit, diff string
	var end int
	switch s[at] {
	case '#', '!', '?':
		if isASCIILetter(c.before(at)) {
			return inlineMatch{}
		}
		issue, _, _, end = c.cutRef(at)
	default:
		stop := at
		for stop < len(s) && isAlnum(s[stop]) {
			stop++
		}
		r := c.before(at)
		if stop-at != 40 || r == '@' || r == '/' || wordRune(r) || !isHexString(s[at:stop]) {
			return inlineMatch{next: stop}
		}
		commit, end = s[at:stop], stop
		if next := end + 43; next <= len(s) && s[end:end+3] == "..." && isHexString(s[end+3:next]) && c.wordEdge(next) {
			diff, end = s[end+3:next], next
		}
		if !c.wordEdge(end) {
			end = 0
		}
	}
	if end == 0 {
		return inlineMatch{}
	}
	n := m.ref(p, m.provider, m.user, m.repo, issue, commit, diff, c.lineAt(at))
	if n == nil {
		n = p.text(s[at:end], 0)
	}
	return inlineMatch{kind: matched, start: at, end: end, node: n}
}

// ref returns the link to an issue, a commit or a comparison, or nil when the
// provider has no such thing.
func (m *magiclink) ref(p *pmParser, v *magicProvider, user, repo, issue, commit, diff string, line int32) *Node {
	path := user + "/" + repo
	own := ""
	switch {
	case user != m.user || v != m.provider:
		own = path
	case repo != m.repo:
		own = repo
	}
	short := func(hash string) string { return hash[:v.hash] }
	at := own
	if own != "" {
		at += "@"
	}
	base := v.url + "/" + path + "/"
	if v.kind == "gitlab" {
		base += "-/"
	}
	switch {
	case diff != "":
		href := base + "compare/" + commit + "..." + diff
		if v.kind == "bitbucket" {
			href = base + "branches/commits/" + commit + ".." + diff + "#diff"
		}
		return p.magicNode(v, "magiclink-compare", href, at+short(commit)+"..."+short(diff),
			v.label+" "+m.text("compare", "Compare")+": "+path+"@"+short(commit)+"..."+short(diff), line)
	case commit != "":
		href := base + "commit/" + commit
		if v.kind == "bitbucket" {
			href = base + "commits/commit/" + commit
		}
		return p.magicNode(v, "magiclink-commit", href, at+short(commit),
			v.label+" "+m.text("commit", "Commit")+": "+path+"@"+short(commit), line)
	}
	kind, class, label := "issues", "magiclink-issue", m.text("issue", "Issue")
	switch issue[0] {
	case '!':
		kind, class, label = "pull", "magiclink-pull", m.text("pull", "Pull Request")
		switch v.kind {
		case "gitlab":
			kind = "merge_requests"
		case "bitbucket":
			kind = "pull-requests"
		}
	case '?':
		if v.kind != "github" {
			return nil
		}
		kind, class, label = "discussions", "magiclink-discussion", m.text("discuss", "Discussion")
	}
	sign := issue[:1]
	if m.normalize {
		sign = "#"
	}
	return p.magicNode(v, class, base+kind+"/"+issue[1:], own+sign+issue[1:],
		v.label+" "+label+": "+path+" #"+issue[1:], line)
}

// shortenLinks gives links to repositories, issues, commits and users that
// show their whole address a short text.
func (m *magiclink) shortenLinks(n *Node) {
	for c := n.First; c != nil; c = c.Next {
		if c.Kind != Element {
			continue
		}
		if c.Tag == "a" {
			m.shortenLink(c)
		}
		m.shortenLinks(c)
	}
}

func (m *magiclink) shortenLink(n *Node) {
	_, magic := n.Attr(magicAttr)
	if magic {
		n.Attrs = deleteAttr(n.Attrs, magicAttr)
	}
	href, _ := n.Attr("href")
	text := n.First
	if text == nil || text.Next != nil || text.Kind != Text && text.Kind != Atomic || text.Text == "" {
		return
	}
	if text.Text != href && !(magic && m.hideProtocol && "https://"+text.Text == href) {
		return
	}
	for _, v := range m.providers {
		rest, ok := v.cutHost(href)
		if !ok || !v.social && !m.shortenRepo || v.social && !m.shortenSocial {
			continue
		}
		if short, class, title := m.shortText(v, rest); short != "" {
			text.Kind, text.Text = Atomic, short
			n.SetAttr("title", title)
			classes, _ := n.Attr("class")
			list := strings.Fields(classes)
			for _, add := range []string{"magiclink", "magiclink-" + v.name, class} {
				if !slices.Contains(list, add) {
					list = append(list, add)
				}
			}
			n.SetAttr("class", strings.Join(list, " "))
		}
		return
	}
}

// cutHost returns what follows the host in an address of the provider.
func (v *magicProvider) cutHost(href string) (string, bool) {
	if hasPrefixFold(href, v.url+"/") {
		return href[len(v.url)+1:], true
	}
	scheme, host, ok := strings.Cut(v.url, "://")
	if www := scheme + "://www." + host + "/"; ok && v.www && hasPrefixFold(href, www) {
		return href[len(www):], true
	}
	return "", false
}

// shortText returns the short text of a link, its class and its title, or
// nothing for a link that stays as it is.
func (m *magiclink) shortText(v *magicProvider, path string) (text, class, title string) {
	user, rest, more := strings.Cut(path, "/")
	if !v.isUser(user) || slices.Contains(v.excluded, strings.ToLower(user)) {
		return
	}
	repo, what, deep := strings.Cut(rest, "/")
	switch {
	case !more || rest == "":
		label := m.text("metion", "User")
		return "@" + user, "magiclink-mention", v.label + " " + label + ": " + user
	case v.social:
		return
	case repo == "":
		return
	case !deep || what == "":
		full := user + "/" + repo
		return full, "magiclink-repository", v.label + " " + m.text("repository", "Repository") + ": " + full
	}
	full := user + "/" + repo
	own := full
	if v == m.provider && user == m.user && m.repo != "" {
		own = repo
		if repo == m.repo {
			own = ""
		}
	}
	at := own
	if own != "" {
		at += "@"
	}
	what = strings.TrimSuffix(what, "/")
	if v.kind == "gitlab" {
		what = strings.TrimPrefix(what, "-/")
	}
	hash := func(s string) bool { return len(s) >= v.hash && len(s) <= 40 && isHexString(strings.ToLower(s)) }
	kind, id, _ := strings.Cut(what, "/")
	number := func(s string) bool {
		for i := 0; i < len(s); i++ {
			if !isDigit(s[i]) {
				return false
			}
		}
		return s != ""
	}
	issue := func(class, label, sign string) (string, string, string) {
		if m.normalize {
			sign = "#"
		}
		return own + sign + id, class, v.label + " " + label + ": " + full + " #" + id
	}
	if v.kind == "bitbucket" && (kind == "issues" || kind == "pull-requests") {
		id, _, _ = strings.Cut(id, "/")
	}
	if v.kind == "bitbucket" && strings.HasPrefix(what, "commits/commit/") {
		kind, id = "commit", strings.TrimPrefix(what, "commits/commit/")
	}
	if v.kind == "bitbucket" && strings.HasPrefix(what, "branches/commits/") {
		a, b, ok := strings.Cut(strings.TrimPrefix(what, "branches/commits/"), "..")
		if b, diff := strings.CutSuffix(b, "#diff"); ok && diff {
			kind, id = "compare", a+"..."+b
		}
	}
	switch {
	case kind == "issues" && number(id):
		return issue("magiclink-issue", m.text("issue", "Issue"), "#")
	case (kind == "pull" && v.kind == "github" || kind == "merge_requests" && v.kind == "gitlab" ||
		kind == "pull-requests" && v.kind == "bitbucket") && number(id):
		return issue("magiclink-pull", m.text("pull", "Pull Request"), "!")
	case kind == "discussions" && v.kind == "github" && number(id):
		return issue("magiclink-discussion", m.text("discuss", "Discussion"), "?")
	case kind == "commit" && hash(id):
		return at + id[:v.hash], "magiclink-commit", v.label + " " + m.text("commit", "Commit") + ": " + full + "@" + id[:v.hash]
	case kind == "compare":
		a, b, ok := strings.Cut(id, "...")
		if ok && hash(a) && hash(b) {
			return at + a[:v.hash] + "..." + b[:v.hash], "magiclink-compare",
				v.label + " " + m.text("compare", "Compare") + ": " + full + "@" + a[:v.hash] + "..." + b[:v.hash]
		}
	}
	return "", "", ""
}
