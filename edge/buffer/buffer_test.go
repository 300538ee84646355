package buffer_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// TestMain lets the test binary be the process that is killed, or that has a small disk.
func TestMain(m *testing.M) {
	if path := os.Getenv("BUFFER_WRITER"); path != "" {
		panic(writeForEver(path))
	}
	goleak.VerifyTestMain(m)
}

// open opens a buffer that is checked and closed when the test ends.
func open(t testing.TB, path string, o buffer.Options) *buffer.Buffer {
	t.Helper()
	b, err := buffer.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, b) })
	return b
}

func shut(t testing.TB, b *buffer.Buffer) {
	t.Helper()
	if err := errors.Join(b.Check(), b.Close()); err != nil {
		t.Error(err)
	}
}

func path(t testing.TB) string { return filepath.Join(t.TempDir(), "state", "readings.db") }

// some gives n readings whose times count from first.
func some(source string, first, n int) (readings []reading.Reading) {
	for i := range n {
		readings = append(readings, reading.Reading{Source: source, Time: int64(first + i), Values: []float64{float64(i), 0.5, -9.81, 0.1}})
	}
	return readings
}

// put appends readings and waits until they are on disk.
func put(t testing.TB, b *buffer.Buffer, p buffer.Priority, readings []reading.Reading) {
	t.Helper()
	receipt, err := b.Append(t.Context(), buffer.Batch{Priority: p, Readings: readings})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Flush(t.Context()), receipt.Wait(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// drain reads all that is due for a sink now.
func drain(t testing.TB, b *buffer.Buffer, sink string) (due []buffer.Numbered) {
	t.Helper()
	s := status(t, b)
	if s.Lag[sink] == 0 {
		return nil
	}
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		next, err := b.Next(ctx, sink, 100)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return due
		} else if err != nil {
			t.Fatal(err)
		}
		due = append(due, next.Readings...)
		if due[len(due)-1].Number == s.Next-1 {
			return due
		}
	}
}

func status(t testing.TB, b *buffer.Buffer) buffer.Status {
	t.Helper()
	s, err := b.Status()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func times(due []buffer.Numbered) (times []int64) {
	for _, r := range due {
		times = append(times, r.Time)
	}
	return times
}

func TestEachSinkGetsAllOnceAndInOrder(t *testing.T) {
	path, o := path(t), buffer.Options{Sinks: []string{"cloud", "job"}}
	b, err := buffer.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	want := int64(0)
	for _, n := range []int{1, 100, 3, 2000} { // commits of any size
		put(t, b, buffer.Normal, some("imu", int(want), n))
		want += int64(n)
	}
	all := drain(t, b, "cloud")
	if len(all) != int(want) || len(drain(t, b, "cloud")) != 0 {
		t.Fatalf("%d readings, want %d, and then none", len(all), want)
	}
	for i, r := range all {
		if r.Number != uint64(i) || r.Time != int64(i) || r.Source != "imu" || r.Values[0] < 0 || r.Values[3] != 0.1 {
			t.Fatalf("reading %d is %v", i, r)
		}
	}
	// What is acknowledged stays so in the next life, and what is not comes again.
	if err := errors.Join(b.Ack("cloud", 1500), b.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	shut(t, b)
	b = open(t, path, o)
	if got := times(drain(t, b, "cloud")); len(got) != int(want)-1501 || got[0] != 1501 {
		t.Errorf("%d readings from %d in the next life, want %d from 1501", len(got), got[0], want-1501)
	}
	if got := len(drain(t, b, "job")); got != int(want) {
		t.Errorf("the other sink gets %d, want %d", got, want)
	}
	if err := b.Rewind("cloud"); err != nil {
		t.Fatal(err)
	}
	if got := times(drain(t, b, "cloud")); got[0] != 1501 {
		t.Errorf("after going back: reading %d, want 1501", got[0])
	}
	// What all have is freed.
	before := status(t, b).Readings[buffer.Normal]
	if err := errors.Join(b.Ack("cloud", uint64(want-1)), b.Ack("job", uint64(want-1)), b.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	s := status(t, b)
	if after := s.Readings[buffer.Normal]; before == 0 || after >= before/10 || len(s.Dropped) > 0 {
		t.Errorf("%d readings are held after all sinks had all %d; dropped %v", after, before, s.Dropped)
	}
}

func TestWaitingSink(t *testing.T) {
	b := open(t, path(t), buffer.Options{Sinks: []string{"job"}, CommitAge: 10 * time.Millisecond})
	got := make(chan buffer.Due)
	go func() {
		due, err := b.Next(t.Context(), "job", 10)
		if err != nil {
			t.Error(err)
		}
		got <- due
	}()
	if _, err := b.Append(t.Context(), buffer.Batch{Readings: some("imu", 7, 1)}); err != nil {
		t.Fatal(err)
	}
	if due := <-got; len(due.Readings) != 1 || due.Readings[0].Time != 7 || due.Era == 0 {
		t.Errorf("got %v", due)
	}
}

func TestLargeReadings(t *testing.T) {
	b := open(t, path(t), buffer.Options{Sinks: []string{"job"}})
	var readings []reading.Reading
	for i := range 50 {
		r := reading.Reading{Source: "spectrum", Time: int64(i), Values: make([]float64, i%2*reading.MaxValues)}
		for j := range r.Values {
			r.Values[j] = 0.1
		}
		readings = append(readings, r)
	}
	put(t, b, buffer.Normal, readings)
	due := drain(t, b, "job")
	for i, r := range due {
		if r.Time != int64(i) || len(r.Values) != i%2*reading.MaxValues {
			t.Fatalf("reading %d: time %d and %d values", i, r.Time, len(r.Values))
		}
	}
	if len(due) != 50 {
		t.Errorf("%d readings, want 50", len(due))
	}
}

func TestMistakes(t *testing.T) {
	for _, o := range []buffer.Options{{Sinks: []string{""}}, {Sinks: []string{"a", "a"}}, {Bytes: -1}} {
		if _, err := buffer.Open(path(t), o); err == nil {
			t.Errorf("opened with %+v", o)
		}
	}
	b, err := buffer.Open(path(t), buffer.Options{Sinks: []string{"job"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := b.Append(t.Context(), buffer.Batch{Readings: []reading.Reading{{Source: "a b"}}})
	_, err2 := b.Append(t.Context(), buffer.Batch{Priority: 4})
	_, err3 := b.Next(t.Context(), "cloud", 1)
	for i, err := range []error{err1, err2, err3, b.Ack("cloud", 0), b.Ack("job", 0), b.Rewind("cloud")} {
		if err == nil {
			t.Errorf("mistake %d was taken", i)
		}
	}
	shut(t, b)
	_, err1 = b.Append(t.Context(), buffer.Batch{Readings: some("a", 0, 1)})
	_, err2 = b.Next(t.Context(), "job", 1)
	for i, err := range []error{err1, err2, b.Flush(t.Context())} {
		if !errors.Is(err, buffer.ErrClosed) {
			t.Errorf("use %d of a closed buffer: %v", i, err)
		}
	}
	if err := b.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

// writeForEver appends batch after batch, and prints the last number of each that is
// acknowledged, and the last that its sink has, until it is killed.
func writeForEver(path string) error {
	b, err := buffer.Open(path, buffer.Options{Sinks: []string{"job", "late"}, CommitCount: 50, CommitAge: 5 * time.Millisecond})
	if err != nil {
		return err
	}
	s, err := b.Status()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for next := int(s.Next); ; next += 20 {
		receipt, err := b.Append(context.Background(), buffer.Batch{Readings: some("imu", next, 20)})
		if err == nil {
			err = receipt.Wait(context.Background())
		}
		if err != nil {
			return err
		}
		due, err := b.Next(context.Background(), "job", 20)
		if err != nil {
			return err
		}
		has := due.Readings[len(due.Readings)-1].Number
		if err := errors.Join(b.Ack("job", has)); err != nil {
			return err
		}
		fmt.Fprintln(out, next+19, has)
		out.Flush()
	}
}
