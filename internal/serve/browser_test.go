package serve_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/lintel-docs/lintel/internal/browsertest"
)

// tab is one tab and what it complained about.
type tab struct {
	ctx  context.Context
	t    *testing.T
	mu   sync.Mutex
	said []string
}

func open(parent context.Context, t *testing.T, url string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	b := &tab{ctx: ctx, t: t}
	err := chromedp.Listen(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			text := ev.ExceptionDetails.Text
			if e := ev.ExceptionDetails.Exception; e != nil {
				text += " " + e.Description
			}
			b.said = append(b.said, text)
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
				b.said = append(b.said, ev.Entry.Text+" "+ev.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1200, 700), chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("body"))); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) eval(js string) string {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		b.t.Fatal(js, err)
	}
	return s
}

func (b *tab) until(js string) {
	b.t.Helper()
	for range 500 {
		if b.eval(js) == "true" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("never true: %s\n%s", js, b.eval("document.body.innerText.slice(0, 2000)"))
}

// joined waits until the page hears from the server.
func (b *tab) joined() {
	b.t.Helper()
	b.until("!!document.getElementById('lintel-preview')")
}

func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.said {
		b.t.Errorf("the browser says: %s", s)
	}
}

// long is a page with what a reader does things to.
func long(heading string) string {
	var sb strings.Builder
	sb.WriteString("# Long\n\nintro\n\n??? note \"Fold\"\n    folded text\n\n=== \"One\"\n    first\n\n=== \"Two\"\n    second\n\n")
	for i := range 40 {
		fmt.Fprintf(&sb, "## Part %d\n\nWords of part %d, enough of them to fill a line or two on a screen of ordinary width.\n\n```python\nprint(%d)\n```\n\n", i, i, i)
		if i == 20 && heading != "" {
			sb.WriteString("## " + heading + "\n\nnew words\n\n")
		}
	}
	return sb.String()
}

func TestBrowserPatchesInPlace(t *testing.T) {
	ctx := browsertest.Start(t)
	files := small()
	files["docs/long.md"] = long("")
	files["mkdocs.yml"] += "extra_css: [css/own.css]\n"
	p := start(t, files).run()
	p.shows("/docs/long/", "Words of part 0")
	b := open(ctx, t, p.url+"long/")
	b.joined()
	b.until("document.querySelectorAll('.ib.copy').length === 40")
	// What a reader does.
	b.eval(`(function () {
		window.stays = true;
		document.querySelector("details.note").open = true;
		document.querySelectorAll(".tabbed-set input")[1].checked = true;
		document.querySelector(".search input").focus({ preventScroll: true });
		document.getElementById("part-25").scrollIntoView({ behavior: "instant" });
	})()`)
	state := `JSON.stringify([window.stays, document.querySelector("details.note").open, document.querySelectorAll(".tabbed-set input")[1].checked,
		Math.round(document.getElementById("part-25").getBoundingClientRect().top), document.activeElement.name])`
	before := b.eval(state)

	// A heading above what is looked at.
	p.write("docs/long.md", long("Inserted heading"))
	b.until("!!document.getElementById('inserted-heading')")
	if got := b.eval(state); got != before {
		t.Errorf("after a heading above: %s, before %s", got, before)
	}
	b.until(`!!document.querySelector(".toc a[href='#inserted-heading']")`)
	// The same heading edited.
	p.write("docs/long.md", long("Edited heading"))
	b.until("!!document.getElementById('edited-heading') && !document.getElementById('inserted-heading')")
	if got := b.eval(state); got != before {
		t.Errorf("after the heading was edited: %s, before %s", got, before)
	}
	// Something below, and new code that needs its button.
	p.write("docs/long.md", long("Edited heading")+"\nThe end.\n\n```sql\nselect 1\n```\n")
	b.until("document.querySelectorAll('.ib.copy').length === 41")
	if got := b.eval(state); got != before {
		t.Errorf("after an edit below: %s, before %s", got, before)
	}
	// Removed again.
	p.write("docs/long.md", long(""))
	b.until("!document.getElementById('edited-heading')")
	if got := b.eval(state); got != before {
		t.Errorf("after the heading is gone: %s, before %s", got, before)
	}
	// A style sheet is swapped without a reload.
	p.write("docs/css/own.css", "article p { color: rgb(1, 2, 3) }\n")
	b.until(`getComputedStyle(document.querySelector("article p")).color === "rgb(1, 2, 3)"`)
	if got := b.eval(state); got != before {
		t.Errorf("after the style sheet: %s, before %s", got, before)
	}
	// The title of another page, in the navigation of this one.
	p.write("docs/guide/b.md", "# Bee\n\n## Part\n")
	b.until(`document.querySelector(".nav").textContent.indexOf("Bee") >= 0`)
	if got := b.eval(state); got != before {
		t.Errorf("after a title in the navigation: %s, before %s", got, before)
	}
	// Another page is not this one's business but for a word.
	p.write("docs/guide/a.md", "# A\n\nother\n")
	b.until(`(document.querySelector(".lp-toast a") || {}).pathname === "/docs/guide/a/"`)
	if got := b.eval(state); got != before {
		t.Errorf("after another page: %s, before %s", got, before)
	}
	b.quiet()
}

func TestBrowserShowsFailuresAndFindings(t *testing.T) {
	ctx := browsertest.Start(t)
	files := small()
	files["mkdocs.yml"] += "theme: {language: ko}\n"
	files["mkdocs.yml"] = strings.Replace(files["mkdocs.yml"], "theme:\n  features: [content.code.copy, navigation.sections]\n", "", 1)
	p := start(t, files).run()
	p.shows("/docs/", "First words.")
	b := open(ctx, t, p.url)
	b.joined()
	broken := files["mkdocs.yml"] + "nav: [\n"
	p.write("mkdocs.yml", broken)
	b.until("!!document.querySelector('.lp-overlay') && document.title.indexOf('✗') === 0")
	text := b.eval("document.querySelector('.lp-overlay').textContent")
	for _, want := range []string{"사이트를 만들 수 없습니다", "mkdocs.yml:6", "nav: ["} {
		if !strings.Contains(text, want) {
			t.Errorf("the overlay lacks %q: %s", want, text)
		}
	}
	if got := b.eval("document.querySelector('article').textContent"); !strings.Contains(got, "First words.") {
		t.Errorf("behind the overlay: %s", got)
	}
	// The place of the failure opens in the editor.
	b.eval("document.querySelector('.lp-overlay button.lp-at').click()")
	until(t, "the editor opens", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return slices.Contains(p.edited, "mkdocs.yml:6")
	})
	// Another tab, opened while it is broken, is told too.
	late := open(ctx, t, p.url+"guide/a/")
	late.until("!!document.querySelector('.lp-overlay')")
	p.write("mkdocs.yml", files["mkdocs.yml"])
	b.until("!document.querySelector('.lp-overlay') && document.title.indexOf('✗') < 0")
	late.until("!document.querySelector('.lp-overlay') && document.title.indexOf('✗') < 0")

	p.write("docs/index.md", "# Home\n\n[gone](gone.md)\n")
	b.until("!!document.querySelector('.lp-badge.lp-warning')")
	b.eval("document.querySelector('.lp-badge').click()")
	if got := b.eval("document.querySelector('.lp-panel').innerText"); !strings.Contains(got, "gone.md") || !strings.Contains(got, "link/not-found") {
		t.Errorf("the panel says %s", got)
	}
	// Alt and a click on a paragraph lead to its line.
	b.eval(`document.querySelector("article p").dispatchEvent(new MouseEvent("click", { altKey: true, bubbles: true, cancelable: true }))`)
	until(t, "the editor opens", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return slices.Contains(p.edited, "docs/index.md:3")
	})
	p.write("docs/index.md", "# Home\n\nline\n\nmended\n")
	b.until("!document.querySelector('.lp-badge')")
	b.eval(`document.querySelectorAll("article p")[1].dispatchEvent(new MouseEvent("click", { altKey: true, bubbles: true, cancelable: true }))`)
	until(t, "the editor opens at the line as it is now", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return slices.Contains(p.edited, "docs/index.md:5")
	})
	// The page is gone, and comes back.
	p.remove("docs/guide/a.md")
	late.until("!!document.body && document.body.textContent.indexOf('페이지를 찾을 수 없습니다') >= 0")
	p.write("docs/guide/a.md", "# A\n\nback again\n")
	late.until("!!document.body && document.body.textContent.indexOf('back again') >= 0")
	b.quiet()
}

func TestBrowserManyTabsAndRestart(t *testing.T) {
	ctx := browsertest.Start(t)
	p := start(t, small()).run()
	p.shows("/docs/guide/a/", "text")
	var tabs []*tab
	for range 20 {
		tabs = append(tabs, open(ctx, t, p.url+"guide/a/"))
	}
	for i := range 2 {
		text := fmt.Sprintf("words of run %d", i)
		p.write("docs/guide/a.md", "# A\n\n"+text+"\n")
		for _, b := range tabs {
			b.until(fmt.Sprintf("document.querySelector('article').textContent.indexOf(%q) >= 0", text))
		}
		if i == 0 {
			p.stop()
			p.run()
			p.shows("/docs/guide/a/", text)
			time.Sleep(1500 * time.Millisecond) // browsers try again after half a second and some
		}
	}
	// After a restart pages hold the new token: the editor opens.
	tabs[3].until("true")
	tabs[3].eval(`document.querySelector("article p").dispatchEvent(new MouseEvent("click", { altKey: true, bubbles: true, cancelable: true }))`)
	until(t, "the editor opens", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return slices.Contains(p.edited, "docs/guide/a.md:3")
	})
}

// shape is a page as the server wrote it: what scripts added or set is left out.
const shape = `(function () {
	function clean(e) {
		e = e.cloneNode(true);
		e.querySelectorAll("#lintel-preview, .ib.copy, .an, .card-pop, .to-top, dialog").forEach(function (x) { x.remove(); });
		e.querySelectorAll("*").forEach(function (x) {
			["aria-current", "tabindex", "data-label", "open", "aria-label", "role", "aria-expanded"].forEach(function (a) { x.removeAttribute(a); });
		});
		e.normalize();
		return e.innerHTML;
	}
	return clean(document.body);
})()`

// TestBrowserPatchedEqualsFresh edits a page at random and holds the page that
// saw all of it against one that is loaded anew.
func TestBrowserPatchedEqualsFresh(t *testing.T) {
	ctx := browsertest.Start(t)
	p := start(t, small()).run()
	p.shows("/docs/guide/a/", "text")
	b := open(ctx, t, p.url+"guide/a/")
	b.joined()
	other := open(ctx, t, p.url+"guide/a/")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	pieces := []string{
		"## Part\n", "## Other *part*\n", "words\n", "more **words** here\n", "- a\n- b\n    - c\n", "1. x\n2. y\n", "> said\n",
		"```python\nx = 1  # (1)!\n```\n\n1. note\n", "```sql\nselect 1\n```\n", "!!! note\n    body\n\n    - list\n", "??? tip \"T\"\n    folded\n",
		"=== \"A\"\n    one\n\n=== \"B\"\n    two\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "| a |\n|---|\n| 1 |\n| 3 |\n", "<div class=\"x\"><p>raw</p></div>\n", "[link](b.md#part)\n", "가나다 **라마**바사\n",
	}
	var page []string
	for i := range 60 {
		switch {
		case len(page) > 2 && r.IntN(3) == 0:
			at := r.IntN(len(page))
			page = slices.Delete(page, at, at+1)
		case len(page) > 0 && r.IntN(3) == 0:
			page[r.IntN(len(page))] = pieces[r.IntN(len(pieces))]
		default:
			page = slices.Insert(page, r.IntN(len(page)+1), pieces[r.IntN(len(pieces))])
		}
		p.write("docs/guide/a.md", fmt.Sprintf("# A\n\n%s\nedit%d\n", strings.Join(page, "\n"), i))
		mark := fmt.Sprintf("document.querySelector('article').textContent.indexOf('edit%d') >= 0", i)
		b.until(mark)
		if i%4 != 3 {
			continue
		}
		if err := chromedp.Do(other.ctx, chromedp.Navigate(p.url+"guide/a/")); err != nil {
			t.Fatal(err)
		}
		other.until(mark)
		if got, want := b.eval(shape), other.eval(shape); got != want {
			t.Fatalf("after edit %d of\n%s\nthe patched page is\n%s\nand a fresh one\n%s", i, strings.Join(page, "\n"), got, want)
		}
		if got, want := b.eval("document.querySelectorAll('.ib.copy').length"), other.eval("document.querySelectorAll('.ib.copy').length"); got != want {
			t.Fatalf("after edit %d: %s copy buttons, want %s", i, got, want)
		}
	}
	b.quiet()
}

func TestBrowserUnderThePolicyOfAHost(t *testing.T) {
	ctx := browsertest.Start(t)
	p := start(t, small())
	p.o.Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	p.run()
	p.shows("/docs/", "First words.")
	b := open(ctx, t, p.url)
	b.joined()
	p.write("docs/index.md", "# Home\n\nOther words.\n")
	b.until("document.querySelector('article').textContent.indexOf('Other words.') >= 0")
	own := open(ctx, t, p.base+"/_lintel/")
	own.until("document.querySelectorAll('tbody tr').length === 3")
	p.write("docs/guide/new.md", "# New\n")
	own.until("document.querySelectorAll('tbody tr').length === 4")
	b.quiet()
	own.quiet()
}
