package agent

import "strings"

// nearest returns the known word that a misspelt one most probably means. It shares a letter with
// it, which matters where words are short.
func nearest(word string, known []string) (string, bool) {
	if len(word) > maxQuoted {
		return "", false
	}
	best, most := "", max(len(word)/3, 2)+1
	for _, k := range known {
		if n := distance(strings.ToLower(word), strings.ToLower(k)); n < min(most, len(k)) {
			best, most = k, n
		}
	}
	return best, best != ""
}

// distance counts the insertions, deletions and replacements that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
