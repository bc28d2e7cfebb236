package extract

import (
	"strings"
)

// The parser of Python: statements and expressions as trees, for following
// constants and calls. It accepts more than Python does, and a logical line that
// it cannot read is passed over, so that half a file still says what it says.
// https://docs.python.org/3/reference/grammar.html

type pyKind uint8

const (
	eBad pyKind = iota
	eName
	eStr
	eFStr // a: texts and expressions in turn
	eNum
	eAttr  // a[0].s
	eCall  // a[0](a[1:], kw)
	eIndex // a[0][a[1]]
	eSlice
	eList
	eTuple
	eSet
	eDict // a: key, value, …; a nil key for **value
	eBin  // a[0] s a[1]
	eUnary
	eCond   // a[0] if a[1] else a[2]
	eLambda // a[0]
	eComp   // a[0] (and a[1] of a dict) for kw… ; s is the bracket
	eStar   // s is * or **
)

type pyExpr struct {
	kind       pyKind
	depth      uint16
	line       int32
	start, end int32
	s          string
	a          []*pyExpr
	kw         []pyKeyword
	loops      []pyLoop // of a comprehension
}

type pyKeyword struct {
	name string
	v    *pyExpr
}

type pyLoop struct {
	target, iter *pyExpr
	conds        []*pyExpr
}

type pyStmtKind uint8

const (
	sExpr   pyStmtKind = iota
	sAssign            // targets = value; annotation
	sAug               // targets[0] op= value
	sIf                // conds, blocks; one more block is else
	sFor
	sWhile
	sWith // items: value, target or nil
	sDef
	sClass // value.a: bases
	sReturn
	sImport
	sTry // blocks: body, handlers…
	sPass
)

type pyStmt struct {
	kind       pyStmtKind
	line       int32
	start, end int32
	name       string // of a definition; the operator of sAug
	targets    []*pyExpr
	value      *pyExpr
	annotation *pyExpr
	conds      []*pyExpr
	blocks     [][]*pyStmt
	decorators []*pyExpr
	params     []pyParam
	imports    []pyImport
	doc        string // the first text of a definition
}

type pyParam struct {
	name                 string
	star                 string // "", * or **
	annotation, fallback *pyExpr
}

// pyImport binds name to the dotted path.
type pyImport struct{ path, name string }

type pyModule struct {
	body  []*pyStmt
	src   string
	stars []string // modules of from … import *
	err   *syntaxError
}

const maxPyDepth = 400 // of an expression; chains of operators count

// python returns the file as a module.
func (f *File) python() *pyModule {
	if f.py == nil {
		f.py = parsePython(string(f.Data))
	}
	return f.py
}

func parsePython(src string) *pyModule {
	lx := lexPython(src)
	p := &pyParser{toks: lx.toks, src: src, mod: &pyModule{src: src}}
	for p.tok().kind != tEOF {
		p.mod.body = p.statement(p.mod.body)
	}
	if lx.bad > 0 && (p.bad == 0 || lx.bad <= p.bad) {
		p.bad, p.badMsg = lx.bad, lx.badMsg
	}
	if p.bad > 0 {
		p.mod.err = &syntaxError{line: int(p.bad), msg: p.badMsg, hint: "what this line declares is not read; check that Python accepts the file"}
	}
	return p.mod
}

// parsePyExpr parses an expression alone, such as what stands between the braces
// of a template. It returns nil where that is no Python.
func parsePyExpr(src string, nest int) *pyExpr {
	// In brackets, so that it may span lines.
	lx := lexPython("(" + src + "\n)")
	p := &pyParser{toks: lx.toks, src: "(" + src + "\n)", mod: &pyModule{}, nest: nest}
	e := p.expression()
	if p.failed || lx.bad > 0 || p.tok().kind != tNewline {
		return nil
	}
	return e
}

type pyParser struct {
	toks   []pyToken
	i      int
	src    string
	mod    *pyModule
	failed bool // within the current logical line
	nest   int
	bad    int32
	badMsg string
}

func (p *pyParser) tok() *pyToken { return &p.toks[p.i] }

func (p *pyParser) next() *pyToken {
	t := &p.toks[p.i]
	if p.i < len(p.toks)-1 {
		p.i++
	}
	return t
}

func (p *pyParser) is(op string) bool {
	t := p.tok()
	return (t.kind == tOp || t.kind == tName) && t.text == op
}

func (p *pyParser) peekIs(n int, op string) bool {
	if p.i+n >= len(p.toks) {
		return false
	}
	t := &p.toks[p.i+n]
	return (t.kind == tOp || t.kind == tName) && t.text == op
}

func (p *pyParser) accept(op string) bool {
	if p.is(op) {
		p.next()
		return true
	}
	return false
}

func (p *pyParser) expect(op string) {
	if !p.accept(op) {
		p.fail("expected " + op)
	}
}

func (p *pyParser) fail(msg string) {
	p.failed = true
	if p.bad == 0 {
		p.bad, p.badMsg = p.tok().line, msg
	}
}

// endLine goes to the end of the logical line.
func (p *pyParser) endLine() {
	if !p.failed && p.tok().kind != tNewline && p.tok().kind != tEOF {
		p.fail("unexpected text after the statement")
	}
	for k := p.tok().kind; k != tNewline && k != tEOF; k = p.tok().kind {
		p.next()
	}
	if p.tok().kind == tNewline {
		p.next()
	}
	p.failed = false
}

// statement appends the statements of one logical line, or of one compound
// statement, to out.
func (p *pyParser) statement(out []*pyStmt) []*pyStmt {
	t := p.tok()
	switch t.kind {
	case tNewline, tDedent:
		p.next()
		return out
	case tIndent:
		// Not expected here: what it encloses is read as if it were not indented.
		p.next()
		return out
	case tName:
		if s := p.compound(); s != nil {
			return append(out, s)
		}
	case tOp:
		if t.text == "@" {
			return append(out, p.decorated())
		}
	}
	return p.simple(out)
}

// simple reads the statements of a line that are parted by semicolons.
func (p *pyParser) simple(out []*pyStmt) []*pyStmt {
	for {
		start := p.tok()
		s := p.small()
		if p.failed {
			break
		}
		if s != nil {
			s.line, s.start, s.end = start.line, start.start, p.toks[max(0, p.i-1)].end
			out = append(out, s)
		}
		if !p.accept(";") || p.tok().kind == tNewline {
			break
		}
	}
	p.endLine()
	return out
}

func (p *pyParser) small() *pyStmt {
	t := p.tok()
	if t.kind == tName {
		switch t.text {
		case "import":
			p.next()
			return p.importStmt()
		case "from":
			p.next()
			return p.fromImport()
		case "return":
			p.next()
			s := &pyStmt{kind: sReturn}
			if k := p.tok().kind; k != tNewline && !p.is(";") {
				s.value = p.exprList()
			}
			return s
		case "pass", "break", "continue":
			p.next()
			return &pyStmt{kind: sPass}
		case "global", "nonlocal", "del", "raise", "assert":
			for k := p.tok().kind; k != tNewline && k != tEOF && !p.is(";"); k = p.tok().kind {
				p.next()
			}
			return &pyStmt{kind: sPass}
		case "type":
			if p.i+2 < len(p.toks) && p.toks[p.i+1].kind == tName && (p.peekIs(2, "=") || p.peekIs(2, "[")) {
				for k := p.tok().kind; k != tNewline && k != tEOF; k = p.tok().kind {
					p.next()
				}
				return &pyStmt{kind: sPass}
			}
		}
	}
	e := p.exprList()
	if p.failed {
		return nil
	}
	op := p.tok()
	if op.kind == tOp {
		switch {
		case op.text == ":":
			p.next()
			s := &pyStmt{kind: sAssign, targets: []*pyExpr{e}, annotation: p.expression()}
			if p.accept("=") {
				s.value = p.exprList()
			}
			return s
		case op.text == "=":
			s := &pyStmt{kind: sAssign, targets: []*pyExpr{e}}
			for p.accept("=") {
				v := p.exprList()
				if p.is("=") {
					s.targets = append(s.targets, v)
				} else {
					s.value = v
				}
			}
			return s
		case len(op.text) >= 2 && op.text[len(op.text)-1] == '=' && !strings.ContainsAny(op.text[:1], "=!<>:") || op.text == ">>=" || op.text == "<<=":
			p.next()
			return &pyStmt{kind: sAug, name: op.text[:len(op.text)-1], targets: []*pyExpr{e}, value: p.exprList()}
		}
	}
	return &pyStmt{kind: sExpr, value: e}
}

func (p *pyParser) dotted() string {
	var b strings.Builder
	for {
		if p.tok().kind != tName {
			p.fail("expected a name")
			return b.String()
		}
		b.WriteString(p.next().text)
		if !p.is(".") {
			return b.String()
		}
		p.next()
		b.WriteByte('.')
	}
}

func (p *pyParser) importStmt() *pyStmt {
	s := &pyStmt{kind: sImport}
	for {
		name := p.dotted()
		im := pyImport{path: name}
		if p.accept("as") {
			im.name = p.next().text
		} else {
			// import a.b binds a.
			im.name, _, _ = strings.Cut(name, ".")
			im.path = im.name
		}
		s.imports = append(s.imports, im)
		if p.failed || !p.accept(",") {
			return s
		}
	}
}

func (p *pyParser) fromImport() *pyStmt {
	s := &pyStmt{kind: sImport}
	from := ""
	for p.is(".") || p.is("...") {
		from += p.next().text
	}
	if !p.is("import") {
		from += p.dotted()
	}
	p.expect("import")
	if p.accept("*") {
		p.mod.stars = append(p.mod.stars, from)
		return s
	}
	paren := p.accept("(")
	if !strings.HasSuffix(from, ".") {
		from += "."
	}
	if p.tok().kind != tName {
		p.fail("expected what to import")
	}
	for p.tok().kind == tName {
		im := pyImport{name: p.next().text}
		im.path = from + im.name
		if p.accept("as") {
			im.name = p.next().text
		}
		s.imports = append(s.imports, im)
		if !p.accept(",") {
			break
		}
	}
	if paren {
		p.expect(")")
	}
	return s
}

func (p *pyParser) decorated() *pyStmt {
	first := p.tok()
	var decorators []*pyExpr
	for p.accept("@") {
		e := p.expression()
		if !p.failed {
			decorators = append(decorators, e)
		}
		p.endLine()
	}
	s := p.compound()
	if s == nil || s.kind != sDef && s.kind != sClass {
		if s == nil {
			s = &pyStmt{kind: sPass, line: first.line}
		}
		return s
	}
	s.decorators = decorators
	return s
}

// compound reads a statement with a block, or returns nil where there is none.
func (p *pyParser) compound() *pyStmt {
	t := p.tok()
	s := &pyStmt{line: t.line, start: t.start}
	switch t.text {
	case "if", "while":
		p.next()
		s.kind = sIf
		if t.text == "while" {
			s.kind = sWhile
		}
		s.conds = append(s.conds, p.expression())
		s.blocks = append(s.blocks, p.block())
		for p.is("elif") {
			p.next()
			s.conds = append(s.conds, p.expression())
			s.blocks = append(s.blocks, p.block())
		}
		p.elseBlock(s)
	case "for":
		p.next()
		s.kind = sFor
		s.targets = []*pyExpr{p.targetList()}
		p.expect("in")
		s.value = p.exprList()
		s.blocks = append(s.blocks, p.block())
		p.elseBlock(s)
	case "with":
		p.next()
		s.kind = sWith
		p.withItems(s)
		s.blocks = append(s.blocks, p.block())
	case "try":
		p.next()
		s.kind = sTry
		s.blocks = append(s.blocks, p.block())
		for p.is("except") || p.is("else") || p.is("finally") {
			p.next()
			p.accept("*")
			if !p.is(":") {
				p.exprList()
				if p.accept("as") {
					p.next()
				}
			}
			s.blocks = append(s.blocks, p.block())
		}
	case "def":
		p.next()
		s.kind = sDef
		s.name = p.next().text
		p.typeParams()
		p.expect("(")
		s.params = p.params(")")
		p.expect(")")
		if p.accept("->") {
			s.annotation = p.expression()
		}
		s.blocks = append(s.blocks, p.block())
		s.doc = docOf(s.blocks[0])
	case "class":
		p.next()
		s.kind = sClass
		s.name = p.next().text
		p.typeParams()
		if p.is("(") {
			call := p.mk(&pyExpr{kind: eCall, line: t.line, start: t.start, a: []*pyExpr{{kind: eName, s: s.name}}})
			p.arguments(call)
			s.value = call
		}
		s.blocks = append(s.blocks, p.block())
	case "async":
		if n := p.i + 1; n < len(p.toks) && (p.toks[n].text == "def" || p.toks[n].text == "with" || p.toks[n].text == "for") {
			p.next()
			return p.compound()
		}
		return nil
	case "match":
		return p.match(s)
	default:
		return nil
	}
	s.end = p.toks[max(0, p.i-1)].end
	return s
}

// match reads a match statement as a choice that is not known.
func (p *pyParser) match(s *pyStmt) *pyStmt {
	// A soft keyword: a statement only where the line ends in a colon.
	j := p.i + 1
	for j < len(p.toks) && p.toks[j].kind != tNewline && j-p.i < 2_000 {
		j++
	}
	if j-1 <= p.i+1 || p.toks[j-1].text != ":" || j+1 >= len(p.toks) || p.toks[j+1].kind != tIndent {
		return nil
	}
	p.i = j + 2
	s.kind = sIf
	for p.is("case") {
		for depth := 0; p.tok().kind != tEOF && p.tok().kind != tNewline; p.next() {
			if depth == 0 && p.is(":") {
				break
			}
			switch p.tok().text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			}
		}
		s.conds = append(s.conds, &pyExpr{kind: eBad})
		s.blocks = append(s.blocks, p.block())
	}
	if p.tok().kind == tDedent {
		p.next()
	}
	return s
}

func (p *pyParser) elseBlock(s *pyStmt) {
	if p.is("else") {
		p.next()
		s.blocks = append(s.blocks, p.block())
	}
}

func docOf(body []*pyStmt) string {
	if len(body) > 0 && body[0].kind == sExpr && body[0].value.kind == eStr {
		return body[0].value.s
	}
	return ""
}

// block reads the colon and what it leads.
func (p *pyParser) block() []*pyStmt {
	if !p.failed {
		p.expect(":")
	}
	if !p.failed && p.tok().kind != tNewline {
		if p.nest > maxDepth {
			p.fail("nested too deep")
		}
		p.nest++
		defer func() { p.nest-- }()
		return p.simple(nil)
	}
	p.endLine() // also after a head that could not be read: its block stays one
	if p.tok().kind != tIndent {
		return nil
	}
	p.next()
	p.nest++
	defer func() { p.nest-- }()
	var body []*pyStmt
	for k := p.tok().kind; k != tDedent && k != tEOF; k = p.tok().kind {
		body = p.statement(body)
	}
	if p.tok().kind == tDedent {
		p.next()
	}
	return body
}

// typeParams passes over [T, *Ts, **P: bound = default].
func (p *pyParser) typeParams() {
	if !p.is("[") {
		return
	}
	for depth := 0; p.tok().kind != tNewline && p.tok().kind != tEOF; {
		switch p.next().text {
		case "[", "(", "{":
			depth++
		case "]", ")", "}":
			depth--
		}
		if depth == 0 {
			return
		}
	}
}

func (p *pyParser) withItems(s *pyStmt) {
	// with (a as b, c as d): is told from with (a, b): by what follows.
	save := *p
	if p.accept("(") {
		ok := true
		for !p.is(")") {
			v := p.expression()
			var target *pyExpr
			if p.accept("as") {
				target = p.target()
			}
			if p.failed {
				ok = false
				break
			}
			s.conds, s.targets = append(s.conds, v), append(s.targets, target)
			if !p.accept(",") {
				break
			}
		}
		if ok && p.accept(")") && p.is(":") {
			return
		}
		*p = save
		s.conds, s.targets = nil, nil
	}
	for {
		v := p.expression()
		var target *pyExpr
		if p.accept("as") {
			target = p.target()
		}
		if p.failed {
			return
		}
		s.conds, s.targets = append(s.conds, v), append(s.targets, target)
		if !p.accept(",") {
			return
		}
	}
}

func (p *pyParser) params(end string) []pyParam {
	var out []pyParam
	for !p.failed && !p.is(end) {
		var pm pyParam
		switch {
		case p.accept("/"):
			p.accept(",")
			continue
		case p.accept("*"):
			pm.star = "*"
		case p.accept("**"):
			pm.star = "**"
		}
		if p.tok().kind == tName {
			pm.name = p.next().text
		} else if pm.star == "" {
			p.fail("expected a parameter")
			return out
		}
		if end == ")" && p.accept(":") {
			pm.annotation = p.starExpr()
		}
		if p.accept("=") {
			pm.fallback = p.expression()
		}
		out = append(out, pm)
		if !p.accept(",") {
			break
		}
	}
	return out
}

// mk finishes a node: its end, and how deep it is.
func (p *pyParser) mk(e *pyExpr) *pyExpr {
	var d uint16
	for _, c := range e.a {
		if c != nil && c.depth > d {
			d = c.depth
		}
	}
	for _, k := range e.kw {
		if k.v != nil && k.v.depth > d {
			d = k.v.depth
		}
	}
	for _, l := range e.loops {
		d = max(d, l.iter.depth)
	}
	e.depth = d + 1
	e.end = p.toks[max(0, p.i-1)].end
	if e.depth > maxPyDepth {
		p.fail("an expression is nested too deep")
		return &pyExpr{kind: eBad, line: e.line}
	}
	return e
}

// exprList reads an expression or a tuple without brackets.
func (p *pyParser) exprList() *pyExpr {
	t := p.tok()
	e := p.starExpr()
	if p.failed || !p.is(",") {
		return e
	}
	list := &pyExpr{kind: eTuple, line: t.line, start: t.start, a: []*pyExpr{e}}
	for !p.failed && p.accept(",") {
		if k := p.tok().kind; k == tNewline || k == tEOF || p.is("=") || p.is(")") || p.is(":") || p.is(";") {
			break
		}
		list.a = append(list.a, p.starExpr())
	}
	return p.mk(list)
}

func (p *pyParser) starExpr() *pyExpr {
	if t := p.tok(); t.kind == tOp && t.text == "*" {
		p.next()
		return p.mk(&pyExpr{kind: eStar, s: "*", line: t.line, start: t.start, a: []*pyExpr{p.binary(1)}})
	}
	return p.expression()
}

// targetList reads what a loop assigns, which ends before in.
func (p *pyParser) targetList() *pyExpr {
	t := p.tok()
	e := p.target()
	if !p.is(",") {
		return e
	}
	list := &pyExpr{kind: eTuple, line: t.line, start: t.start, a: []*pyExpr{e}}
	for !p.failed && p.accept(",") {
		if p.is("in") {
			break
		}
		list.a = append(list.a, p.target())
	}
	return p.mk(list)
}

func (p *pyParser) target() *pyExpr {
	for p.accept("*") {
	}
	return p.postfix()
}

// expression reads a whole expression but no bare tuple.
func (p *pyParser) expression() *pyExpr {
	if p.nest > maxPyDepth/2 {
		p.fail("nested too deep")
		return &pyExpr{kind: eBad}
	}
	p.nest++
	defer func() { p.nest-- }()
	t := p.tok()
	if t.kind == tName && t.text == "lambda" {
		p.next()
		params := p.params(":")
		p.expect(":")
		_ = params
		return p.mk(&pyExpr{kind: eLambda, line: t.line, start: t.start, a: []*pyExpr{p.expression()}})
	}
	if t.kind == tName && t.text == "yield" {
		p.next()
		p.accept("from")
		if k := p.tok().kind; k == tNewline || p.is(")") {
			return p.mk(&pyExpr{kind: eBad, line: t.line, start: t.start})
		}
		v := p.exprList()
		return p.mk(&pyExpr{kind: eUnary, s: "yield", line: t.line, start: t.start, a: []*pyExpr{v}})
	}
	e := p.binary(0)
	switch {
	case p.failed:
	case p.is("if"):
		p.next()
		cond := p.binary(0)
		p.expect("else")
		alt := p.expression()
		e = p.mk(&pyExpr{kind: eCond, line: t.line, start: t.start, a: []*pyExpr{e, cond, alt}})
	case p.is(":=") && e.kind == eName:
		p.next()
		e = p.mk(&pyExpr{kind: eBin, s: ":=", line: t.line, start: t.start, a: []*pyExpr{e, p.expression()}})
	}
	return e
}

// pyPrecedence of binary operators; 0 is none.
func pyPrecedence(t *pyToken) int {
	switch t.kind {
	case tName:
		switch t.text {
		case "or":
			return 1
		case "and":
			return 2
		case "in", "is", "not":
			return 4
		}
	case tOp:
		switch t.text {
		case "<", ">", "<=", ">=", "==", "!=", "<>":
			return 4
		case "|":
			return 5
		case "^":
			return 6
		case "&":
			return 7
		case "<<", ">>":
			return 8
		case "+", "-":
			return 9
		case "*", "/", "//", "%", "@":
			return 10
		case "**":
			return 12
		}
	}
	return 0
}

func (p *pyParser) binary(least int) *pyExpr {
	if p.nest > maxPyDepth {
		p.fail("nested too deep")
		return &pyExpr{kind: eBad}
	}
	p.nest++
	defer func() { p.nest-- }()
	t := p.tok()
	var left *pyExpr
	switch {
	case t.kind == tName && t.text == "not":
		p.next()
		left = p.mk(&pyExpr{kind: eUnary, s: "not", line: t.line, start: t.start, a: []*pyExpr{p.binary(3)}})
	case t.kind == tOp && (t.text == "-" || t.text == "+" || t.text == "~"):
		p.next()
		left = p.mk(&pyExpr{kind: eUnary, s: t.text, line: t.line, start: t.start, a: []*pyExpr{p.binary(11)}})
	default:
		left = p.postfix()
	}
	for !p.failed {
		op := p.tok()
		prec := pyPrecedence(op)
		if prec == 0 || prec <= least {
			break
		}
		text := op.text
		if text == "not" && !p.peekIs(1, "in") {
			break
		}
		p.next()
		if text == "not" {
			p.next()
			text = "not in"
		} else if text == "is" && p.accept("not") {
			text = "is not"
		}
		if prec == 12 {
			prec = 11 // to the right
		}
		right := p.binary(prec)
		left = p.mk(&pyExpr{kind: eBin, s: text, line: t.line, start: t.start, a: []*pyExpr{left, right}})
	}
	return left
}

func (p *pyParser) postfix() *pyExpr {
	t := p.tok()
	if t.kind == tName && t.text == "await" {
		p.next()
		t = p.tok()
	}
	e := p.atom()
	for !p.failed {
		switch {
		case p.is("."):
			p.next()
			if p.tok().kind != tName {
				p.fail("expected a name after the dot")
				return e
			}
			line := p.tok().line
			e = &pyExpr{kind: eAttr, line: line, start: t.start, s: p.next().text, a: []*pyExpr{e}}
			e = p.mk(e)
		case p.is("("):
			call := &pyExpr{kind: eCall, line: p.tok().line, start: t.start, a: []*pyExpr{e}}
			if e.kind == eName {
				call.line = e.line
			}
			p.arguments(call)
			e = p.mk(call)
		case p.is("["):
			p.next()
			ix := p.subscript()
			p.expect("]")
			e = p.mk(&pyExpr{kind: eIndex, line: t.line, start: t.start, a: []*pyExpr{e, ix}})
		default:
			return e
		}
	}
	return e
}

// subscript reads what stands in brackets. A slice has three parts, nil where
// they are left out.
func (p *pyParser) subscript() *pyExpr {
	t := p.tok()
	var parts []*pyExpr
	for !p.failed && !p.is("]") {
		parts = append(parts, p.slice())
		if !p.accept(",") {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return p.mk(&pyExpr{kind: eTuple, line: t.line, start: t.start, a: parts})
}

func (p *pyParser) slice() *pyExpr {
	t := p.tok()
	var bounds [3]*pyExpr
	n := 0
	for !p.failed && !p.is("]") && !p.is(",") {
		if p.accept(":") {
			if n++; n > 2 {
				p.fail("a slice has three parts")
			}
			continue
		}
		if bounds[n] != nil {
			p.fail("] is missing")
			break
		}
		bounds[n] = p.starExpr()
	}
	if n == 0 && bounds[0] != nil {
		return bounds[0]
	}
	return p.mk(&pyExpr{kind: eSlice, line: t.line, start: t.start, a: bounds[:]})
}

// arguments reads those of a call, brackets included.
func (p *pyParser) arguments(call *pyExpr) {
	p.expect("(")
	for !p.failed && !p.is(")") {
		t := p.tok()
		switch {
		case t.kind == tOp && (t.text == "*" || t.text == "**"):
			p.next()
			v := p.expression()
			if t.text == "**" {
				call.kw = append(call.kw, pyKeyword{"", v})
			} else {
				call.a = append(call.a, p.mk(&pyExpr{kind: eStar, s: "*", line: t.line, start: t.start, a: []*pyExpr{v}}))
			}
		case t.kind == tName && p.peekIs(1, "=") && p.toks[p.i+1].kind == tOp:
			p.next()
			p.next()
			call.kw = append(call.kw, pyKeyword{t.text, p.expression()})
		default:
			e := p.expression()
			if p.isFor() {
				e = p.comprehension(e, nil, "(")
			}
			call.a = append(call.a, e)
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

func (p *pyParser) isFor() bool {
	return p.is("for") || p.is("async") && p.peekIs(1, "for")
}

func (p *pyParser) comprehension(elt, val *pyExpr, bracket string) *pyExpr {
	e := &pyExpr{kind: eComp, s: bracket, line: elt.line, start: elt.start, a: []*pyExpr{elt}}
	if val != nil {
		e.a = append(e.a, val)
	}
	for !p.failed && p.isFor() {
		p.accept("async")
		p.next()
		l := pyLoop{target: p.targetList()}
		p.expect("in")
		l.iter = p.binary(0)
		for !p.failed && p.accept("if") {
			l.conds = append(l.conds, p.binary(0))
		}
		e.loops = append(e.loops, l)
	}
	return p.mk(e)
}

func (p *pyParser) atom() *pyExpr {
	t := p.tok()
	e := &pyExpr{line: t.line, start: t.start}
	switch t.kind {
	case tName:
		if pyReserved(t.text) {
			p.fail("unexpected " + t.text)
			return e
		}
		p.next()
		e.kind, e.s = eName, t.text
		return p.mk(e)
	case tNumber:
		p.next()
		e.kind, e.s = eNum, t.text
		return p.mk(e)
	case tString:
		return p.strings()
	case tOp:
		switch t.text {
		case "(":
			p.next()
			return p.paren(e)
		case "[":
			p.next()
			return p.display(e, eList, "]")
		case "{":
			p.next()
			return p.braces(e)
		case "...":
			p.next()
			e.kind, e.s = eName, "..."
			return p.mk(e)
		}
	}
	p.fail("expected an expression")
	return e
}

func pyReserved(s string) bool {
	switch s {
	case "if", "else", "elif", "for", "while", "def", "class", "return", "import", "from", "as", "with", "try", "except",
		"finally", "raise", "in", "is", "and", "or", "pass", "break", "continue", "del", "global", "nonlocal", "assert":
		return true
	}
	return false
}

func (p *pyParser) paren(e *pyExpr) *pyExpr {
	if p.accept(")") {
		e.kind = eTuple
		return p.mk(e)
	}
	first := p.starExpr()
	if p.failed {
		return e
	}
	if p.isFor() {
		first = p.comprehension(first, nil, "(")
		p.expect(")")
		return first
	}
	if !p.is(",") {
		p.expect(")")
		return first
	}
	e.kind, e.a = eTuple, []*pyExpr{first}
	for !p.failed && p.accept(",") {
		if p.is(")") {
			break
		}
		e.a = append(e.a, p.starExpr())
	}
	p.expect(")")
	return p.mk(e)
}

func (p *pyParser) display(e *pyExpr, kind pyKind, end string) *pyExpr {
	e.kind = kind
	for !p.failed && !p.is(end) {
		v := p.starExpr()
		if !p.failed && len(e.a) == 0 && p.isFor() {
			c := p.comprehension(v, nil, "[")
			p.expect(end)
			return c
		}
		e.a = append(e.a, v)
		if !p.accept(",") {
			break
		}
	}
	p.expect(end)
	return p.mk(e)
}

func (p *pyParser) braces(e *pyExpr) *pyExpr {
	e.kind = eDict
	for !p.failed && !p.is("}") {
		if p.accept("**") {
			e.a = append(e.a, nil, p.binary(1))
		} else {
			k := p.starExpr()
			if p.failed {
				return e
			}
			if !p.accept(":") {
				if len(e.a) == 0 && p.isFor() {
					c := p.comprehension(k, nil, "{")
					p.expect("}")
					return c
				}
				e.a = append(e.a, k)
				if !p.accept(",") {
					p.expect("}")
					e.kind = eSet
					return p.mk(e)
				}
				return p.display(e, eSet, "}")
			}
			v := p.expression()
			if !p.failed && len(e.a) == 0 && p.isFor() {
				c := p.comprehension(k, v, "{")
				p.expect("}")
				return c
			}
			e.a = append(e.a, k, v)
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect("}")
	return p.mk(e)
}

// strings reads literals that stand side by side as one.
func (p *pyParser) strings() *pyExpr {
	t := p.tok()
	e := &pyExpr{kind: eStr, line: t.line, start: t.start}
	if n := p.i + 1; n < len(p.toks) && p.toks[n].kind != tString && t.prefix&prefixF == 0 {
		p.next()
		e.s = decodePython(t.text, t.prefix)
		return p.mk(e)
	}
	var parts []*pyExpr
	var b strings.Builder
	formatted := false
	flush := func() {
		if b.Len() > 0 {
			parts = append(parts, &pyExpr{kind: eStr, line: t.line, start: t.start, end: t.end, s: b.String()})
			b.Reset()
		}
	}
	for p.tok().kind == tString {
		s := p.next()
		if s.prefix&prefixF == 0 {
			b.WriteString(decodePython(s.text, s.prefix))
			continue
		}
		formatted = true
		p.fstring(s, &b, flush, &parts)
	}
	if !formatted {
		e.s = b.String()
		return p.mk(e)
	}
	flush()
	e.kind, e.a = eFStr, parts
	return p.mk(e)
}

// fstring parts a formatted literal. Expressions in it are parsed on their own.
func (p *pyParser) fstring(t *pyToken, b *strings.Builder, flush func(), parts *[]*pyExpr) {
	s := t.text
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '{' && i+1 < len(s) && s[i+1] == '{':
			b.WriteByte('{')
			i += 2
		case c == '}' && i+1 < len(s) && s[i+1] == '}':
			b.WriteByte('}')
			i += 2
		case c == '{':
			depth, j, stop := 0, i+1, -1
			for ; j < len(s); j++ {
				switch s[j] {
				case '(', '[', '{':
					depth++
				case ')', ']':
					depth--
				case '!', ':':
					if depth == 0 && stop < 0 && (j+1 >= len(s) || s[j+1] != '=') {
						stop = j
					}
				case '}':
					if depth == 0 {
						goto end
					}
					depth--
				}
			}
		end:
			if stop < 0 {
				stop = min(j, len(s))
			}
			flush()
			inner := s[i+1 : stop]
			var x *pyExpr
			if len(inner) < 2000 {
				x = parsePyExpr(strings.TrimSuffix(strings.TrimSpace(inner), "="), p.nest+20)
			}
			if x == nil {
				x = &pyExpr{kind: eBad}
			}
			// Their positions are those of the literal.
			*parts = append(*parts, &pyExpr{kind: eUnary, s: "f", line: t.line, start: t.start, end: t.end, depth: 2, a: []*pyExpr{relocate(x, t)}})
			i = j + 1
		default:
			b.WriteByte(c)
			i++
		}
	}
}

func relocate(e *pyExpr, t *pyToken) *pyExpr {
	if e == nil {
		return nil
	}
	e.line, e.start, e.end = t.line, t.start, t.end
	for _, c := range e.a {
		relocate(c, t)
	}
	for _, k := range e.kw {
		relocate(k.v, t)
	}
	return e
}
