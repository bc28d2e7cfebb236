// Lintel renders the Markdown that a platform team keeps beside its code as a
// fast static site. It reads an existing mkdocs.yml.
//
// This package holds flags, environment, exit codes and the wiring of adapters;
// every rule of the domain is in the packages below it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/lintel-docs/lintel/internal/finding"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.LookupEnv))
}

// Exit codes.
const (
	exitClean    = 0
	exitFindings = 1 // findings at or above the failing severity
	exitUsage    = 2 // usage or configuration
	exitFailure  = 3
)

// exitError ends the program with a code. A nil err means that everything has
// been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// app is what commands share: the streams and the environment.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) (string, bool)
}

// run is the program without the process around it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) (string, bool)) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	cmd := a.command()
	cmd.SetArgs(args)
	cmd.SetIn(stdin)
	cmd.SetOut(stdout)
	cmd.SetErr(stderr)
	err := cmd.ExecuteContext(ctx)
	if err == nil {
		return exitClean
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintln(stderr, "lintel: "+msg)
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.code
	}
	// What cobra itself refuses is usage: unknown commands, flags, arguments.
	return exitUsage
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "lintel",
		Short:         "Build and keep true the documentation beside your code",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(
		a.buildCommand(),
		a.checkCommand(),
		a.initCommand(),
		a.publishCommand(),
		a.reviewCommand(),
		a.doctorCommand(),
		a.adrCommand(),
		a.renderCommand(),
		a.serveCommand(),
		a.sadCommand(),
		a.whyCommand(),
		a.versionCommand(),
	)
	return root
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.stdout, "lintel", version())
			return err
		},
	}
}

// version returns what the build recorded of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// report prints findings for people, and returns the error that ends the
// program when one of them is at or above the failing severity.
func (a *app) report(findings []finding.Finding, failing finding.Severity) error {
	finding.Sort(findings)
	var failed bool
	for _, f := range findings {
		fmt.Fprintln(a.stderr, finding.Visible(f.String()))
		failed = failed || f.Severity >= failing
	}
	if failed {
		return &exitError{code: exitFindings}
	}
	return nil
}

// failure wraps what stops a run.
func failure(err error) error { return &exitError{code: exitFailure, err: err} }

// usage wraps what the user has to call or configure in another way.
func usage(err error) error { return &exitError{code: exitUsage, err: err} }
