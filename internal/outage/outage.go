// Package outage has a process live through the absence of what it depends on.
//
// The outcomes of attempts to reach a peer flow in; pauses flow out, random and
// growing while it is away so that many who wait do not return in step, and two
// lines of the log an outage: what is waited for, and that it is back.
package outage

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"time"
)

// most is the longest pause, before it is made random.
const most = 20 * time.Second

// Watch follows one peer. It is one goroutine's alone.
type Watch struct {
	Peer string // as in "the solver at http://127.0.0.1:8886"
	Poll time.Duration
	Log  *slog.Logger

	failed int // attempts in a row
	began  time.Time
}

// Next notes how an attempt went and gives the pause until the next: around Poll,
// and longer after each one that found the peer away. Other faults are said each
// time.
func (w *Watch) Next(err error) time.Duration {
	switch {
	case err != nil && !Is(err):
		w.Log.Warn("not done", "with", w.Peer, "error", err)
	case err == nil && w.failed > 0:
		w.Log.Info(w.Peer+" is back", "after", time.Since(w.began).Round(time.Millisecond))
		w.failed = 0
	case err != nil && w.failed == 0:
		w.began = time.Now()
		w.Log.Warn("waiting for "+w.Peer, "error", err)
		w.failed++
	case err != nil:
		w.Log.Debug("still waiting for "+w.Peer, "error", err)
		w.failed++
	}
	pause := max(w.Poll, time.Millisecond)
	for range w.failed {
		if pause < most {
			pause = min(2*pause, most)
		}
	}
	return pause/2 + rand.N(pause)
}

// Until repeats an attempt until it goes well or fails by something else than an
// absence.
func (w *Watch) Until(ctx context.Context, attempt func(context.Context) error) error {
	for {
		err := attempt(ctx)
		if err != nil && (ctx.Err() != nil || !Is(err)) {
			return err
		}
		pause := w.Next(err)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// Repeat has something done again and again until ctx ends, whatever comes of it:
// after each pause, or when wake says so while all is well; nil = never.
func (w *Watch) Repeat(ctx context.Context, wake <-chan struct{}, do func(context.Context) error) error {
	for {
		err := do(ctx)
		if ctx.Err() != nil {
			return nil
		}
		pause, early := time.After(w.Next(err)), wake
		if w.failed > 0 {
			early = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-early:
		case <-pause:
		}
	}
}

// Absent is an error of a peer that answers in place of another which is away, as
// a proxy does.
type Absent interface {
	error
	Absent() bool
}

// Is tells whether an error says that a peer is away, so that trying again can
// help, rather than that it refuses.
func Is(err error) bool {
	var absent Absent
	if errors.As(err, &absent) {
		return absent.Absent()
	}
	var request *url.Error
	if errors.As(err, &request) {
		return request.Op != "parse"
	}
	var connection net.Error
	return errors.As(err, &connection) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
