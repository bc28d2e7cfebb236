package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/lintel-docs/lintel/internal/browsertest"
)

// A link to a decision shows its card on focus, under the strict policy, and
// Escape takes it away; a superseded record leads to the one in force.
func TestArchitectureInChromium(t *testing.T) {
	ctx := browsertest.Start(t)
	site := buildProject(t, "../../examples/data-platform/mkdocs.yml")
	files := http.FileServerFS(site)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'")
		files.ServeHTTP(w, r)
	}))
	defer srv.Close()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	is := func(what, expression string) {
		t.Helper()
		for range 100 {
			ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
			if err != nil {
				t.Fatal(err)
			}
			if ok {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Fatalf("%s: %s", what, expression)
	}
	open := func(page string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+page)); err != nil {
			t.Fatal(err)
		}
	}
	open("/architecture/elements/orders-source/")
	is("a link with a card", `(a => { if (!a) return false; a.focus(); a.dispatchEvent(new FocusEvent("focusin", {bubbles: true})); return true; })(document.querySelector("article a.x-adr[data-card]"))`)
	is("the card of a decision", `(c => !!c && !c.hidden && /ADR-\d{4}/.test(c.textContent) && /승인|대체/.test(c.textContent))(document.querySelector(".card"))`)
	is("the link is described by it", `document.activeElement.getAttribute("aria-describedby") === "__card"`)
	is("Escape", `(dispatchEvent(new KeyboardEvent("keydown", {key: "Escape"})), document.querySelector(".card").hidden)`)
	is("boxes that are links", `document.querySelectorAll("#near ~ figure svg a[href]").length > 2`)

	open("/adr/0003-bigquery-marts/")
	is("the record in force", `/0010/.test(document.querySelector(".record .banner a").getAttribute("href"))`)

	open("/sad/cdc-pipeline/")
	is("figures lead to elements", `!!document.querySelector('figure.diagram svg a[href*="architecture/elements/orders-source/"]')`)
}
