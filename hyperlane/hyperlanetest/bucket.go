package hyperlanetest

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"
)

// bucket makes a Storage a driver of package blob.
type bucket struct{ *Storage }

var errNoObject = errors.New("no such object")

func (b *bucket) object(ctx context.Context, key string) ([]byte, error) {
	if err := b.enter(ctx, reading); err != nil {
		return nil, err
	}
	data, ok := b.Read(key)
	if !ok {
		return nil, fmt.Errorf("%w: %s", errNoObject, key)
	}
	return data, nil
}

// ErrorCode implements driver.Bucket.
func (b *bucket) ErrorCode(err error) gcerrors.ErrorCode {
	switch {
	case errors.Is(err, errNoObject):
		return gcerrors.NotFound
	case errors.Is(err, context.Canceled):
		return gcerrors.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return gcerrors.DeadlineExceeded
	}
	return gcerrors.Unknown
}

// As implements driver.Bucket.
func (b *bucket) As(any) bool { return false }

// ErrorAs implements driver.Bucket.
func (b *bucket) ErrorAs(error, any) bool { return false }

// Attributes implements driver.Bucket.
func (b *bucket) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	data, err := b.object(ctx, key)
	if err != nil {
		return nil, err
	}
	sum := md5.Sum(data)
	return &driver.Attributes{Size: int64(len(data)), MD5: sum[:], ContentType: "application/json", ModTime: Epoch}, nil
}

// ListPaged implements driver.Bucket. All names are on one page.
func (b *bucket) ListPaged(ctx context.Context, opts *driver.ListOptions) (*driver.ListPage, error) {
	if err := b.enter(ctx, reading); err != nil {
		return nil, err
	}
	page := new(driver.ListPage)
	for _, name := range b.Names() {
		rest, ok := strings.CutPrefix(name, opts.Prefix)
		if !ok {
			continue
		}
		if opts.Delimiter != "" && strings.Contains(rest, opts.Delimiter) {
			dir, _, _ := strings.Cut(rest, opts.Delimiter)
			key := opts.Prefix + dir + opts.Delimiter
			if !slices.ContainsFunc(page.Objects, func(o *driver.ListObject) bool { return o.Key == key }) {
				page.Objects = append(page.Objects, &driver.ListObject{Key: key, IsDir: true})
			}
			continue
		}
		data, _ := b.Read(name)
		page.Objects = append(page.Objects, &driver.ListObject{Key: name, Size: int64(len(data)), ModTime: Epoch})
	}
	return page, nil
}

// NewRangeReader implements driver.Bucket.
func (b *bucket) NewRangeReader(ctx context.Context, key string, offset, length int64, _ *driver.ReaderOptions) (driver.Reader, error) {
	data, err := b.object(ctx, key)
	if err != nil {
		return nil, err
	}
	size := int64(len(data))
	from := min(offset, size)
	to := size
	if length >= 0 {
		to = min(from+length, size)
	}
	return &reader{bytes.NewReader(data[from:to]), size}, nil
}

type reader struct {
	*bytes.Reader
	size int64
}

func (r *reader) Close() error { return nil }
func (r *reader) As(any) bool  { return false }
func (r *reader) Attributes() *driver.ReaderAttributes {
	return &driver.ReaderAttributes{Size: r.size, ContentType: "application/json", ModTime: Epoch}
}

// NewTypedWriter implements driver.Bucket.
func (b *bucket) NewTypedWriter(ctx context.Context, key, _ string, _ *driver.WriterOptions) (driver.Writer, error) {
	if err := b.enter(ctx, writing); err != nil {
		return nil, err
	}
	return &writer{ctx: ctx, bucket: b, key: key}, nil
}

// writer keeps the context of the request: Close stores the object, unless this context has ended.
type writer struct {
	bytes.Buffer
	ctx    context.Context
	bucket *bucket
	key    string
}

func (w *writer) Close() error {
	if err := w.bucket.enter(w.ctx, writing); err != nil {
		return err
	}
	w.bucket.Write(w.key, w.Bytes())
	return nil
}

// Copy implements driver.Bucket.
func (b *bucket) Copy(ctx context.Context, dst, src string, _ *driver.CopyOptions) error {
	data, err := b.object(ctx, src)
	if err != nil {
		return err
	}
	b.Write(dst, data)
	return nil
}

// Delete implements driver.Bucket.
func (b *bucket) Delete(ctx context.Context, key string, _ *driver.DeleteOptions) error {
	if err := b.enter(ctx, writing); err != nil {
		return err
	}
	if _, ok := b.Read(key); !ok {
		return fmt.Errorf("%w: %s", errNoObject, key)
	}
	b.Storage.Delete(key)
	return nil
}

// SignedURL implements driver.Bucket. The bucket has no URLs.
func (b *bucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", errors.ErrUnsupported
}

// Close implements driver.Bucket. The objects stay in the Storage.
func (b *bucket) Close() error { return nil }
