package merkle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// saveReader reads a saved tree and counts the bytes.
type saveReader struct {
	r    io.Reader
	read int64
}

// fill reads len(b) bytes of a field.
func (in *saveReader) fill(field string, b []byte) error {
	n, err := io.ReadFull(in.r, b)
	in.read += int64(n)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return in.fail(field, "ends too early", io.ErrUnexpectedEOF)
	}
	return in.fail(field, "cannot be read", err)
}

// fail reports the field that is wrong and, where there is one, the error of the reader.
func (in *saveReader) fail(field, reason string, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %s: %s (at byte %d): %w", ErrFormat, field, reason, in.read, err)
	}
	return fmt.Errorf("%w: %s: %s (at byte %d)", ErrFormat, field, reason, in.read)
}

func (in *saveReader) tree() (*FullTree, error) {
	header, err := in.header()
	if err != nil {
		return nil, err
	}
	t := new(FullTree)
	if err := in.leaves(t, binary.BigEndian.Uint32(header[saveCountOffset:])); err != nil {
		return nil, err
	}
	var have Hash
	if err := in.fill("checksum", have[:]); err != nil {
		return nil, err
	}
	all := t.past(t.Count())
	// SECURITY: validators sign roots of this tree, so it must be the tree that was saved.
	if want := header.checksum(all.Root()); have != want {
		return nil, in.fail("checksum", "have "+have.String()+", the leaves give "+want.String()+" (restore a copy, or build the tree from the chain)", nil)
	}
	return t, in.end()
}

func (in *saveReader) header() (h saveHeader, err error) {
	if err := in.fill("magic", h[:saveVersionOffset]); err != nil {
		return h, err
	}
	if have := string(h[:saveVersionOffset]); have != saveMagic {
		return h, in.fail("magic", "have "+strconv.Quote(have)+", want "+strconv.Quote(saveMagic)+" (is it a saved tree?)", nil)
	}
	if err := in.fill("version", h[saveVersionOffset:saveCountOffset]); err != nil {
		return h, err
	}
	if have := binary.BigEndian.Uint32(h[saveVersionOffset:]); have != saveVersion {
		return h, in.fail("version", "have "+strconv.FormatUint(uint64(have), 10)+", want "+strconv.Itoa(saveVersion), nil)
	}
	return h, in.fill("count", h[saveCountOffset:])
}

// leaves reads count leaves, a block at a time.
func (in *saveReader) leaves(t *FullTree, count uint32) error {
	const hashLength = len(Hash{})
	size := min(int64(count), saveBlock)
	raw, block := make([]byte, size*int64(hashLength)), make([]Hash, size)
	for t.Count() < count {
		n := int(min(int64(count-t.Count()), saveBlock))
		if err := in.fill("leaves", raw[:n*hashLength]); err != nil {
			return err
		}
		for i := range n {
			block[i] = Hash(raw[i*hashLength:])
		}
		if err := t.Append(block[:n]...); err != nil {
			return err
		}
	}
	return nil
}

// end refuses anything that follows.
func (in *saveReader) end() error {
	var next [1]byte
	n, err := io.ReadFull(in.r, next[:])
	in.read += int64(n)
	switch {
	case n > 0:
		return in.fail("end", "more bytes follow, want none", nil)
	case errors.Is(err, io.EOF):
		return nil
	}
	return in.fail("end", "cannot be read", err)
}
