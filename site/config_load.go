package site

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
	"github.com/lintel-docs/lintel/render"
)

// configNames are the names under which a configuration is looked for, in this
// order.
var configNames = [...]string{"mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml"}

// lintelNames are those of Lintel's own settings beside it.
var lintelNames = [...]string{"lintel.yml", "lintel.yaml"}

// maxInherit bounds a chain of INHERIT.
const maxInherit = 16

// ConfigError is the first finding that makes a configuration unfit for a
// build, as an error.
type ConfigError struct {
	Finding finding.Finding
	More    int // findings of the same severity after it
}

// Error returns the finding as one line.
func (e *ConfigError) Error() string {
	s := "configuration: " + e.Finding.String()
	if e.More > 0 {
		s += fmt.Sprintf(" and %d more", e.More)
	}
	return s
}

// ErrNoConfig says that a folder has no configuration at all.
var ErrNoConfig = errors.New("no mkdocs.yml or lintel.yml; lintel init begins one, -f names one elsewhere")

// LoadConfig reads the configuration at name below root, with what it inherits
// and lintel.yml beside it; an empty name means the first of mkdocs.yml,
// mkdocs.yaml, properdocs.yml and properdocs.yaml, and a folder means those
// names in it. A folder with lintel.yml alone is a site too, in the commonmark
// dialect. getenv answers !ENV; nil means that no variable is set.
//
// Findings carry position, key and the nearest valid key. The error is a
// *ConfigError when one of them is an error, or wraps ErrNoConfig. The Config
// is complete (with defaults in place of what is wrong) unless a file could not
// be read at all; then it is nil.
func LoadConfig(root fs.FS, name string, getenv func(string) (string, bool)) (*Config, []finding.Finding, error) {
	return loadConfig(root, name, getenv, false)
}

// loadConfig is LoadConfig; with bare, a folder without any configuration has
// one too, see Options.Bare.
func loadConfig(root fs.FS, name string, getenv func(string) (string, bool), bare bool) (*Config, []finding.Finding, error) {
	if getenv == nil {
		getenv = func(string) (string, bool) { return "", false }
	}
	budget := maxConfigNodes
	l := &configLoader{root: root, getenv: getenv, bare: bare, budget: &budget, tags: map[string]finding.Position{}}
	cfg, err := l.load(name)
	finding.Sort(l.findings)
	l.findings = slices.CompactFunc(l.findings, finding.Finding.Equal)
	if err != nil {
		return nil, l.findings, err
	}
	var first *ConfigError
	for _, f := range l.findings {
		switch {
		case f.Severity < finding.Error:
		case first == nil:
			first = &ConfigError{Finding: f}
		default:
			first.More++
		}
	}
	if first != nil {
		return cfg, l.findings, first
	}
	return cfg, l.findings, nil
}

// configLoader is the state of one LoadConfig.
type configLoader struct {
	root     fs.FS
	getenv   func(string) (string, bool)
	bare     bool
	budget   *int
	findings []finding.Finding
	sources  []string
	tags     map[string]finding.Position
}

func (l *configLoader) report(f finding.Finding) { l.findings = append(l.findings, f) }

// stop records a finding that leaves nothing to go on with.
func (l *configLoader) stop(f finding.Finding) error {
	l.report(f)
	return &ConfigError{Finding: f}
}

func (l *configLoader) load(name string) (*Config, error) {
	file, dir, err := l.find(name)
	if err != nil {
		return nil, err
	}
	d := &configDecoder{configLoader: l, cfg: defaultConfig(file, dir)}
	top := &mapping{}
	if file != "" {
		v, err := l.inherit(file, nil)
		if err != nil {
			return nil, err
		}
		top = v.v.(*mapping)
	}
	own, err := l.readLintel(dir)
	if err != nil {
		return nil, err
	}
	if file == "" {
		switch {
		case own != nil:
			d.cfg.File = own.pos.Path
		case l.bare:
			l.bareConfig(d.cfg)
		default:
			return nil, fmt.Errorf("load configuration in %s: %w", dir, ErrNoConfig)
		}
		d.cfg.Dialect = render.CommonMark
	}
	d.decode(top, file == "")
	if own != nil {
		d.cfg.HasLintel = true
		d.decodeLintel(own.v.(*mapping))
	}
	if d.cfg.Checks.Baseline == "" {
		d.cfg.Checks.Baseline = path.Join(d.cfg.Dir, defaultBaseline)
	}
	d.cfg.Sources = l.sources
	maps.Copy(d.cfg.Keys, l.tags)
	return d.cfg, nil
}

// find settles the file to read and its folder; no file when only lintel.yml
// can be there.
func (l *configLoader) find(name string) (file, dir string, err error) {
	if name != "" {
		name = path.Clean(name)
	} else {
		name = "."
	}
	if !fs.ValidPath(name) {
		return "", "", l.stop(finding.Finding{
			Rule: "config/missing", Severity: finding.Error, Position: finding.Position{Path: name},
			Message: "the configuration is outside of the project", Hint: "run lintel in a folder that contains it",
		})
	}
	info, err := fs.Stat(l.root, name)
	if err != nil {
		return "", "", l.stop(finding.Finding{
			Rule: "config/missing", Severity: finding.Error, Position: finding.Position{Path: name},
			Message: "cannot read the configuration: " + reason(err), Hint: "name another file with -f",
		})
	}
	if !info.IsDir() {
		if slices.Contains(lintelNames[:], path.Base(name)) {
			return "", path.Dir(name), nil
		}
		return name, path.Dir(name), nil
	}
	for _, n := range configNames {
		file := path.Join(name, n)
		l.sources = append(l.sources, file)
		if info, err := fs.Stat(l.root, file); err == nil && !info.IsDir() {
			return file, name, nil
		}
	}
	return "", name, nil
}

// reason says why a file cannot be read, without the path that the caller
// names already.
func reason(err error) string {
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file"
	case errors.As(err, &pe):
		return pe.Err.Error()
	default:
		return err.Error()
	}
}

// readFile reads at most one byte more than a configuration may have.
func (l *configLoader) readFile(name string) ([]byte, error) {
	if !slices.Contains(l.sources, name) {
		l.sources = append(l.sources, name)
	}
	f, err := l.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxConfigBytes+1))
}

func (l *configLoader) readYAML(file string) (*value, error) {
	src, err := l.readFile(file)
	if err != nil {
		return nil, l.stop(finding.Finding{
			Rule: "config/missing", Severity: finding.Error, Position: finding.Position{Path: file},
			Message: "cannot read the configuration: " + reason(err), Hint: "name another file with -f",
		})
	}
	r := &yamlReader{file: file, getenv: l.getenv, budget: l.budget, report: l.report, tags: l.tags}
	v, yerr := r.read(src)
	if yerr != nil {
		return nil, l.stop(yerr.Finding)
	}
	if v.v == nil {
		v = &value{v: &mapping{}, pos: v.pos}
	}
	if _, ok := v.v.(*mapping); !ok {
		return nil, l.stop(finding.Finding{
			Rule: "config/type", Severity: finding.Error, Position: v.pos,
			Message: "expected a map of settings, found " + v.kind(), Hint: "write `key: value` lines, such as `site_name: Docs`",
		})
	}
	return v, nil
}

// inherit reads file and merges it over what its INHERIT names.
func (l *configLoader) inherit(file string, chain []string) (*value, error) {
	v, err := l.readYAML(file)
	if err != nil {
		return nil, err
	}
	m := v.v.(*mapping)
	p := m.get("INHERIT")
	if p == nil {
		return v, nil
	}
	v = &value{v: m.without("INHERIT"), pos: v.pos}
	if _, ok := l.tags["INHERIT"]; !ok {
		l.tags["INHERIT"] = p.pos
	}
	bad := func(msg, hint string) error {
		return l.stop(finding.Finding{Rule: "config/inherit", Severity: finding.Error, Position: p.pos, Message: msg, Hint: hint})
	}
	rel, ok := p.v.(string)
	if !ok {
		return nil, bad("INHERIT expects the path of a file, found "+p.kind(), "write `INHERIT: ../base.yml`")
	}
	parent := path.Join(path.Dir(file), rel)
	if path.IsAbs(rel) || !fs.ValidPath(parent) {
		return nil, bad(fmt.Sprintf("INHERIT: %s lies outside of the project", rel), "run lintel in a folder that contains both files, and name this one with -f")
	}
	chain = append(chain, file)
	if slices.Contains(chain, parent) {
		return nil, bad("INHERIT goes in a circle: "+strings.Join(append(chain, parent), " → "), "remove one INHERIT")
	}
	if len(chain) > maxInherit {
		return nil, bad(fmt.Sprintf("INHERIT goes through more than %d files", maxInherit), "")
	}
	if info, err := fs.Stat(l.root, parent); err != nil || info.IsDir() {
		l.sources = append(l.sources, parent)
		return nil, bad(fmt.Sprintf("INHERIT: %s: no such file (looked for %s)", rel, parent), "the path is relative to "+file)
	}
	base, err := l.inherit(parent, chain)
	if err != nil {
		return nil, err
	}
	return &value{v: mergeDeep(base.v.(*mapping), v.v.(*mapping)), pos: v.pos}, nil
}

// mergeDeep lays over above base: maps are merged, everything else replaced.
func mergeDeep(base, over *mapping) *mapping {
	out := &mapping{members: slices.Clone(base.members)}
	for _, mem := range over.members {
		if b := out.get(mem.key); b != nil {
			bm, ok := b.v.(*mapping)
			om, ok2 := mem.val.v.(*mapping)
			if ok && ok2 {
				mem.val = &value{v: mergeDeep(bm, om), pos: mem.val.pos}
			}
		}
		out.set(mem)
	}
	return out
}

// readLintel returns what lintel.yml in dir says, or nil.
func (l *configLoader) readLintel(dir string) (*value, error) {
	for _, n := range lintelNames {
		file := path.Join(dir, n)
		l.sources = append(l.sources, file)
		if info, err := fs.Stat(l.root, file); err == nil && !info.IsDir() {
			return l.readYAML(file)
		}
	}
	return nil, nil
}
