// Serve runs a GitLab for tests with a scratch project and a merge request that
// makes a document untrue, and a page that shows it as a reviewer sees it.
//
//	go run ./internal/forge/fakegitlab/serve
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/lintel-docs/lintel/internal/forge/fakegitlab"
)

const script = `set -e
git init -q --bare -b main origin.git
git clone -q origin.git work 2>/dev/null
cd work
git checkout -q -b main
git config user.name Author; git config user.email author@example.com
mkdir src docs
echo 'x = 1' > src/load.py
printf '# Platform\n\nSee [the loader](src/load.py).\n' > README.md
git add . && git commit -qm first && git push -q origin main
git checkout -q -b change
git mv src/load.py src/ingest.py && git commit -qm move && git push -q origin change
`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fakegitlab:", err) //nolint:forbidigo // a program
		os.Exit(1)                                  //nolint:forbidigo // a program
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "fakegitlab")
	if err != nil {
		return err
	}
	cmd := exec.Command("sh", "-c", script) //nolint:noctx // short
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make project: %w: %s", err, out)
	}
	s := fakegitlab.New(time.Now) //nolint:forbidigo // a program
	s.AddUser(1, "lintel-bot", "scratch-token")
	s.AddUser(2, "author", "author-token")
	p := s.AddProject(42, "data/platform", dir+"/origin.git")
	p.Member(1, fakegitlab.Developer)
	p.Member(2, fakegitlab.Developer)
	mr, err := p.Open(p, "change", "main", 2)
	if err != nil {
		return err
	}
	// A push to the branch is seen with the next request.
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := mr.Pushed(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		s.ServeHTTP(w, r)
	})
	const addr = "127.0.0.1:8929"
	//nolint:forbidigo // a program
	fmt.Printf("http://%s/ shows the merge request. In %s/work:\n\n  GITLAB_TOKEN=scratch-token lintel review --url http://%s --project 42 --mr 1\n", addr, dir, addr)
	return (&http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: 5 * time.Second}).ListenAndServe()
}
