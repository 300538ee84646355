// Package mqtt is a device's one way to an MQTT broker: its uplink's, and that of the
// sources that a local broker carries.
//
// A Config flows into Connect, a Connection flows out. Messages that it has subscribed to
// flow through Work, one at a time, and are acknowledged when they were handled; what is
// published is with the broker when Publish returns. A connection that is lost is never
// used again, and whether and when to connect anew is its owner's business. No packet is
// read that is larger than MaxPacket.
//
// It is the only package of the device that names paho. It knows nothing of the
// messages' content.
package mqtt

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Errors that callers branch on.
var (
	ErrOffline  = errors.New("not connected to the broker")
	ErrTooLarge = errors.New("message is too large for the broker")
)

// Config of a Connection. URL and Client are needed.
type Config struct {
	URL       string      // ssl://host:port; also tcp, ws and wss
	TLS       *tls.Config // nil = the system's roots, no certificate
	Client    string      // identifier: a broker ends the connection of another of the same
	Username  string      // "" = none
	Password  string
	Will      *Message      // published when the connection ends without Disconnect; nil = none
	KeepAlive time.Duration // whole seconds; 0 = 60 s
	MaxPacket int           // bytes of the largest that is read; 0 = 128 KiB
	Lossy     bool          // drop messages of quality 0 that come faster than they are handled, rather than end
}

// Message is one that is published.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool // by the broker: it may be old
}

var schemes = map[string]bool{"tcp": true, "mqtt": true, "ssl": true, "tls": true, "mqtts": true, "ws": true, "wss": true}

// CheckURL tells whether a broker's URL is one.
func CheckURL(broker string) error {
	u, err := url.Parse(broker)
	switch {
	case err != nil:
		return err
	case u.Host == "":
		return fmt.Errorf("broker URL %q names no host", broker)
	case !schemes[u.Scheme]:
		return fmt.Errorf("broker URL %q: want ssl, tcp, ws or wss", broker)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.KeepAlive == 0 {
		c.KeepAlive = time.Minute
	}
	if c.MaxPacket == 0 {
		c.MaxPacket = 128 << 10
	}
	return c
}
