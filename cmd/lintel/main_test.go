package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lintel": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"get": get, "s3": s3Script},
		Setup: func(e *testscript.Env) error {
			e.Values[scriptState{}] = &scriptState{}
			port, err := freePort()
			e.Setenv("PORT", port)
			return err
		},
	})
}

// freePort returns a port that nobody listens on.
func freePort() (string, error) {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, errors.Join(err, ln.Close())
}

// get waits until an address answers with a text: get URL PATTERN.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: get URL PATTERN")
	}
	want := regexp.MustCompile(args[1])
	last := ""
	for range 300 {
		r, err := http.Get(args[0]) //nolint:noctx // the loop ends by itself
		if err != nil {
			last = err.Error()
		} else {
			b, _ := io.ReadAll(r.Body)
			r.Body.Close()
			last = fmt.Sprintf("%s\n%s", r.Status, b)
			if want.MatchString(last) {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s never answered with %q; last:\n%s", args[0], args[1], last)
}
