package extract

import "testing"

// Python that parsers of a subset trip over: each line is a module of its own
// and must be read whole.
func TestPythonGrammar(t *testing.T) {
	for _, src := range []string{
		"type A[T] = list[T]\n",
		"type A = int\n",
		"type = 1\ntype(x)\n",
		"def f[T: int = str, *Ts, **P](*args: *Ts, **kw: P.kwargs) -> None: ...\n",
		"class A[T](Base[T], metaclass=M): x: int = 1; y = 2\n",
		"x = f\"{a[\"b\"]}\" f'{{}} {c!r:>{w}} {d=}'\n",
		"x = f'{\n  a\n}'\n",
		"x = f\"{f\"{1}\"}\"\n",
		"x = rb'\\'' + Rb\"\" + u'' + '''a\n'b''' + \"\\\n\"\n",
		"match x:\n  case [1, *rest] if rest: pass\n  case {'a': b, **kw}: pass\n  case A(b=1) | None: pass\nmatch = 1\nmatch(x)\nprint(match)\n",
		"with (open(a) as b, open(c) as d,): pass\nwith (a): pass\nwith (a, b): pass\nwith a as (b, c), d: pass\n",
		"async def f():\n  async with a as b: pass\n  async for x in y: pass\n  return [z async for z in w if await z]\n",
		"x = y = z, *w = 1, 2\n",
		"x: list[int] = []\nself.y: int\n",
		"a[1:2, ::3, ..., :] = b[:-1][x:=1]\n",
		"print(*a, **b, c=1, *d)\n",
		"f(x for x in y)\nf(a, *[1], key=lambda x, *y, z=1, **k: (yield))\n",
		"x = lambda: (1, 2)\nx = a if b else lambda: c\n",
		"try:\n  pass\nexcept* (A, B) as e:\n  raise X from e\nelse:\n  pass\nfinally:\n  del a, b\n",
		"while (n := next()) is not None and n not in x: continue\nelse: pass\n",
		"@a.b[c](d)\n@(yes)\nclass X: pass\n",
		"x = not a is b < c <= d != e\nx = -a ** -b @ c // ~d\n",
		"global a, b; nonlocal c; assert x, 'y'; import a.b as c, d\nfrom . import (e as f, g,)\nfrom ...h.i import *\n",
		"x = {**a, 'b': c, **d}; y = {*a, b}; z = {k: v for k, v in w}; s = {x for x in y}\n",
		"if a: b\nelif c: d\nelse: e\n",
		"x = (\n  1 +  # one\n  2\n)\n\tif_not = 1\n",
		"x = 0x_ff + 1_000.5e-3j + .5\n",
		"for x, in y: pass\nfor (a, b), *c in d: pass\nfor x in a, b: pass\n",
		"return_ = yield_ = 1\nx = yield\nx = yield from y\nx = await z\n",
		"def f(a, /, b, *, c=1) -> 'X': 'doc'\n",
		"x = 1 if a else 2 if b else 3\n",
		"\ufeffx = 1\n"[3:],
		"café = 'né'\n",
		"x = a if b else(c)\nprint(a)if b else c\n",
		"class A: ...\n\x0cclass B: pass\n",
	} {
		if m := parsePython(src); m.err != nil {
			t.Errorf("%q: line %d: %s", src, m.err.line, m.err.msg)
		}
	}
}

// What is no Python is said with its line, and what stands around it is read.
func TestPythonErrors(t *testing.T) {
	for src, line := range map[string]int{
		"x = 1\ny = (\nz = 2\n":             3,
		"x = 1\nprint 'old'\ny = 2\n":       2,
		"x = 'open\ny = 1\n":                1,
		"x = '''open\ny = 1\n":              1,
		"x = )\n":                           1,
		"a\n  b = $\nc = 1\n":               2,
		"def f(\n\ndef g():\n  return 1\n":  3,
		"if x\n  y = 1\nz = 2\n":            1,
		"from a import\nb = 1\n":            1,
		"x = {{ template }}.{% x %}\ny=1\n": 1,
	} {
		m := parsePython(src)
		if m.err == nil || m.err.line != line {
			t.Errorf("%q: got %+v, want line %d", src, m.err, line)
		}
	}
}
