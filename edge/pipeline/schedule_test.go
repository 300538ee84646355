package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// office is a device in a bubble of fake time, with one job by the clock. It may be switched
// off and on again.
type office struct {
	t    *testing.T
	dir  string
	keys string // of the job: every, at, window

	next int64 // value to be read
	feed chan []reading.Reading
	p    *pipeline.Pipeline
	stop func()

	mu     sync.Mutex
	jump   time.Duration // of the wall clock from the bubble's
	paused string
	fail   func(run int) error // of the runs since it was made
	ran    []string            // "15:04 first-last", or what failed
	runs   int
}

func (o *office) wall() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Now().Add(o.jump)
}

// Run is the module: it notes when it ran, and over what.
func (o *office) Run(_ context.Context, r job.Request) (job.Result, error) {
	var values []float64
	for _, in := range r.Inputs {
		for rest := in.Content; in.Name == "readings" && len(rest) > 0; {
			one, after, err := reading.Decode(rest)
			if err != nil {
				return job.Result{}, err
			}
			values, rest = append(values, one.Values[0]), after
		}
	}
	for i, v := range values {
		if v != values[0]+float64(i) {
			return job.Result{}, fmt.Errorf("value %d is %v after %v", i, v, values[0])
		}
	}
	now := o.wall().Format("15:04")
	o.mu.Lock()
	defer o.mu.Unlock()
	o.runs++
	if o.fail != nil {
		if err := o.fail(o.runs); err != nil {
			o.ran = append(o.ran, "fault")
			return job.Result{}, err
		}
	}
	o.ran = append(o.ran, fmt.Sprintf("%s %v-%v", now, values[0], values[len(values)-1]))
	report := fmt.Sprint(values[0], "-", values[len(values)-1])
	return job.Result{Outputs: []job.Output{{Name: "readings", Bytes: reading.Append(nil, reading.Reading{Source: "-", Values: []float64{float64(len(values))}})},
		{Name: "report", Bytes: []byte(report)}}}, nil
}

// on switches it on.
func (o *office) on() {
	o.t.Helper()
	s, err := setup.Parse(filepath.Join(o.dir, setup.File), []byte("[[source]]\nname = \"s\"\nkind = \"hwmon\"\n[[source]]\nname = \"other\"\nkind = \"hwmon\"\n"+
		"[[job]]\nname = \"j\"\nmodule = \"builtin:j\"\ninput = [\"s\"]\nchannels = [\"n\"]\n"+o.keys))
	if err != nil {
		o.t.Fatal(err)
	}
	o.feed = make(chan []reading.Reading)
	s.Sources[0].Wait = true
	s.Sources[0].Open = func() (source.Source, error) {
		return script{[]string{"x"}, func(ctx context.Context, emit func(reading.Reading) error) error {
			for {
				select {
				case some := <-o.feed:
					for _, r := range some {
						if err := emit(r); err != nil {
							return err
						}
					}
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}}, nil
	}
	s.Sources[1].Open = func() (source.Source, error) {
		return script{[]string{"x"}, func(ctx context.Context, emit func(reading.Reading) error) error {
			return emit(reading.Reading{Source: "other", Values: []float64{-1}})
		}}, nil
	}
	o.p = pipeline.New(pipeline.Config{Setup: s, Dir: o.dir, Runner: o, Now: o.wall, Paused: func(string) string {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.paused
	}, Module: func(setup.Job) (pipeline.Module, error) { return pipeline.Module{}, nil }})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.p.Run(ctx) }()
	o.stop = func() {
		stop()
		if err := <-done; err != nil {
			o.t.Error(err)
		}
	}
	synctest.Wait()
}

// read has the sensor read n values, which count.
func (o *office) read(n int) {
	var some []reading.Reading
	for range n {
		some = append(some, reading.Reading{Source: "s", Values: []float64{float64(o.next)}})
		o.next++
	}
	o.feed <- some
}

// want compares what has run since it was last asked.
func (o *office) want(runs ...string) {
	o.t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.Equal(o.ran, runs) {
		o.t.Errorf("ran %q, want %q", o.ran, runs)
	}
	o.ran = nil
}

func (o *office) set(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
}

func (o *office) reports() (names []string) {
	entries, err := os.ReadDir(filepath.Join(o.dir, pipeline.OutputsDir, "j"))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// inOffice runs a test in a bubble, whose clock begins at 0:00.
func inOffice(t *testing.T, keys string, test func(*office)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := &office{t: t, dir: dir, keys: keys}
		o.on()
		test(o)
		o.stop()
	})
}

const quarterly = "every = \"15m\"\n"

// A job runs at the quarters over what came since, and not where nothing did.
func TestRunsByTheClock(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		time.Sleep(2 * time.Minute)
		o.read(3)
		o.want()
		time.Sleep(12*time.Minute + 59*time.Second)
		o.want()
		o.read(1) // it may wait in memory still
		time.Sleep(2 * time.Second)
		o.want("00:15 0-3")
		time.Sleep(time.Hour)
		o.want()
		o.read(2)
		time.Sleep(15 * time.Minute)
		o.want("01:30 4-5")
		time.Sleep(10 * time.Second) // what it made is all that it has not looked at
		if s := part(t, o.p, "j", func(pipeline.Part) bool { return true }); s.Count != 2 || s.Lag != 1 || !s.Next.Equal(time.Date(2000, 1, 1, 1, 45, 0, 0, time.UTC)) {
			t.Errorf("%+v", s)
		}
	})
}

func TestRunsOnceADay(t *testing.T) {
	inOffice(t, "at = \"03:30\"\n", func(o *office) {
		o.read(1)
		time.Sleep(3*time.Hour + 29*time.Minute)
		o.want()
		time.Sleep(24 * time.Hour)
		o.want("03:30 0-0")
		o.read(1)
		time.Sleep(24 * time.Hour)
		o.want("03:30 1-1")
	})
}

// What was missed while the device was off is made up once; slots to come are the same, and
// so are they after the job has been given another schedule.
func TestRunsOverARestart(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		time.Sleep(16 * time.Minute)
		o.read(1)
		time.Sleep(time.Minute)
		o.stop()
		time.Sleep(10 * time.Minute) // 0:27
		o.on()
		time.Sleep(time.Minute)
		o.want()
		o.stop()
		time.Sleep(5 * time.Hour) // 5:28
		o.on()
		o.read(1)
		time.Sleep(time.Minute)
		o.want("05:28 0-0")
		time.Sleep(2 * time.Minute)
		o.want("05:30 1-1")

		o.read(1)
		time.Sleep(time.Minute)
		o.stop()
		o.keys = "at = \"06:10\"\n"
		o.on()
		time.Sleep(38 * time.Minute)
		o.want()
		time.Sleep(2 * time.Minute)
		o.want("06:10 2-2")
	})
}

// A slot that is over before its first run, with the device off, is made up.
func TestRunsOverARestartBeforeTheFirst(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		o.read(1)
		time.Sleep(time.Minute)
		o.stop()
		time.Sleep(time.Hour)
		o.on()
		time.Sleep(time.Second)
		o.want("01:01 0-0")
	})
}

// A clock that jumps by years makes up one slot on its way forwards; on its way back the
// job goes on at the next slot of the new time. No reading is in two runs.
func TestRunsWhileTheClockJumps(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		years := 10 * 365 * 24 * time.Hour
		time.Sleep(time.Second)
		for range 3 {
			o.read(1)
			time.Sleep(time.Minute)
			o.set(func() { o.jump += years })
			time.Sleep(time.Minute)
			o.read(1)
			time.Sleep(time.Minute)
			o.set(func() { o.jump -= years })
			time.Sleep(12 * time.Minute)
		}
		o.want("00:01 0-0", "00:15 1-1", "00:16 2-2", "00:30 3-3", "00:31 4-4", "00:45 5-5")

		// The same holds where it is switched off between, and where it is before 1970.
		o.read(1)
		time.Sleep(time.Minute)
		o.set(func() { o.jump = years })
		time.Sleep(time.Minute)
		o.stop()
		o.set(func() { o.jump = -4 * years })
		o.on()
		o.read(1)
		time.Sleep(13 * time.Minute)
		o.want("00:46 6-6", "01:00 7-7")
		o.set(func() { o.jump = 0 })
		o.read(1)
		time.Sleep(15 * time.Minute)
		o.want("01:00 8-8") // forwards again
	})
}

// A clock that is set back by seconds, as by NTP, has no slot run twice.
func TestRunsWhileTheClockIsNudged(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		o.read(1)
		time.Sleep(15*time.Minute + time.Second)
		o.want("00:15 0-0")
		o.read(1)
		o.set(func() { o.jump = -10 * time.Second })
		time.Sleep(14 * time.Minute)
		o.want()
		time.Sleep(2 * time.Minute)
		o.want("00:30 1-1")
	})
}

// Where the clock was set back over a slot, that runs again, and the files of before stay.
func TestFilesOfASlotThatComesTwice(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		o.read(1)
		time.Sleep(16 * time.Minute)
		o.set(func() { o.jump = -10 * time.Minute })
		time.Sleep(time.Minute)
		o.read(1)
		time.Sleep(10 * time.Minute)
		o.want("00:15 0-0", "00:15 1-1")
		if got, want := o.reports(), []string{"2000-01-01T00:15:00.000000001Z-report", "2000-01-01T00:15:00Z-report"}; !slices.Equal(got, want) {
			t.Errorf("files %q, want %q", got, want)
		}
	})
}

// A run whose runner crashed is tried again over the same readings; one that fails by its
// own fault is left out, and counted, as a window is.
func TestRunsThatFail(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		o.fail = func(run int) error {
			switch {
			case run <= 3:
				return job.ErrRunner
			case run == 5:
				return job.ErrTrap
			}
			return nil
		}
		o.read(2)
		time.Sleep(16 * time.Minute)
		o.want("fault", "fault", "fault", "00:15 0-1")
		o.read(2)
		time.Sleep(15 * time.Minute)
		o.want("fault")
		if s := part(t, o.p, "j", func(pipeline.Part) bool { return true }); s.Skipped != 1 || s.Faults != 1 || !strings.Contains(s.Fault, "run of 2000-01-01T00:30:00Z: ") || s.Lag != 0 {
			t.Errorf("%+v", s)
		}
		o.read(1)
		time.Sleep(15 * time.Minute)
		o.want("00:45 4-4")
	})
}

// A device that must spare its battery runs nothing; then what was missed is made up, once.
func TestRunsWaitForPower(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		o.set(func() { o.paused = "the battery is at 9 %" })
		for range 4 {
			o.read(1)
			time.Sleep(15 * time.Minute)
		}
		o.want()
		if s := part(t, o.p, "j", func(pipeline.Part) bool { return true }); s.Paused == "" || s.Lag < 4 {
			t.Errorf("%+v", s)
		}
		time.Sleep(time.Minute)
		o.set(func() { o.paused = "" })
		time.Sleep(time.Minute)
		o.want("01:01 0-3")
	})
}

// What came in between is more than a run takes: runs follow at once, each with files of
// its own.
func TestRunsAreBounded(t *testing.T) {
	inOffice(t, quarterly, func(o *office) {
		const most = 1<<16 + 4096 // and what a block holds
		for range 150 {
			o.read(1000)
			time.Sleep(5 * time.Second)
		}
		time.Sleep(5 * time.Minute)
		o.mu.Lock()
		ran := slices.Clone(o.ran)
		o.mu.Unlock()
		next := int64(0)
		for _, r := range ran {
			var first, last int64
			if _, err := fmt.Sscanf(r, "00:15 %d-%d", &first, &last); err != nil || first != next || last-first >= most {
				t.Fatalf("ran %q, want all from %d", ran, next)
			}
			next = last + 1
		}
		if next != o.next || len(ran) != 3 {
			t.Errorf("ran %q, want %d readings in 3 runs", ran, o.next)
		}
		if got := o.reports(); len(got) != len(ran) {
			t.Errorf("files %q, want one a run", got)
		}
	})
}

// A job that had a window, or gets one, goes on by its own rules: what its place was worth
// then says nothing now.
func TestScheduleAfterAWindow(t *testing.T) {
	inOffice(t, "window = {size = \"1h\"}\n", func(o *office) {
		now := time.Now().UnixNano()
		o.feed <- []reading.Reading{{Source: "s", Time: now, Values: []float64{0}}, {Source: "s", Time: now + int64(2*time.Hour), Values: []float64{1}}}
		time.Sleep(time.Minute)
		o.want("00:00 0-0")
		o.stop()
		o.keys = quarterly
		o.on()
		time.Sleep(13 * time.Minute)
		o.want()
		time.Sleep(2 * time.Minute)
		o.want("00:15 1-1")
		o.stop()
		o.keys = "window = {size = \"1h\"}\n"
		o.on()
		o.feed <- []reading.Reading{{Source: "s", Time: now, Values: []float64{2}}, {Source: "s", Time: now + int64(2*time.Hour), Values: []float64{3}}}
		time.Sleep(time.Minute)
		o.want("00:16 2-2")
	})
}
