// Package lintel holds the compatibility manifest, which belongs beside the
// sources at the top of the repository and can be embedded only from there.
package lintel

import _ "embed"

// Compat is mkdocs-compat.yaml: what becomes of each setting, extension,
// plugin and feature that MkDocs projects use.
//
//go:embed mkdocs-compat.yaml
var Compat []byte
