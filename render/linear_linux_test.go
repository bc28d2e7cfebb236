package render

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHostileInputTakesLinearTime parses input that makes careless parsers look
// at everything again for each character. Eight times the input may take forty
// times the time, which leaves room for a busy machine; quadratic time would
// take sixty-four times and, from where we start, minutes.
func TestHostileInputTakesLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	patterns := []string{
		"[", ">", "*", "`", "_", "!", "<", "&", "\\", "~", "=", "^", "+", "$", ":", "{", "(", "|", "#", "-", "\t",
		"> ", "- ", "1. ", "*a ", "**a", "*a_ ", "***a** ", "_a", "`a ``b ", "![", "[a](", "[a][b] ", "[a]: b\n", "[^a]: \n",
		"[^1]", "]: ", "<a ", "<b>", "<!--", "</", "<?", "<div>\n", "<p markdown>\n", "<div markdown=1>\n\n", "# \n", "a\n\n",
		"a\n===\n", "    a\n", "- a\n  ", "\n- a\n    ", "\n> - ", "> > - \n", "a|b\n-|-\n", "| - \n", "!!! note\n    ", "=== \"a\"\n",
		"/// a\n", "```\n", "~~~a\n", "$$a\n", "$`a ", "++a", "==a", "~~a", "~a ", "^^a", ":a", "{: ", "{++", "{--a", "*[a]: b\n",
		"Term\n: a\n", "www.a", "http://a", "a@b.", "&#", "\"a ", "--", "[[", "\\\\(", "---\n", "--8<-- \"a\"\n",
	}
	markdowns := fuzzMarkdowns()
	for dialect, m := range markdowns {
		for _, p := range patterns {
			t.Run(fmt.Sprintf("%s/%q", dialect, p), func(t *testing.T) {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				run := func(size int) time.Duration {
					src := []byte(strings.Repeat(p, size/len(p)))
					start := threadTime(t)
					m.Parse(src, Page{Path: "a.md"})
					return threadTime(t) - start
				}
				var small, large time.Duration
				for range 3 {
					small, large = max(run(8<<10), 2*time.Millisecond), run(64<<10)
					if large <= 40*small {
						return
					}
				}
				t.Errorf("8 KiB take %v, 64 KiB %v", small, large)
			})
		}
	}
}

// threadTime returns the processor time of this thread, which other programs on
// the machine do not change.
func threadTime(t *testing.T) time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		t.Skip(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestManyAbbreviationsTakeLinearTime looks for thousands of abbreviations that
// begin alike: the time must not be their number times the number of words.
func TestManyAbbreviationsTakeLinearTime(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for dialect, m := range fuzzMarkdowns() {
		run := func(n int) time.Duration {
			var sb strings.Builder
			for i := range n {
				fmt.Fprintf(&sb, "*[A%d]: x\n", i)
			}
			sb.WriteString("\n" + strings.Repeat("A1 ", 4*n))
			start := threadTime(t)
			m.Parse([]byte(sb.String()), Page{Path: "a.md"})
			return threadTime(t) - start
		}
		var small, large time.Duration
		for range 3 {
			small, large = max(run(1000), 5*time.Millisecond), run(8000)
			if large <= 40*small {
				break
			}
		}
		if large > 40*small {
			t.Errorf("%v: 1000 abbreviations take %v, 8000 %v", dialect, small, large)
		}
	}
}
