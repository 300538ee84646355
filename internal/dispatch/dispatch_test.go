package dispatch_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/internal/dispatch"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMessagesAreSignedAndNumbered(t *testing.T) {
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	to := key.Address{7}
	type published struct {
		kind  wire.Kind
		frame []byte
	}
	out := make(chan published)
	fail := make(chan bool, 1)
	s := dispatch.New(dispatch.Config{Key: k, Fleet: "mnist", Counter: wire.NewCounter(3), Workers: 1, Expires: func() time.Time { return time.UnixMilli(99) }, Logger: slog.New(slog.DiscardHandler),
		Publish: func(_ context.Context, _ key.Address, kind wire.Kind, frame []byte) error {
			select {
			case <-fail:
				return errors.New("offline")
			default:
			}
			out <- published{kind, frame}
			return nil
		}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Run(ctx); close(done) }()
	fail <- true
	s.Send(to, wire.KindHello, wire.Hello{}) // is lost, and holds nothing up
	s.Send(to, wire.KindHello, wire.Hello{Version: "1"})
	s.Chunk(to, func() ([]byte, error) { return []byte("chunk"), nil })
	first, second := <-out, <-out
	e, err := wire.Open(first.frame)
	if err != nil || e.From != k.Address() || e.To != to || e.Kind != wire.KindHello || e.Counter != 3<<32|2 || e.Expires != 99 {
		t.Errorf("first frame: %+v, %v", e, err)
	}
	if second.kind != wire.KindChunk || string(second.frame) != "chunk" {
		t.Errorf("second frame: %s %q", second.kind, second.frame)
	}
	cancel()
	<-done
}
