module github.com/lintel-docs/lintel

go 1.26
