package fakegitlab

import (
	"strings"
	"testing"

	gitlab "gitlab.com/gitlab-org/api/client-go/v2"
)

// TestRoutesAreGitLabs holds the routes against those that the official client
// knows.
func TestRoutesAreGitLabs(t *testing.T) {
	for _, r := range Routes() {
		if r == "PUT /suggestions/:id/apply" {
			continue // the button in a browser; the client does not have it
		}
		_, path, _ := strings.Cut(r, " ")
		var parts []string
		for p := range strings.SplitSeq(path, "/") {
			if strings.HasPrefix(p, ":") {
				p = "1"
			}
			parts = append(parts, p)
		}
		path = strings.Join(parts, "/")
		if _, ok := gitlab.MatchRoute(path); !ok {
			t.Errorf("GitLab's client does not know %s", r)
		}
	}
	if _, ok := gitlab.MatchRoute("/projects/1/merge_requests/1/no_such_thing"); ok {
		t.Error("anything matches")
	}
}
