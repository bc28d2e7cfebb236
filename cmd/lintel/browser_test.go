package main

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/lintel-docs/lintel/internal/browsertest"
)

// TestSitesInChromium builds this repository's projects and opens each page on
// a telephone, under a policy that allows nothing but the site's own files.
func TestSitesInChromium(t *testing.T) {
	ctx := browsertest.Start(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740)); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var origin, at string
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("%s: %s", at, ev.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			// The browser asks for /favicon.ico by itself, now and then.
			if strings.HasSuffix(ev.Entry.URL, "/favicon.ico") {
				return
			}
			if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
				t.Errorf("%s: %s %s", at, ev.Entry.Text, ev.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if u := ev.Request.URL; !strings.HasPrefix(u, origin) && !strings.HasPrefix(u, "data:") {
				t.Errorf("%s: asked %s", at, u)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}

	for _, config := range []string{"../../mkdocs.yml", "../../examples/data-platform/mkdocs.yml"} {
		site := buildProject(t, config)
		files := http.FileServerFS(site)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
			files.ServeHTTP(w, r)
		}))
		pages := 0
		err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Base(name) != "index.html" {
				return err
			}
			// A redirect leads to a page that is looked at anyhow.
			if data, err := fs.ReadFile(site, name); err != nil || bytes.Contains(data, []byte(`http-equiv="refresh"`)) {
				return err
			}
			url := strings.TrimSuffix(name, "index.html")
			mu.Lock()
			origin, at = srv.URL+"/", config+": "+url
			mu.Unlock()
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/"+url)); err != nil {
				return err
			}
			over, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
			if err != nil {
				return err
			}
			if over > 0 {
				t.Errorf("%s scrolls sideways by %d", at, over)
			}
			pages++
			return nil
		})
		srv.Close()
		if err != nil {
			t.Fatal(err)
		}
		if pages < 5 {
			t.Errorf("%s has %d pages", config, pages)
		}
	}
}
