package merkle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fullTree(tb testing.TB, leaves []Hash) *FullTree {
	tb.Helper()
	full := new(FullTree)
	require.NoError(tb, full.Append(leaves...))
	return full
}

func saved(tb testing.TB, full *FullTree) []byte {
	tb.Helper()
	var out bytes.Buffer
	n, err := full.WriteTo(&out)
	require.NoError(tb, err)
	require.EqualValues(tb, out.Len(), n)
	return out.Bytes()
}

// requireSameTree compares count, leaves and, through the incremental trees, every root.
func requireSameTree(tb testing.TB, want, have *FullTree) {
	tb.Helper()
	require.Equal(tb, want.Count(), have.Count())
	for size := uint32(0); size <= want.Count(); size += 1 + size/8 {
		wantPast, err := want.Tree(size)
		require.NoError(tb, err)
		havePast, err := have.Tree(size)
		require.NoError(tb, err)
		require.Equal(tb, wantPast, havePast, "size %d", size)
	}
}

func TestSavedFormIsAsDocumented(t *testing.T) {
	full := fullTree(t, goldenLeaves)
	want := []byte("HLLEAVES\x00\x00\x00\x01\x00\x00\x00\x03")
	header := len(want)
	for _, leaf := range goldenLeaves {
		want = append(want, leaf[:]...)
	}
	checksum := keccak256(want[:header], goldenRoots[3][:])
	want = append(want, checksum[:]...)
	assert.Equal(t, want, saved(t, full))
}

func TestSaveAndLoad(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 100, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 5} {
		full := fullTree(t, testLeaves(size))
		data := saved(t, full)

		loaded := fullTree(t, goldenLeaves) // is replaced, not appended to
		n, err := loaded.ReadFrom(iotest.HalfReader(bytes.NewReader(data)))
		require.NoError(t, err)
		assert.EqualValues(t, len(data), n)
		requireSameTree(t, full, loaded)

		require.NoError(t, loaded.Append(goldenLeaves...))
		require.NoError(t, full.Append(goldenLeaves...))
		requireSameTree(t, full, loaded)
	}
}

// Leaves that are zero are not the same as no leaves, although the root is the same.
func TestSaveKeepsZeroLeaves(t *testing.T) {
	short, long := fullTree(t, testLeaves(3)), fullTree(t, append(testLeaves(3), Hash{}))
	shortRoot, err := short.Root(3)
	require.NoError(t, err)
	longRoot, err := long.Root(4)
	require.NoError(t, err)
	require.Equal(t, shortRoot, longRoot)

	data := saved(t, long)
	data = append(data[:saveLeavesOffset+3*32], data[saveLeavesOffset+4*32:]...)
	data[saveLeavesOffset-1] = 3
	_ = requireRefused(t, data, "checksum")
}

// requireRefused checks that the data is refused for that field, and that the target stays as it
// was.
func requireRefused(t *testing.T, data []byte, field string) error {
	t.Helper()
	target := fullTree(t, goldenLeaves)
	n, err := target.ReadFrom(bytes.NewReader(data))
	require.ErrorIs(t, err, ErrFormat)
	require.ErrorContains(t, err, fmt.Sprintf("(at byte %d)", n))
	require.LessOrEqual(t, n, int64(len(data)))
	require.Contains(t, err.Error(), "merkle: malformed saved tree: "+field+": ")
	requireSameTree(t, fullTree(t, goldenLeaves), target)
	return err
}

func TestLoadRefusesTruncation(t *testing.T) {
	data := saved(t, fullTree(t, testLeaves(3)))
	for n := range data {
		field := "checksum"
		switch {
		case n < saveVersionOffset:
			field = "magic"
		case n < saveCountOffset:
			field = "version"
		case n < saveLeavesOffset:
			field = "count"
		case n < saveLeavesOffset+3*32:
			field = "leaves"
		}
		err := requireRefused(t, data[:n], field)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
}

func TestLoadRefusesEveryFlippedByte(t *testing.T) {
	valid := saved(t, fullTree(t, testLeaves(5)))
	for i := range valid {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			data := bytes.Clone(valid)
			data[i] ^= flip
			_, err := new(FullTree).ReadFrom(bytes.NewReader(data))
			require.ErrorIs(t, err, ErrFormat, "byte %d", i)
		}
	}
}

// A header that is wrong is refused for that, although the checksum covers it and fits.
func TestLoadRefusesOtherHeaders(t *testing.T) {
	withHeader := func(change func(h *saveHeader)) []byte {
		h := newSaveHeader(0)
		change(&h)
		checksum := h.checksum(EmptyRoot())
		return append(h[:], checksum[:]...)
	}
	_, err := new(FullTree).ReadFrom(bytes.NewReader(withHeader(func(*saveHeader) {})))
	require.NoError(t, err)
	_ = requireRefused(t, withHeader(func(h *saveHeader) { h[0] = 'h' }), "magic")
	_ = requireRefused(t, withHeader(func(h *saveHeader) { h[saveCountOffset-1] = 0 }), "version")
	_ = requireRefused(t, withHeader(func(h *saveHeader) { h[saveCountOffset-1] = 2 }), "version")
	_ = requireRefused(t, withHeader(func(h *saveHeader) { h[saveVersionOffset] = 1 }), "version")
	_ = requireRefused(t, withHeader(func(h *saveHeader) { h[saveLeavesOffset-1] = 1 }), "checksum")
}

func TestLoadRefusesWhatFollows(t *testing.T) {
	data := append(saved(t, fullTree(t, testLeaves(5))), 0)
	_ = requireRefused(t, data, "end")
}

// A header that claims four thousand million leaves must not make the reader allocate for them.
func TestLoadReadsNoMoreThanThereIs(t *testing.T) {
	data := saved(t, fullTree(t, testLeaves(5)))
	binary.BigEndian.PutUint32(data[saveCountOffset:], MaxLeaves)
	_ = requireRefused(t, data, "leaves")

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := new(FullTree).ReadFrom(bytes.NewReader(data))
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, ErrFormat)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func TestLoadReportsTheReader(t *testing.T) {
	broken := errors.New("disk on fire")
	data := saved(t, fullTree(t, testLeaves(5)))
	for _, n := range []int{0, 9, 13, 40, len(data) - 1, len(data)} {
		_, err := new(FullTree).ReadFrom(io.MultiReader(bytes.NewReader(data[:n]), iotest.ErrReader(broken)))
		require.ErrorIs(t, err, ErrFormat)
		require.ErrorIs(t, err, broken, "after %d bytes", n)
		require.Contains(t, err.Error(), "disk on fire")
	}
}

// limitedWriter fails after a number of bytes.
type limitedWriter struct {
	left int
	err  error
}

func (w *limitedWriter) Write(b []byte) (int, error) {
	n := min(len(b), w.left)
	w.left -= n
	if n < len(b) {
		return n, w.err
	}
	return n, nil
}

func TestSaveReportsTheWriter(t *testing.T) {
	full := fullTree(t, testLeaves(5))
	whole := len(saved(t, full))
	broken := errors.New("disk full")
	for n := range whole {
		written, err := full.WriteTo(&limitedWriter{left: n, err: broken})
		require.ErrorIs(t, err, broken)
		require.EqualValues(t, n, written)
	}
	_, err := full.WriteTo(&limitedWriter{left: 20})
	require.ErrorIs(t, err, io.ErrShortWrite)
}

func FuzzReadFrom(f *testing.F) {
	for _, size := range []int{0, 1, 3, 8} {
		f.Add(saved(f, fullTree(f, testLeaves(size))))
	}
	f.Add([]byte("HLLEAVES\x00\x00\x00\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var full FullTree
		n, err := full.ReadFrom(bytes.NewReader(data))
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
			require.Zero(t, full.Count())
			return
		}
		require.EqualValues(t, len(data), n)
		require.Equal(t, data, saved(t, &full), "what loads saves as the same bytes")
	})
}
