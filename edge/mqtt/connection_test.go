package mqtt

import (
	"context"
	"errors"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// message is one as it comes from paho.
type message struct {
	paho.Message
	quality byte
}

func (m message) Qos() byte { return m.quality }

// A broker that has lost count ends the connection; one that floods with what needs no
// answer does not, if so wanted.
func TestFlood(t *testing.T) {
	for name, c := range map[string]struct {
		lossy   bool
		quality byte
		want    error
		dropped uint64
	}{
		"strict":          {false, 0, errFlood, 0},
		"lossy":           {true, 0, nil, 5},
		"lossy, answered": {true, 1, errFlood, 0},
	} {
		connection := &Connection{config: Config{Lossy: c.lossy}, queue: make(chan paho.Message, maxQueued)}
		connection.alive, connection.end = context.WithCancelCause(t.Context())
		for range maxQueued + 5 {
			connection.enqueue(message{quality: c.quality})
		}
		if err := context.Cause(connection.Context()); !errors.Is(err, c.want) || connection.Dropped() != c.dropped {
			t.Errorf("%s: %v and %d dropped, want %v and %d", name, err, connection.Dropped(), c.want, c.dropped)
		}
		connection.End()
	}
}

func TestCheckURL(t *testing.T) {
	for url, fine := range map[string]bool{"ssl://a:1": true, "tcp://a": true, "wss://a/mqtt": true, "http://a": false, "ssl://": false, "a:1883": false, "": false, "tcp://\x00": false} {
		if err := CheckURL(url); (err == nil) != fine {
			t.Errorf("%q: %v", url, err)
		}
	}
}
