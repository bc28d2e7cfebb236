// Command pack makes lexers.zip and lexers.txt, which package highlight embeds:
// chroma's lexers for the languages that the package has no lexer for.
//
// They cannot be had by importing chroma's package lexers: that reads the
// heads of them all before main begins, which takes longer than building a
// small site. The working directory is the root of the repository:
//
//	go run ./render/highlight/pack "$(go list -m -f '{{.Dir}}' github.com/alecthomas/chroma/v2)"
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./render/highlight/pack CHROMA")
		os.Exit(2)
	}
	if err := run(os.DirFS(os.Args[1]), "render/highlight"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

type config struct {
	Name    string   `xml:"config>name"`
	Aliases []string `xml:"config>alias"`
}

func run(chroma fs.FS, out string) error {
	files, err := fs.Glob(chroma, "lexers/embedded/*.xml")
	if err != nil {
		return err
	}
	slices.Sort(files)
	var index strings.Builder
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, file := range files {
		data, err := fs.ReadFile(chroma, file)
		if err != nil {
			return err
		}
		var c config
		if err := xml.Unmarshal(data, &c); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		names := []string{strings.ToLower(c.Name)}
		for _, alias := range c.Aliases {
			if alias = strings.ToLower(alias); !slices.Contains(names, alias) && !strings.ContainsAny(alias, "|=") {
				names = append(names, alias)
			}
		}
		fmt.Fprintf(&index, "%s=%s=%s\n", strings.Join(names, "|"), path.Base(file), c.Name)
		// All are packed, as one lexer may use another.
		f, err := w.CreateHeader(&zip.FileHeader{Name: path.Base(file), Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := f.Write(squeeze(data)); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := os.WriteFile(path.Join(out, "lexers.txt"), []byte("\n"+index.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path.Join(out, "lexers.zip"), archive.Bytes(), 0o644)
}

// squeeze drops the indentation of XML.
func squeeze(data []byte) []byte {
	var out []byte
	for line := range bytes.Lines(data) {
		out = append(out, bytes.TrimLeft(line, " ")...)
	}
	return out
}
