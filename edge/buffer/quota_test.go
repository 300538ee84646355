package buffer_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
)

// dropped sums an account by source and reason.
func dropped(s buffer.Status, sink string) map[string]int {
	sum := map[string]int{}
	for _, d := range s.Dropped {
		if d.Sink == sink {
			sum[d.Source+": "+d.Reason.String()] += int(d.Readings)
		}
	}
	return sum
}

// Sources of four priorities at random rates into a small ring that one sink empties
// now and then: of every source, what the sink got and what it is told that it missed
// are together all, exactly, and nothing goes while something less urgent is there.
func TestAccountIsExact(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	b := open(t, path(t), buffer.Options{Sinks: []string{"cloud"}, Bytes: 64 << 10, NoSync: true, CommitAge: time.Hour})
	sources := []string{"debug", "imu", "gps", "alarm"}
	appended, got, before := map[string]int{}, map[string]int{}, map[string]int{}
	var last uint64
	for range 400 {
		for p, source := range sources {
			if n := r.IntN(3) / 2 * r.IntN(200); n > 0 {
				if _, err := b.Append(t.Context(), buffer.Batch{Priority: buffer.Priority(p), Readings: some(source, appended[source], n)}); err != nil {
					t.Fatal(err)
				}
				appended[source] += n
			}
		}
		if err := b.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := status(t, b)
		if s.Bytes > 64<<10 {
			t.Fatalf("seed %d: %d bytes are held, more than the quota", seed, s.Bytes)
		}
		lower := uint64(0)
		for p, source := range sources {
			now := dropped(s, "cloud")[source+": space"]
			if now > before[source] && lower > 0 {
				t.Errorf("seed %d: %s was dropped while %d readings less urgent are there", seed, source, lower)
			}
			before[source] = now
			lower += s.Readings[p]
		}
		if r.IntN(10) > 0 {
			continue
		}
		for _, due := range drain(t, b, "cloud") {
			if due.Number < last {
				t.Fatalf("seed %d: number %d behind %d", seed, due.Number, last)
			}
			last = due.Number + 1
			got[due.Source]++
		}
		if err := errors.Join(b.Ack("cloud", last-1), b.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
		missed := dropped(status(t, b), "cloud")
		for _, source := range sources {
			if want := appended[source] - got[source]; missed[source+": space"] != want {
				t.Errorf("seed %d: of %d readings of %s the sink got %d and missed %d, but is told of %d", seed, appended[source], source, got[source], want, missed[source+": space"])
			}
		}
	}
	if before["debug"] == 0 || before["imu"] == 0 {
		t.Errorf("seed %d: missed %v: that tries little", seed, before)
	}
}

// Without sinks the buffer is a recorder: it keeps the newest.
func TestRecorder(t *testing.T) {
	p := path(t)
	b, err := buffer.Open(p, buffer.Options{Bytes: 32 << 10, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		put(t, b, buffer.Normal, some("imu", 100*i, 100))
	}
	s := status(t, b)
	if kept := int(s.Readings[buffer.Normal]); kept < 300 || kept+dropped(s, "")["imu: space"] != 2000 {
		t.Errorf("%d are kept and %v dropped, want all 2000 of them in sum", kept, s.Dropped)
	}
	shut(t, b)
	b = open(t, p, buffer.Options{Bytes: 32 << 10, NoSync: true, Sinks: []string{"new"}})
	due := drain(t, b, "new") // a new sink begins at the oldest
	if len(due) != int(s.Readings[buffer.Normal]) || due[len(due)-1].Time != 1999 {
		t.Errorf("a new sink gets %d up to %d, want %d up to 1999", len(due), due[len(due)-1].Time, s.Readings[buffer.Normal])
	}
}

func TestAge(t *testing.T) {
	p := path(t)
	o := buffer.Options{Sinks: []string{"cloud"}, MaxAge: time.Hour, NoSync: true}
	life := func(use func(*testing.T, *buffer.Buffer)) {
		synctest.Test(t, func(t *testing.T) {
			b, err := buffer.Open(p, o)
			if err != nil {
				t.Fatal(err)
			}
			use(t, b)
			shut(t, b)
		})
	}
	life(func(t *testing.T, b *buffer.Buffer) {
		put(t, b, buffer.Normal, some("imu", 0, 100))
		time.Sleep(40 * time.Minute)
		put(t, b, buffer.Critical, some("alarm", 0, 10))
	})
	// Off, and its clock at another time: nothing ages.
	life(func(t *testing.T, b *buffer.Buffer) {
		put(t, b, buffer.Normal, some("imu", 100, 1))
		if s := status(t, b); s.Readings[buffer.Normal] != 101 {
			t.Errorf("%d readings at 40 minutes, want 101: %v", s.Readings[buffer.Normal], s.Dropped)
		}
		time.Sleep(21 * time.Minute)
		put(t, b, buffer.Normal, some("imu", 101, 1))
		if s := status(t, b); s.Readings[buffer.Normal] != 2 || s.Readings[buffer.Critical] != 10 || dropped(s, "cloud")["imu: age"] != 100 {
			t.Errorf("at 61 minutes: %v, dropped %v, want 2 and 10, and 100 dropped", s.Readings, s.Dropped)
		}
	})
}

// The first reading waits for the commit's age, and for no more.
func TestCommitAge(t *testing.T) {
	p := path(t)
	synctest.Test(t, func(t *testing.T) {
		b, err := buffer.Open(p, buffer.Options{NoSync: true, Sinks: []string{"cloud"}})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		var receipts []buffer.Receipt
		for i := range 100 { // 20 s of 5 a second
			receipt, err := b.Append(t.Context(), buffer.Batch{Readings: some("imu", i, 1)})
			if err != nil {
				t.Fatal(err)
			}
			receipts = append(receipts, receipt)
			time.Sleep(200 * time.Millisecond)
		}
		for _, receipt := range receipts {
			if err := receipt.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if s := status(t, b); s.Commits > 5 || time.Since(begin) > 25*time.Second {
			t.Errorf("%d commits in %v, want one in five seconds", s.Commits, time.Since(begin))
		}
		// An acknowledgement alone is written as late.
		commits := status(t, b).Commits
		if err := b.Ack("cloud", 50); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		early := status(t, b).Commits
		time.Sleep(2 * time.Second)
		if late := status(t, b).Commits; early != commits || late != commits+1 {
			t.Errorf("commits before, 4 s and 6 s after an acknowledgement: %d, %d, %d, want one at 5 s", commits, early, late)
		}
		shut(t, b)
	})
}

// A source that can wait is held up by a slow sink; one that cannot pushes out what is
// old.
func TestBackpressure(t *testing.T) {
	b := open(t, path(t), buffer.Options{Sinks: []string{"cloud"}, Bytes: 32 << 10, CommitAge: 5 * time.Millisecond, NoSync: true})
	const all = 5000
	sent := make(chan error)
	go func() {
		for i := range all / 50 {
			if _, err := b.Append(t.Context(), buffer.Batch{Wait: true, Readings: some("file", 50*i, 50)}); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	select {
	case err := <-sent:
		t.Fatalf("%d readings fit into 32 KiB: %v", all, err)
	case <-time.After(100 * time.Millisecond):
	}
	if s := status(t, b); s.Bytes > 32<<10 || len(s.Dropped) > 0 {
		t.Errorf("%d bytes, dropped %v, want at most the quota and nothing", s.Bytes, s.Dropped)
	}
	for want := int64(0); want < all; {
		due, err := b.Next(t.Context(), "cloud", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range due.Readings {
			if r.Time != want {
				t.Fatalf("got %d, want %d", r.Time, want)
			}
			want++
		}
		if err := b.Ack("cloud", due.Readings[len(due.Readings)-1].Number); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	if s := status(t, b); len(s.Dropped) > 0 {
		t.Errorf("dropped %v", s.Dropped)
	}
	// Nobody reads now: a source that waits gives up with its context, and is counted.
	put(t, b, buffer.Normal, some("imu", 0, 1000))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.Append(ctx, buffer.Batch{Wait: true, Readings: some("file", 0, 30)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("append to a full ring: %v", err)
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := status(t, b); dropped(s, "")["file: refused"] != 30 {
		t.Errorf("dropped %v, want 30 refused of file", s.Dropped)
	}
}

// A sink that was away for a day gets, once and in order, all that its quota could keep,
// the urgent rather than the others, and is told of the rest.
func TestSinkAwayForADay(t *testing.T) {
	p := path(t)
	synctest.Test(t, func(t *testing.T) {
		b, err := buffer.Open(p, buffer.Options{Sinks: []string{"cloud", "job"}, Bytes: 2 << 20, CommitAge: time.Minute, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		const day = 24 * 60 * 60
		for second := range day {
			_, err := b.Append(t.Context(), buffer.Batch{Priority: buffer.Normal, Readings: some("imu", second, 1)})
			if err == nil && second%10 == 0 {
				_, err = b.Append(t.Context(), buffer.Batch{Priority: buffer.High, Readings: some("gps", second, 1)})
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if second%3600 == 3599 { // the other sink is there, and slow
				due := drain(t, b, "job")
				if err := b.Ack("job", due[len(due)-1].Number); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := b.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		next := map[string]int64{}
		got := map[string]int{}
		for _, r := range drain(t, b, "cloud") {
			if before, seen := next[r.Source]; seen && r.Time != before {
				t.Fatalf("%s of second %d, want %d", r.Source, r.Time, before)
			}
			next[r.Source] = r.Time + map[string]int64{"imu": 1, "gps": 10}[r.Source]
			got[r.Source]++
		}
		s := status(t, b)
		missed := dropped(s, "cloud")
		t.Logf("in a day in 2 MiB: got %v, missed %v, in %d commits", got, missed, s.Commits)
		if got["gps"] != day/10 || got["imu"] < 20_000 || got["imu"]+missed["imu: space"] != day || next["imu"] != day {
			t.Errorf("got %v up to %v, missed %v; want all of gps, and of imu the latest", got, next, missed)
		}
		if missed := dropped(s, "job"); len(missed) > 0 {
			t.Errorf("the sink that was there missed %v", missed)
		}
		shut(t, b)
	})
}

// What sinks have, but was too little to be worth a write, makes room for a source that
// waits.
func TestWaitingFreesWhatIsLeft(t *testing.T) {
	b := open(t, path(t), buffer.Options{Sinks: []string{"cloud"}, Bytes: 16 << 10, CommitAge: 10 * time.Millisecond, NoSync: true})
	for i := range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if _, err := b.Append(ctx, buffer.Batch{Wait: true, Readings: some("file", 250*i, 250)}); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := b.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		due := drain(t, b, "cloud")
		if err := errors.Join(b.Ack("cloud", due[len(due)-1].Number), b.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	if s := status(t, b); len(s.Dropped) > 0 || s.Next != 2500 {
		t.Errorf("%d readings, dropped %v", s.Next, s.Dropped)
	}
}
