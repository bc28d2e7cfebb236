package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"github.com/lintel-docs/lintel/sad"
)

//go:embed template
var templates embed.FS

// The outlines that a view can have: the six parts of the second edition of
// Documenting Software Architectures, and the packets of the template of 2006.
const (
	outlineViews = "views-and-beyond"
	outlineSEI   = "sei"
)

// section is a heading of a template and the text below it, in Korean and in
// English.
type section struct {
	level  int
	ko, en string
	koText string
	enText string
}

var sixParts = []section{
	{2, "주요 표현(Primary Presentation)", "Primary presentation", "", ""},
	{2, "요소 목록(Element Catalog)", "Element catalog", "", ""},
	{2, "컨텍스트 다이어그램(Context Diagram)", "Context diagram", "", ""},
	{2, "가변성(Variability Guide)", "Variability guide", "{환경이나 고객에 따라 달라지는 것과 그 방법. 없으면 없다고 적는다}", "{what differs between environments or customers, and how; say none where nothing does}"},
	{2, "근거(Rationale)", "Rationale", "{왜 이런 구조인지 적고 결정 기록을 링크한다}", "{why it is built so, with links to the decisions}"},
	{2, "관련 뷰(Related Views)", "Related views", "", ""},
}

var packetParts = []section{
	{2, "뷰 설명(View Description)", "View description", "{이 뷰가 따르는 뷰포인트와 보여 주는 것}", "{the viewpoint it conforms to, and what it shows}"},
	{2, "뷰 패킷 개요(View Packet Overview)", "View packet overview", "{뷰를 어떤 패킷으로 나누었고 왜 빠짐도 겹침도 없는지}", "{how the view is divided into packets, and why nothing is missing or twice}"},
	{2, "가변성(Variability Mechanisms)", "Variability mechanisms", "{환경이나 고객에 따라 달라지는 것과 그 방법. 없으면 없다고 적는다}", "{what differs between environments or customers, and how; say none where nothing does}"},
	{2, "뷰 패킷(View Packets)", "View packets", "", ""},
	{3, "뷰 패킷 1", "View packet 1", "", ""},
	{4, "주요 표현(Primary Presentation)", "Primary presentation", "", ""},
	{4, "요소 목록(Element Catalog)", "Element catalog", "", ""},
	{5, "요소(Elements)", "Elements", "", ""},
	{5, "관계(Relations)", "Relations", "", ""},
	{5, "동작(Behavior)", "Behavior", "{요소가 함께 하는 일을 순서대로}", "{what the elements do together, step by step}"},
	{5, "제약(Constraints)", "Constraints", "{요소와 관계가 지켜야 하는 것. 없으면 없다고 적는다}", "{what elements and relations have to obey; say none where nothing does}"},
	{4, "컨텍스트 다이어그램(Context Diagram)", "Context diagram", "", ""},
	{4, "아키텍처 배경(Architecture Background)", "Architecture background", "{왜 이런 구조인지 적고 결정 기록을 링크한다}", "{why it is built so, with links to the decisions}"},
	{4, "관련 뷰 패킷(Related View Packets)", "Related view packets", "", ""},
}

// viewPage is what a new page of a view is made from.
type viewPage struct {
	id, title, viewpoint string
	front                string // more of the front matter, in lines
	intro, rationale     string
	related              []string // lines of the last section
	packet               []string // ids of elements
}

func (v viewPage) text(lang, outline string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: %s\nsad: view\nid: %s\nviewpoint: %s\n%s", quoteYAML(v.title), v.id, v.viewpoint, v.front)
	if outline == outlineSEI && len(v.packet) > 0 {
		fmt.Fprintf(&b, "packets:\n  - {id: %s-1, elements: [%s]}\n", v.id, strings.Join(v.packet, ", "))
	}
	fmt.Fprintf(&b, "---\n\n# %s\n\n%s\n", v.title, v.intro)
	parts := sixParts
	if outline == outlineSEI {
		parts = packetParts
	}
	for i, s := range parts {
		title, text := s.en, s.enText
		if lang == "ko" {
			title, text = s.ko, s.koText
		}
		fmt.Fprintf(&b, "\n%s %s\n", strings.Repeat("#", s.level), title)
		if i == len(parts)-1 {
			text = strings.Join(v.related, "\n")
		}
		if v.rationale != "" && (strings.HasPrefix(s.en, "Rationale") || strings.HasPrefix(s.en, "Architecture background")) {
			text = v.rationale + " " + text
		}
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n", text)
		}
	}
	return b.String()
}

// quoteYAML writes a text as a YAML value.
func quoteYAML(s string) string {
	if s == "" || strings.ContainsAny(s, ":#{}[],&*!|>'\"%@`\\\n") || strings.TrimSpace(s) != s || s[0] == '-' || s[0] == '?' {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(s) + `"`
	}
	return s
}

// exampleViews are the views of a new project.
func exampleViews(lang, name string) map[string]viewPage {
	ko := lang == "ko"
	say := func(k, e string) string {
		if ko {
			return k
		}
		return e
	}
	todo := say("TODO 한 문장으로 무엇을 하는지", "TODO what it does, in one sentence")
	record := say("결정을 적기로 한 까닭은 [ADR-0001](../adr/0001-record-decisions.md)에 있다.", "Why decisions are recorded: [ADR-0001](../adr/0001-record-decisions.md).")
	link := func(title, file string) string { return "- [" + title + "](" + file + ")" }
	ctx, mod := say("시스템 컨텍스트", "System context"), say("모듈", "Modules")
	com, dep := say("컴포넌트와 커넥터", "Components and connectors"), say("배포", "Deployment")
	return map[string]viewPage{
		"docs/sad/context.md": {
			id: "context", title: ctx, viewpoint: "context",
			front: "stakeholders: [user, owner]\nconcerns: [function]\nelements:\n" +
				"  - {id: system, name: " + quoteYAML(name) + ", kind: system, description: " + todo + "}\n" +
				"  - {id: end-user, name: " + say("사용자", "User") + ", kind: person, description: " + todo + "}\n" +
				"  - {id: partner, name: " + say("외부 시스템", "External system") + ", kind: external-system, description: " + todo + "}\n" +
				"relations:\n  - {from: end-user, to: system, kind: uses, via: HTTPS}\n  - {from: system, to: partner, kind: calls, via: HTTPS}\n" +
				"related: [components]\n",
			intro: say("{어디까지가 이 시스템이고 그 바깥에 누가 있는지}", "{where the system ends, and who is around it}"), rationale: record,
			related: []string{link(com, "components.md")}, packet: []string{"system", "end-user", "partner"},
		},
		"docs/sad/modules.md": {
			id: "modules", title: mod, viewpoint: "decomposition",
			front: "stakeholders: [developer]\nconcerns: [changeability]\nelements:\n" +
				"  - {id: mod-web, name: " + say("화면 모듈", "Web module") + ", kind: module, description: " + todo + "}\n" +
				"  - {id: mod-api, name: " + say("API 모듈", "API module") + ", kind: module, description: " + todo + "}\n" +
				"  - {id: mod-shared, name: " + say("공통 모듈", "Shared module") + ", kind: library, description: " + todo + "}\n" +
				"relations:\n  - {from: mod-web, to: mod-shared, kind: uses}\n  - {from: mod-api, to: mod-shared, kind: uses}\n" +
				"related: [components]\n",
			intro: say("{코드가 어떻게 나뉘고 무엇이 무엇을 쓰는지. 요소마다 `code`에 경로를 적는다}", "{how the code is divided, and what uses what; give each element its path under `code`}"), rationale: record,
			related: []string{link(com, "components.md")}, packet: []string{"mod-web", "mod-api", "mod-shared"},
		},
		"docs/sad/components.md": {
			id: "components", title: com, viewpoint: "c-and-c",
			front: "stakeholders: [user, developer, operator]\nconcerns: [function, latency]\nelements:\n" +
				"  - {id: web, name: " + say("웹 화면", "Web front end") + ", kind: ui, technology: TODO, description: " + todo + ", owner: team}\n" +
				"  - {id: api, name: API, kind: service, technology: TODO, description: " + todo + ", owner: team, critical: true}\n" +
				"  - {id: db, name: " + say("데이터베이스", "Database") + ", kind: database, technology: TODO, description: " + todo + ", owner: team}\n" +
				"  - partner\n" +
				"relations:\n  - {from: web, to: api, kind: calls, via: HTTPS}\n  - {from: api, to: db, kind: reads, via: SQL}\n  - {from: api, to: partner, kind: calls, via: HTTPS}\n" +
				"related: [context, modules, deployment]\n",
			intro: say("{실행 중에 무엇이 무엇과 어떻게 이야기하는지}", "{what talks to what at run time, and how}"), rationale: record,
			related: []string{link(ctx, "context.md"), link(mod, "modules.md"), link(dep, "deployment.md")}, packet: []string{"web", "api", "db", "partner"},
		},
		"docs/sad/deployment.md": {
			id: "deployment", title: dep, viewpoint: "deployment",
			front: "stakeholders: [operator, owner]\nconcerns: [operability, recovery, cost]\nelements:\n" +
				"  - {id: cluster, name: " + say("운영 클러스터", "Production cluster") + ", kind: cluster, technology: TODO, description: " + todo + ", owner: team}\n" +
				"  - {id: managed-db, name: " + say("관리형 데이터베이스", "Managed database") + ", kind: managed-service, technology: TODO, description: " + todo + ", owner: team}\n" +
				"  - web\n  - api\n  - db\n" +
				"relations:\n  - {from: web, to: cluster, kind: allocated-to}\n  - {from: api, to: cluster, kind: allocated-to}\n  - {from: db, to: managed-db, kind: allocated-to}\n" +
				"related: [components]\n",
			intro: say("{무엇이 어디에서 실행되는지}", "{what runs where}"), rationale: record,
			related: []string{link(com, "components.md")}, packet: []string{"cluster", "managed-db", "web", "api", "db"},
		},
	}
}

// wholeSAD returns the files of a new project with a whole architecture
// document, by slash path.
func (a *app) wholeSAD(name, lang, outline string) (map[string]string, error) {
	src, err := templates.ReadFile("template/" + lang + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	fill := strings.NewReplacer("NAME", strings.NewReplacer(`"`, "", `\`, "").Replace(name), "TODAY", a.buildTime().Format("2006-01-02"))
	files := map[string]string{}
	for _, f := range txtar.Parse(src).Files {
		file, only, variant := strings.Cut(f.Name, "+")
		if variant && only != outline {
			continue
		}
		files[file] += fill.Replace(string(f.Data))
	}
	for file, v := range exampleViews(lang, name) {
		files[file] = v.text(lang, outline)
	}
	return files, nil
}

// language returns ko or en: what was asked for, else what the environment
// speaks.
func (a *app) language(flag string) (string, error) {
	switch flag {
	case "ko", "en":
		return flag, nil
	case "":
	default:
		return "", usage(fmt.Errorf("--lang %s: it is ko or en", flag))
	}
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if s, ok := a.env(v); ok && s != "" {
			if strings.HasPrefix(s, "ko") {
				return "ko", nil
			}
			break
		}
	}
	return "en", nil
}

func outlineOf(flag string) (string, error) {
	switch flag {
	case "", outlineViews:
		return outlineViews, nil
	case outlineSEI:
		return outlineSEI, nil
	}
	return "", usage(fmt.Errorf("--template %s: it is %s or %s", flag, outlineSEI, outlineViews))
}

type newFlags struct {
	config, title, viewpoint, outline, lang string
}

func (a *app) sadNewCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "new",
		Short: "Begin a view, a viewpoint or a scenario",
	}
	var f newFlags
	view := &cobra.Command{
		Use:     "view ID",
		Short:   "Begin a page for a view",
		Long:    "View writes a page with the parts of a view, beside the views that there are. What\nis to be filled in stands in braces, and lintel check reports it until it is.",
		Example: "  lintel sad new view cdc-pipeline --viewpoint pipeline --title 'CDC pipeline'",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.sadNew("view", args[0], f) },
	}
	viewpoint := &cobra.Command{
		Use:   "viewpoint ID",
		Short: "Begin a page for a viewpoint of your own",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.sadNew("viewpoint", args[0], f) },
	}
	scenario := &cobra.Command{
		Use:   "scenario ID",
		Short: "Begin a quality scenario",
		Long:  "Scenario adds a scenario to the page of scenarios, or begins that page.",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return a.sadNew("scenario", args[0], f) },
	}
	view.Flags().StringVar(&f.viewpoint, "viewpoint", "", "the `viewpoint` that it conforms to (default c-and-c)")
	view.Flags().StringVar(&f.outline, "template", "", "`outline`: views-and-beyond (six parts, the default) or sei (packets)")
	for _, s := range []*cobra.Command{view, viewpoint, scenario} {
		s.Flags().StringVarP(&f.config, "config-file", "f", "", "`mkdocs.yml` or its folder")
		s.Flags().StringVar(&f.title, "title", "", "`title` (default the id)")
		s.Flags().StringVar(&f.lang, "lang", "", "`language` of the headings: ko or en (default that of the other pages)")
	}
	c.AddCommand(view, viewpoint, scenario)
	return c
}

func (a *app) sadNew(what, id string, f newFlags) error {
	if strings.ContainsAny(id, "/\\:#{}[]\"'\n ") || strings.HasPrefix(id, ".") || id == "" {
		return usage(fmt.Errorf("new %s: %q is no id; use letters, digits and dashes", what, id))
	}
	outline, err := outlineOf(f.outline)
	if err != nil {
		return err
	}
	arch, err := a.openArchitecture(f.config)
	if err != nil {
		return err
	}
	defer arch.project.close()
	lang := f.lang
	if lang == "" {
		lang = arch.language()
	}
	if lang, err = a.language(lang); err != nil {
		return err
	}
	title := f.title
	if title == "" {
		title = id
	}
	m := arch.model
	var text string
	switch what {
	case "view":
		if v := m.View(id); v != nil {
			return usage(fmt.Errorf("new view: %s is the view %s already", v.Path, v.ID))
		}
		vp := f.viewpoint
		if vp == "" {
			vp = "c-and-c"
		}
		known := m.Viewpoint(vp)
		if known == nil {
			return usage(fmt.Errorf("new view: there is no viewpoint %q; lintel sad new viewpoint begins one", vp))
		}
		intro := "{what the view shows, and to whom}"
		if lang == "ko" {
			intro = "{이 뷰가 누구에게 무엇을 보여 주는지}"
		}
		text = viewPage{id: id, title: title, viewpoint: known.ID, front: "stakeholders: []\nconcerns: []\nelements: []\nrelations: []\nrelated: []\n", intro: intro, related: []string{todoRelated(lang)}}.text(lang, outline)
	case "viewpoint":
		if v := m.Viewpoint(id); v != nil && !v.BuiltIn {
			return usage(fmt.Errorf("new viewpoint: %s declares %s already", v.At.Path, v.ID))
		}
		text = viewpointText(lang, id, title)
	case "scenario":
		if i := slices.IndexFunc(m.Scenarios, func(s *sad.Scenario) bool { return s.ID == id }); i >= 0 {
			return usage(fmt.Errorf("new scenario: %s holds %s already", m.Scenarios[i].Path, id))
		}
		return a.newScenario(arch, lang, id, title)
	}
	file := path.Join(arch.folder(), id+".md")
	return a.writeNew(arch, file, text)
}

func todoRelated(lang string) string {
	if lang == "ko" {
		return "{이어지는 뷰를 링크한다}"
	}
	return "{link the views that belong to it}"
}

// language is that of most of the views.
func (arch *architecture) language() string {
	count := map[string]int{}
	for _, p := range arch.model.Pages() {
		l := p.Lang
		if l == "" {
			l = "en"
			if slices.ContainsFunc([]rune(p.Title), func(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }) {
				l = "ko"
			}
		}
		count[l]++
	}
	switch ko, en := count["ko"], count["en"]; {
	case ko > en:
		return "ko"
	case en > ko:
		return "en"
	case arch.lang == "ko" || arch.lang == "en":
		return arch.lang
	}
	return ""
}

// folder is where the most views are, or a folder sad below the pages.
func (arch *architecture) folder() string {
	count := map[string]int{}
	best := ""
	for _, v := range arch.model.Views {
		dir := path.Dir(v.Path)
		count[dir]++
		if best == "" || count[dir] > count[best] || count[dir] == count[best] && dir < best {
			best = dir
		}
	}
	if best == "" {
		return path.Join(arch.docs, "sad")
	}
	return best
}

func (a *app) writeNew(arch *architecture, file, text string) error {
	root := arch.project.root
	if err := root.MkdirAll(filepath.FromSlash(path.Dir(file)), 0o777); err != nil {
		return failure(fmt.Errorf("write page: %w", err))
	}
	out, err := root.OpenFile(filepath.FromSlash(file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return usage(fmt.Errorf("%s exists", file))
	}
	if err != nil {
		return failure(fmt.Errorf("write page: %w", err))
	}
	_, err = out.WriteString(text)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return failure(fmt.Errorf("write page: %w", err))
	}
	fmt.Fprintln(a.stdout, file)
	if arch.nav {
		fmt.Fprintln(a.stderr, "lintel: the configuration has a nav; add the page to it")
	}
	return nil
}

func viewpointText(lang, id, title string) string {
	head := fmt.Sprintf("---\ntitle: %s\nsad: viewpoint\nid: %s\nname: %s\nelement_kinds: []\nrelation_kinds: []\nstakeholders: []\nconcerns: []\nrequired_properties: []\n---\n\n# %s\n", quoteYAML(title), id, quoteYAML(title), title)
	parts := []section{
		{2, "개요(Abstract)", "Abstract", "{이 뷰포인트로 무엇을 보고 무엇을 보지 않는지}", "{what is seen from here, and what is not}"},
		{2, "이해관계자와 관심사(Stakeholders and Their Concerns Addressed)", "Stakeholders and their concerns addressed", "{누가 무엇을 묻는지}", "{who asks what}"},
		{2, "요소, 관계, 속성, 제약(Elements, Relations, Properties, and Constraints)", "Elements, relations, properties, and constraints", "{요소와 관계의 종류, 요소마다 적을 속성, 지켜야 하는 것}", "{kinds of elements and relations, the properties of each element, what has to hold}"},
		{2, "표현 언어(Languages)", "Languages", "{그림을 무엇으로 그리는지}", "{the notation of its figures}"},
		{2, "평가와 완전성 기준(Evaluation and Completeness Criteria)", "Evaluation and completeness criteria", "{뷰가 다 갖추어졌는지 어떻게 확인하는지}", "{how to tell that a view is complete}"},
		{2, "출처(Viewpoint Source)", "Viewpoint source", "{어디에서 온 관점인지}", "{where it comes from}"},
	}
	var b strings.Builder
	b.WriteString(head)
	for _, s := range parts {
		t, x := s.en, s.enText
		if lang == "ko" {
			t, x = s.ko, s.koText
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", t, x)
	}
	return b.String()
}

// newScenario adds a scenario to the first page that lists some in its front
// matter, or begins a page.
func (a *app) newScenario(arch *architecture, lang, id, title string) error {
	lines := []string{
		"id: " + id, "name: " + quoteYAML(title), "quality: TODO", "source: TODO", "stimulus: TODO", "environment: TODO", "artifact: TODO",
		"response: TODO", "measure: TODO",
	}
	for _, p := range arch.model.Pages() {
		e := p.AddScenario(lines)
		if e.IsZero() {
			continue
		}
		src := arch.pages[p.Path]
		out := bytes.Join([][]byte{src[:e.Start], []byte(e.New), src[e.Start:]}, nil)
		if err := arch.project.root.WriteFile(filepath.FromSlash(p.Path), out, 0o666); err != nil {
			return failure(fmt.Errorf("write page: %w", err))
		}
		fmt.Fprintln(a.stdout, p.Path)
		return nil
	}
	name, intro := "Quality scenarios", "The qualities that have to hold, as sentences that can be tested."
	if lang == "ko" {
		name, intro = "품질 속성 시나리오", "지켜야 하는 품질을 시험할 수 있는 문장으로 적는다."
	}
	text := "---\ntitle: " + name + "\nsad: scenarios\nscenarios:\n  - " + strings.Join(lines, "\n    ") + "\n---\n\n# " + name + "\n\n" + intro + "\n"
	return a.writeNew(arch, path.Join(arch.folder(), "scenarios.md"), text)
}
