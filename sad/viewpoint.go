package sad

import "slices"

// Family is what kinds of elements have in common for the rules: a topic and a
// pipe both carry data, a service and a job both work on it.
type Family string

// The families of kinds.
const (
	Component   Family = "component"   // runs: a service, a job, a user interface
	Connector   Family = "connector"   // carries: a pipe, a topic, a bus
	Store       Family = "store"       // keeps: a database, a table, a bucket
	Module      Family = "module"      // is code: a package, a library
	Layer       Family = "layer"       // groups modules
	Environment Family = "environment" // hosts: a cluster, a node, a namespace
	People      Family = "people"      // a person, a team, a role
	Outside     Family = "external"    // a system or actor that others run
	Entity      Family = "entity"      // data as such: an entity, a dataset
	AspectKind  Family = "aspect"
	File        Family = "file" // a folder, a configuration, an image
	Process     Family = "process"
	NoFamily    Family = ""
)

// kindNames are the kinds of elements that are known, canonical name first,
// with what they are called otherwise, English and Korean.
var kindNames = []struct {
	family Family
	kind   string
	names  []string
}{
	{Component, "component", []string{"컴포넌트", "구성요소", "구성 요소"}},
	{Component, "service", []string{"microservice", "서비스", "server-process", "backend", "백엔드"}},
	{Component, "api", []string{"rest-api", "grpc-api", "gateway", "api-gateway", "게이트웨이", "endpoint", "엔드포인트"}},
	{Component, "application", []string{"app", "애플리케이션", "앱", "응용", "program", "프로그램", "binary", "cli", "command"}},
	{Component, "ui", []string{"frontend", "web", "web-app", "화면", "대시보드", "dashboard", "user-interface", "프런트엔드", "프론트엔드"}},
	{Component, "job", []string{"batch", "batch-job", "task", "cron-job", "cronjob", "배치", "작업", "잡", "transformation", "변환", "model", "dbt-model", "모델"}},
	{Component, "dag", []string{"workflow", "pipeline", "파이프라인", "워크플로", "워크플로우"}},
	{Component, "scheduler", []string{"스케줄러", "orchestrator", "오케스트레이터", "오케스트레이션"}},
	{Component, "worker", []string{"워커", "agent", "에이전트", "daemon", "process", "프로세스"}},
	{Component, "function", []string{"lambda", "함수"}},
	{Component, "filter", []string{"필터", "processor", "처리기", "stream-processor", "변환기", "stage", "단계"}},
	{Component, "source-connector", []string{"소스 커넥터", "cdc-connector", "kafka-connector", "source-task", "커넥터", "connector-task", "source"}},
	{Component, "sink-connector", []string{"싱크 커넥터", "sink-task", "sink", "싱크"}},
	{Component, "client", []string{"클라이언트", "consumer-app", "sdk"}},
	{Component, "server", []string{"서버"}},
	{Component, "peer", []string{"피어"}},
	{Component, "publisher", []string{"producer", "생산자", "발행자", "게시자"}},
	{Component, "subscriber", []string{"consumer", "소비자", "구독자"}},
	{Component, "accessor", []string{"접근자", "data-accessor"}},
	{Component, "service-consumer", []string{"서비스 소비자"}},
	{Component, "service-provider", []string{"서비스 제공자"}},
	{Component, "check", []string{"quality-gate", "품질 게이트", "quality-check", "data-quality", "검증", "suite", "expectation-suite", "gate"}},
	{Component, "monitor", []string{"monitoring", "모니터링", "alert", "경보", "알림", "observability", "관측", "exporter"}},
	{Component, "identity-provider", []string{"idp", "인증 서버", "인증", "auth"}},
	{Component, "catalog", []string{"data-catalog", "카탈로그", "데이터 카탈로그", "metadata-store", "registry", "레지스트리", "schema-registry", "스키마 레지스트리", "service-registry"}},
	{Component, "platform", []string{"플랫폼", "system", "시스템", "subsystem", "하위 시스템", "engine", "엔진", "query-engine", "tool", "도구", "middleware"}},

	{Connector, "connector", []string{"연결자"}},
	{Connector, "pipe", []string{"파이프", "stream", "스트림"}},
	{Connector, "topic", []string{"토픽", "kafka-topic", "event-stream", "이벤트 스트림"}},
	{Connector, "queue", []string{"큐", "대기열", "message-queue", "dead-letter-queue", "dlq"}},
	{Connector, "event-bus", []string{"bus", "broker", "message-broker", "브로커", "이벤트 버스", "버스", "event-connector", "esb", "enterprise-service-bus", "publish-subscribe", "message-bus", "distributor"}},
	{Connector, "request-reply", []string{"call-return", "http", "rpc", "요청-응답", "호출"}},
	{Connector, "load-balancer", []string{"ingress", "로드 밸런서", "로드밸런서", "proxy", "프록시"}},
	{Connector, "channel", []string{"채널", "webhook", "attachment"}},

	{Store, "database", []string{"db", "데이터베이스", "디비", "rdbms", "relational-database", "관계형 데이터베이스"}},
	{Store, "repository", []string{"저장소", "data-store", "데이터 저장소", "store", "data-repository", "shared-data"}},
	{Store, "warehouse", []string{"data-warehouse", "웨어하우스", "데이터 웨어하우스", "dw"}},
	{Store, "lake", []string{"data-lake", "레이크", "데이터 레이크", "lakehouse", "레이크하우스"}},
	{Store, "bucket", []string{"object-store", "버킷", "오브젝트 스토리지", "object-storage", "storage", "스토리지", "volume", "볼륨"}},
	{Store, "cache", []string{"캐시"}},
	{Store, "search-index", []string{"검색 색인", "search-engine", "검색 엔진"}},
	{Store, "schema", []string{"스키마", "mart", "data-mart", "마트", "데이터 마트"}},

	{Entity, "data-entity", []string{"entity", "엔터티", "엔티티", "데이터 엔터티", "개체"}},
	{Entity, "dataset", []string{"데이터셋", "data-set", "data-product", "데이터 프로덕트", "데이터 제품"}},
	{Entity, "table", []string{"테이블", "표", "view-table", "뷰 테이블", "materialized-view"}},
	{Entity, "metadata", []string{"메타데이터"}},
	{Entity, "metric", []string{"지표", "measure"}},
	{Entity, "report", []string{"리포트", "보고서"}},
	{Entity, "event", []string{"이벤트", "message", "메시지"}},
	{Entity, "policy", []string{"정책", "rule", "규칙", "contract", "data-contract", "계약", "sla"}},

	{Module, "module", []string{"모듈"}},
	{Module, "package", []string{"패키지"}},
	{Module, "library", []string{"lib", "라이브러리", "framework", "프레임워크"}},
	{Module, "class", []string{"클래스", "interface", "인터페이스"}},
	{Module, "namespace-module", []string{"component-module", "unit", "code-unit", "project", "프로젝트", "workspace-member"}},

	{Layer, "layer", []string{"계층", "레이어", "tier", "티어"}},

	{Environment, "environment-element", []string{"environment", "환경", "환경 요소", "infrastructure", "인프라"}},
	{Environment, "node", []string{"노드", "host", "호스트", "machine", "server-node", "vm", "virtual-machine", "가상 머신", "instance", "인스턴스", "device", "장비"}},
	{Environment, "cluster", []string{"클러스터", "kubernetes-cluster", "k8s-cluster", "kafka-cluster"}},
	{Environment, "namespace", []string{"네임스페이스", "이름공간"}},
	{Environment, "container", []string{"컨테이너", "pod", "파드", "deployment-unit", "deployment", "statefulset", "workload", "워크로드", "replica-set"}},
	{Environment, "region", []string{"zone", "availability-zone", "리전", "가용 영역", "datacenter", "데이터센터"}},
	{Environment, "network", []string{"vpc", "subnet", "네트워크", "서브넷"}},
	{Environment, "account", []string{"계정", "cloud-account", "cloud", "클라우드", "cloud-project", "managed-service", "관리형 서비스", "saas"}},
	{Environment, "runner", []string{"ci-runner", "러너", "execution-environment", "runtime", "런타임"}},

	{People, "person", []string{"사람", "user", "사용자", "actor", "액터", "개인"}},
	{People, "team", []string{"팀", "organization", "조직", "group", "그룹", "부서", "squad"}},
	{People, "role", []string{"역할", "steward", "스튜어드", "data-steward", "owner", "담당", "담당자"}},

	{Outside, "external-system", []string{"external", "external-entity", "외부 시스템", "외부", "외부 개체", "외부 엔터티", "third-party", "external-service", "외부 서비스"}},

	{AspectKind, "aspect", []string{"애스펙트", "관점", "cross-cutting-concern", "횡단 관심사"}},

	{File, "file", []string{"파일", "configuration-file", "설정 파일", "config", "설정", "configuration"}},
	{File, "folder", []string{"폴더", "directory", "디렉터리", "디렉토리"}},
	{File, "image", []string{"이미지", "container-image", "artifact", "산출물", "아티팩트", "chart", "helm-chart", "차트", "manifest", "release"}},

	{Process, "business-process", []string{"업무 절차", "절차", "procedure", "업무", "activity", "활동"}},
}

// relationNames are the kinds of relations, canonical name first.
var relationNames = []struct {
	kind  string
	names []string
}{
	{"is-part-of", []string{"part-of", "contains", "contained-in", "포함", "일부", "aggregation", "composed-of", "소속", "구성"}},
	{"uses", []string{"use", "사용", "사용한다", "imports", "import", "참조", "references"}},
	{"depends-on", []string{"depends", "의존", "의존한다", "requires", "필요"}},
	{"is-a", []string{"extends", "generalization", "inherits", "implements", "상속", "일반화", "구현"}},
	{"allowed-to-use", []string{"may-use", "사용 허용", "allowed", "사용 가능"}},
	{"crosscuts", []string{"횡단", "crosscut", "applies-to", "적용"}},
	{"1-1", []string{"one-to-one", "일대일"}},
	{"1-n", []string{"one-to-many", "일대다", "n-1", "many-to-one", "다대일"}},
	{"n-m", []string{"many-to-many", "다대다", "n-n"}},
	{"attachment", []string{"attached-to", "연결", "접속", "connects", "connects-to", "interacts", "상호작용"}},
	{"reads", []string{"read", "읽기", "읽는다", "읽음", "queries", "조회", "조회한다", "select", "polls", "fetches", "captures", "수집", "extracts", "추출"}},
	{"writes", []string{"write", "쓰기", "쓴다", "저장", "loads", "적재", "적재한다", "stores", "materializes", "upserts", "caches"}},
	{"sends", []string{"send", "전송", "보낸다", "보내기", "produces", "transfers", "전달", "data-flow", "dataflow", "flows-to", "흐름", "데이터 흐름", "streams", "feeds", "exports", "replicates", "복제", "pushes", "notifies", "알림", "emits"}},
	{"receives", []string{"receive", "수신", "받는다", "consumes", "소비"}},
	{"publishes", []string{"publish", "발행", "발행한다", "게시"}},
	{"subscribes", []string{"subscribe", "구독", "구독한다", "subscribes-to", "listens"}},
	{"calls", []string{"call", "호출", "호출한다", "requests", "요청", "request-reply", "invokes", "http", "rest", "grpc", "serves", "제공"}},
	{"triggers", []string{"trigger", "시작", "실행", "실행한다", "runs", "starts", "schedules", "orchestrates", "controls", "제어", "관리", "manages"}},
	{"transforms", []string{"변환", "변환한다", "transform", "derives", "derived-from", "파생", "aggregates", "집계", "joins"}},
	{"validates", []string{"검증", "검증한다", "checks", "verifies", "검사", "gates", "tests"}},
	{"authenticates", []string{"인증", "인증한다", "authorizes", "권한", "login", "federates"}},
	{"monitors", []string{"모니터링", "감시", "observes", "관측", "scrapes", "alerts"}},
	{"documents", []string{"describes", "설명", "catalogs", "등록", "registers", "metadata-of", "tags", "lineage", "계보", "indexes", "수집-메타데이터"}},
	{"allocated-to", []string{"runs-on", "deployed-to", "deployed-on", "hosted-on", "hosts", "할당", "배치", "배포", "실행 위치", "allocated", "executes-on", "mapped-to", "stored-in", "located-in", "provisions", "deploys", "설치", "installed-on", "installs"}},
	{"migrates-to", []string{"migrates", "이동", "이전", "copy-migrates-to", "fails-over-to", "장애 조치"}},
	{"owned-by", []string{"owns", "owned", "소유", "담당", "responsible-for", "책임", "maintains", "maintained-by", "steward-of", "approves", "승인"}},
}

// Viewpoint is a way of looking at the system: what a view of it shows.
type Viewpoint struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// NameKo is the Korean name of a built-in one.
	NameKo string `json:"name_ko,omitempty"`
	// Viewtype is module, c-and-c, allocation or data; empty of those that are
	// declared on pages.
	Viewtype string `json:"viewtype,omitempty"`
	BuiltIn  bool   `json:"built_in,omitempty"`

	ElementKinds  []string `json:"element_kinds,omitempty"`
	RelationKinds []string `json:"relation_kinds,omitempty"`
	Stakeholders  []Ref    `json:"stakeholders,omitempty"`
	Concerns      []Ref    `json:"concerns,omitempty"`
	// Required are the properties that each element of a view has to have.
	Required []string `json:"required_properties,omitempty"`
	// Views are the ids of the views that conform to it.
	Views []string `json:"views,omitempty"`
	At    Place    `json:"at,omitzero"`

	families []Family
	page     *Page
}

var (
	interaction = []string{"attachment", "reads", "writes", "sends", "receives", "publishes", "subscribes", "calls", "triggers", "transforms", "validates", "authenticates", "monitors", "documents", "uses", "depends-on"}
	running     = []Family{Component, Connector, Store, Entity}
	everything  = []Family{Component, Connector, Store, Module, Layer, Environment, Entity, AspectKind, File, Process}
)

// builtIns returns the viewpoints that need no declaration: the styles of
// Documenting Software Architectures and those of data platforms.
func builtIns() []*Viewpoint {
	vs := []*Viewpoint{
		{ID: "decomposition", Name: "Decomposition", NameKo: "분해", Viewtype: "module", families: []Family{Module, File, Layer}, RelationKinds: []string{"is-part-of", "uses", "depends-on"}},
		{ID: "uses", Name: "Uses", NameKo: "사용", Viewtype: "module", families: []Family{Module, File, Layer, Component}, RelationKinds: []string{"uses", "depends-on", "calls", "is-part-of"}},
		{ID: "generalization", Name: "Generalization", NameKo: "일반화", Viewtype: "module", families: []Family{Module}, RelationKinds: []string{"is-a", "is-part-of"}},
		{ID: "layered", Name: "Layered", NameKo: "계층", Viewtype: "module", families: []Family{Layer, Module}, RelationKinds: []string{"allowed-to-use", "uses", "depends-on", "is-part-of"}},
		{ID: "aspects", Name: "Aspects", NameKo: "애스펙트", Viewtype: "module", families: []Family{AspectKind, Module}, RelationKinds: []string{"crosscuts", "is-part-of"}},
		{ID: "data-model", Name: "Data model", NameKo: "데이터 모델", Viewtype: "module", families: []Family{Entity, Store}, RelationKinds: []string{"1-1", "1-n", "n-m", "is-a", "is-part-of", "depends-on", "transforms"}},
		{ID: "pipe-and-filter", Name: "Pipe-and-filter", NameKo: "파이프-필터", Viewtype: "c-and-c", families: running, RelationKinds: interaction},
		{ID: "client-server", Name: "Client-server", NameKo: "클라이언트-서버", Viewtype: "c-and-c", families: running, RelationKinds: interaction},
		{ID: "peer-to-peer", Name: "Peer-to-peer", NameKo: "피어 투 피어", Viewtype: "c-and-c", families: running, RelationKinds: interaction},
		{ID: "soa", Name: "Service-oriented", NameKo: "서비스 지향", Viewtype: "c-and-c", families: running, RelationKinds: interaction},
		{ID: "publish-subscribe", Name: "Publish-subscribe", NameKo: "발행-구독", Viewtype: "c-and-c", families: running, RelationKinds: interaction},
		{ID: "shared-data", Name: "Shared-data", NameKo: "공유 데이터", Viewtype: "c-and-c", families: running, RelationKinds: interaction},
		{ID: "c-and-c", Name: "Component-and-connector", NameKo: "컴포넌트-커넥터", Viewtype: "c-and-c", families: running, RelationKinds: append(slices.Clip(interaction), "is-part-of")},
		{ID: "deployment", Name: "Deployment", NameKo: "배포", Viewtype: "allocation", families: everything, RelationKinds: append(slices.Clip(interaction), "allocated-to", "migrates-to", "is-part-of")},
		{ID: "install", Name: "Install", NameKo: "설치", Viewtype: "allocation", families: everything, RelationKinds: []string{"allocated-to", "is-part-of", "uses", "depends-on"}},
		{ID: "work-assignment", Name: "Work assignment", NameKo: "업무 할당", Viewtype: "allocation", families: append(slices.Clip(everything), People), RelationKinds: []string{"allocated-to", "owned-by", "is-part-of"}},
		{ID: "data-stores", Name: "Data stores", NameKo: "데이터 저장소", Viewtype: "allocation", families: []Family{Entity, Store, Component, Connector}, RelationKinds: []string{"allocated-to", "is-part-of", "reads", "writes", "transforms", "owned-by"}},
		{ID: "pipeline", Name: "Pipeline", NameKo: "파이프라인", Viewtype: "data", families: running, RelationKinds: append(slices.Clip(interaction), "allocated-to", "is-part-of")},
		{ID: "management", Name: "Management", NameKo: "관리", Viewtype: "data", families: append(slices.Clip(everything), People), RelationKinds: append(slices.Clip(interaction), "owned-by", "allocated-to", "is-part-of")},
		{ID: "context", Name: "Context", NameKo: "컨텍스트", Viewtype: "context", families: append(slices.Clip(running), People, Outside, Environment), RelationKinds: append(slices.Clip(interaction), "owned-by")},
	}
	for _, v := range vs {
		v.BuiltIn = true
		for i := range kindNames {
			if slices.Contains(v.families, kindNames[i].family) {
				v.ElementKinds = append(v.ElementKinds, kindNames[i].kind)
			}
		}
	}
	return vs
}

// viewpointAliases are other names of the built-in viewpoints.
var viewpointAliases = map[string]string{
	"cc": "c-and-c", "cnc": "c-and-c", "candc": "c-and-c", "componentconnector": "c-and-c", "componentandconnector": "c-and-c", "컴포넌트커넥터": "c-and-c",
	"module": "decomposition", "moduleuses": "uses", "usesstyle": "uses", "layers": "layered", "pubsub": "publish-subscribe",
	"datastore": "data-stores", "implementation": "install", "installation": "install", "systemcontext": "context", "pipesandfilters": "pipe-and-filter",
	"serviceoriented": "soa", "datapipeline": "pipeline",
}

// kindTable answers what a kind is.
type kindTable struct {
	canonical map[string]string // key of a name → canonical kind
	family    map[string]Family // canonical kind → family
	relation  map[string]string
}

func newKindTable() *kindTable {
	t := &kindTable{canonical: make(map[string]string, 512), family: make(map[string]Family, 128), relation: make(map[string]string, 256)}
	for i := range kindNames {
		k := &kindNames[i]
		t.family[k.kind] = k.family
		for _, n := range append([]string{k.kind}, k.names...) {
			if _, ok := t.canonical[kindKey(n)]; !ok {
				t.canonical[kindKey(n)] = k.kind
			}
		}
	}
	for i := range relationNames {
		for _, n := range append([]string{relationNames[i].kind}, relationNames[i].names...) {
			if _, ok := t.relation[key(n)]; !ok {
				t.relation[key(n)] = relationNames[i].kind
			}
		}
	}
	return t
}

// element returns the canonical name of a kind and its family; the kind itself
// when it is not known.
func (t *kindTable) element(kind string) (string, Family) {
	if kind == "" {
		return "", NoFamily
	}
	if k, ok := t.canonical[kindKey(kind)]; ok {
		return k, t.family[k]
	}
	return kind, NoFamily
}

// rel returns the canonical name of a kind of relation. Every name of a kind
// may carry an English s.
func (t *kindTable) rel(kind string) string {
	k := key(kind)
	if c, ok := t.relation[k]; ok {
		return c
	}
	if c, ok := t.relation[k+"s"]; ok {
		return c
	}
	if len(k) > 3 && k[len(k)-1] == 's' {
		if c, ok := t.relation[k[:len(k)-1]]; ok {
			return c
		}
	}
	return kind
}
