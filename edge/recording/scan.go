package recording

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
)

var (
	errOther = errors.New("rows of another meaning")
	errFrame = errors.New("no whole frame")
)

// scan reads a segment to see how much of it is whole; errFrame says that not even its
// head is. One that is not the last lost frames only to a failing disk, and what is
// behind them in it.
func (r *Recording) scan(first uint64) (s segment, p Place, err error) {
	s = segment{first: first}
	f, err := os.Open(r.path(first))
	if err != nil {
		return s, p, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 64<<10)
	head := make([]byte, headSize)
	if _, err := io.ReadFull(in, head); err != nil {
		return s, p, whole(err) // begun, and then the power failed
	}
	if string(head[:len(magic)]) != magic || binary.LittleEndian.Uint32(head[len(magic):]) != uint32(r.options.Width) || string(head[len(magic)+4:]) != string(r.options.Tag[:]) {
		return s, p, errOther
	}
	s.bytes = int64(headSize)
	for {
		rows, place, size, err := readFrame(in, r.options.Width)
		if errors.Is(err, errFrame) {
			return s, p, nil
		} else if err != nil {
			return s, p, fmt.Errorf("%s: %w", f.Name(), err)
		}
		s.rows += uint64(len(rows) / r.options.Width)
		s.bytes += size
		p = place
	}
}

// readFrame reads one frame; errFrame says that there is no whole one.
func readFrame(in io.Reader, width int) (rows []float32, p Place, size int64, err error) {
	fix := make([]byte, frameFix)
	if _, err := io.ReadFull(in, fix); err != nil {
		return nil, p, 0, whole(err)
	}
	n := binary.LittleEndian.Uint32(fix)
	if n > maxRows {
		return nil, p, 0, errFrame
	}
	p = Place{binary.LittleEndian.Uint64(fix[4:]), binary.LittleEndian.Uint64(fix[12:]), int64(binary.LittleEndian.Uint64(fix[20:]))}
	sum := crc32.Checksum(fix, castagnoli)
	// Row by row: a damaged number of rows must not take all memory.
	row := make([]byte, 4*width)
	for range n {
		if _, err := io.ReadFull(in, row); err != nil {
			return nil, p, 0, whole(err)
		}
		sum = crc32.Update(sum, castagnoli, row)
		for at := 0; at < len(row); at += 4 {
			rows = append(rows, math.Float32frombits(binary.LittleEndian.Uint32(row[at:])))
		}
	}
	if _, err := io.ReadFull(in, row[:4]); err != nil {
		return nil, p, 0, whole(err)
	}
	if binary.LittleEndian.Uint32(row) != sum {
		return nil, p, 0, errFrame
	}
	return rows, p, int64(frameFix + 4*len(rows) + 4), nil
}

// whole tells a file's end from a disk that cannot be read.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errFrame
	}
	return err
}

// Each gives the rows of each frame, oldest first, until visit returns an error. The
// slice is the visitor's.
func (r *Recording) Each(visit func(rows []float32) error) error {
	for _, s := range r.segments {
		if s.rows == 0 {
			continue
		}
		if err := r.each(s, visit); err != nil {
			return fmt.Errorf("read recording %s: %w", r.dir, err)
		}
	}
	return nil
}

func (r *Recording) each(s segment, visit func([]float32) error) error {
	f, err := os.Open(r.path(s.first))
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(io.NewSectionReader(f, int64(headSize), s.bytes-int64(headSize)), 64<<10)
	for {
		rows, _, _, err := readFrame(in, r.options.Width)
		if errors.Is(err, errFrame) {
			return nil
		} else if err != nil {
			return err
		}
		if err := visit(rows); err != nil {
			return err
		}
	}
}
