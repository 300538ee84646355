package source

import (
	"bytes"
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
// truncated, or another has its name. What it was renamed or copied to is known by what
// logrotate puts behind its name: log.1, which is log.2 the next time, or log-20260131.
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
		for i := len(files) - 1; i >= 0; i-- {
			if tag := position >> offsetBits; tag == 0 && size(files[i]) >= offset || tag != 0 && tagBefore(files[i], offset) == tag {
				f.file = keep(files, i)
				return offset, nil
			}
		}
		keep(files, -1)
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

// next opens the file that comes after the one that is read, once there is one.
func (f *followed) next() error {
	for {
		files := f.files()
		after := -1
		for i, file := range files {
			if f.is(file.Name()) {
				after = i + 1
			} else if after < 0 && file.Name() == f.path { // the one that is read is gone
				after = i
			}
		}
		if after >= 0 && after < len(files) {
			f.file.Close()
			f.file, f.read, f.last, f.truncated = keep(files, after), 0, nil, false
			return nil
		}
		keep(files, -1)
		if err := sleep(f.ctx, followEvery); err != nil {
			return err
		}
	}
}

// files opens all that there are as they are at one moment: while they are renamed one
// after the other, one could be missed.
func (f *followed) files() []*os.File {
	for {
		var files []*os.File
		names := f.names()
		for _, name := range names {
			if file, err := os.Open(name); err == nil {
				files = append(files, file)
			}
		}
		same := slices.Equal(f.names(), names)
		for _, file := range files {
			same = same && is(file, file.Name())
		}
		if same {
			return files
		}
		keep(files, -1)
	}
}

// keep closes all files but one.
func keep(files []*os.File, one int) (kept *os.File) {
	for i, file := range files {
		if i == one {
			kept = file
		} else {
			file.Close()
		}
	}
	return kept
}

// names are those of what was renamed, the oldest first, and then the file itself. Their names say
// which is older, for a device's clock may have jumped since: of numbers the greater, of
// dates the earlier.
func (f *followed) names() []string {
	var dates, numbers []string
	entries, _ := os.ReadDir(filepath.Dir(f.path)) // without them there is the file itself
	for _, e := range entries {
		end, found := strings.CutPrefix(e.Name(), filepath.Base(f.path))
		switch {
		case !found || !isNumber(end) || !e.Type().IsRegular():
		case end[0] == '.' && len(end) <= len(".999"):
			numbers = append(numbers, f.path+end)
		default:
			dates = append(dates, f.path+end)
		}
	}
	slices.Sort(dates)
	slices.Sort(numbers)
	slices.Reverse(numbers)
	sort.SliceStable(numbers, func(i, j int) bool { return len(numbers[i]) > len(numbers[j]) })
	return append(append(dates, numbers...), f.path)
}

// isNumber tells whether a name goes on as that of a file that was renamed.
func isNumber(end string) bool {
	return len(end) > 1 && (end[0] == '.' || end[0] == '-') && strings.Trim(end, "-.0123456789") == ""
}

func (f *followed) is(name string) bool { return is(f.file, name) }

// is tells whether a name is that of a file.
func is(file *os.File, name string) bool {
	a, err := file.Stat()
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
		if from, err = 0, f.next(); err != nil {
			f.file.Close()
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("read source %s: %w", t.Name, err)
}
