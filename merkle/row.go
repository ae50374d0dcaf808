package merkle

// chunkSize is how many nodes of a level share an allocation. It is even, so that two siblings
// always share one too.
const chunkSize = 1 << 10

// row holds the complete nodes of one level, in order. A full chunk never moves, so that a long
// level grows without copying what it holds, and wastes at most one chunk.
type row struct {
	chunks [][]Hash
	count  int // nodes; after truncate the last chunk may hold more than count says
}

func (r *row) len() int { return r.count }

// at returns node i, which must exist.
func (r *row) at(i int) *Hash { return &r.chunks[i/chunkSize][i%chunkSize] }

// extend makes room for up to n more nodes and returns it: at least one, at most the remainder of
// a chunk. The nodes count from then on, and the caller sets them.
func (r *row) extend(n int) []Hash {
	used := r.count % chunkSize
	if used == 0 {
		r.chunks = append(r.chunks, nil)
	}
	n = min(n, chunkSize-used)
	last := &r.chunks[len(r.chunks)-1]
	if need := used + n; need > cap(*last) {
		// The first chunk doubles, so that small trees are small; later ones are made whole.
		size := chunkSize
		if len(r.chunks) == 1 {
			size = min(chunkSize, max(4, 2*cap(*last), need))
		}
		*last = append(make([]Hash, 0, size), *last...)
	}
	*last = (*last)[:used+n]
	r.count += n
	return (*last)[used:]
}

// run returns nodes i to j, or those of them that share the chunk of node i.
func (r *row) run(i, j int) []Hash {
	end := min(j, (i/chunkSize+1)*chunkSize)
	return r.chunks[i/chunkSize][i%chunkSize : (end-1)%chunkSize+1]
}

// truncate forgets all but the first n nodes and lets go of chunks that are no longer needed.
func (r *row) truncate(n int) {
	keep := (n + chunkSize - 1) / chunkSize
	clear(r.chunks[keep:])
	r.chunks = r.chunks[:keep]
	r.count = n
}
