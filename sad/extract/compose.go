package extract

import (
	"context"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// compose reads the services of docker-compose files.
// https://docs.docker.com/reference/compose-file/
func compose() Extractor {
	return Extractor{
		Name: "compose", Version: 1,
		Patterns: []string{"*compose*.yml", "*compose*.yaml", "**/*compose*/*.yml", "**/*compose*/*.yaml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.hasKey("services") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				if d.get("apiVersion").ok() || !d.get("services").isMap() {
					continue
				}
				project := firstText(d.str("name"), folderName(f.Path))
				for k, s := range d.get("services").members() {
					if s.isMap() && len(out) < maxFacts {
						out = append(out, composeService(project, k, s))
					}
				}
			}
			if serr != nil && !isTemplate(f) {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

func composeService(project string, k, s node) Fact {
	name := k.str()
	f := Fact{Kind: KindService, ID: "service:" + project + "/" + name, Name: name, Line: k.line(), Technology: "docker-compose"}
	f.use(KindImage, composeText(s.str("image")), Runs, s.get("image").line())
	f.set("image", composeText(s.str("image")), s.get("image").line())
	if b := s.get("build"); b.ok() {
		f.set("build", firstText(b.str(), b.str("context")), b.line())
		f.set("dockerfile", b.str("dockerfile"), b.get("dockerfile").line())
	}
	for _, key := range [...]string{"container_name", "restart", "scale"} {
		f.set(key, composeText(s.str(key)), s.get(key).line())
	}
	f.set("replicas", s.str("deploy", "replicas"), s.get("deploy", "replicas").line())
	for p := range s.get("ports").items() {
		text := composeText(p.str())
		if p.isMap() {
			text = strings.Trim(p.str("published")+":"+p.str("target"), ":")
		}
		f.set("port", text, p.line())
	}
	for p := range s.get("profiles").items() {
		f.set("profile", p.str(), p.line())
	}
	dep := s.get("depends_on")
	for d := range dep.items() {
		f.use(KindService, d.str(), DependsOn, d.line())
	}
	for d := range dep.members() {
		f.use(KindService, d.str(), DependsOn, d.line())
	}
	for l := range s.get("links").items() {
		target, _, _ := strings.Cut(l.str(), ":")
		f.use(KindService, target, DependsOn, l.line())
	}
	f.use(KindService, firstText(s.str("extends", "service"), s.str("extends")), Includes, s.get("extends").line())
	env := s.get("environment")
	for e := range env.items() {
		key, value, _ := strings.Cut(e.str(), "=")
		envUse(&f, key, composeText(value), e.line())
	}
	for e, v := range env.members() {
		envUse(&f, e.str(), composeText(v.str()), v.line())
	}
	return f
}

// composeText puts the defaults of ${VAR:-default} in their place.
func composeText(s string) string {
	if !strings.Contains(s, "${") {
		return s
	}
	var b strings.Builder
	for range 20 {
		before, rest, ok := strings.Cut(s, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inner, after, closed := strings.Cut(rest, "}")
		if !closed {
			return b.String() + "${" + rest
		}
		s = after
		_, fallback, has := strings.Cut(inner, ":-")
		if !has {
			_, fallback, has = strings.Cut(inner, "-")
		}
		if has {
			b.WriteString(fallback)
		} else {
			b.WriteString("${" + inner + "}")
		}
	}
	return b.String() + s
}
