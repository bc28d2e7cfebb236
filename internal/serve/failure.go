package serve

import (
	"bufio"
	"errors"
	"io"
	"io/fs"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/site"
)

// Failure is why a site could not be built, with the place where that can be
// mended when it is known.
type Failure struct {
	Message string        `json:"message"`
	Hint    string        `json:"hint,omitempty"`
	Path    string        `json:"path,omitempty"` // below the project's root
	Line    int           `json:"line,omitempty"`
	Column  int           `json:"column,omitempty"`
	More    int           `json:"more,omitempty"` // errors beside this one
	Excerpt []ExcerptLine `json:"excerpt,omitempty"`
}

// ExcerptLine is a line of the file around a failure.
type ExcerptLine struct {
	Number int    `json:"n"`
	Text   string `json:"text"`
	Here   bool   `json:"here,omitempty"`
}

// failureOf describes an error of a build.
func failureOf(root fs.FS, err error) *Failure {
	f := &Failure{Message: err.Error()}
	if c, ok := errors.AsType[*site.ConfigError](err); ok {
		f.Message, f.Hint, f.More = c.Finding.Message, c.Finding.Hint, c.More
		f.Path, f.Line, f.Column = c.Finding.Path, c.Finding.Line, c.Finding.Column
		f.Excerpt = excerpt(root, c.Finding.Position)
	}
	return f
}

const (
	excerptAround = 3
	excerptWidth  = 200
)

// excerpt returns the lines around a place. Not being able to is no error: the
// message says the place all the same.
func excerpt(root fs.FS, p finding.Position) []ExcerptLine {
	if p.Line < 1 || !fs.ValidPath(p.Path) {
		return nil
	}
	f, err := root.Open(p.Path)
	if err != nil {
		return nil
	}
	defer f.Close()
	sc := bufio.NewScanner(io.LimitReader(f, 4<<20))
	sc.Buffer(nil, 1<<20)
	var out []ExcerptLine
	for n := 1; n <= p.Line+excerptAround && sc.Scan(); n++ {
		if n < p.Line-excerptAround-1 {
			continue
		}
		text := []rune(sc.Text())
		if len(text) > excerptWidth {
			text = append(text[:excerptWidth], '…')
		}
		out = append(out, ExcerptLine{Number: n, Text: string(text), Here: n == p.Line})
	}
	if n := len(out); n > 0 && out[n-1].Number < p.Line {
		out[n-1].Here = true // what is missing at the end of the file is missing behind its last line
	}
	return out
}
