package extract

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lintel-docs/lintel/internal/finding"
)

// kafkaConnect reads connectors of Kafka Connect, Debezium among them, from JSON
// in both of its forms, from property files, from the resources of Strimzi and
// wherever else in YAML a connector.class stands; and topics of Strimzi. What a
// connector reads and writes is worked out from its settings, the routing by
// transforms included. Settings that may hold secrets are not copied.
// https://kafka.apache.org/documentation/#connectconfigs
// https://debezium.io/documentation/reference/stable/connectors/
func kafkaConnect() Extractor {
	return Extractor{
		Name: "kafka-connect", Version: 1,
		Patterns: []string{"*.json", "*.properties", "*.yml", "*.yaml", "*.sh", "*.sql", "*.ksql"},
		Extract: func(_ context.Context, f *File) ([]Fact, []finding.Finding, error) {
			switch path.Ext(f.Path) {
			case ".properties":
				if !f.contains("connector.class") {
					return nil, nil, nil
				}
				return kafkaProperties(f), nil, nil
			case ".sh":
				return kafkaScript(f), nil, nil
			case ".sql", ".ksql":
				return ksqlConnectors(f), nil, nil
			}
			strimzi := f.contains("kafka.strimzi.io/")
			if !strimzi && !f.contains("connector.class") {
				return nil, nil, nil
			}
			docs, serr := f.tree()
			var out []Fact
			for _, d := range docs {
				if strimzi && strings.HasPrefix(d.str("apiVersion"), "kafka.strimzi.io/") {
					out = append(out, strimziFacts(d)...)
					continue
				}
				kafkaSearch(d, strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path)), 0, &out)
			}
			if serr != nil && !isTemplate(f) {
				return out, []finding.Finding{serr.finding()}, nil
			}
			return out, nil, nil
		},
	}
}

// kafkaScript finds the connectors that a script hands to Connect: JSON in a
// command line or a here-document.
func kafkaScript(f *File) []Fact {
	if !f.contains("connector.class") {
		return nil
	}
	var out []Fact
	work := 4 * len(f.Data) // failed attempts must not add up
	line, counted := 1, 0
	for pos := 0; pos < len(f.Data) && work > 0; {
		i := bytes.IndexByte(f.Data[pos:], '{')
		if i < 0 {
			break
		}
		pos += i
		line += bytes.Count(f.Data[counted:pos], []byte("\n"))
		counted = pos
		p := &jsonParser{src: f.Data, pos: pos, line: line}
		n, err := p.value(0)
		work -= p.pos - pos
		if err != nil || n == nil {
			pos++
			continue
		}
		kafkaSearch(node{n, &document{budget: maxWork}}, strings.TrimSuffix(path.Base(f.Path), ".sh"), 0, &out)
		pos = max(p.pos, pos+1)
	}
	return out
}

// ksqlConnectors reads CREATE SOURCE CONNECTOR and CREATE SINK CONNECTOR.
// https://docs.confluent.io/platform/current/ksqldb/developer-guide/ksqldb-reference/create-connector.html
func ksqlConnectors(f *File) []Fact {
	if !f.contains("CONNECTOR") && !f.contains("connector") {
		return nil
	}
	var out []Fact
	lx := &sqlLexer{src: string(f.Data), line: 1}
	word := func(t sqlToken, w string) bool { return t.kind == 'w' && strings.EqualFold(t.text, w) }
	t, ok := lx.next()
	for ok && len(out) < maxFacts {
		if !word(t, "create") {
			t, ok = lx.next()
			continue
		}
		line := t.line
		if t, ok = lx.next(); !word(t, "source") && !word(t, "sink") {
			continue
		}
		if t, ok = lx.next(); !word(t, "connector") {
			continue
		}
		t, _ = lx.next()
		for word(t, "if") || word(t, "not") || word(t, "exists") {
			t, _ = lx.next()
		}
		name := t.text
		if t, ok = lx.next(); !word(t, "with") || name == "" {
			continue
		}
		c := &kafkaConfig{map[string]string{}, map[string]int{}}
		for ok && t.kind != ';' && t.kind != ')' {
			if t.kind == 's' || t.kind == 'q' {
				key := t
				if t, ok = lx.next(); ok && t.kind == '=' {
					if t, ok = lx.next(); ok {
						c.values[key.text], c.lines[key.text] = t.text, key.line
					}
				}
				continue
			}
			t, ok = lx.next()
		}
		if c.values["connector.class"] != "" {
			out = append(out, connector(name, line, c))
		}
	}
	return out
}

// isTemplate reports whether a file is one of a chart or of another template
// language, so that it need not be YAML.
func isTemplate(f *File) bool { return f.contains("{{") || f.contains("{%") || f.contains("<%") }

// kafkaConfig is the settings of a connector with their lines.
type kafkaConfig struct {
	values map[string]string
	lines  map[string]int
}

func (c *kafkaConfig) get(keys ...string) (string, int) {
	for _, k := range keys {
		if v := c.values[k]; v != "" {
			return v, c.lines[k]
		}
	}
	return "", 0
}

// kafkaSearch finds maps with a connector.class at any depth.
func kafkaSearch(v node, name string, depth int, out *[]Fact) {
	if depth > 20 || len(*out) > maxFacts {
		return
	}
	switch {
	case v.isMap():
		if cfg := v.get("config"); cfg.get("connector.class").ok() {
			*out = append(*out, connector(firstText(v.str("name"), cfg.str("name"), name), firstNode(v.get("name"), v).line(), kafkaSettings(cfg)))
			return
		}
		if v.get("connector.class").ok() {
			*out = append(*out, connector(firstText(v.str("name"), name), firstNode(v.get("name"), v).line(), kafkaSettings(v)))
			return
		}
		for k, m := range v.members() {
			if m.isMap() || m.isList() {
				n := k.str()
				if n == "config" || n == "connectors" {
					n = name
				}
				kafkaSearch(m, n, depth+1, out)
			}
		}
	case v.isList():
		for e := range v.items() {
			kafkaSearch(e, name, depth+1, out)
		}
	}
}

func kafkaSettings(v node) *kafkaConfig {
	c := &kafkaConfig{map[string]string{}, map[string]int{}}
	for k, m := range v.members() {
		if s := m.str(); s != "" {
			c.values[k.str()], c.lines[k.str()] = s, k.line()
		} else if m.isList() {
			c.values[k.str()], c.lines[k.str()] = strings.Join(m.list(), ","), k.line()
		}
	}
	return c
}

func kafkaProperties(f *File) []Fact {
	c := &kafkaConfig{map[string]string{}, map[string]int{}}
	first := 0
	line, start := 0, 0
	var logical strings.Builder
	open := false
	for text := range strings.Lines(string(f.Data)) {
		line++
		text = strings.TrimSpace(text)
		if !open {
			if text == "" || text[0] == '#' || text[0] == '!' {
				continue
			}
			start = line
		}
		cut, more := strings.CutSuffix(text, `\`)
		logical.WriteString(cut)
		if open = more; more {
			continue
		}
		key, value, ok := strings.Cut(logical.String(), "=")
		if !ok {
			key, value, _ = strings.Cut(logical.String(), ":")
		}
		logical.Reset()
		key = strings.TrimSpace(key)
		c.values[key], c.lines[key] = strings.TrimSpace(value), start
		if key == "connector.class" || first == 0 {
			first = start
		}
	}
	if c.values["connector.class"] == "" {
		return nil
	}
	name, at := c.get("name")
	if name == "" {
		name = strings.TrimSuffix(path.Base(f.Path), ".properties")
	}
	if at == 0 {
		at = first
	}
	return []Fact{connector(name, at, c)}
}

// connectorKind returns what a class connects to and in which direction.
func connectorKind(class string) (technology, direction string) {
	short := last(class)
	lower := strings.ToLower(class)
	switch {
	case strings.Contains(lower, "debezium"):
		db := strings.NewReplacer("MySql", "MySQL", "Postgres", "PostgreSQL", "MongoDb", "MongoDB", "SqlServer", "SQL Server").Replace(strings.TrimSuffix(short, "Connector"))
		if strings.EqualFold(db, "JdbcSink") || strings.HasSuffix(db, "Sink") {
			return "Debezium " + strings.TrimSuffix(db, "Sink") + " sink", "sink"
		}
		return "Debezium " + db + " source", "source"
	case strings.Contains(short, "Sink"):
		return spaced("Kafka Connect", strings.TrimSuffix(strings.TrimSuffix(short, "Connector"), "Sink"), "sink"), "sink"
	case strings.Contains(short, "Source"):
		return spaced("Kafka Connect", strings.TrimSuffix(strings.TrimSuffix(short, "Connector"), "Source"), "source"), "source"
	}
	return spaced("Kafka Connect", strings.TrimSuffix(short, "Connector"), ""), ""
}

// spaced joins words, without those that are empty.
func spaced(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// connector turns settings into a fact.
func connector(name string, line int, c *kafkaConfig) Fact {
	class, classLine := c.get("connector.class", "class")
	tech, dir := connectorKind(class)
	topics, _ := c.get("topics", "topics.regex")
	if dir == "" {
		if dir = "source"; topics != "" {
			dir = "sink"
		}
	}
	f := Fact{Kind: KindConnector, ID: "connector:" + name, Name: name, Line: line, Technology: tech}
	f.set("class", class, classLine)
	f.set("direction", dir, classLine)
	for _, key := range [...]string{
		"tasks.max", "tasksMax", "topic.prefix", "database.server.name", "database.hostname", "database.port", "database.dbname", "plugin.name", "slot.name",
		"publication.name", "snapshot.mode", "key.converter", "value.converter", "transforms", "errors.tolerance", "insert.mode", "pk.mode",
		"delete.enabled", "mode", "poll.interval.ms", "flush.size", "rotate.interval.ms", "format.class", "project", "defaultDataset",
		"table.include.list", "database.include.list", "schema.include.list", "collection.include.list", "heartbeat.interval.ms", "state",
	} {
		if v, l := c.get(key); v != "" {
			f.set(key, v, l)
		}
	}
	if v, l := c.get("database.hostname"); isHost(v) {
		f.use(KindHost, v, Connects, l)
	}
	if v, l := c.get("connection.url", "connection.uri", "mongodb.connection.string", "mongodb.hosts", "hosts", "redis.hosts", "neo4j.server.uri"); v != "" {
		host, db := hostOf(v)
		f.use(KindHost, host, Connects, l)
		f.use(KindDatabase, db, relationOf(dir), l)
	}
	if v, l := c.get("database.dbname", "database.names"); v != "" {
		for _, n := range commaList(v) {
			f.use(KindDatabase, n, Reads, l)
		}
	}
	if v, l := c.get("s3.bucket.name", "gcs.bucket.name", "aws.s3.bucket.name", "azblob.container.name"); v != "" {
		f.use(KindBucket, v, relationOf(dir), l)
	}
	route := c.router()
	if dir == "sink" {
		sinkUses(&f, c, route)
	} else {
		sourceUses(&f, c, route)
	}
	for _, key := range [...]string{"errors.deadletterqueue.topic.name", "schema.history.internal.kafka.topic", "database.history.kafka.topic", "signal.kafka.topic"} {
		if v, l := c.get(key); v != "" {
			f.use(KindTopic, v, Writes, l)
		}
	}
	return f
}

func relationOf(dir string) Relation {
	if dir == "sink" {
		return Writes
	}
	return Reads
}

func commaList(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.TrimSpace(p); p != "" && len(out) < maxUses {
			out = append(out, p)
		}
	}
	return out
}

func sinkUses(f *Fact, c *kafkaConfig, route func(string) string) {
	topics, line := c.get("topics")
	format, formatLine := c.get("table.name.format", "collection.name.format", "collection")
	for _, t := range commaList(topics) {
		f.use(KindTopic, t, Reads, line)
		switch {
		case format != "":
			f.use(KindTable, variablesStarred(strings.ReplaceAll(format, "${topic}", route(t))), Writes, formatLine)
		case strings.Contains(f.Technology, "Jdbc") || strings.Contains(f.Technology, "BigQuery") || strings.Contains(f.Technology, "Snowflake") || strings.Contains(f.Technology, "Elasticsearch"):
			name := route(t)
			if ds, _ := c.get("defaultDataset"); ds != "" {
				name = ds + "." + name
			}
			f.use(KindTable, name, Writes, line)
		}
	}
	if re, l := c.get("topics.regex"); re != "" {
		f.use(KindTopic, regexGlob(re), Reads, l)
		if format != "" {
			f.use(KindTable, variablesStarred(format), Writes, formatLine)
		}
	}
}

func sourceUses(f *Fact, c *kafkaConfig, route func(string) string) {
	tables, tl := c.get("table.include.list", "table.whitelist", "collection.include.list", "collection.whitelist")
	prefix, pl := c.get("topic.prefix", "database.server.name", "mongodb.name")
	debezium := strings.HasPrefix(f.Technology, "Debezium")
	for _, t := range commaList(tables) {
		t = regexGlob(t)
		f.use(KindTable, t, Reads, tl)
		switch {
		case debezium && prefix != "":
			topic := t
			// The connector for SQL Server puts the database before the schema where
			// it reads several.
			if dbs, _ := c.get("database.names"); dbs != "" && strings.Count(t, ".") == 1 && strings.Contains(f.Technology, "SQL Server") {
				topic = dbs + "." + t
				if strings.Contains(dbs, ",") {
					topic = "*." + t
				}
			}
			f.use(KindTopic, route(prefix+"."+topic), Writes, tl)
		case prefix != "":
			f.use(KindTopic, route(prefix+t), Writes, tl)
		}
	}
	if tables == "" && prefix != "" {
		switch {
		case debezium:
			f.use(KindTopic, route(prefix+".*"), Writes, pl)
		case c.values["query"] != "":
			f.use(KindTopic, route(prefix), Writes, pl)
		default:
			f.use(KindTopic, route(prefix+"*"), Writes, pl)
		}
	}
	if t, l := c.get("kafka.topic", "topic", "topics", "topic.name"); t != "" {
		for _, n := range commaList(t) {
			f.use(KindTopic, route(n), Writes, l)
		}
	}
	if re, l := c.get("topic.whitelist", "topic.regex"); re != "" && !debezium { // Replicator
		for _, n := range commaList(re) {
			f.use(KindTopic, regexGlob(n), Reads, l)
		}
	}
	if r, l := c.get("topic.creation.groups"); r != "" {
		f.set("topic.creation.groups", r, l)
	}
}

// router returns the function that the transforms of a connector are on the
// names of topics.
func (c *kafkaConfig) router() func(string) string {
	type step struct {
		re   *regexp.Regexp
		with string
		name string
	}
	var steps []step
	list, _ := c.get("transforms")
	for _, t := range commaList(list) {
		typ, _ := c.get("transforms." + t + ".type")
		var re, with string
		switch last(typ) {
		case "RegexRouter":
			re, _ = c.get("transforms." + t + ".regex")
			with, _ = c.get("transforms." + t + ".replacement")
		case "ByLogicalTableRouter":
			re, _ = c.get("transforms." + t + ".topic.regex")
			with, _ = c.get("transforms." + t + ".topic.replacement")
		case "EventRouter", "MongoEventRouter":
			with, _ = c.get("transforms." + t + ".route.topic.replacement")
			if with == "" {
				with = "outbox.event.${routedByValue}"
			}
			steps = append(steps, step{name: strings.ReplaceAll(with, "${routedByValue}", "*")})
			continue
		case "TimestampRouter":
			steps = append(steps, step{name: "*"})
			continue
		default:
			continue
		}
		if re == "" || len(re) > 500 || len(steps) > 10 {
			continue
		}
		compiled, err := regexp.Compile(`\A(?:` + re + `)\z`)
		if err != nil {
			continue // Java knows more than RE2
		}
		steps = append(steps, step{re: compiled, with: javaReplacement(with)})
	}
	return func(topic string) string {
		for _, s := range steps {
			switch {
			case s.re == nil:
				topic = s.name
			case s.re.MatchString(topic) && len(topic) < maxText:
				topic = s.re.ReplaceAllString(topic, s.with)
			}
		}
		return topic
	}
}

// javaReplacement turns $1 into ${1}, which Go needs where a letter follows.
func javaReplacement(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '$' && i+1 < len(s) && isDigit(s[i+1]) {
			b.WriteString("${" + string(s[i+1]) + "}")
			i++
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// regexGlob shows a pattern of names as a name with * in it.
func regexGlob(re string) string {
	re = strings.TrimSuffix(strings.TrimPrefix(re, "^"), "$")
	for _, r := range [...][2]string{{`\.`, "."}, {"(.*)", "*"}, {".*", "*"}, {".+", "*"}} {
		re = strings.ReplaceAll(re, r[0], r[1])
	}
	return re
}

// hostOf returns host and database of a URL, without what could be a password.
func hostOf(url string) (host, db string) {
	s := url
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+3:]
	} else if rest, ok := strings.CutPrefix(s, "jdbc:"); ok {
		s = rest
		if i := strings.IndexByte(s, ':'); i >= 0 {
			s = strings.TrimLeft(s[i+1:], "/@")
		}
	}
	s, _, _ = strings.Cut(s, "?")
	s, params, _ := strings.Cut(s, ";")
	s, rest, _ := strings.Cut(s, "/")
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	s, _, _ = strings.Cut(s, ",")
	host, port, _ := strings.Cut(s, ":")
	_ = port
	db, _, _ = strings.Cut(rest, "/")
	for p := range strings.SplitSeq(params, ";") {
		if k, v, ok := strings.Cut(p, "="); ok && (strings.EqualFold(k, "databaseName") || strings.EqualFold(k, "database")) {
			db = v
		}
	}
	if !isHost(host) {
		host = ""
	}
	if strings.ContainsAny(db, "${} ") {
		db = ""
	}
	return host, db
}

// strimziFacts reads the resources of Strimzi.
// https://strimzi.io/docs/operators/latest/configuring
func strimziFacts(d node) []Fact {
	name := d.str("metadata", "name")
	spec := d.get("spec")
	if name == "" {
		return nil
	}
	kind := d.str("kind")
	line := d.get("metadata", "name").line()
	switch kind {
	case "KafkaConnector":
		c := kafkaSettings(spec.get("config"))
		c.values["connector.class"], c.lines["connector.class"] = spec.str("class"), spec.get("class").line()
		if t := spec.str("tasksMax"); t != "" {
			c.values["tasks.max"], c.lines["tasks.max"] = t, spec.get("tasksMax").line()
		}
		f := connector(name, line, c)
		if cluster := d.get("metadata", "labels", "strimzi.io/cluster"); cluster.ok() {
			f.use(KindWorkload, cluster.str(), PartOf, cluster.line())
		}
		return []Fact{f}
	case "KafkaTopic":
		topic := firstText(spec.str("topicName"), name)
		f := Fact{Kind: KindTopic, ID: "topic:" + topic, Name: topic, Line: line, Technology: "Strimzi KafkaTopic"}
		f.set("partitions", spec.str("partitions"), spec.get("partitions").line())
		f.set("replicas", spec.str("replicas"), spec.get("replicas").line())
		for k, v := range spec.get("config").members() {
			f.set(k.str(), v.str(), v.line())
		}
		return []Fact{f}
	case "Kafka", "KafkaConnect", "KafkaMirrorMaker2", "KafkaMirrorMaker", "KafkaBridge", "KafkaNodePool":
		f := Fact{Kind: KindWorkload, ID: "workload:" + kind + "/" + name, Name: name, Line: line, Technology: "Strimzi " + kind}
		for _, p := range [...][]string{{"replicas"}, {"version"}, {"kafka", "replicas"}, {"kafka", "version"}, {"zookeeper", "replicas"}} {
			if v := spec.get(p...); v.ok() {
				f.set(strings.Join(p, "."), v.str(), v.line())
			}
		}
		for _, p := range [...][]string{{"image"}, {"kafka", "image"}, {"build", "output", "image"}} {
			f.use(KindImage, spec.str(p...), Runs, spec.get(p...).line())
		}
		for _, b := range commaList(spec.str("bootstrapServers")) {
			host, _, _ := strings.Cut(b, ":")
			f.use(KindHost, host, Connects, spec.get("bootstrapServers").line())
		}
		for _, k := range [...]string{"group.id", "offset.storage.topic", "config.storage.topic", "status.storage.topic"} {
			v := spec.get("config", k)
			f.set(k, v.str(), v.line())
		}
		for p := range spec.get("build", "plugins").items() {
			f.use(KindPackage, p.str("name"), Includes, p.line())
		}
		return []Fact{f}
	}
	return nil
}

// variablesStarred replaces ${…} by *.
func variablesStarred(s string) string {
	for range 20 {
		i := strings.Index(s, "${")
		if i < 0 {
			break
		}
		j := strings.IndexByte(s[i:], '}')
		if j < 0 {
			break
		}
		s = s[:i] + "*" + s[i+j+1:]
	}
	return s
}
