# Aliases for the commands in CONTRIBUTING.md. What they do stands there and in .ci/test.

.PHONY: check golden fuzz bench docs test

check: # what to run before a commit
	go build ./... && go vet ./... && go test ./...

golden: # write expected output anew; read the diff before you commit it
	UPDATE_SCRIPTS=1 go test ./cmd/lintel -run TestScripts && go test ./render ./render/highlight ./theme ./site -update && go test ./cmd/lintel -run TestRulePages -update

fuzz: # every fuzz target for 30 seconds
	.ci/fuzz 30s

bench: # Go benchmarks; comparisons with other generators are in bench/
	go test -run '^$$' -bench . -benchmem ./...

docs: # Lintel's own documentation, into site_out/
	go run ./cmd/lintel build --strict -d site_out && go run ./cmd/lintel check

test: # install what is missing, then everything that must hold
	.ci/test
