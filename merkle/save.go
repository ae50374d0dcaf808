package merkle

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The saved form is described in the package documentation.
const (
	saveMagic   = "HLLEAVES"
	saveVersion = 1

	saveVersionOffset = len(saveMagic)
	saveCountOffset   = saveVersionOffset + 4
	saveLeavesOffset  = saveCountOffset + 4
)

// saveBlock is the number of leaves read or written at once.
const saveBlock = chunkSize

type saveHeader [saveLeavesOffset]byte

func newSaveHeader(count uint32) (h saveHeader) {
	copy(h[:], saveMagic)
	binary.BigEndian.PutUint32(h[saveVersionOffset:], saveVersion)
	binary.BigEndian.PutUint32(h[saveCountOffset:], count)
	return h
}

// checksum covers the leaves through their root. It includes the header because the root is the
// same with and without zero leaves at the end.
func (h *saveHeader) checksum(root Hash) Hash {
	k := acquireHasher()
	defer releaseHasher(k)
	return k.sum(h[:], root[:])
}

// WriteTo writes the leaves to w in the form that [FullTree.ReadFrom] reads, and returns the number
// of bytes written. The only error is that of w.
func (t *FullTree) WriteTo(w io.Writer) (int64, error) {
	var written int64
	write := func(b []byte) error {
		n, err := w.Write(b)
		written += int64(n)
		if err == nil && n < len(b) {
			err = io.ErrShortWrite
		}
		if err != nil {
			return fmt.Errorf("merkle: save tree: %w", err)
		}
		return nil
	}
	count := t.Count()
	header := newSaveHeader(count)
	if err := write(header[:]); err != nil {
		return written, err
	}
	block := make([]byte, 0, saveBlock*len(Hash{}))
	for i := 0; i < int(count); {
		run := t.levels[0].run(i, int(count))
		i += len(run)
		block = block[:0]
		for j := range run {
			block = append(block, run[j][:]...)
		}
		if err := write(block); err != nil {
			return written, err
		}
	}
	past := t.past(count)
	checksum := header.checksum(past.Root())
	err := write(checksum[:])
	return written, err
}

// ReadFrom replaces the tree with one that [FullTree.WriteTo] wrote. It reads r to its end and
// returns the number of bytes read. Input that differs in a single bit, ends early or goes on after
// the end fails with [ErrFormat], and the tree stays as it was. Memory grows with the bytes read,
// not with the count that the header claims; bound r with [io.LimitReader] where it may be hostile.
func (t *FullTree) ReadFrom(r io.Reader) (int64, error) {
	in := &saveReader{r: r}
	loaded, err := in.tree()
	if err != nil {
		return in.read, err
	}
	*t = *loaded
	return in.read, nil
}
