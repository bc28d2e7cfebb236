package site_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lintel-docs/lintel/site"
)

func TestNavPlugins(t *testing.T) {
	data, err := os.ReadFile("testdata/nav.txtar")
	if err != nil {
		t.Fatal(err)
	}
	f, want := files{}, map[string]string{}
	for _, x := range txtar.Parse(data).Files {
		if name, ok := strings.CutSuffix(x.Name, ".want"); ok {
			want[name] = string(x.Data)
		} else {
			f[x.Name] = string(x.Data)
		}
	}
	for name, want := range want {
		o := options()
		o.Config = name + ".yml"
		s, err := site.Open(f.fs(), o)
		if err != nil {
			t.Fatal(err)
		}
		snap, err := s.Build(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got := snap.NavText(); got != want {
			t.Errorf("%s:\ngot\n%swant\n%s", name, got, want)
		}
	}
}
