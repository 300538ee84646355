package pipeline_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/recording"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/source"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("PIPELINE_DIR"); dir != "" {
		panic(runForEver(dir))
	}
	goleak.VerifyTestMain(m)
}

const killSetup = `
[buffer]
commit_age = "20ms"

[[source]]
name = "count"
kind = "hwmon"

[[job]]
name = "sums"
module = "builtin:sums"
input = ["count"]
window = {size = "10ns", slide = "5ns"}
channels = ["sum", "n"]

[[job]]
name = "squares"
module = "builtin:squares"
input = ["count"]
channels = ["square"]

[[job]]
name = "often"
module = "builtin:often"
input = ["count"]
every = "1m"
channels = ["sum", "n"]
config = "slow"

[[dataset]]
name = "rows"
source = "count"
window = {size = "10ns"}
features = ["mean(x)", "count(x)"]

[[sink]]
name = "all"
kind = "file"
path = "all.jsonl"
input = ["count", "sums", "squares", "often"]
`

// counter counts as fast as it may, in the place of a file: it can be read again.
type counter struct{ next int64 }

func (*counter) Channels() []string      { return []string{"x"} }
func (*counter) Skipped() uint64         { return 0 }
func (c *counter) Resume(position int64) { c.next = position }
func (c *counter) Position() int64       { return c.next + 1 }
func (c *counter) Run(ctx context.Context, emit func(reading.Reading) error) error {
	for ; ; c.next++ {
		if err := emit(reading.Reading{Source: "count", Time: c.next, Values: []float64{float64(c.next)}}); err != nil {
			return err
		}
		time.Sleep(50 * time.Microsecond)
	}
}

// sums adds up a window, in the place of a module.
type sums struct{}

func (sums) Run(_ context.Context, r job.Request) (job.Result, error) {
	made := reading.Reading{Source: "-"}
	sum, n := 0., 0.
	for _, in := range r.Inputs {
		if in.Name != "readings" {
			continue
		}
		for rest := in.Content; len(rest) > 0; n++ {
			one, after, err := reading.Decode(rest)
			if err != nil {
				return job.Result{}, err
			}
			sum, rest, made.Time = sum+one.Values[0], after, one.Time
		}
	}
	made.Values = []float64{sum, n}
	return job.Result{Outputs: []job.Output{{Name: "readings", Bytes: reading.Append(nil, made)}}}, nil
}

// spans sums too, and leaves the times of the first and the last reading in a file. A slow
// job is often killed in the middle of a run.
type spans struct{}

func (spans) Run(ctx context.Context, r job.Request) (job.Result, error) {
	result, err := sums{}.Run(ctx, r)
	for _, in := range r.Inputs {
		if in.Name == "config" && string(in.Content) == "slow" {
			time.Sleep(50 * time.Millisecond)
		}
		if in.Name == "readings" && err == nil {
			var first, last reading.Reading
			if first, _, err = reading.Decode(in.Content); err == nil {
				last, _, err = reading.Decode(result.Outputs[0].Bytes)
			}
			result.Outputs = append(result.Outputs, job.Output{Name: "span", Bytes: fmt.Appendln(nil, first.Time, last.Time)})
		}
	}
	return result, err
}

// squares squares each reading.
type squares struct{}

func (squares) Stream(context.Context, job.Request) (pipeline.Stream, error) { return squares{}, nil }
func (squares) Close() error                                                 { return nil }
func (squares) Send(_ context.Context, input []byte) (output []byte, err error) {
	for len(input) > 0 {
		var r reading.Reading
		if r, input, err = reading.Decode(input); err != nil {
			return nil, err
		}
		r.Values[0] *= r.Values[0]
		output = reading.Append(output, r)
	}
	return output, nil
}

func counting(dir string) (pipeline.Config, error) {
	s, err := setup.Parse(filepath.Join(dir, setup.File), []byte(killSetup))
	if err != nil {
		return pipeline.Config{}, err
	}
	s.Sources[0].Open = func() (source.Source, error) { return &counter{}, nil }
	s.Jobs[2].Schedule.Every = 30 * time.Millisecond
	return pipeline.Config{Setup: s, Dir: dir, Runner: spans{}, Streamer: squares{},
		Module: func(setup.Job) (pipeline.Module, error) { return pipeline.Module{Hash: blob.Sum(nil)}, nil }}, nil
}

func runForEver(dir string) error {
	c, err := counting(dir)
	if err != nil {
		return err
	}
	return pipeline.New(c).Run(context.Background())
}

// Processes are killed at random instants. Every number is in the file once and in order;
// each window was summed once and recorded once; each reading squared once; each is in one
// run by the clock, and in one of the files that those left.
func TestKillsLoseNothingAndDoubleNothing(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(9, 9))
	runs := 12
	for range runs {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "PIPELINE_DIR="+dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(100+r.IntN(500)) * time.Millisecond)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
	}
	// A last one that is stopped in order, once everything has been dealt with.
	c, err := counting(dir)
	if err != nil {
		t.Fatal(err)
	}
	c.Setup.Sources[0].Open = func() (source.Source, error) { return ending{}, nil }
	p := pipeline.New(c)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	settle(t, p)
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}

	seen := readLines(t, filepath.Join(dir, "all.jsonl"))
	var kept []int64
	var window [][]float64
	squared := map[int64]float64{}
	clocked, ran := []float64{0, 0}, 0
	for _, l := range seen {
		switch l.Source {
		case "count":
			kept = append(kept, l.time(t))
		case "sums":
			window = append(window, []float64{l.Values["sum"], l.Values["n"]})
		case "often":
			clocked[0], clocked[1] = clocked[0]+l.Values["sum"], clocked[1]+l.Values["n"]
			ran++
		case "squares":
			if _, twice := squared[l.time(t)]; twice {
				t.Errorf("reading %d was squared twice", l.time(t))
			}
			squared[l.time(t)] = l.Values["square"]
		}
	}
	if len(kept) < 1000 {
		t.Fatalf("%d readings only were kept", len(kept))
	}
	for i, at := range kept {
		if at != int64(i) && at != last {
			t.Fatalf("reading %d is where %d should be", at, i)
		}
		if want := float64(at) * float64(at); squared[at] != want {
			t.Errorf("the square of %d is %v, want %v", at, squared[at], want)
		}
	}
	want, _ := windows(kept, 10, 5)
	if !slices.EqualFunc(window, want, slices.Equal) {
		t.Errorf("%d windows, want %d: %v", len(window), len(want), difference(window, want))
	}
	total := []float64{0, float64(len(kept))}
	for _, at := range kept {
		total[0] += float64(at)
	}
	if !slices.Equal(clocked, total) {
		t.Errorf("runs by the clock had sum and number %v, want %v", clocked, total)
	}
	reports(t, filepath.Join(dir, pipeline.OutputsDir, "often"), kept, ran)
	d := c.Setup.Datasets[0]
	rows, err := recording.Open(filepath.Join(dir, pipeline.RecordingsDir, "rows"), recording.Options{Width: 2, Tag: d.Tag()})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var recorded [][]float64
	if err := rows.Each(func(some []float32) error {
		for ; len(some) > 0; some = some[2:] {
			recorded = append(recorded, []float64{float64(some[0]), float64(some[1])})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, means := windows(kept, 10, 10)
	if !slices.EqualFunc(recorded, means, slices.Equal) {
		t.Errorf("%d rows, want %d: %v", len(recorded), len(means), difference(recorded, means))
	}
	t.Logf("%d readings of %d runs, %d windows, %d rows, %d times by the clock", len(kept), runs, len(window), len(recorded), ran)
}

// reports checks that the files of the job that runs by the clock span all readings, each
// once.
func reports(t *testing.T, dir string, kept []int64, ran int) {
	t.Helper()
	var spans [][2]int64
	names, err := filepath.Glob(filepath.Join(dir, "*-span"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var s [2]int64
		if _, err := fmt.Sscan(string(content), &s[0], &s[1]); err != nil {
			t.Fatalf("%s: %q: %v", name, content, err)
		}
		spans = append(spans, s)
	}
	slices.SortFunc(spans, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	if len(spans) != ran {
		t.Errorf("%d runs left %d files", ran, len(spans))
	}
	next := 0
	for _, s := range spans {
		if next >= len(kept) || s[0] != kept[next] {
			t.Fatalf("the file that begins at %d follows none", s[0])
		}
		for next < len(kept) && kept[next] <= s[1] {
			next++
		}
	}
	if next != len(kept) {
		t.Errorf("the files end before %d", kept[next])
	}
}

// ending is a source that closes all windows and ends.
type ending struct{}

// last is long after all others.
const last = 1_000_000_000

func (ending) Channels() []string { return []string{"x"} }
func (ending) Skipped() uint64    { return 0 }
func (ending) Run(_ context.Context, emit func(reading.Reading) error) error {
	return emit(reading.Reading{Source: "count", Time: last, Values: []float64{last}})
}

// settle waits until nothing has changed for longer than a reader rests.
func settle(t *testing.T, p *pipeline.Pipeline) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	before, since := "", time.Now()
	for time.Since(since) < 7*time.Second {
		time.Sleep(50 * time.Millisecond)
		s := p.Status()
		s.Commits = 0 // a job by the clock says where it is for ever
		for i := range s.Parts {
			s.Parts[i].Next = time.Time{}
		}
		if now := fmt.Sprintf("%+v", s); now != before {
			before, since = now, time.Now()
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not settle: %s", before)
		}
	}
}

// windows gives sum and number, and mean and number, of all windows that the last reading
// closes.
func windows(times []int64, size, slide int64) (sums, means [][]float64) {
	times = append(slices.Clone(times), math.MaxInt64)
	held := []int64{}
	start := times[0] - times[0]%slide - size + slide
	for _, at := range times[:len(times)-1] {
		for start+size <= at {
			sum, n := 0., 0.
			for _, h := range held {
				if h >= start && h < start+size {
					sum, n = sum+float64(h), n+1
				}
			}
			if n > 0 {
				sums, means = append(sums, []float64{sum, n}), append(means, []float64{float64(float32(sum / n)), n})
			}
			start += slide
			for len(held) > 0 && held[0] < start {
				held = held[1:]
			}
			if len(held) == 0 {
				start = max(start, at-at%slide-size+slide)
			}
		}
		held = append(held, at)
	}
	return sums, means
}

func difference(got, want [][]float64) string {
	for i := range min(len(got), len(want)) {
		if !slices.Equal(got[i], want[i]) {
			return fmt.Sprintf("%d: got %v, want %v", i, got[i:min(len(got), i+4)], want[i:min(len(want), i+4)])
		}
	}
	return "one is longer"
}

// said is a line of a file sink.
type said struct {
	Era    string
	Number uint64
	Source string
	Time   time.Time
	Values map[string]float64
}

func (s said) time(t *testing.T) int64 {
	t.Helper()
	return s.Time.UnixNano()
}

func readLines(t *testing.T, path string) (lines []said) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		var l said
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			t.Fatalf("%s: %v", in.Text(), err)
		}
		if n := len(lines); n > 0 && (l.Number <= lines[n-1].Number || l.Era != lines[n-1].Era) {
			t.Fatalf("reading %d comes after %d", l.Number, lines[n-1].Number)
		}
		lines = append(lines, l)
	}
	return lines
}
