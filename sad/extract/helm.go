package extract

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// helm reads charts: Chart.yaml with its dependencies, values files (images,
// replicas, ports, hosts), and from the templates, which are scanned and never
// executed, what kinds of resources they make.
// https://helm.sh/docs/topics/charts/
func helm() Extractor {
	return Extractor{
		Name: "helm", Version: 1,
		Patterns: []string{"Chart.yaml", "Chart.yml", "requirements.yaml", "values*.yaml", "values*.yml", "*-values.yaml", "*.values.yaml", "**/templates/**/*.yaml", "**/templates/**/*.yml", "**/templates/**/*.tpl", "**/values/*.yaml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			name := path.Base(f.Path)
			switch {
			case strings.Contains(f.Path, "/templates/") || strings.HasPrefix(f.Path, "templates/"):
				return helmTemplate(f), nil, nil
			case name == "Chart.yaml" || name == "Chart.yml":
				return helmChart(f)
			case name == "requirements.yaml":
				docs, _ := f.tree()
				if len(docs) == 0 || !docs[0].get("dependencies").isList() {
					return nil, nil, nil
				}
				r := Fact{Kind: kindHelmRequirements, ID: "helm requirements", Name: "requirements", Line: 1}
				helmDependencies(&r, docs[0])
				return []Fact{r}, nil, nil
			default:
				return helmValues(f)
			}
		},
		Join: joinHelm,
	}
}

const kindHelmRequirements Kind = "helm requirements"

func helmChart(f *File) ([]Fact, []finding.Finding, error) {
	docs, serr := f.tree()
	if serr != nil && !isTemplate(f) {
		return nil, []finding.Finding{serr.finding()}, nil
	}
	if len(docs) == 0 || docs[0].str("name") == "" {
		return nil, nil, nil
	}
	d := docs[0]
	c := Fact{Kind: KindChart, ID: "chart:" + d.str("name"), Name: d.str("name"), Line: d.get("name").line(), Technology: "Helm"}
	for _, key := range [...]string{"version", "appVersion", "type", "description", "kubeVersion"} {
		c.set(key, d.str(key), d.get(key).line())
	}
	helmDependencies(&c, d)
	return []Fact{c}, nil, nil
}

func helmDependencies(c *Fact, d node) {
	for dep := range d.get("dependencies").items() {
		name := dep.str("name")
		c.use(KindChart, name, DependsOn, dep.line())
		if v := dep.str("version"); v != "" && name != "" {
			c.set("dependency "+name, v, dep.get("version").line())
		}
	}
}

// helmValues reads what values commonly say, at the top and in sections of
// components.
func helmValues(f *File) ([]Fact, []finding.Finding, error) {
	docs, serr := f.tree()
	if len(docs) == 0 || !docs[0].isMap() {
		return nil, nil, nil
	}
	name := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
	v := Fact{Kind: KindValues, ID: "values:" + path.Base(path.Dir(f.Path)) + "/" + name, Name: name, Line: 1, Technology: "Helm values"}
	valuesOf(&v, docs[0], "", 0)
	var findings []finding.Finding
	if serr != nil && !isTemplate(f) {
		findings = append(findings, serr.finding())
	}
	return []Fact{v}, findings, nil
}

func valuesOf(f *Fact, v node, at string, depth int) {
	if depth > 6 || len(f.Attrs) > 500 {
		return
	}
	for k, m := range v.members() {
		key := k.str()
		p := key
		if at != "" {
			p = at + "." + key
		}
		switch {
		case key == "image" && m.isScalar():
			f.use(KindImage, m.str(), Runs, m.line())
			f.set(p, m.str(), m.line())
		case m.isMap() && (key == "image" || strings.HasSuffix(key, "Image")) && m.get("repository").ok():
			image := m.str("repository")
			if r := m.str("registry"); r != "" {
				image = r + "/" + image
			}
			if t := m.str("tag"); t != "" {
				image += ":" + t
			}
			f.use(KindImage, image, Runs, m.get("repository").line())
			f.set(p, image, firstNode(m.get("tag"), m.get("repository")).line())
		case m.isScalar() && isValueKey(key):
			f.set(p, m.str(), m.line())
		case m.isScalar() && strings.Contains(strings.ToLower(at), "env"):
			envUse(f, key, m.str(), m.line())
		case m.isMap():
			valuesOf(f, m, p, depth+1)
		case m.isList() && (key == "hosts" || key == "ports" || key == "env" || key == "extraEnv"):
			for e := range m.items() {
				switch {
				case e.isScalar():
					f.set(p, e.str(), e.line())
				case e.get("host").ok():
					f.set(p, e.str("host"), e.line())
				case e.get("value").ok():
					envUse(f, e.str("name"), e.str("value"), e.line())
				}
				for _, pk := range [...]string{"port", "containerPort"} {
					f.set(p+"."+pk, e.str(pk), e.get(pk).line())
				}
			}
		}
	}
}

func isValueKey(key string) bool {
	switch key {
	case "replicas", "replicaCount", "port", "containerPort", "targetPort", "servicePort", "nodePort", "schedule", "minReplicas", "maxReplicas",
		"host", "hostname", "bootstrapServers", "topic", "partitions", "retention", "storage", "storageClass", "executor", "enabled", "fullnameOverride", "nameOverride", "type":
		return true
	}
	return strings.HasSuffix(key, "Port") || strings.HasSuffix(key, "Replicas")
}

// helmTemplate scans a template line by line for the head of each resource.
func helmTemplate(f *File) []Fact {
	if !f.contains("{{") || !f.contains("kind:") {
		return nil // a plain manifest is Kubernetes' own
	}
	stem := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
	var out []Fact
	var cur Fact
	kind, meta := "", false
	flush := func() {
		if kind == "" {
			return
		}
		if k := kindOfResource(kind); k != "" {
			if strings.Trim(cur.Name, "*-.") == "" {
				cur.Name = stem
			}
			cur.Kind, cur.Technology = k, "Helm "+kind
			cur.ID = string(k) + ":" + kind + "/" + cur.Name
			cur.set("template", kind, cur.Line)
			out = append(out, cur)
		}
	}
	n := 0
	for line := range strings.Lines(string(f.Data)) {
		n++
		if len(out) > 1000 {
			break
		}
		if len(line) > 2000 {
			continue
		}
		text := strings.TrimRight(line, " \r\n")
		trimmed := strings.TrimLeft(text, " ")
		indent := len(text) - len(trimmed)
		switch {
		case strings.HasPrefix(text, "---"):
			flush()
			cur, kind, meta = Fact{}, "", false
		case strings.HasPrefix(text, "kind:"):
			if kind != "" && kind != yamlText(text[5:]) && cur.Name != "" {
				flush() // documents that only an {{ if }} parts
				cur = Fact{}
			}
			kind, meta = yamlText(text[5:]), false
			cur.Line = n
		case strings.HasPrefix(text, "metadata:"):
			meta = true
		case meta && indent > 0 && indent <= 4 && strings.HasPrefix(trimmed, "name:") && cur.Name == "":
			cur.Name = starred(yamlText(trimmed[5:]))
		case indent == 0 && trimmed != "" && !strings.HasPrefix(trimmed, "{{") && trimmed[0] != '#':
			meta = false
		case strings.HasPrefix(strings.TrimPrefix(trimmed, "- "), "image:"):
			img := starred(yamlText(strings.TrimPrefix(strings.TrimPrefix(trimmed, "- "), "image:")))
			if len(strings.Trim(img, "*/:")) > 2 {
				cur.use(KindImage, img, Runs, n)
			}
		case kind != "" && strings.HasPrefix(trimmed, "containerPort:"):
			if p := yamlText(trimmed[14:]); isNumber(p) {
				cur.set("port", p, n)
			}
		case kind != "" && indent == 2 && (strings.HasPrefix(trimmed, "replicas:") || strings.HasPrefix(trimmed, "schedule:")):
			key, v, _ := strings.Cut(trimmed, ":")
			if v = yamlText(v); v != "" {
				cur.Attrs = append(cur.Attrs, Attr{Key: key, Value: clip(v), Line: n, Unresolved: strings.Contains(v, "{{")})
			}
		}
	}
	flush()
	return out
}

// kindOfResource returns the kind of fact that a kind of resource is, or "".
func kindOfResource(kind string) Kind {
	switch kind {
	case "Service":
		return KindService
	case "Ingress", "HTTPRoute", "VirtualService", "Route":
		return KindIngress
	case "ConfigMap", "Secret":
		return KindConfig
	case "KafkaConnector":
		return KindConnector
	case "KafkaTopic":
		return KindTopic
	case "Kafka", "KafkaConnect":
		return KindWorkload
	case "Application", "ApplicationSet":
		return KindApplication
	}
	if _, ok := podPath(kind); ok {
		return KindWorkload
	}
	return ""
}

// yamlText is a plain or quoted scalar without its comment.
func yamlText(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.Index(s, " #"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	return strings.Trim(s, `"'`)
}

// starred replaces the actions of a template by *.
func starred(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if !strings.HasSuffix(b.String(), "*") {
			b.WriteByte('*')
		}
		_, s, _ = strings.Cut(rest, "}}")
	}
}

// joinHelm gives templates and values to the charts around them.
func joinHelm(facts []Fact) ([]Fact, []finding.Finding) {
	charts := map[string]*Fact{} // by folder
	for i := range facts {
		if facts[i].Kind == KindChart {
			charts[path.Dir(facts[i].File)] = &facts[i]
		}
	}
	chartOf := func(file string) *Fact {
		for dir := path.Dir(file); ; dir = path.Dir(dir) {
			if c := charts[dir]; c != nil {
				return c
			}
			if dir == "." || dir == "/" {
				return nil
			}
		}
	}
	out := make([]Fact, 0, len(facts))
	kinds := map[*Fact][]string{}
	for i := range facts {
		f := &facts[i]
		c := chartOf(f.File)
		switch f.Kind {
		case KindChart:
			continue
		case kindHelmRequirements:
			if c != nil {
				for _, u := range f.Uses {
					c.use(u.Kind, u.Name, u.Relation, u.Line)
				}
			}
			continue
		case KindValues:
			if c == nil && len(f.Uses) == 0 && len(f.Attrs) == 0 {
				continue // some other tool's values
			}
			if c != nil {
				f.ID = "values:" + c.Name + "/" + f.Name
			}
		default:
			if c == nil {
				continue // a template of something that is no chart
			}
			f.ID = string(f.Kind) + ":" + c.Name + "/" + strings.TrimPrefix(f.ID, string(f.Kind)+":")
			if k := f.value("template"); !slices.Contains(kinds[c], k) {
				kinds[c] = append(kinds[c], k)
			}
		}
		if c != nil {
			f.Uses = append(f.Uses, Ref{Kind: KindChart, Name: c.Name, Relation: PartOf})
		}
		out = append(out, *f)
	}
	for i := range facts {
		if f := &facts[i]; f.Kind == KindChart {
			if ks := kinds[f]; len(ks) > 0 {
				slices.Sort(ks)
				f.set("resources", strings.Join(ks, ", "), 0)
			}
			out = append(out, *f)
		}
	}
	return out, nil
}
