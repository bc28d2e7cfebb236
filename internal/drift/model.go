package drift

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// Model says how likely a document needs a change by its features: a weighted sum
// of them and, for how they bear on each other, a sum of small decision trees.
type Model struct {
	Weights []float64
	Trees   [][]Node // the first node of each is its root
}

// Node of a tree: a document whose feature is at most Cut goes to Left, else to
// Right. One with a Left of 0 is a leaf and adds Value.
type Node struct {
	Feature     int
	Cut         float32
	Left, Right int
	Value       float64
}

// Score returns the score of a document. The difference of the scores of two
// documents is, about, the log-odds of one of them needing the change rather than
// the other.
func (m *Model) Score(x []float32) float64 {
	s := 0.0
	for f, w := range m.Weights {
		s += w * float64(x[f])
	}
	for _, t := range m.Trees {
		n := &t[0]
		for n.Left != 0 {
			if x[n.Feature] <= n.Cut {
				n = &t[n.Left]
			} else {
				n = &t[n.Right]
			}
		}
		s += n.Value
	}
	return s
}

// String returns the model in lines: the weights, then a tree a line, of nodes as
// feature, cut, left and right, or of a value alone.
func (m *Model) String() string {
	var b strings.Builder
	for i, w := range m.Weights {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatFloat(w, 'g', 5, 64))
	}
	for _, t := range m.Trees {
		b.WriteByte('\n')
		for i, n := range t {
			if i > 0 {
				b.WriteByte(' ')
			}
			if n.Left == 0 {
				b.WriteString(strconv.FormatFloat(n.Value, 'g', 4, 64))
			} else {
				fmt.Fprintf(&b, "%d,%s,%d,%d", n.Feature, strconv.FormatFloat(float64(n.Cut), 'g', -1, 32), n.Left, n.Right)
			}
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// ParseModel reads what String wrote.
func ParseModel(text string) (*Model, error) {
	m := &Model{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if m.Weights == nil {
			for _, f := range fields {
				w, err := strconv.ParseFloat(f, 64)
				if err != nil {
					return nil, fmt.Errorf("read weights: %w", err)
				}
				m.Weights = append(m.Weights, w)
			}
			if len(m.Weights) != nFeatures {
				return nil, fmt.Errorf("read weights: there are %d, and %d features", len(m.Weights), nFeatures)
			}
			continue
		}
		var t []Node
		for _, f := range fields {
			n, err := parseNode(f, len(t), len(fields))
			if err != nil {
				return nil, fmt.Errorf("read tree %d: %w", len(m.Trees), err)
			}
			t = append(t, n)
		}
		if len(t) > 0 {
			m.Trees = append(m.Trees, t)
		}
	}
	return m, nil
}

func parseNode(text string, at, nodes int) (Node, error) {
	fs := strings.Split(text, ",")
	if len(fs) == 1 {
		v, err := strconv.ParseFloat(text, 64)
		return Node{Value: v}, err
	}
	if len(fs) != 4 {
		return Node{}, fmt.Errorf("%q is no node", text)
	}
	var k [3]int
	for i, s := range []string{fs[0], fs[2], fs[3]} {
		v, err := strconv.Atoi(s)
		if err != nil {
			return Node{}, err
		}
		k[i] = v
	}
	cut, err := strconv.ParseFloat(fs[1], 32)
	if err != nil {
		return Node{}, err
	}
	if k[0] < 0 || k[0] >= nFeatures || k[1] <= at || k[2] <= at || k[1] >= nodes || k[2] >= nodes {
		return Node{}, fmt.Errorf("%q leads nowhere", text)
	}
	return Node{Feature: k[0], Cut: float32(cut), Left: k[1], Right: k[2]}, nil
}

// ranking is what `bench/likely learn` wrote: learned from the changes of sixty
// public repositories, each counting the same.
//
//go:embed ranking.txt
var ranking string
