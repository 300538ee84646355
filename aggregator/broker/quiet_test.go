package broker

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestQuietHidesPackets(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(quiet{slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})})
	log.With("listener", "devices").Error("error processing packet", "client", "0xab", "pk", "secret", "packet", "secret")
	if got := b.String(); strings.Contains(got, "secret") || !strings.Contains(got, "level=DEBUG") ||
		!strings.Contains(got, "client=0xab") || !strings.Contains(got, "listener=devices") {
		t.Errorf("logged %q", got)
	}
	b.Reset()
	slog.New(quiet{slog.NewTextHandler(&b, nil)}).Error("client hung up")
	if b.Len() != 0 {
		t.Errorf("logged %q at info level", b.String())
	}
}
