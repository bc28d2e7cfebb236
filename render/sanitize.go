package render

type sanitizer struct{}

func (z *sanitizer) append(dst []byte, s string) []byte       { return dst }
func (z *sanitizer) close(dst []byte) []byte                  { return dst }
func (z *sanitizer) attr(tag, key, val string) (string, bool) { return val, true }
