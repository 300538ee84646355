package outage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/outage"
)

// A server that is not there yet is waited for, and said so once.
func TestUntilThePeerIsThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	var log bytes.Buffer
	w := outage.Watch{Peer: "the server", Poll: time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil))}
	server := &http.Server{Handler: http.NotFoundHandler()}
	attempts := 0
	err = w.Until(t.Context(), func(ctx context.Context) error {
		if attempts++; attempts == 4 {
			l, err := net.Listen("tcp", at)
			if err != nil {
				return err
			}
			served := make(chan struct{})
			go func() { defer close(served); _ = server.Serve(l) }()
			t.Cleanup(func() { _ = server.Close(); <-served })
		}
		r, err := http.Get("http://" + at)
		if err == nil {
			r.Body.Close()
		}
		return err
	})
	if err != nil || attempts != 4 {
		t.Errorf("%d attempts, %v", attempts, err)
	}
	if strings.Count(log.String(), "waiting for the server") != 1 || strings.Count(log.String(), "the server is back") != 1 || strings.Count(log.String(), "\n") != 2 {
		t.Errorf("said:\n%s", log.String())
	}
}

func TestUntilEnds(t *testing.T) {
	w := outage.Watch{Peer: "nobody", Poll: time.Hour, Log: slog.New(slog.DiscardHandler)}
	refused := errors.New("refused")
	if err := w.Until(t.Context(), func(context.Context) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("a refusal: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := w.Until(ctx, func(context.Context) error { return &net.OpError{Op: "dial", Err: refused} }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cut short: %v", err)
	}
}

func TestPausesGrowToABound(t *testing.T) {
	w := outage.Watch{Peer: "nobody", Poll: time.Second, Log: slog.New(slog.DiscardHandler)}
	seen := map[time.Duration]bool{}
	for i := range 200 {
		pause := w.Next(io.EOF)
		want := min(time.Second<<min(i+1, 20), 20*time.Second)
		if pause < want/2 || pause >= want/2+want {
			t.Fatalf("pause %d is %v, want around %v", i, pause, want)
		}
		seen[pause] = true
	}
	if len(seen) < 150 {
		t.Errorf("only %d pauses differ", len(seen))
	}
	if pause := w.Next(errors.New("not away")); pause >= 30*time.Second {
		t.Errorf("pause %v after another fault", pause)
	}
	if pause := w.Next(nil); pause >= 1500*time.Millisecond {
		t.Errorf("pause %v after it came back", pause)
	}
}

type away bool

func (a away) Error() string { return "status" }
func (a away) Absent() bool  { return bool(a) }

func TestIs(t *testing.T) {
	for err, want := range map[error]bool{
		&url.Error{Op: "Get", Err: errors.New("refused")}:    true,
		fmt.Errorf("ask: %w", &net.OpError{Op: "dial"}):      true,
		&url.Error{Op: "parse", Err: errors.New("misspelt")}: false,
		errors.New("no"):                 false,
		error(away(true)):                true,
		fmt.Errorf("x: %w", away(false)): false,
	} {
		if outage.Is(err) != want {
			t.Errorf("%v: %v, want %v", err, !want, want)
		}
	}
}
