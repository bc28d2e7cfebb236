package site_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/lintel-docs/lintel/site"
)

func BenchmarkTmpFull(b *testing.B) {
	root, err := os.OpenRoot("/tmp/sb/syn-10000")
	if err != nil {
		b.Skip()
	}
	s, err := site.Open(root.FS(), site.Options{Config: "mkdocs.yml", Now: time.Now, Drafts: true, Lines: true})
	if err != nil {
		b.Fatal(err)
	}
	snap, _ := s.Build(context.Background())
	snap, _ = s.Build(context.Background())
	for b.Loop() {
		t := time.Now()
		n, err := s.Build(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		t2 := time.Now()
		c := n.Changes(snap)
		if os.Getenv("V") != "" {
			fmt.Println(t2.Sub(t), time.Since(t2), c.None())
		}
		snap = n
	}
}
