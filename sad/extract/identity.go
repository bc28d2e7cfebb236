package extract

import (
	"context"
	"path"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// keycloak reads realms and their clients from exports, and from the realm
// imports of the operator. Secrets and users are not read.
// https://www.keycloak.org/docs/latest/server_admin/#_export_import
func keycloak() Extractor {
	return Extractor{
		Name: "keycloak", Version: 1, Patterns: []string{"*.json", "*.yml", "*.yaml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.contains("clientId") && !f.contains("KeycloakRealmImport") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				if d.str("kind") == "KeycloakRealmImport" {
					d = d.get("spec", "realm")
				}
				for r := range d.each() { // an export may hold several realms
					keycloakRealm(r, &out)
				}
			}
			if serr != nil && len(out) > 0 {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

func keycloakRealm(d node, out *[]Fact) {
	realm := d.str("realm")
	if realm == "" || !d.get("clients").isList() && !d.get("enabled").ok() && !d.get("roles").ok() {
		if d.get("clientId").isScalar() && (d.get("protocol").ok() || d.get("redirectUris").ok()) {
			*out = append(*out, keycloakClient("", d))
		}
		return
	}
	f := Fact{Kind: KindRealm, ID: "realm:" + realm, Name: realm, Line: d.get("realm").line(), Technology: "Keycloak"}
	for _, key := range [...]string{"displayName", "enabled", "accessTokenLifespan", "ssoSessionIdleTimeout", "registrationAllowed"} {
		f.set(key, d.str(key), d.get(key).line())
	}
	*out = append(*out, f)
	for c := range d.get("clients").items() {
		if id := c.str("clientId"); id != "" && !builtinClient(id) && len(*out) < maxFacts {
			*out = append(*out, keycloakClient(realm, c))
		}
	}
}

// builtinClient names the clients that every realm has.
func builtinClient(id string) bool {
	switch id {
	case "account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console":
		return true
	}
	return false
}

func keycloakClient(realm string, c node) Fact {
	id := c.str("clientId")
	f := Fact{Kind: KindClient, ID: "client:" + strings.Trim(realm+"/"+id, "/"), Name: id, Line: c.get("clientId").line(), Technology: "Keycloak client"}
	for _, key := range [...]string{"name", "protocol", "publicClient", "bearerOnly", "serviceAccountsEnabled", "standardFlowEnabled", "rootUrl", "baseUrl"} {
		f.set(key, c.str(key), c.get(key).line())
	}
	for u := range c.get("redirectUris").items() {
		f.set("redirectUri", u.str(), u.line())
		if h := hostIn(u.str()); h != "" {
			f.use(KindHost, h, Serves, u.line())
		}
	}
	if realm != "" {
		f.use(KindRealm, realm, PartOf, f.Line)
	}
	return f
}

// dataHub reads ingestion recipes: from which system metadata is taken.
// https://docs.datahub.com/docs/metadata-ingestion/recipe_overview
func dataHub() Extractor {
	return Extractor{
		Name: "datahub", Version: 1, Patterns: []string{"*.yml", "*.yaml", "*.dhub.yaml"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			if !f.hasKey("source") || !f.contains("type:") || !f.contains("sink:") && !f.contains("datahub") && !f.contains("pipeline_name") && !strings.Contains(f.Path, "recipe") {
				return nil, nil, nil
			}
			docs, _ := f.tree()
			var out []Fact
			for _, d := range docs {
				src := d.get("source")
				if typ := src.str("type"); typ != "" && src.get("config").isMap() && !d.get("apiVersion").ok() && !d.get("on").ok() {
					out = append(out, recipe(f.Path, d))
				}
			}
			return out, nil, nil
		},
	}
}

func recipe(file string, d node) Fact {
	stem := path.Base(file)
	for _, ext := range [...]string{".yaml", ".yml", ".dhub"} {
		stem = strings.TrimSuffix(stem, ext)
	}
	name := firstText(d.str("pipeline_name"), stem)
	f := Fact{Kind: KindRecipe, ID: "recipe:" + name, Name: name, Line: firstNode(d.get("pipeline_name"), d.get("source")).line(), Technology: "DataHub recipe"}
	src := d.get("source")
	f.set("source", src.str("type"), src.get("type").line())
	f.set("sink", d.str("sink", "type"), d.get("sink", "type").line())
	cfg := src.get("config")
	for _, key := range [...]string{"platform_instance", "env", "target_platform"} {
		f.set(key, cfg.str(key), cfg.get(key).line())
	}
	for _, key := range [...]string{"host_port", "account_id", "connect_uri", "base_url", "host", "workspace_url"} {
		if v := cfg.get(key); v.ok() {
			h := firstText(hostIn(v.str()), v.str())
			if !strings.ContainsAny(h, "${}@") {
				f.use(KindHost, h, Reads, v.line())
			}
		}
	}
	for _, b := range commaList(cfg.str("connection", "bootstrap")) {
		if h := firstText(hostIn(b), b); isHost(h) {
			f.use(KindHost, h, Reads, cfg.get("connection", "bootstrap").line())
		}
	}
	for _, key := range [...]string{"database", "database_alias", "project_id"} {
		if v := cfg.str(key); !strings.ContainsAny(v, "${}") {
			f.use(KindDatabase, v, Reads, cfg.get(key).line())
		}
	}
	for _, key := range [...]string{"database_pattern", "schema_pattern", "table_pattern", "topic_patterns"} {
		for a := range cfg.get(key, "allow").items() {
			f.set(key, a.str(), a.line())
		}
	}
	return f
}

// dotenv reads the names of variables, never their values.
func dotenv() Extractor {
	return Extractor{
		Name: "dotenv", Version: 1, Patterns: []string{".env", ".env.*", "*.env", "env.example", "*.env.example"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			var out []Fact
			seen := map[string]bool{}
			n := 0
			for line := range strings.Lines(string(f.Data)) {
				n++
				key, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
				key = strings.TrimSpace(key)
				if !ok || !isVariable(key) || seen[key] || len(out) >= maxFacts {
					continue
				}
				seen[key] = true
				out = append(out, Fact{Kind: KindVariable, ID: "variable:" + key, Name: key, Line: n, Technology: "environment"})
			}
			return out, nil, nil
		},
	}
}

func isVariable(s string) bool {
	if s == "" || len(s) > 200 || isDigit(s[0]) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '_' && !isDigit(c) && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
