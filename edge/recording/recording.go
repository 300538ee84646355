// Package recording keeps a dataset that grows: rows of numbers on disk within a quota,
// and how far the stream that they were made of has been recorded.
//
// Rows and a Place flow into Append, and both are on disk when it returns, or neither is.
// After a kill or a power cut at any instant Open gives the rows and the place of the
// last Append that returned, or of one behind it. All rows flow out through Each, for the
// snapshot that federations train on. When the quota is used up the oldest rows go.
//
// # On disk
//
// A directory holds segments, named by the number of their first row. A segment is
//
//	"TPROWS1\n", width (4 bytes), tag (32 bytes: what the rows' columns mean)
//
// and frames, one an Append, each with a checksum:
//
//	rows (4 bytes), era, next, mark (8 bytes each), rows of width float32, CRC-32C
//
// all little-endian. What is behind the last whole frame is cut off at Open.
package recording

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Place is how far a stream has been recorded: see packages buffer and window.
type Place struct {
	Era  uint64
	Next uint64 // number of the first reading that is still needed
	Mark int64
}

// Options of a Recording. Width is needed.
type Options struct {
	Width int      // numbers a row
	Tag   [32]byte // what they mean: rows of another meaning are not mixed with these
	Bytes int64    // quota; 0 = 16 MiB
}

// Recording is an open directory. It is not safe for concurrent use.
type Recording struct {
	dir      string
	options  Options
	segments []segment // in order; the last is appended to
	file     *os.File  // the last; nil = there is none yet
	place    Place
	aside    string
	dropped  uint64
}

// segment is one file.
type segment struct {
	first uint64 // number of its first row
	rows  uint64
	bytes int64
}

const (
	magic    = "TPROWS1\n"
	headSize = len(magic) + 4 + 32
	frameFix = 4 + 3*8
	// segments is how many a quota has: so much of it goes at once.
	segments = 8
	// maxRows bounds what one frame may say that it holds.
	maxRows = 1 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Open opens a directory, and makes it on first use. One with rows of another width or
// tag is set aside: see Aside.
func Open(dir string, o Options) (*Recording, error) {
	if o.Width <= 0 || o.Bytes < 0 {
		return nil, fmt.Errorf("open recording %s: width %d, quota %d", dir, o.Width, o.Bytes)
	}
	if o.Bytes == 0 {
		o.Bytes = 16 << 20
	}
	r := &Recording{dir: dir, options: o}
	if err := r.open(); err != nil {
		r.Close()
		return nil, fmt.Errorf("open recording: %w", err)
	}
	return r, nil
}

func (r *Recording) open() error {
	for {
		if err := os.MkdirAll(r.dir, 0o700); err != nil {
			return err
		}
		names, err := r.names()
		if err != nil {
			return err
		}
		r.segments, r.place = nil, Place{}
		other := false
		for _, first := range names {
			s, place, err := r.scan(first)
			if other = errors.Is(err, errOther); other {
				break
			}
			if errors.Is(err, errFrame) {
				if err := os.Remove(r.path(first)); err != nil {
					return err
				}
				continue
			}
			if err != nil {
				return err
			}
			r.segments = append(r.segments, s)
			if place != (Place{}) {
				r.place = place
			}
		}
		if !other {
			break
		}
		if r.aside, err = setAside(r.dir); err != nil {
			return err
		}
	}
	if len(r.segments) == 0 {
		return nil
	}
	last := r.segments[len(r.segments)-1]
	f, err := os.OpenFile(r.path(last.first), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	r.file = f
	if err := f.Truncate(last.bytes); err != nil {
		return err
	}
	_, err = f.Seek(last.bytes, 0)
	return err
}

// names gives the segments' first rows, ascending.
func (r *Recording) names() (first []uint64, err error) {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, found := strings.CutSuffix(e.Name(), suffix)
		if n, err := strconv.ParseUint(name, 16, 64); found && err == nil {
			first = append(first, n)
		}
	}
	slices.Sort(first)
	return first, nil
}

const suffix = ".rows"

func (r *Recording) path(first uint64) string {
	return filepath.Join(r.dir, fmt.Sprintf("%016x%s", first, suffix))
}

// setAside renames a directory out of the way.
func setAside(dir string) (string, error) {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.old-%d", dir, n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(dir, name)
		} else if err != nil {
			return "", err
		}
	}
}

// Aside names the directory to which rows of another meaning were moved by Open; "" =
// there were none.
func (r *Recording) Aside() string { return r.aside }

// Place is how far the stream has been recorded.
func (r *Recording) Place() Place { return r.place }

// Rows counts what is there.
func (r *Recording) Rows() (n uint64) {
	for _, s := range r.segments {
		n += s.rows
	}
	return n
}

// Dropped counts the rows that went for the quota since Open.
func (r *Recording) Dropped() uint64 { return r.dropped }

// Append adds rows, each of the recording's width, one behind the other, and moves the
// place.
func (r *Recording) Append(rows []float32, p Place) error {
	n := len(rows) / r.options.Width
	if len(rows)%r.options.Width != 0 || n > maxRows {
		return fmt.Errorf("append to recording %s: %d numbers are no rows of %d", r.dir, len(rows), r.options.Width)
	}
	frame := make([]byte, 0, frameFix+4*len(rows)+4)
	frame = binary.LittleEndian.AppendUint32(frame, uint32(n))
	frame = binary.LittleEndian.AppendUint64(frame, p.Era)
	frame = binary.LittleEndian.AppendUint64(frame, p.Next)
	frame = binary.LittleEndian.AppendUint64(frame, uint64(p.Mark))
	for _, x := range rows {
		frame = binary.LittleEndian.AppendUint32(frame, math.Float32bits(x))
	}
	frame = binary.LittleEndian.AppendUint32(frame, crc32.Checksum(frame, castagnoli))
	if err := r.write(frame); err != nil {
		return fmt.Errorf("append to recording %s: %w", r.dir, err)
	}
	last := &r.segments[len(r.segments)-1]
	last.rows += uint64(n)
	last.bytes += int64(len(frame))
	r.place = p
	return r.trim()
}

// write writes a frame to the last segment, or to a new one when that is full.
func (r *Recording) write(frame []byte) error {
	n := len(r.segments)
	if r.file == nil || r.segments[n-1].bytes+int64(len(frame)) > r.options.Bytes/segments && r.segments[n-1].bytes > int64(headSize) {
		if err := r.begin(); err != nil {
			return err
		}
	}
	last := r.segments[len(r.segments)-1]
	_, err := r.file.Write(frame)
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		// Nothing of it may stay before what comes next.
		_, seek := r.file.Seek(last.bytes, 0)
		return errors.Join(err, r.file.Truncate(last.bytes), seek)
	}
	return nil
}

// begin starts a segment.
func (r *Recording) begin() error {
	first := uint64(0)
	if n := len(r.segments); n > 0 {
		first = r.segments[n-1].first + r.segments[n-1].rows
		if r.segments[n-1].rows == 0 {
			first++ // each has a name of its own
		}
	}
	f, err := os.OpenFile(r.path(first), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	head := append([]byte(magic), binary.LittleEndian.AppendUint32(nil, uint32(r.options.Width))...)
	if _, err := f.Write(append(head, r.options.Tag[:]...)); err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err := errors.Join(f.Sync(), syncDir(r.dir)); err != nil {
		return errors.Join(err, f.Close())
	}
	if r.file != nil {
		r.file.Close() // it was synced frame by frame
	}
	r.file = f
	r.segments = append(r.segments, segment{first: first, bytes: int64(headSize)})
	return nil
}

// trim drops the oldest segments for the quota, but never the last.
func (r *Recording) trim() error {
	total := int64(0)
	for _, s := range r.segments {
		total += s.bytes
	}
	for len(r.segments) > 1 && total > r.options.Bytes {
		oldest := r.segments[0]
		if err := os.Remove(r.path(oldest.first)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("trim recording: %w", err)
		}
		total -= oldest.bytes
		r.dropped += oldest.rows
		r.segments = r.segments[1:]
	}
	return nil
}

// Close closes the file; all that was appended is on disk.
func (r *Recording) Close() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
