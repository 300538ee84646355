package job_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
)

func stream(t *testing.T, p *job.Pool, l job.Limits) *job.Stream {
	t.Helper()
	s, err := p.Stream(t.Context(), job.Request{Module: wasm(t, "streaming"), Limits: l})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func send(t *testing.T, s *job.Stream, input, want string) {
	t.Helper()
	output, err := s.Send(t.Context(), []byte(input))
	if err != nil || string(output) != want {
		t.Fatalf("for %.40q it wrote %.40q, %v; want %.40q", input, output, err, want)
	}
}

func TestStreamAnswersWhatItIsFed(t *testing.T) {
	s := stream(t, newPool(t, job.PoolConfig{}), job.Limits{})
	send(t, s, "a", "hello;a")
	send(t, s, "", "")
	for i := range 1000 {
		text := strings.Repeat("-", i%7) + fmt.Sprint(i)
		send(t, s, text, text)
	}
	long := strings.Repeat("-abcdefg", 1<<17) // a MiB: the job reads it in parts
	send(t, s, long, long)
}

// A limit holds for each input, not for the stream's life; whoever breaks it is over, and
// others do not notice.
func TestStreamLimits(t *testing.T) {
	p := newPool(t, job.PoolConfig{})
	other := stream(t, p, job.Limits{})
	send(t, other, "-", "hello;-")
	for letter, want := range map[string]error{"l": job.ErrDeadline, "t": job.ErrTrap, "o": job.ErrOutputLimit, "x": job.ErrExit, "r": job.ErrModule} {
		t.Run(letter, func(t *testing.T) {
			s := stream(t, p, job.Limits{Deadline: 300 * time.Millisecond, OutputBytes: 1 << 20})
			send(t, s, "-fine", "hello;-fine")
			_, err := s.Send(t.Context(), []byte(letter))
			if !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
			var exit *job.ExitError
			if letter == "x" && (!errors.As(err, &exit) || exit.Code != 42 || exit.Stderr != "no luck") {
				t.Errorf("exit %+v", exit)
			}
			if _, again := s.Send(t.Context(), []byte("-")); again == nil {
				t.Error("it goes on after its end")
			}
		})
	}
	t.Run("fuel", func(t *testing.T) {
		work := stream(t, p, job.Limits{Fuel: 150_000_000})
		for range 5 { // together far more than the limit
			if _, err := work.Send(t.Context(), []byte("w")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := work.Send(t.Context(), []byte("l")); !errors.Is(err, job.ErrFuel) {
			t.Errorf("error %v, want %v", err, job.ErrFuel)
		}
	})
	send(t, other, "-still here", "-still here")
}

func TestStreamsSideBySide(t *testing.T) {
	p := newPool(t, job.PoolConfig{})
	var all sync.WaitGroup
	for i := range 4 {
		s := stream(t, p, job.Limits{})
		all.Go(func() {
			for n := range 200 {
				want := fmt.Appendf(nil, "-%d %d", i, n)
				if got, err := s.Send(t.Context(), want); err != nil || !bytes.HasSuffix(got, want) {
					t.Errorf("stream %d gave %q, %v", i, got, err)
					return
				}
			}
		})
	}
	stillWorks(t, p) // streams are none of its runners
	all.Wait()
}

// A batch job as a stream ends before it reads anything.
func TestStreamOfABatchJob(t *testing.T) {
	p := newPool(t, job.PoolConfig{})
	if _, err := p.Stream(t.Context(), job.Request{Module: wasm(t, "nothing")}); !errors.Is(err, job.ErrModule) || !strings.Contains(err.Error(), "reads until its input ends") {
		t.Errorf("error %v, want one that says what is missing", err)
	}
}
