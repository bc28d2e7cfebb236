package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/lintel-docs/lintel/internal/browsertest"
	"github.com/lintel-docs/lintel/site"
)

// drawings are what the browser is asked to look at: Korean labels, nested
// groups, cycles, long labels, many edges from one node, every kind of diagram.
var drawings = map[string]string{
	"platform": `flowchart LR
    subgraph src [원천 시스템]
        rds[("주문 DB<br/>MySQL 8")]
        member[("회원 DB")]
        api([외부 결제 API]):::external
    end
    subgraph ingest [수집 서버]
        debezium["Debezium 소스 커넥터"]
        airbyte["Airbyte 동기화"]
        topic@{shape: h-cyl, label: "orders.v1"}
    end
    subgraph wh [데이터 웨어하우스]
        raw[("raw 스키마")]
        dbt{{"dbt 변환"}}
        mart[("마트")]
        ge["Great Expectations<br/>품질 검사"]
    end
    subgraph serve [제공]
        bi["Superset 대시보드"]
        feat["FastAPI 특성 서빙"]
    end
    rds -->|binlog| debezium
    member -->|binlog| debezium
    debezium ==> topic
    api -.->|하루 한 번| airbyte
    airbyte --> raw
    topic -->|S3 sink| raw
    raw --> dbt --> mart
    raw --> ge
    ge -. 실패 시 중단 .-> dbt
    mart --> bi & feat
    click rds "other.md" "요소 설명"`,
	"nested": `flowchart TB
  user((사용자)) --> lb
  subgraph aws [AWS 계정]
    lb[로드 밸런서]
    subgraph vpc ["VPC 10.0.0.0/16"]
      subgraph pub [퍼블릭 서브넷]
        nginx[nginx]
      end
      subgraph priv [프라이빗 서브넷]
        app1[앱 1]
        app2[앱 2]
        db[(RDS)]
      end
    end
    s3[(S3 버킷)]
  end
  lb --> nginx --> app1 & app2 --> db
  app1 --> s3
  vpc --> log[로그 수집]
  mon[모니터링] --> priv`,
	"cycles": `flowchart TB
  A[계획] --> B[수집] --> C[변환] --> D[검증]
  D -->|실패| B
  D -->|성공| E[배포]
  E --> A
  C --> C
  B <--> F[(캐시)]
  E -->|재시도| E`,
	"long": `flowchart LR
  a["아주 긴 이름을 가진 데이터 수집 파이프라인의 첫 번째 구성 요소입니다 그리고 더 길어집니다"] -->|"길고 긴 설명이 붙은 관계: 매일 새벽 두 시에 실행되는 배치"| b["io.confluent.connect.avro.AvroConverter.with.a.very.long.identifier_without_spaces"]
  b --> c{"조건을 만족하는가? WWWWWW"}
  a --> c
  a ----> d[/"iiiiillll,,,.... mmmMMM 100% @#&"/]
  c --> e(("둥근 노드 이름")) --> f{{"육각형 HEXAGON"}} --> g>"깃발 flag"]`,
	"filters": "flowchart LR\n  src[(원천)]\n  sink[(창고)]\n" + strings.Repeat("  src --> f@[\"필터 @: 개인정보 마스킹\"] --> sink\n", 25),
	"state": `stateDiagram-v2
    [*] --> 대기
    대기 --> 실행 : 시작
    state 실행 {
        [*] --> 로드
        로드 --> 검사
        state 검사 <<choice>>
        검사 --> 저장 : 통과
        검사 --> 로드 : 다시
        저장 --> [*]
    }
    실행 --> 실패 : 오류
    실패 --> 대기 : 재시도
    note right of 대기 : 스케줄러가 깨울 때까지 기다린다`,
	"class": `classDiagram
    class Extractor {
        <<interface>>
        +Name() string
        +Extract(ctx, fs)* Model
    }
    Extractor <|.. Airflow
    Extractor --> Model : 만든다
    Model "1" *-- "0..*" Element
    note for Model "불변이다"`,
	"er": `erDiagram
    고객 ||--o{ 주문 : "한다"
    주문 ||--|{ 주문상품 : "포함한다"
    고객 {
        bigint id PK "고객 번호"
        string email UK
    }`,
	"sequence": `sequenceDiagram
    autonumber
    actor 고객
    participant W as 웹 앱
    participant DB@{ "type": "database", "alias": "주문 DB" }
    고객->>W: 장바구니에서 주문하고 결제한 다음 영수증을 받는다
    W->>+DB: INSERT
    DB-->>-W: id
    loop 매 분, 최대 다섯 번
      W->>W: 재고를 확인한다
    end
    Note over W,DB: 보상 트랜잭션을<br/>시작한다`,
}

// look is run in the page. It compares what the browser measures with what was
// computed without one, and returns what does not fit.
const look = `(() => {
	const bad = [];
	const box = e => e.getBoundingClientRect();
	for (const svg of document.querySelectorAll("svg.dg")) {
		const id = svg.closest("figure").previousElementSibling.textContent;
		const unit = box(svg).width / svg.viewBox.baseVal.width;
		const nodes = [...svg.querySelectorAll(".dg-n")];
		for (const n of nodes) {
			const outline = n.querySelector(".dg-f");
			if (!outline) continue;
			const o = box(outline);
			for (const text of n.querySelectorAll(":scope > text")) {
				const t = box(text);
				if (text.closest(".dg-s-actor")) continue;
				if (t.left < o.left + unit || t.right > o.right - unit || t.top < o.top - unit || t.bottom > o.bottom + unit)
					bad.push(id + ": " + text.textContent + " leaves its node: " + [t.left - o.left, o.right - t.right, t.top - o.top, o.bottom - t.bottom].map(Math.round));
			}
		}
		for (const g of svg.querySelectorAll(".dg-el")) {
			const ground = g.querySelector(".dg-bg"), text = g.querySelector("text");
			if (ground && (box(text).left < box(ground).left - unit || box(text).right > box(ground).right + unit))
				bad.push(id + ": label " + text.textContent + " is wider than its ground");
			const l = box(text);
			for (const n of nodes) {
				const f = n.querySelector(".dg-f");
				if (!f || n.classList.contains("dg-s-note")) continue;
				const o = box(f);
				if (l.left < o.right - unit && o.left + unit < l.right && l.top < o.bottom - unit && o.top + unit < l.bottom)
					bad.push(id + ": label " + text.textContent + " lies on node " + n.dataset.id);
			}
		}
		for (const e of svg.querySelectorAll(".dg-edges .dg-e")) {
			const path = e.querySelector("path"), length = path.getTotalLength(), m = path.getScreenCTM();
			for (let s = 0; s <= length; s += 4) {
				const p = path.getPointAtLength(s).matrixTransform(m);
				for (const n of nodes) {
					if (n.dataset.id === e.dataset.from || n.dataset.id === e.dataset.to) continue;
					const o = box(n.querySelector(".dg-f, .dg-ink"));
					if (p.x > o.left + unit && p.x < o.right - unit && p.y > o.top + unit && p.y < o.bottom - unit) {
						bad.push(id + ": edge " + e.dataset.from + " to " + e.dataset.to + " crosses " + n.dataset.id);
						s = length;
					}
				}
			}
		}
		const whole = box(svg);
		for (const t of svg.querySelectorAll("text")) {
			const b = box(t);
			if (b.left < whole.left - 1 || b.right > whole.right + 1 || b.top < whole.top - 1 || b.bottom > whole.bottom + 1)
				bad.push(id + ": " + t.textContent + " is cut off");
		}
		const fill = getComputedStyle(svg.querySelector(".dg-f")).fill;
		if (!fill || fill === "none") bad.push(id + ": no colours");
	}
	const link = document.querySelector("svg.dg a");
	link.focus();
	if (document.activeElement !== link) bad.push("a link in a diagram cannot be reached");
	if (!new URL(link.href.baseVal || link.href, location).pathname.endsWith("/other/")) bad.push("the link leads to " + (link.href.baseVal || link.href));
	bad.push(...[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i).map(id => "id " + id + " twice"));
	return bad.concat(document.querySelectorAll("svg.dg").length + " drawings");
})()`

// TestDiagramsInChromium holds drawings against what a browser makes of them,
// in a wide window and on a telephone, light and dark.
func TestDiagramsInChromium(t *testing.T) {
	ctx := browsertest.Start(t)
	var page strings.Builder
	page.WriteString("# 그림\n\n")
	for _, name := range []string{"platform", "nested", "cycles", "long", "filters", "state", "class", "er", "sequence"} {
		text := drawings[name]
		for i := 0; strings.Contains(text, "@[") || strings.Contains(text, " @:"); i++ {
			number := string(rune('a' + i))
			text = strings.Replace(strings.Replace(text, "@[", number+"[", 1), " @:", " "+number+":", 1)
		}
		page.WriteString("## " + name + "\n\n```mermaid\n" + text + "\n```\n\n")
	}
	s, err := site.Open(fstest.MapFS{
		"mkdocs.yml":    {Data: []byte("site_name: 그림\ntheme: {name: material, language: ko}\nmarkdown_extensions: [pymdownx.superfences]\n")},
		"docs/index.md": {Data: []byte(page.String())},
		"docs/other.md": {Data: []byte("# 다른 쪽\n")},
	}, site.Options{Now: time.Now, Diagrams: diagrams()})
	if err != nil {
		t.Fatal(err)
	}
	snap, err := s.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if found := snap.Findings(); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
	var files fs.FS = snap
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:")
		http.FileServerFS(files).ServeHTTP(w, r)
	}))
	defer srv.Close()
	for _, width := range []int64{1400, 360} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900)); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/")); err != nil {
			t.Fatal(err)
		}
		for _, scheme := range []string{"light", "dark"} {
			bad, err := chromedp.Run(ctx, chromedp.Evaluate[[]string]("document.documentElement.dataset.scheme = '"+scheme+"';"+look))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(bad); n == 0 || bad[n-1] != "9 drawings" {
				t.Fatalf("%v", bad)
			}
			for _, b := range bad[:len(bad)-1] {
				t.Errorf("%d pixels, %s: %s", width, scheme, b)
			}
		}
		over, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
		if err != nil {
			t.Fatal(err)
		}
		if over > 0 {
			t.Errorf("%d pixels: the page scrolls sideways by %d", width, over)
		}
	}
}
