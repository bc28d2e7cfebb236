package finding_test

import (
	"fmt"
	"os"

	"github.com/lintel-docs/lintel/internal/finding"
)

func ExampleJudge() {
	files := map[string]string{"docs/setup.md": `# Setup

<!-- lintel:allow link/not-found the page comes with 2.0 -->
See the [migration](migration.md).

Then [install](instal.md) the chart.
`}
	found := []finding.Finding{
		{
			Rule: "link/not-found", Severity: finding.Warning, Position: finding.Position{Path: "docs/setup.md", Line: 4},
			Message: "the link leads nowhere", Subject: "migration.md",
		},
		{
			Rule: "link/not-found", Severity: finding.Warning, Position: finding.Position{Path: "docs/setup.md", Line: 6},
			Message: "the link leads nowhere", Subject: "instal.md", Hint: `did you mean "install.md"?`,
		},
	}
	report := finding.Judge(found, finding.Project{
		Catalog: finding.NewCatalog([]finding.Rule{{ID: "link/not-found", Severity: finding.Warning}}),
		Read:    func(path string) ([]byte, error) { return []byte(files[path]), nil },
		Policy:  finding.Policy{Severities: []finding.Setting{{Rules: "link/*", Severity: finding.Error}}},
	})
	if err := finding.WriteText(os.Stdout, report, finding.TextOptions{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// docs/setup.md:6: error: the link leads nowhere [link/not-found]
	//      6 | Then [install](instal.md) the chart.
	//        |                ^^^^^^^^^
	//     hint: did you mean "install.md"?
	//
	// 1 error in 1 file; not counted: 1 waived (-v shows them)
}
