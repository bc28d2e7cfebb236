package extract

import (
	"context"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// kubernetes reads manifests: workloads with their images, replicas, ports and
// what their environment names, Services, Ingresses and routes of the Gateway
// API, ConfigMaps and Secrets (names and keys only).
// https://kubernetes.io/docs/reference/kubernetes-api/
func kubernetes() Extractor {
	return Extractor{
		Name: "kubernetes", Version: 1, Patterns: []string{"*.yml", "*.yaml", "*.json"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.contains("metadata") || !f.hasKey("apiVersion") || !f.hasKey("kind") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				manifest(d, 0, &out)
			}
			if serr != nil && !isTemplate(f) {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

// podPath is where the template of the pods stands in each kind of workload.
func podPath(kind string) (path []string, ok bool) {
	switch kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Rollout", "ReplicationController", "DeploymentConfig":
		return []string{"spec", "template", "spec"}, true
	case "CronJob":
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}, true
	case "Pod":
		return []string{"spec"}, true
	case "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "Workflow", "SparkApplication", "ScheduledSparkApplication", "FlinkDeployment":
		return nil, true
	}
	return nil, false
}

func k8sID(kind Kind, namespace, k8sKind, name string) string {
	id := string(kind) + ":"
	if namespace != "" {
		id += namespace + "/"
	}
	if kind == KindWorkload {
		id += k8sKind + "/"
	}
	return id + name
}

func manifest(d node, depth int, out *[]Fact) {
	kind, api := d.str("kind"), d.str("apiVersion")
	if kind == "" || api == "" || depth > 3 || len(*out) > maxFacts {
		return
	}
	if strings.HasSuffix(kind, "List") && d.get("items").isList() {
		for e := range d.get("items").items() {
			manifest(e, depth+1, out)
		}
		return
	}
	meta := d.get("metadata")
	name, ns := meta.str("name"), meta.str("namespace")
	if name == "" {
		if name = meta.str("generateName"); name == "" {
			return
		}
		name += "*"
	}
	name = starred(name)
	nameLine := firstNode(meta.get("name"), meta.get("generateName")).line()
	spec := d.get("spec")
	f := Fact{Name: name, Line: nameLine, Technology: "Kubernetes " + kind}
	f.set("namespace", ns, meta.get("namespace").line())
	done := func(k Kind) {
		f.Kind, f.ID = k, k8sID(k, ns, kind, name)
		*out = append(*out, f)
	}
	switch kind {
	case "Service":
		if strings.HasPrefix(api, "serving.knative.dev/") {
			f.Technology = "Knative Service"
			podFacts(&f, spec.get("template", "spec"))
			done(KindWorkload)
			return
		}
		f.set("type", spec.str("type"), spec.get("type").line())
		ports(&f, spec.get("ports"), "port")
		for k, v := range spec.get("selector").members() {
			f.set("selector "+k.str(), v.str(), v.line())
		}
		f.use(KindHost, spec.str("externalName"), Routes, spec.get("externalName").line())
		done(KindService)
	case "Ingress":
		ingress(&f, spec)
		done(KindIngress)
	case "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute":
		for _, h := range spec.get("hostnames").list() {
			f.set("host", h, spec.get("hostnames").line())
		}
		for r := range spec.get("rules").items() {
			for b := range r.get("backendRefs").items() {
				f.use(KindService, b.str("name"), Routes, b.line())
			}
		}
		done(KindIngress)
	case "VirtualService":
		for _, h := range spec.get("hosts").list() {
			f.set("host", h, spec.get("hosts").line())
		}
		for r := range spec.get("http").items() {
			for b := range r.get("route").items() {
				f.use(KindService, b.str("destination", "host"), Routes, b.line())
			}
		}
		done(KindIngress)
	case "Route":
		if strings.HasPrefix(api, "route.openshift.io/") {
			f.set("host", spec.str("host"), spec.get("host").line())
			f.use(KindService, spec.str("to", "name"), Routes, spec.get("to").line())
			done(KindIngress)
		}
	case "ConfigMap", "Secret":
		for _, part := range [...]string{"data", "stringData"} {
			for k, v := range d.get(part).members() {
				if len(f.Attrs) < maxUses {
					f.Attrs = append(f.Attrs, Attr{Key: "key", Value: clip(k.str()), Line: k.line()})
				}
				if kind == "ConfigMap" {
					envUse(&f, k.str(), v.str(), v.line())
				}
			}
		}
		done(KindConfig)
	default:
		p, ok := podPath(kind)
		if !ok {
			return
		}
		workload(&f, kind, spec)
		podFacts(&f, d.get(p...))
		done(KindWorkload)
	}
}

func workload(f *Fact, kind string, spec node) {
	for _, key := range [...]string{"replicas", "schedule", "timeZone", "concurrencyPolicy", "suspend", "serviceName", "parallelism", "completions"} {
		if v := spec.get(key); v.isScalar() {
			f.set(key, v.str(), v.line())
		}
	}
	switch kind {
	case "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "Workflow":
		ws := spec
		if kind == "CronWorkflow" {
			ws = spec.get("workflowSpec")
			for s := range spec.get("schedules").items() {
				f.set("schedule", s.str(), s.line())
			}
		}
		f.use(KindWorkload, ws.str("workflowTemplateRef", "name"), Runs, ws.get("workflowTemplateRef").line())
		for t := range ws.get("templates").items() {
			for _, part := range [...]string{"container", "script"} {
				f.use(KindImage, t.str(part, "image"), Runs, t.get(part, "image").line())
			}
		}
	case "SparkApplication", "ScheduledSparkApplication":
		s := spec
		if t := spec.get("template"); t.ok() {
			s = t
		}
		f.use(KindImage, s.str("image"), Runs, s.get("image").line())
		f.set("mainApplicationFile", s.str("mainApplicationFile"), s.get("mainApplicationFile").line())
	case "FlinkDeployment":
		f.use(KindImage, spec.str("image"), Runs, spec.get("image").line())
	}
}

// podFacts reads the containers of a pod.
func podFacts(f *Fact, pod node) {
	for _, part := range [...]string{"initContainers", "containers"} {
		for c := range pod.get(part).items() {
			f.use(KindImage, c.str("image"), Runs, c.get("image").line())
			ports(f, c.get("ports"), "containerPort")
			for e := range c.get("env").items() {
				from := e.get("valueFrom")
				switch {
				case e.get("value").ok():
					envUse(f, e.str("name"), e.str("value"), e.get("value").line())
				case from.get("configMapKeyRef").ok():
					f.use(KindConfig, from.str("configMapKeyRef", "name"), Mounts, from.line())
				case from.get("secretKeyRef").ok():
					f.use(KindConfig, from.str("secretKeyRef", "name"), Mounts, from.line())
				}
			}
			for e := range c.get("envFrom").items() {
				f.use(KindConfig, e.str("configMapRef", "name"), Mounts, e.line())
				f.use(KindConfig, e.str("secretRef", "name"), Mounts, e.line())
			}
		}
	}
	for v := range pod.get("volumes").items() {
		f.use(KindConfig, v.str("configMap", "name"), Mounts, v.line())
		f.use(KindConfig, v.str("secret", "secretName"), Mounts, v.line())
	}
	f.set("serviceAccount", pod.str("serviceAccountName"), pod.get("serviceAccountName").line())
}

func ports(f *Fact, list node, key string) {
	for p := range list.items() {
		if v := p.get(key); v.ok() {
			f.set("port", v.str(), v.line())
		}
	}
}

// envUse tells topics and hosts from the values that settings are given. Values
// themselves are not kept: some are secrets.
func envUse(f *Fact, key, value string, line int) {
	if value == "" || len(value) > maxText || strings.ContainsAny(value, "\n") {
		return
	}
	upper := strings.ToUpper(key)
	if strings.Contains(upper, "TOPIC") && !strings.ContainsAny(value, " /{}$") && !isNumber(value) && value != "true" && value != "false" {
		for _, t := range commaList(value) {
			f.use(KindTopic, t, DependsOn, line)
		}
		return
	}
	for _, v := range commaList(value) {
		if h := hostIn(v); h != "" {
			f.use(KindHost, h, Connects, line)
		}
	}
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// hostIn returns the host of a URL or of host:port.
func hostIn(v string) string {
	if strings.Contains(v, "://") {
		host, _ := hostOf(v)
		if isHost(host) {
			return host
		}
		return ""
	}
	host, port, ok := strings.Cut(v, ":")
	if !ok || !isNumber(port) || len(port) < 2 || !isHost(host) || isNumber(host) {
		return ""
	}
	return host
}

func isHost(s string) bool {
	if s == "" || len(s) > 253 || s == "localhost" || strings.HasPrefix(s, "127.") || s == "0.0.0.0" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

func ingress(f *Fact, spec node) {
	f.set("class", spec.str("ingressClassName"), spec.get("ingressClassName").line())
	backend := func(b node) {
		f.use(KindService, firstText(b.str("service", "name"), b.str("serviceName")), Routes, b.line())
	}
	backend(spec.first("defaultBackend", "backend"))
	for r := range spec.get("rules").items() {
		f.set("host", r.str("host"), r.get("host").line())
		for p := range r.get("http", "paths").items() {
			f.set("path", p.str("path"), p.get("path").line())
			backend(p.get("backend"))
		}
	}
}
