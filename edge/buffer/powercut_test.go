package buffer_test

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
)

var cuts = flag.Int("cuts", 300, "simulated power cuts of TestPowerCuts; the soak takes 10000")

const page = 4096

// image reads a file.
func image(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// cut gives what a disk may hold when the power fails while a file goes from one
// transaction to the next. bbolt's writes, in the order that strace shows, are
//
//	ftruncate, fsync     if the file grows
//	pwrite ...           of each changed page but the first two, in any order on the disk
//	fdatasync
//	pwrite               of one of the first two pages
//	fdatasync            and then it is acknowledged
//
// A write may be torn anywhere.
func cut(r *rand.Rand, before, after []byte) []byte {
	disk := bytes.Clone(before)
	if len(after) > len(before) {
		if r.IntN(8) == 0 {
			return disk
		}
		disk = append(disk, make([]byte, len(after)-len(before))...)
	}
	var data, head []int
	for at := 0; at < len(after); at += page {
		switch {
		case bytes.Equal(disk[at:at+page], after[at:at+page]):
		case at < 2*page:
			head = append(head, at)
		default:
			data = append(data, at)
		}
	}
	complete := r.IntN(3) == 0
	for _, at := range data {
		switch n := r.IntN(4); {
		case complete || n == 0:
			copy(disk[at:at+page], after[at:])
		case n == 1: // some of its sectors
			for sector := at; sector < at+page; sector += 512 {
				if r.IntN(2) == 0 {
					copy(disk[sector:sector+512], after[sector:])
				}
			}
		case n == 2: // and what stood elsewhere, or nothing
			torn := r.IntN(page)
			copy(disk[at:at+torn], after[at:])
		}
	}
	if complete {
		for _, at := range head {
			copy(disk[at:at+[]int{page, r.IntN(page), r.IntN(128)}[r.IntN(3)]], after[at:])
		}
	}
	return disk
}

// world is what must be so, and what may be besides.
type world struct {
	ids  []int64           // of the readings, by number
	acks map[string]uint64 // cursors by sink
}

func (w world) clone() world {
	c := world{append([]int64(nil), w.ids...), map[string]uint64{}}
	for name, n := range w.acks {
		c.acks[name] = n
	}
	return c
}

// Whatever the instant, every acknowledged reading is there afterwards, or accounted
// for, under its number, and sinks go on where they were.
func TestPowerCuts(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	p := path(t)
	// The age is out of reach, so that commits are those of the test alone.
	options := buffer.Options{Sinks: []string{"cloud", "job"}, Bytes: 64 << 10, CommitAge: time.Hour, NoSync: true}
	b, err := buffer.Open(p, options)
	if err != nil {
		t.Fatal(err)
	}
	shut(t, b)
	known := world{acks: map[string]uint64{"cloud": 0, "job": 0}}
	nextID := int64(0)
	acknowledged, dropped, lived := 0, 0, 0
	for n := range *cuts {
		before := image(t, p)
		b, err := buffer.Open(p, options)
		if err != nil {
			t.Fatalf("cut %d: %v", n, err)
		}
		after := image(t, p)
		possible := known.clone()
		inOpen := r.IntN(6) == 0
		for commits := 1 + r.IntN(4); commits > 0 && !inOpen; commits-- {
			known = possible.clone() // the one before is on disk
			before = image(t, p)
			for _, priority := range []buffer.Priority{buffer.High, buffer.Normal, buffer.Low} {
				count := r.IntN(2) * r.IntN(2) * r.IntN(200)
				for range count {
					possible.ids = append(possible.ids, nextID)
					nextID++
				}
				if count > 0 {
					if _, err := b.Append(t.Context(), buffer.Batch{Priority: priority, Readings: some("imu", int(nextID)-count, count)}); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, sink := range options.Sinks {
				if r.IntN(map[string]int{"cloud": 8, "job": 2}[sink]) == 0 {
					if due := drain(t, b, sink); len(due) > 0 {
						last := due[r.IntN(len(due))].Number
						possible.acks[sink] = last + 1
						if err := b.Ack(sink, last); err != nil {
							t.Fatal(err)
						}
						if err := b.Rewind(sink); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			if err := b.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			after = image(t, p)
			lived++
		}
		if err := b.Check(); err != nil {
			t.Errorf("cut %d: before it: %v", n, err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, cut(r, before, after), 0o600); err != nil {
			t.Fatal(err)
		}
		known, dropped = survivors(t, p, options, known, possible)
		if acknowledged = len(known.ids); t.Failed() {
			t.Fatalf("cut %d, seed %d", n, seed)
		}
	}
	t.Logf("%d cuts within or after %d commits: %d readings were acknowledged; %d, counted once a sink, were dropped for space and accounted for", *cuts, lived, acknowledged, dropped)
	if acknowledged < *cuts || dropped == 0 {
		t.Errorf("%d readings and %d drops in %d lives: that tries little", acknowledged, dropped, *cuts)
	}
}

// survivors holds a file to what was acknowledged, and says what is known then.
func survivors(t *testing.T, p string, o buffer.Options, known, possible world) (world, int) {
	t.Helper()
	disk := image(t, p)
	b, err := buffer.Open(p, o)
	if err != nil {
		t.Fatal(err)
	}
	s := status(t, b)
	if s.Recovered != "" || s.Forgot {
		t.Errorf("the file was set aside: %s", s.Recovered)
	}
	now := known
	switch int(s.Next) {
	case len(possible.ids):
		now = possible
	case len(known.ids):
	default:
		t.Errorf("%d readings were numbered, want %d or %d", s.Next, len(known.ids), len(possible.ids))
		return now, 0
	}
	now = now.clone()
	total := 0
	for _, sink := range o.Sinks {
		cursor := s.Next - s.Lag[sink]
		if cursor != known.acks[sink] && cursor != possible.acks[sink] {
			t.Errorf("sink %s is at %d, want %d or %d", sink, cursor, known.acks[sink], possible.acks[sink])
		}
		now.acks[sink] = cursor
		due := drain(t, b, sink)
		last := cursor
		for _, r := range due {
			if r.Number < last || r.Time != now.ids[r.Number] {
				t.Errorf("sink %s: reading %d is %d, want %d, behind number %d", sink, r.Number, r.Time, now.ids[r.Number], last)
				return now, 0
			}
			last = r.Number + 1
		}
		dropped := 0
		for _, d := range s.Dropped {
			if d.Sink == sink {
				dropped += int(d.Readings)
			}
			if d.Reason != buffer.Space {
				t.Errorf("dropped %+v, want none but for space", d)
			}
		}
		total += dropped
		if missing := int(s.Lag[sink]) - len(due); missing > dropped {
			t.Errorf("sink %s misses %d readings, and %d are accounted for", sink, missing, dropped)
		}
	}
	if err := b.Check(); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(p, disk, 0o600); err != nil { // as it was, for the next life's Open to be cut
		t.Fatal(err)
	}
	return now, total
}
