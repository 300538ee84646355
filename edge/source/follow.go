package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// followEvery is how often a file that is followed is looked at.
const followEvery = 250 * time.Millisecond

// followed is a file that grows, and what takes its place, as tail -F follows it. A Read
// waits at the end, and gives io.EOF where the file will not grow any more: it was
// truncated, or another has its name. What it was renamed or copied to is known by a
// number behind its name, as logrotate gives it: log.1 or log-20260131.
type followed struct {
	ctx       context.Context
	path      string
	file      *os.File
	read      int64  // of the file
	last      []byte // of what was read
	truncated bool
}

// open opens the file in which a position is, and tells where in it. Where there is none
// any more it begins with the file of that name.
func (f *followed) open(position int64) (offset int64, err error) {
	f.read, f.last, f.truncated = 0, nil, false
	if offset = position & maxOffset; offset > 0 {
		files := f.files()
		slices.Reverse(files)
		for _, name := range files {
			if f.file, err = os.Open(name); err != nil {
				continue // it was renamed meanwhile, or is not for us
			}
			if tag := position >> offsetBits; tag == 0 && size(f.file) >= offset || tag != 0 && tagBefore(f.file, offset) == tag {
				return offset, nil
			}
			f.file.Close()
		}
	}
	f.file, err = os.Open(f.path)
	return 0, err
}

// Read implements io.Reader.
func (f *followed) Read(b []byte) (int, error) {
	// Who wrote to a file that was renamed may not know it yet: it is looked at twice.
	for replaced := false; ; {
		n, err := f.file.Read(b)
		if f.truncated = !f.same(); f.truncated {
			return 0, io.EOF
		}
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			f.read += int64(n)
			f.last = append(f.last, b[max(0, n-tagged):n]...)
			f.last = append(f.last[:0], f.last[max(0, len(f.last)-tagged):]...)
			return n, err
		}
		if replaced {
			return 0, io.EOF
		}
		replaced = !f.is(f.path) && exists(f.path)
		if err := sleep(f.ctx, followEvery); err != nil {
			return 0, err
		}
	}
}

// same tells whether the file still has what was read last: one that was truncated may be
// as long again by now.
func (f *followed) same() bool {
	there := make([]byte, len(f.last))
	_, err := f.file.ReadAt(there, f.read-int64(len(there)))
	return err == nil && bytes.Equal(there, f.last)
}

// next opens the file that comes after the one that is read.
func (f *followed) next() error {
	name := f.path
	files := f.files()
	for i, older := range files[:len(files)-1] {
		if f.is(older) {
			name = files[i+1]
		}
	}
	f.file.Close()
	f.read, f.last, f.truncated = 0, nil, false
	for {
		var err error
		if f.file, err = os.Open(name); !errors.Is(err, os.ErrNotExist) {
			return err
		}
		name = f.path // it was renamed again
		if err := sleep(f.ctx, followEvery); err != nil {
			return err
		}
	}
}

// files are what was renamed, the oldest first, and then the file itself.
func (f *followed) files() []string {
	type old struct {
		name string
		at   time.Time
	}
	var olds []old
	entries, _ := os.ReadDir(filepath.Dir(f.path)) // without them there is the file itself
	for _, e := range entries {
		number, found := strings.CutPrefix(e.Name(), filepath.Base(f.path))
		info, err := e.Info()
		if found && isNumber(number) && err == nil && info.Mode().IsRegular() {
			olds = append(olds, old{filepath.Join(filepath.Dir(f.path), e.Name()), info.ModTime()})
		}
	}
	// Of two that were written to last at the same time, log.10 is older than log.9.
	sort.Slice(olds, func(i, j int) bool {
		a, b := olds[i], olds[j]
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(len(b.name), len(a.name)), strings.Compare(b.name, a.name)) < 0
	})
	names := make([]string, 0, len(olds)+1)
	for _, o := range olds {
		names = append(names, o.name)
	}
	return append(names, f.path)
}

// isNumber tells whether a name goes on as that of a file that was renamed.
func isNumber(end string) bool {
	return len(end) > 1 && (end[0] == '.' || end[0] == '-') && strings.Trim(end, "-.0123456789") == ""
}

// is tells whether a name is that of the file that is read.
func (f *followed) is(name string) bool {
	a, err := f.file.Stat()
	b, fault := os.Stat(name)
	return err == nil && fault == nil && os.SameFile(a, b)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func size(f *os.File) int64 {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// A position in a file that is followed is how many bytes are before it, and a tag of the
// line that they end with, by which the file is known whatever its name has become.
const (
	offsetBits = 43
	maxOffset  = 1<<offsetBits - 1
	tagged     = 128 // bytes of the line's end
)

// tagOf is never 0, which is that of a position without one.
func tagOf(line []byte) int64 {
	sum := crc32.ChecksumIEEE(line[max(0, len(line)-tagged):])
	return int64(max(1, (sum^sum>>20)&(1<<20-1)))
}

// tagBefore is that of the line before an offset; 0 = there is none.
func tagBefore(f *os.File, offset int64) int64 {
	b := make([]byte, min(offset, tagged+3)) // it, its end and the end before
	if _, err := f.ReadAt(b, offset-int64(len(b))); err != nil {
		return 0
	}
	line := bytes.TrimRight(b, "\r\n")
	return tagOf(line[bytes.LastIndexByte(line, '\n')+1:])
}

// follow reads one file after the other until ctx ends.
func (t *table) follow(ctx context.Context, emit func(reading.Reading) error) error {
	f := &followed{ctx: ctx, path: t.Path}
	t.tag = t.from >> offsetBits
	from, err := f.open(t.from)
	for err == nil {
		read := t.lines(ctx, f, from, emit)
		unended := errors.Is(read, errUnended)
		if read != nil && !unended {
			f.file.Close()
			return read
		}
		if f.truncated { // what came before is in a copy
			f.file.Close()
			from, err = f.open(t.Position())
			continue
		}
		if unended {
			t.skipped.Add(1)
		}
		from, err = 0, f.next()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("read source %s: %w", t.Name, err)
}
