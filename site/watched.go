package site

import (
	"path"
	"slices"
	"strings"
	"sync"
)

// Watched are the places whose changes can change a site: slash paths below the
// project's root.
type Watched struct {
	Trees []string // folders with all that they hold
	Files []string // files, of which some may not exist yet
}

// watching keeps what Watched found.
type watching struct {
	once sync.Once
	w    Watched
}

// Watched returns what to watch for changes. It returns the same value for
// snapshots between which the set of files that matter did not change.
func (s *Snapshot) Watched() *Watched {
	k := s.b.watched
	k.once.Do(func() { k.w = s.b.watch() })
	return &k.w
}

func (b *build) watch() Watched {
	conf := b.conf
	w := Watched{Trees: slices.Clone(b.tree.roots), Files: slices.Clone(conf.Sources)}
	if conf.Theme.CustomDir != "" {
		w.Trees = append(w.Trees, conf.Theme.CustomDir)
	}
	for _, p := range conf.Watch {
		if !strings.HasPrefix(p, "/") {
			w.Trees = append(w.Trees, path.Join(conf.Dir, p))
		}
	}
	w.Files = append(w.Files, b.sources...)
	for _, p := range b.pages {
		for _, q := range p.parsed.asked {
			if q.kind == askFile {
				w.Files = append(w.Files, q.subject)
			}
		}
	}
	slices.Sort(w.Trees)
	slices.Sort(w.Files)
	w.Trees, w.Files = slices.Compact(w.Trees), slices.Compact(w.Files)
	return w
}
