package finding

import "strings"

// Nearest returns the candidate that a typing error turns into s, or "" when
// none is near enough to be meant.
func Nearest(s string, candidates []string) string {
	best, at := "", max(1, len(s)/3)+1
	s = strings.ToLower(s)
	for _, c := range candidates {
		if d := distance(s, strings.ToLower(c), at); d < at {
			best, at = c, d
		}
	}
	return best
}

// distance returns how many letters must be changed, added, taken out or
// swapped with their neighbour to turn a into b, or limit when it is that many.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 200 {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
