// Command pack makes the data that package icon embeds.
//
// Its argument is a folder with the npm packages of package.json beside this
// file and the icons that optimise.mjs reduces; the working directory is the
// root of the repository:
//
//	cp internal/icon/pack/package.json internal/icon/pack/optimise.mjs DIR
//	(cd DIR && npm install && node optimise.mjs)
//	go run ./internal/icon/pack DIR
//
// The versions in package.json are those of Material for MkDocs 9.7, so that
// every icon that a site's author found there exists here. The short names of
// emoji are derived from the data sets that PyMdown derives its indexes from.
package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/icon/pack DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], "internal/icon"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	src := os.DirFS(dir)
	icons, err := readIcons(src)
	if err != nil {
		return err
	}
	emoji, err := readEmoji(src)
	if err != nil {
		return err
	}
	for name, rows := range map[string]map[string]string{"icons.pack": icons, "emoji.pack": emoji} {
		data, err := pack(rows)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path.Join(out, name), data, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d entries, %d bytes\n", name, len(rows), len(data))
	}
	return nil
}

// blockSize is the number of entries that are compressed together: large
// enough that they share what they have in common, small enough that one can
// be read without much work.
const blockSize = 32

// pack writes sorted rows in the format that package icon describes.
func pack(rows map[string]string) ([]byte, error) {
	keys := slices.Sorted(maps.Keys(rows))
	var head, firsts, data bytes.Buffer
	u32 := func(n int) { head.Write(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	blocks := slices.Collect(slices.Chunk(keys, blockSize))
	deflate := func(raw []byte) error {
		w, err := flate.NewWriter(&data, flate.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(raw); err != nil {
			return err
		}
		return w.Close()
	}
	u32(len(blocks))
	for _, block := range blocks {
		u32(firsts.Len())
		u32(data.Len())
		firsts.WriteString(block[0])
		var raw []byte
		for _, k := range block {
			raw = binary.AppendUvarint(raw, uint64(len(k)))
			raw = append(raw, k...)
			raw = binary.AppendUvarint(raw, uint64(len(rows[k])))
			raw = append(raw, rows[k]...)
		}
		if err := deflate(raw); err != nil {
			return nil, err
		}
	}
	// The names again, for suggestions.
	u32(firsts.Len())
	u32(data.Len())
	if err := deflate([]byte(strings.Join(keys, "\n"))); err != nil {
		return nil, err
	}
	return slices.Concat(head.Bytes(), firsts.Bytes(), data.Bytes()), nil
}

func readIcons(src fs.FS) (map[string]string, error) {
	rows := map[string]string{}
	err := fs.WalkDir(src, "icons", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".svg" {
			return err
		}
		svg, err := fs.ReadFile(src, p)
		if err != nil {
			return err
		}
		rows[strings.TrimSuffix(strings.TrimPrefix(p, "icons/"), ".svg")] = strings.TrimSpace(string(svg))
		return nil
	})
	return rows, err
}

// emoji is one row of an index.
type emoji struct {
	short    string // without colons
	file     string // code points in the form that image files are named by
	chars    string // code points in the form to write
	name     string
	category string
}

func readEmoji(src fs.FS) (map[string]string, error) {
	rows := map[string]string{}
	add := func(index string, e emoji, aliases ...string) error {
		e.short = strings.Trim(e.short, ":")
		chars, err := characters(e.chars)
		if err != nil {
			return fmt.Errorf("%s %s: %w", index, e.short, err)
		}
		row := strings.Join([]string{e.short, e.file, chars, e.name, e.category}, "\t")
		for _, name := range append(aliases, e.short) {
			rows[index+"/"+strings.Trim(name, ":")] = row
		}
		return nil
	}
	for _, read := range []func(fs.FS, func(string, emoji, ...string) error) error{readTwemoji, readEmojiOne, readGemoji} {
		if err := read(src, add); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// characters returns the text of code points such as "1f468-200d-1f384".
func characters(points string) (string, error) {
	var b strings.Builder
	for p := range strings.SplitSeq(points, "-") {
		if p == "" {
			continue
		}
		n, err := strconv.ParseUint(p, 16, 32)
		if err != nil {
			return "", err
		}
		b.WriteRune(rune(n))
	}
	return b.String(), nil
}

func readJSON[T any](src fs.FS, name string) (map[string]T, error) {
	data, err := fs.ReadFile(src, "node_modules/"+name)
	if err != nil {
		return nil, err
	}
	var rows map[string]T
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return rows, nil
}

// tones are the skin tones, in the order of their numbers.
var tones = []string{"1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff"}

// readTwemoji names the images of Twemoji by the short names of JoyPixels.
func readTwemoji(src fs.FS, add func(string, emoji, ...string) error) error {
	type row struct {
		Name       string   `json:"name"`
		Category   string   `json:"category"`
		Short      string   `json:"shortname"`
		Alternates []string `json:"shortname_alternates"`
		Points     struct {
			Full string `json:"fully_qualified"`
		} `json:"code_points"`
	}
	rows, err := readJSON[row](src, "emoji-toolkit/emoji.json")
	if err != nil {
		return err
	}
	put := func(short, points, name, category string, aliases ...string) error {
		file := points
		if !strings.Contains(points, "200d") || strings.HasPrefix(points, "1f441-") {
			file = strings.ReplaceAll(points, "-fe0f", "") // as the image files are named
		}
		file = strings.TrimLeft(file, "0")
		switch _, err := fs.Stat(src, "icons/twemoji/"+file+".svg"); {
		case errors.Is(err, fs.ErrNotExist):
			return nil // no image, so not in the index
		case err != nil:
			return err
		}
		return add("twemoji", emoji{short, file, file, name, category}, aliases...)
	}
	for _, r := range rows {
		if err := put(r.Short, strings.ToLower(r.Points.Full), r.Name, r.Category, r.Alternates...); err != nil {
			return err
		}
	}
	// Images that Twemoji has and Unicode does not know as emoji.
	extra := [][4]string{{"shibuya", "e50a", "Shibuya 109", "travel"}}
	for i, tone := range append([]string{""}, tones...) {
		n, p := "", ""
		if tone != "" {
			n, p = fmt.Sprintf("_tone%d", i), "-"+tone
			extra = append(extra, [4]string{"skier" + n, "26f7" + p, "skier", "activity"})
		}
		if i > 1 {
			// A slip of the pen that sites have come to rely on.
			extra = append(extra, [4]string{"woman_leviate" + n, "1f574" + p + "-200d-2640-fe0f", "woman in business suit levitating", "people"})
		}
		vs := ""
		if tone == "" {
			vs = "-fe0f"
		}
		extra = append(extra,
			[4]string{"man_in_santa_hat" + n, "1f468" + p + "-200d-1f384", "man in santa hat", "people"},
			[4]string{"woman_in_santa_hat" + n, "1f469" + p + "-200d-1f384", "woman in santa hat", "people"},
			[4]string{"woman_levitate" + n, "1f574" + vs + p + "-200d-2640-fe0f", "woman in business suit levitating", "people"})
	}
	for _, x := range extra {
		if err := put(x[0], x[1], x[2], x[3]); err != nil {
			return err
		}
	}
	return nil
}

func readEmojiOne(src fs.FS, add func(string, emoji, ...string) error) error {
	type row struct {
		Name     string   `json:"name"`
		Category string   `json:"category"`
		Short    string   `json:"shortname"`
		Points   string   `json:"unicode"`
		Alt      string   `json:"unicode_alt"`
		Aliases  []string `json:"aliases"`
	}
	rows, err := readJSON[row](src, "emojione/emoji.json")
	if err != nil {
		return err
	}
	for _, r := range rows {
		chars := r.Alt
		if chars == "" {
			chars = r.Points
		}
		if err := add("emojione", emoji{r.Short, r.Points, chars, r.Name, r.Category}, r.Aliases...); err != nil {
			return err
		}
	}
	return nil
}

var gemojiRow = regexp.MustCompile(`(?s)emoji: '([^']+)',\s*names: \[([^\]]*)\],.*?description: ['"](.*?)['"],\s*category: '([^']*)'`)

// readGemoji reads GitHub's names from the JavaScript module that holds them.
func readGemoji(src fs.FS, add func(string, emoji, ...string) error) error {
	data, err := fs.ReadFile(src, "node_modules/gemoji/index.js")
	if err != nil {
		return err
	}
	rows := gemojiRow.FindAllStringSubmatch(string(data), -1)
	if len(rows) < 1800 {
		return fmt.Errorf("read gemoji: found only %d emoji; the format changed", len(rows))
	}
	for _, m := range rows {
		var points []string
		for _, r := range m[1] {
			points = append(points, fmt.Sprintf("%04x", r))
		}
		full := strings.Join(points, "-")
		file := strings.ReplaceAll(strings.ReplaceAll(full, "-fe0f", ""), "-200d", "")
		var names []string
		for n := range strings.SplitSeq(m[2], ",") {
			names = append(names, strings.Trim(n, " '\n"))
		}
		if err := add("gemoji", emoji{names[0], file, full, strings.ReplaceAll(m[3], `\'`, "'"), m[4]}, names[1:]...); err != nil {
			return err
		}
	}
	// GitHub's own images have no code points.
	for short := range strings.FieldsSeq("basecamp basecampy bowtie feelsgood finnadie goberserk godmode hurtrealbad " +
		"neckbeard octocat rage1 rage2 rage3 rage4 shipit suspect trollface") {
		if err := add("gemoji", emoji{short: short, name: short}); err != nil {
			return err
		}
	}
	return nil
}
