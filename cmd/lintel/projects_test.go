package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// buildProject builds a project of this repository strictly and returns the
// files of the site.
func buildProject(t *testing.T, config string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	var out bytes.Buffer
	env := func(name string) (string, bool) {
		if name == "SOURCE_DATE_EPOCH" {
			return "1795564800", true // 25 November 2026, when the records and runbooks of the example are in date
		}
		return "", false
	}
	if code := run([]string{"build", "--strict", "-v", "-f", config, "-d", dir}, nil, &out, &out, env); code != exitClean {
		t.Fatalf("status %d\n%s", code, &out)
	}
	return os.DirFS(dir)
}

// Markup that an author wrote and that no reader should see.
var leftover = regexp.MustCompile(`8&lt;-|^!!! |^=== &quot;|\{ ?#[a-z]|:(?:material|octicons)-`)

func checkNoLeftover(t *testing.T, site fs.FS, except ...string) {
	t.Helper()
	code := regexp.MustCompile(`(?s)<(?:code|pre)\b.*?</(?:code|pre)>|<script.*?</script>`)
	err := fs.WalkDir(site, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" {
			return err
		}
		for _, e := range except {
			if strings.HasPrefix(name, e) {
				return nil
			}
		}
		page, err := fs.ReadFile(site, name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(code.ReplaceAllString(string(page), "")) {
			if m := leftover.FindString(line); m != "" {
				t.Errorf("%s: %q is left in %.200s", name, m, line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestExampleProject(t *testing.T) {
	site := buildProject(t, "../../examples/data-platform/mkdocs.yml")
	for name, wants := range map[string][]string{
		"index.html":                                      {`<html lang="ko"`, `class="grid cards"`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">`, `<strong>수집(Ingestion)</strong>`},
		"sad/cdc-pipeline/index.html":                     {`id="fig-cdc"`, `<figure class="diagram">`, `data-id="orders-source"`, `>주문 데이터베이스</a></td><td>binlog</td><td>`, `io.debezium.connector.mysql.MySqlConnector`, `<abbr title="Change Data Capture, 변경 데이터 캡처">CDC</abbr>`, `class="hll"`, `<details class="question">`},
		"sad/batch-pipeline/index.html":                   {`class="tabbed-set tabbed-alternate"`, `max_active_runs`, `expect_column_values_to_be_unique`},
		"sad/context/index.html":                          {`id="primary-presentation"`, `id="fn:binlog"`, `../../ops/connector-lag/`},
		"sad/event-pipeline/index.html":                   {`architecture/elements/events-s3-sink/`},
		"sad/cdc-pipeline.en/index.html":                  {`The budget of ten minutes`},
		"ops/backfill/index.html":                         {`id="snapshot"`, `id="변환만-다시"`},
		"ops/kafka-lag/index.html":                        {`connector-lag/`},
		"ops/onboarding/index.html":                       {`task-list-control`, `<kbd`},
		"adr/0006-backward-compatible-schemas/index.html": {`<div class="admonition danger">`},
		"adr/0003-bigquery-marts/index.html":              {`0010-redshift-marts/`},
		"architecture/decisions/index.html":               {`마트는 Redshift에 두고`},
		"architecture/elements/data-api/index.html":       {`data-api-latency/`, `0014-local-cache/`},
		"tags/index.html":                                 {`operations`, `ops/orders-daily-failure/`},
		"search/search_index.json":                        {`재처리`, `ops/backfill/#snapshot`},
		"sitemap.xml":                                     {`https://docs.dalbit.example/data-platform/guides/data-api/`},
	} {
		text, err := fs.ReadFile(site, name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range wants {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s does not hold %s", name, want)
			}
		}
	}
	if _, err := fs.Stat(site, "includes/abbreviations/index.html"); err == nil {
		t.Error("an excluded file became a page")
	}
	checkNoLeftover(t, site)
}

// Lintel's own documentation has nothing that a check finds.
func TestOwnDocumentationIsClean(t *testing.T) {
	var out bytes.Buffer
	env := func(string) (string, bool) { return "", false }
	if code := run([]string{"check", "--fail-on", "warning", "-f", "../../mkdocs.yml"}, nil, &out, &out, env); code != exitClean {
		t.Errorf("status %d\n%s", code, &out)
	}
}

// Lintel's own documentation has no broken link and no unlisted page.
func TestOwnDocumentation(t *testing.T) {
	site := buildProject(t, "../../mkdocs.yml")
	for _, name := range []string{"index.html", "adr/0004-markdown-dialects/index.html", "reference/compatibility/index.html"} {
		if _, err := fs.Stat(site, name); err != nil {
			t.Error(err)
		}
	}
	checkNoLeftover(t, site)
}
