package job_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

func hashOf(b []byte) blob.Hash { return blob.Sum(b) }

func TestBadModulesAreRefusedByName(t *testing.T) {
	cases := []struct {
		name   string
		module []byte
		want   error
		text   string
	}{
		{"empty", nil, job.ErrModule, "not a WebAssembly binary"},
		{"text", []byte("#!/bin/sh\necho"), job.ErrModule, "not a WebAssembly binary"},
		{"component", []byte("\x00asm\x0d\x00\x01\x00\x00"), job.ErrModule, "it is a component; build for wasm32-wasip1"},
		{"version", []byte("\x00asm\x02\x00\x00\x00"), job.ErrModule, "version 2"},
		{"truncated", wasm(t, "guest")[:1000], job.ErrModule, "truncated"},
		{"invalid", wasm(t, "invalid"), job.ErrModule, "_start"},
		{"foreign import", wasm(t, "foreign-import"), job.ErrModule, `it imports "gettimeofday" from "env"`},
		{"unknown WASI", wasm(t, "unknown-wasi"), job.ErrModule, `it imports "sock_connect"`},
		{"wrong signature", wasm(t, "wrong-signature"), job.ErrModule, "it imports fd_close with other parameters"},
		{"memory import", wasm(t, "memory-import"), job.ErrModule, `it imports "memory"`},
		{"shared memory", wasm(t, "shared-memory"), job.ErrModule, "shared between threads"},
		{"library", wasm(t, "library"), job.ErrModule, "no function _start"},
		{"big memory", wasm(t, "big-memory"), job.ErrMemory, "starts with 131072000 bytes, at most 67108864"},
		{"start traps", wasm(t, "start-trap"), job.ErrTrap, "unreachable"},
	}
	everyRunner(t, func(t *testing.T, r runner) {
		for _, c := range cases {
			_, err := r.Run(t.Context(), job.Request{Module: c.module})
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) || !strings.Contains(err.Error(), hashOf(c.module).Short()) {
				t.Errorf("%s: got error %v, want %v with %q and the module's hash", c.name, err, c.want, c.text)
			}
			if strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("%s: the error has several lines: %q", c.name, err)
			}
		}
		stillWorks(t, r)
	})
}

func TestHostileGuestsFailAlone(t *testing.T) {
	cases := []struct {
		what, name string
		want       error
		text       string
	}{
		{"m", "memory bomb that traps", job.ErrMemory, "beyond 67108864 bytes"},
		{"M", "memory bomb that exits", job.ErrMemory, "code 1"},
		{"t", "trap", job.ErrTrap, "unreachable"},
		{"w", "writes 10 GB", job.ErrOutputLimit, "16777216 bytes"},
		{"n", "creates 10000 files", job.ErrOutputLimit, "64 files"},
		{"r", "endless recursion", job.ErrTrap, ""},
		{"x", "exit code", job.ErrExit, "exit code 42: no luck"},
		{"", "no input", job.ErrExit, "exit code 100"},
	}
	everyRunner(t, func(t *testing.T, r runner) {
		for _, c := range cases {
			_, err := r.Run(t.Context(), guest(t, c.what, "data"))
			if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), c.text) {
				t.Errorf("%s: got error %v, want %v with %q", c.name, err, c.want, c.text)
			}
			stillWorks(t, r)
		}
		var exit *job.ExitError
		if _, err := r.Run(t.Context(), guest(t, "x", "")); !errors.As(err, &exit) || exit.Code != 42 || exit.Stderr != "no luck" {
			t.Errorf("got %+v, want code 42 and what it said", exit)
		}
	})
}

func TestHarmlessGuestsSeeNothing(t *testing.T) {
	u32 := func(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }
	cases := []struct{ what, name, want string }{
		{"p", "paths out of /inputs", u32(0)},
		{"i", "ways to change /inputs", u32(0)},
		{"o", "files opened of 10000", u32(63)}, // 64 at a time, with "do"
		{"c", "with its standard streams closed", "data"},
		{"s", "with stderr flooded", "data"},
		{"g", "with a refused grow taken well", "fine"},
	}
	everyRunner(t, func(t *testing.T, r runner) {
		for _, c := range cases {
			result, err := r.Run(t.Context(), guest(t, c.what, "data"))
			if got, _ := result.Output("out"); err != nil || string(got) != c.want {
				t.Errorf("%s: got %q, error %v; want %q", c.name, got, err, c.want)
			}
			if c.what == "s" && (len(result.Stderr) != 4096 || !strings.HasSuffix(result.Stderr, "the end")) {
				t.Errorf("%s: kept %d bytes ending in %.10q, want the last 4096", c.name, len(result.Stderr), result.Stderr[max(0, len(result.Stderr)-7):])
			}
		}
		if result, err := r.Run(t.Context(), guest(t, "z", "")); err != nil || len(result.Outputs) != 0 {
			t.Errorf("exit code 0: got %v, error %v", result, err)
		}
	})
}

// firstRandom is what ChaCha8 gives first for the seed of all jobs.
const firstRandom = "84deed48906d6b939bcd5bc3ff831d7c2a4bda86720f347a9f889c5f1184700f"

func TestTheWorldIsTheSameEverywhere(t *testing.T) {
	u64 := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	clocks := u64(0) + u64(0) + u64(0) + u64(1e6) // wall twice, monotonic twice, in ns
	var first string
	everyRunner(t, func(t *testing.T, r runner) {
		for range 3 {
			result, err := r.Run(t.Context(), guest(t, "d", ""))
			if err != nil {
				t.Fatal(err)
			}
			out, _ := result.Output("out")
			got := string(out)
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("got %q, want as the first time %q", got, first)
			}
			if !strings.HasPrefix(got, clocks) {
				t.Errorf("clocks read % x, want % x", got[:32], clocks)
			}
			if random := fmt.Sprintf("%x", got[32:64]); random != firstRandom {
				t.Errorf("random bytes are %s, want %s on every machine and with every Go", random, firstRandom)
			}
			if rest := got[64:76]; rest != "\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00" {
				t.Errorf("environment, arguments, stdin have % x, want none but an empty name", rest)
			}
			if names := got[76:]; strings.Index(names, "data") > strings.LastIndex(names, "do") || !strings.Contains(names, "data") {
				t.Errorf("names in /inputs come as %q, want sorted", names)
			}
		}
	})
}

func TestBadInputsAreRefused(t *testing.T) {
	dir := t.TempDir()
	many := make([]job.Input, 65)
	for i := range many {
		many[i].Name = fmt.Sprint(i)
	}
	cases := map[string][]job.Input{
		"directory name": {{Name: "a/b"}},
		"dots":           {{Name: ".."}},
		"empty name":     {{Name: ""}},
		"long name":      {{Name: strings.Repeat("n", 256)}},
		"twice":          {{Name: "a"}, {Name: "a"}},
		"too many":       many,
		"missing":        {{Name: "a", Path: dir + "/none"}},
		"directory":      {{Name: "a", Path: dir}},
		"device":         {{Name: "a", Path: "/dev/zero"}},
	}
	everyRunner(t, func(t *testing.T, r runner) {
		for name, inputs := range cases {
			if _, err := r.Run(t.Context(), job.Request{Module: wasm(t, "nothing"), Inputs: inputs}); !errors.Is(err, job.ErrInput) {
				t.Errorf("%s: got error %v, want %v", name, err, job.ErrInput)
			}
		}
		stillWorks(t, r)
	})
}

func TestEndlessLoopIsKilled(t *testing.T) {
	p := newPool(t, job.PoolConfig{})
	request := guest(t, "l", "")
	request.Limits.Deadline = 100 * time.Millisecond
	begin := time.Now()
	if _, err := p.Run(t.Context(), request); !errors.Is(err, job.ErrDeadline) || !strings.Contains(err.Error(), "100ms") {
		t.Errorf("deadline: got error %v, want %v after 100ms", err, job.ErrDeadline)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("deadline of 100 ms was held after %v", took)
	}
	stillWorks(t, p)

	cause := errors.New("the owner said stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	timer := time.AfterFunc(50*time.Millisecond, func() { cancel(cause) })
	defer timer.Stop()
	if _, err := p.Run(ctx, guest(t, "l", "")); !errors.Is(err, cause) || errors.Is(err, job.ErrDeadline) {
		t.Errorf("cancelled: got error %v, want %v", err, cause)
	}
	if _, err := p.Run(ctx, guest(t, "e", "")); !errors.Is(err, cause) {
		t.Errorf("cancelled before: got error %v, want %v", err, cause)
	}
	stillWorks(t, p)
}
