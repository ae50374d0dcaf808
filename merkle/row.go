package merkle

// chunkSize is the number of nodes of a level that share an allocation. It is even, so that
// siblings are always in one chunk.
const chunkSize = 1 << 10

// row holds the complete nodes of one level, in order. A full chunk never moves: a long level grows
// without copying and wastes at most one chunk.
type row struct {
	chunks [][]Hash
	count  int // nodes; after truncate the last chunk may hold more than count says
}

func (r *row) len() int { return r.count }

// at returns node i, which must exist.
func (r *row) at(i int) *Hash { return &r.chunks[i/chunkSize][i%chunkSize] }

// extend adds up to n nodes, at least one and at most the rest of a chunk, and returns them for the
// caller to set.
func (r *row) extend(n int) []Hash {
	used := r.count % chunkSize
	if used == 0 {
		r.chunks = append(r.chunks, nil)
	}
	n = min(n, chunkSize-used)
	last := &r.chunks[len(r.chunks)-1]
	if need := used + n; need > cap(*last) {
		// The first chunk doubles, so that small trees are small; later ones are allocated whole.
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

// run returns those of the nodes i to j, j excluded, that share the chunk of node i.
func (r *row) run(i, j int) []Hash {
	end := min(j, (i/chunkSize+1)*chunkSize)
	return r.chunks[i/chunkSize][i%chunkSize : (end-1)%chunkSize+1]
}

// truncate removes all but the first n nodes and frees the chunks after them.
func (r *row) truncate(n int) {
	keep := (n + chunkSize - 1) / chunkSize
	clear(r.chunks[keep:])
	r.chunks = r.chunks[:keep]
	r.count = n
}
