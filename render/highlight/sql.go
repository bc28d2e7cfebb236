package highlight

import "strings"

// lexSQL marks SQL in the dialects of the common databases. Letters alone and
// names of languages, which the standard lists as keywords, stay plain: in
// examples they are names of columns.
func lexSQL(w *writer, i, end int) {
	s := w.src[:end]
	var buf [32]byte
	for i < end {
		switch c := s[i]; {
		case is(c, isSpace):
			i++
		case is(c, isLetter):
			j := name(s, i)
			if at(s, j) == '\'' && j == i+1 && (c|0x20 == 'e' || c|0x20 == 'n' || c|0x20 == 'x') {
				w.tok(cSa, i, j)
				i = j
				continue
			}
			w.tok(sqlWord(string(lower(&buf, s[i:j]))), i, j)
			i = j
		case is(c, isDigit):
			j := skip(s, i, isDigit)
			w.tok(cMi, i, j)
			i = j
		case c == '\'':
			j := sqlString(s, i)
			w.tok(cS1, i, j)
			i = j
		case c == '"' || c == '`':
			j := sqlString(s, i)
			w.tok(cSs, i, j)
			i = j
		case c == '-' && at(s, i+1) == '-':
			i = comment(w, s, i)
		case c == '#' && (i == 0 || is(s[i-1], isSpace)) && is(at(s, i+1), isSpace):
			i = comment(w, s, i) // of MySQL
		case c == '/' && at(s, i+1) == '*':
			j := nestedComment(s, i)
			w.tok(cCm, i, j)
			i = j
		case c == '$' && (at(s, i+1) == '$' || is(at(s, i+1), isLetter)):
			j := skip(s, i+1, isWord)
			if at(s, j) != '$' {
				i = j
				continue
			}
			// The body of a function between two equal marks.
			w.tok(cS, i, j+1)
			i = j + 1
		case c == '@' || c == ':' && is(at(s, i+1), isLetter) && at(s, i-1) != ':':
			j := skip(s, i+1, isWord)
			if j > i+1 {
				w.tok(cNv, i, j)
			}
			i = j
		default:
			i++
		}
	}
}

// sqlString returns the end of a string in which a doubled quote stands for
// one.
func sqlString(s string, i int) int {
	q := s[i]
	for i++; i < len(s); i++ {
		if s[i] == q {
			if at(s, i+1) != q {
				return i + 1
			}
			i++
		}
	}
	return len(s)
}

// nestedComment returns the end of a comment that may hold others.
func nestedComment(s string, i int) int {
	depth := 0
	for i < len(s) {
		n := strings.IndexAny(s[i:], "/*")
		if n < 0 {
			break
		}
		i += n
		switch {
		case s[i] == '/' && at(s, i+1) == '*':
			depth++
			i += 2
		case s[i] == '*' && at(s, i+1) == '/':
			depth--
			if i += 2; depth <= 0 {
				return i
			}
		default:
			i++
		}
	}
	return len(s)
}

// sqlWord classes a word in lower case.
func sqlWord(s string) class {
	switch s {
	case "array", "bigint", "bigserial", "binary", "bit", "blob", "boolean", "bytea", "char", "character", "date",
		"datetime", "dec", "decimal", "double", "float", "inet", "int", "int8", "integer", "interval", "json",
		"jsonb", "money", "number", "numeric", "nvarchar", "real", "serial", "serial8", "smallint", "string", "text",
		"timestamptz", "tinyint", "uuid", "varchar", "varying", "xml":
		return cNb
	case "abort", "abs", "absolute", "access", "add", "admin", "after", "aggregate", "alias", "all", "allocate",
		"alter", "analyze", "and", "any", "are", "as", "asc", "asensitive", "assertion", "assignment", "asymmetric",
		"at", "atomic", "authorization", "avg", "backward", "before", "begin", "between", "bit_length", "both",
		"breadth", "by", "cache", "call", "called", "cardinality", "cascade", "cascaded", "case", "cast", "catalog",
		"chain", "char_length", "character_length", "characteristics", "check", "checked", "checkpoint", "class",
		"clob", "close", "cluster", "coalesce", "collate", "collation", "column", "comment", "commit", "committed",
		"completion", "connect", "connection", "constraint", "constraints", "constructor", "contains", "continue",
		"conversion", "convert", "copy", "corresponding", "count", "create", "createdb", "createuser", "cross",
		"cube", "current", "current_date", "current_path", "current_role", "current_time", "current_timestamp",
		"current_user", "cursor", "cycle", "database", "day", "deallocate", "declare", "default", "defaults",
		"deferrable", "deferred", "defined", "definer", "delete", "delimiter", "delimiters", "deref", "desc",
		"describe", "descriptor", "deterministic", "diagnostics", "disconnect", "distinct", "do", "domain", "drop",
		"dynamic", "each", "else", "elsif", "encoding", "encrypted", "end", "equals", "escape", "every", "except",
		"exception", "excluding", "exclusive", "exec", "execute", "existing", "exists", "explain", "external",
		"extract", "false", "fetch", "filter", "final", "first", "for", "force", "foreign", "forward", "found",
		"free", "freeze", "from", "full", "function", "general", "generated", "get", "global", "go", "goto", "grant",
		"granted", "group", "grouping", "handler", "having", "hold", "host", "identity", "if", "ignore", "ilike",
		"immediate", "immediately", "immutable", "implementation", "implicit", "in", "including", "increment",
		"index", "indicator", "inherits", "initialize", "initially", "inner", "inout", "input", "insensitive",
		"insert", "instead", "intersect", "into", "invoker", "is", "isnull", "isolation", "iterate", "join", "key",
		"language", "large", "last", "lateral", "leading", "left", "length", "less", "level", "like", "limit",
		"listen", "load", "local", "localtime", "localtimestamp", "location", "locator", "lock", "lower", "map",
		"match", "materialized", "max", "maxvalue", "method", "min", "minute", "minvalue", "mod", "mode", "modifies",
		"modify", "month", "move", "national", "natural", "nchar", "nclob", "new", "next", "no", "nocreatedb",
		"nocreateuser", "none", "not", "nothing", "notify", "notnull", "null", "nullable", "nullif", "object",
		"octet_length", "of", "off", "offset", "old", "on", "only", "open", "operation", "operator", "option",
		"options", "or", "order", "ordinality", "out", "outer", "output", "over", "overlaps", "overlay", "overriding",
		"owner", "pad", "parameter", "parameters", "partial", "partition", "period", "placing", "position",
		"precedes", "precision", "prefix", "preorder", "prepare", "preserve", "primary", "prior", "privileges",
		"procedural", "procedure", "public", "qualify", "rank", "read", "reads", "recheck", "recursive", "ref",
		"references", "referencing", "reindex", "relative", "rename", "repeatable", "replace", "reset", "restart",
		"restrict", "result", "return", "returning", "returns", "revoke", "right", "role", "rollback", "rollup",
		"routine", "row", "rows", "rule", "savepoint", "scale", "schema", "scope", "scroll", "search", "second",
		"security", "select", "sensitive", "serializable", "session", "session_user", "set", "setof", "sets", "share",
		"show", "similar", "simple", "size", "some", "source", "space", "specific", "specifictype", "sql", "sqlcode",
		"sqlerror", "sqlexception", "sqlstate", "sqlwarning", "stable", "start", "state", "statement", "static",
		"statistics", "stdin", "stdout", "storage", "strict", "structure", "stype", "substring", "succeeds", "sum",
		"symmetric", "sysid", "system", "system_user", "table", "tables", "temp", "template", "temporary",
		"terminate", "than", "then", "time", "timestamp", "to", "trailing", "transaction", "transform", "transforms",
		"translate", "translation", "treat", "trigger", "trim", "true", "truncate", "trusted", "type", "uncommitted",
		"under", "unencrypted", "union", "unique", "unknown", "unlisten", "unnamed", "unnest", "until", "update",
		"upper", "usage", "user", "using", "vacuum", "valid", "validator", "values", "variable", "verbose", "version",
		"versioning", "versions", "view", "volatile", "when", "whenever", "where", "window", "with", "within",
		"without", "work", "write", "year", "zone":
		return cK
	}
	return none
}
