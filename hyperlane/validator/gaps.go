package validator

// span is a half-open range of leaf indexes. The ends are 64 bits wide so that the end of a full
// tree has a number.
type span struct{ from, to uint64 }

// gaps are the leaves without a published checkpoint, oldest first, disjoint.
type gaps []span

// cover extends the gaps from known to count leaves. New leaves are unpublished.
func (g *gaps) cover(known, count uint64) {
	if known >= count {
		return
	}
	if n := len(*g); n > 0 && (*g)[n-1].to == known {
		(*g)[n-1].to = count
		return
	}
	*g = append(*g, span{known, count})
}

// newest returns at most n unpublished leaves without a gap between them, the newest there are.
func (g gaps) newest(n int) (span, bool) {
	if len(g) == 0 {
		return span{}, false
	}
	last := g[len(g)-1]
	if last.to-last.from > uint64(n) {
		last.from = last.to - uint64(n)
	}
	return last, true
}

// close removes a span that newest returned.
func (g *gaps) close(s span) {
	n := len(*g)
	if (*g)[n-1].from == s.from {
		*g = (*g)[:n-1]
		return
	}
	(*g)[n-1].to = s.from
}
