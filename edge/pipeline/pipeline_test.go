package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// script is a source that does what the test says.
type script struct {
	channels []string
	run      func(ctx context.Context, emit func(reading.Reading) error) error
}

func (s script) Channels() []string { return s.channels }
func (s script) Skipped() uint64    { return 0 }
func (s script) Run(ctx context.Context, emit func(reading.Reading) error) error {
	return s.run(ctx, emit)
}

// values is a source that gives the values at their times, and ends.
func values(at ...[2]int64) script {
	return script{[]string{"x"}, func(_ context.Context, emit func(reading.Reading) error) error {
		for _, v := range at {
			if err := emit(reading.Reading{Source: "s", Time: v[0], Values: []float64{float64(v[1])}}); err != nil {
				return err
			}
		}
		return nil
	}}
}

// begin runs a setup whose source "s" is a script, until the test ends.
func begin(t *testing.T, dir, text string, src source.Source, change func(*pipeline.Config)) *pipeline.Pipeline {
	t.Helper()
	s, err := setup.Parse(filepath.Join(dir, setup.File), []byte("[buffer]\ncommit_age = \"10ms\"\n[[source]]\nname = \"s\"\nkind = \"hwmon\"\nrestart = \"10ms\"\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	s.Sources[0].Open = func() (source.Source, error) { return src, nil }
	c := pipeline.Config{Setup: s, Dir: dir, Runner: sums{}, Streamer: squares{}, Module: func(setup.Job) (pipeline.Module, error) { return pipeline.Module{}, nil }}
	if change != nil {
		change(&c)
	}
	p := pipeline.New(c)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return p
}

// part waits until a part is as wanted.
func part(t *testing.T, p *pipeline.Pipeline, name string, as func(pipeline.Part) bool) pipeline.Part {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for _, one := range p.Status().Parts {
			if one.Name == name && as(one) {
				return one
			}
		}
	}
	t.Fatalf("%s is not as wanted: %+v", name, p.Status())
	return pipeline.Part{}
}

func lines(t *testing.T, path string, n int) (text []string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		content, err := os.ReadFile(path)
		if text = strings.Split(strings.TrimSpace(string(content)), "\n"); err == nil && len(content) > 0 && len(text) >= n {
			return text
		}
	}
	t.Fatalf("%d lines in %s, want %d", len(text), path, n)
	return nil
}

const fileSink = "[[sink]]\nname = \"out\"\nkind = \"file\"\npath = \"out.jsonl\"\ninput = [\"s\"]\n"

// A sensor that is pulled out and put in again: what it read is there, and the fault was
// told meanwhile.
func TestSourceDiesAndReturns(t *testing.T) {
	dir := t.TempDir()
	var runs atomic.Int32
	out := make(chan struct{})
	src := script{[]string{"x"}, func(ctx context.Context, emit func(reading.Reading) error) error {
		n := runs.Add(1)
		if err := emit(reading.Reading{Source: "s", Time: int64(n), Values: []float64{1}}); err != nil {
			return err
		}
		if n == 2 {
			<-out
		}
		if n < 4 {
			return errors.New("pulled out")
		}
		<-ctx.Done()
		return ctx.Err()
	}}
	p := begin(t, dir, fileSink, src, nil)
	part(t, p, "s", func(s pipeline.Part) bool { return s.Faults == 1 && s.Fault == "pulled out" || s.Count >= 2 })
	close(out)
	part(t, p, "s", func(s pipeline.Part) bool { return s.Count == 4 && s.Faults == 0 && s.Fault == "" })
	lines(t, filepath.Join(dir, "out.jsonl"), 4)
}

// runner fails as the test says.
type runner struct{ fail func(reading.Reading) error }

func (r runner) Run(ctx context.Context, request job.Request) (job.Result, error) {
	for _, in := range request.Inputs {
		if in.Name == "readings" {
			first, _, err := reading.Decode(in.Content)
			if err == nil {
				err = r.fail(first)
			}
			if err != nil {
				return job.Result{}, err
			}
		}
	}
	return sums{}.Run(ctx, request)
}

const batchJobs = `
[[job]]
name = "bad"
module = "builtin:bad"
input = ["s"]
channels = ["sum", "n"]
window = {size = "10ns"}
[[job]]
name = "good"
module = "builtin:good"
input = ["s"]
channels = ["square"]
[[sink]]
name = "out"
kind = "file"
path = "out.jsonl"
input = ["bad", "good"]
`

// A job that traps over one window leaves that out, waits, and goes on; the others do not
// notice. One whose runner crashed is tried again, and leaves nothing out.
func TestOneJobsFaultIsItsOwn(t *testing.T) {
	dir := t.TempDir()
	crashed := false
	p := begin(t, dir, batchJobs, values([2]int64{0, 1}, [2]int64{10, 1}, [2]int64{20, 1}, [2]int64{30, 1}, [2]int64{40, 1}), func(c *pipeline.Config) {
		c.Runner = runner{func(first reading.Reading) error {
			switch {
			case first.Time == 10:
				return fmt.Errorf("%w: out of bounds", job.ErrTrap)
			case first.Time == 20 && !crashed:
				crashed = true
				return job.ErrRunner
			}
			return nil
		}}
	})
	part(t, p, "good", func(s pipeline.Part) bool { return s.Count == 5 })
	bad := part(t, p, "bad", func(s pipeline.Part) bool { return s.Skipped == 1 && s.Faults == 0 && s.Lag <= 9 && s.Count >= 3 })
	if bad.Skipped != 1 {
		t.Errorf("%+v", bad)
	}
	var sums int
	for _, l := range lines(t, filepath.Join(dir, "out.jsonl"), 8) {
		if strings.Contains(l, `"sum"`) {
			sums++
		}
	}
	if sums != 3 {
		t.Errorf("%d windows were summed, want 3: one trapped, one is open", sums)
	}
}

// A live job has a reading before it is on disk, and what it makes of it is on disk at
// once if it is critical.
func TestLiveJobIsSoon(t *testing.T) {
	dir := t.TempDir()
	give := make(chan reading.Reading)
	src := script{[]string{"x"}, func(ctx context.Context, emit func(reading.Reading) error) error {
		for {
			select {
			case r := <-give:
				if err := emit(r); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}}
	p := begin(t, dir, "[[job]]\nname = \"alarm\"\nmodule = \"builtin:alarm\"\ninput = [\"s\"]\nchannels = [\"square\"]\nlive = true\npriority = \"critical\"\n"+
		"[[sink]]\nname = \"out\"\nkind = \"file\"\npath = \"out.jsonl\"\ninput = [\"alarm\"]\n", src, func(c *pipeline.Config) { c.Setup.Buffer.CommitAge = time.Hour })
	var tailed sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	heard := make(chan reading.Reading, 1)
	tailed.Go(func() {
		_ = p.Tail(ctx, "alarm", func(r reading.Reading) error { heard <- r; return nil })
	})
	defer tailed.Wait()
	defer stop()
	// Until the job has started its readings are missed: so more than one.
	for i := int64(1); ; i++ {
		select {
		case give <- reading.Reading{Source: "s", Time: i, Values: []float64{3}}:
		case <-time.After(5 * time.Second):
			t.Fatal("the source is held up")
		}
		select {
		case r := <-heard:
			if r.Values[0] != 9 {
				t.Errorf("the job made %v", r.Values)
			}
			if got := lines(t, filepath.Join(dir, "out.jsonl"), 1); !strings.Contains(got[0], `"square":9`) {
				t.Errorf("the sink got %s", got[0])
			}
			return
		case <-time.After(50 * time.Millisecond):
		}
		if i > 100 {
			t.Fatal("the job hears nothing")
		}
	}
}

// A clock that jumps by years, in either direction, neither loses readings nor stops
// windows for years.
func TestClockJumps(t *testing.T) {
	dir := t.TempDir()
	const year = int64(365 * 24 * time.Hour)
	p := begin(t, dir, "[[job]]\nname = \"sums\"\nmodule = \"builtin:sums\"\ninput = [\"s\"]\nchannels = [\"sum\", \"n\"]\nwindow = {size = \"10ns\"}\n"+
		"[[sink]]\nname = \"out\"\nkind = \"file\"\npath = \"out.jsonl\"\ninput = [\"s\", \"sums\"]\n",
		values([2]int64{1, 1}, [2]int64{2, 1}, [2]int64{40 * year, 1}, [2]int64{40*year + 1, 1}, [2]int64{5, 1}, [2]int64{6, 1}, [2]int64{-30 * year, 1}, [2]int64{-30*year + 10, 1}), nil)
	part(t, p, "sums", func(s pipeline.Part) bool { return s.Count == 4 })
	got := lines(t, filepath.Join(dir, "out.jsonl"), 12)
	n := 0
	for _, l := range got {
		if strings.Contains(l, `"sum":2,"n":2`) {
			n++
		}
	}
	if len(got) != 12 || n != 3 {
		t.Errorf("%d lines, %d whole windows, want 12 and 3:\n%s", len(got), n, strings.Join(got, "\n"))
	}
}

// A program that ends is started again; what it had not got comes then.
func TestCommandSink(t *testing.T) {
	dir := t.TempDir()
	text := fmt.Sprintf("[[sink]]\nname = \"tool\"\nkind = \"command\"\ncommand = [\"sh\", \"-c\", \"test -e %[1]s || { touch %[1]s; exit 1; }; cat >> %[2]s\"]\ninput = [\"s\"]\n", filepath.Join(dir, "once"), filepath.Join(dir, "got"))
	give := make(chan struct{})
	src := script{[]string{"x"}, func(ctx context.Context, emit func(reading.Reading) error) error {
		for i := int64(0); i < 20; i++ {
			if err := emit(reading.Reading{Source: "s", Time: i, Values: []float64{float64(i)}}); err != nil {
				return err
			}
			time.Sleep(20 * time.Millisecond)
		}
		<-give
		return nil
	}}
	defer close(give)
	p := begin(t, dir, text, src, nil)
	part(t, p, "tool", func(s pipeline.Part) bool { return s.Count >= 20 && s.Fault == "" })
	got := lines(t, filepath.Join(dir, "got"), 10)
	if last := got[len(got)-1]; !strings.Contains(last, `"x":19`) {
		t.Errorf("the last line is %s", last)
	}
}

// While it must wait, as for a low battery, a job runs nothing; afterwards it makes up.
func TestPausedJobMakesUp(t *testing.T) {
	dir := t.TempDir()
	var paused atomic.Bool
	paused.Store(true)
	p := begin(t, dir, "[[job]]\nname = \"squares\"\nmodule = \"builtin:squares\"\ninput = [\"s\"]\nchannels = [\"square\"]\n", values([2]int64{1, 2}, [2]int64{2, 3}), func(c *pipeline.Config) {
		c.Paused = func(string) string {
			if paused.Load() {
				return "the battery is at 5 %"
			}
			return ""
		}
	})
	part(t, p, "squares", func(s pipeline.Part) bool { return s.Paused == "the battery is at 5 %" && s.Count == 0 })
	paused.Store(false)
	part(t, p, "squares", func(s pipeline.Part) bool { return s.Count == 2 && s.Paused == "" })
}

// A dataset's copy for federations has its rows and labels; what lacks a value is left out.
func TestDatasetIsCopied(t *testing.T) {
	dir := t.TempDir()
	copies := make(chan dataset.Prepared, 8)
	src := script{[]string{"x", "y"}, func(_ context.Context, emit func(reading.Reading) error) error {
		for i := range int64(10) {
			v := []float64{float64(i), float64(i % 2)}
			if i == 4 {
				v = v[:1] // the second was not read
			}
			if err := emit(reading.Reading{Source: "s", Time: i, Values: v}); err != nil {
				return err
			}
		}
		return nil
	}}
	p := begin(t, dir, "[[dataset]]\nname = \"d\"\nsource = \"s\"\nfeatures = [\"x\"]\nlabel = \"y\"\nscale = [2.0]\nrefresh = \"1ms\"\n", src, func(c *pipeline.Config) {
		c.Recorded = func(p dataset.Prepared) { copies <- p }
	})
	select {
	case c := <-copies:
		if c.Records != 9 || c.Name != "d" {
			t.Errorf("copy %+v", c)
		}
		found, faults := dataset.Snapshots(filepath.Join(dir, pipeline.SnapshotsDir), "d")
		if len(faults) > 0 || len(found) != 1 || found[0] != c {
			t.Errorf("found %+v, %v; want %+v", found, faults, c)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("no copy was made: %+v", p.Status())
	}
	part(t, p, "d", func(s pipeline.Part) bool { return s.Count == 9 && s.Skipped == 1 })
}

// A disk that lets nothing be kept does not end the daemon; once it does, all goes on.
func TestBufferCannotBeOpenedAtFirst(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, pipeline.BufferFile)
	if err := os.Mkdir(blocked, 0o700); err != nil { // in the way
		t.Fatal(err)
	}
	p := begin(t, dir, fileSink, values([2]int64{1, 1}, [2]int64{2, 2}), nil)
	for deadline := time.Now().Add(10 * time.Second); p.Status().Fault == ""; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing is said of it")
		}
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	lines(t, filepath.Join(dir, "out.jsonl"), 2)
	if s := p.Status(); s.Fault != "" {
		t.Errorf("it still says %q", s.Fault)
	}
}
