package source

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/tadpole-edge/tadpole/edge/mqtt"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// MQTT is what other devices publish to a local broker, of MQTT 3.1.1: each message is a
// JSON object whose fields are channels, or, where there is one channel, a bare number.
type MQTT struct {
	Name       string
	URL        string      // tcp://host:port; also ssl, ws and wss
	TLS        *tls.Config // nil = the system's roots, no certificate
	Username   string      // "" = none
	Password   string
	Client     string   // identifier; "" = the source's name and a random number
	Topic      string   // or a filter, as shed/+/climate
	Time       string   // the field with the event time; "" = when the message was received
	Unit       Unit     // of the time
	Values     []string // the fields that are channels; all numbers, true, false or null
	MaxPayload int      // bytes of a message; 0 = 64 KiB, at most 1 MiB
}

// Limits of a message, and what an MQTT packet has besides: its topic, 64 KiB at most.
const (
	defaultPayload = 64 << 10
	maxPayload     = 1 << 20
	packetOverhead = 64<<10 + 16
)

// subscription is an open MQTT.
type subscription struct {
	MQTT
	table   Table // says what a payload means
	skipped atomic.Uint64
	dropped atomic.Uint64 // by connections of old
	current atomic.Pointer[mqtt.Connection]
}

// Open checks what it is told. Run connects.
func (m MQTT) Open() (Source, error) {
	s := &subscription{MQTT: m, table: Table{Name: m.Name, Input: strings.NewReader(""), Format: JSONLines, Time: m.Time, Unit: m.Unit, Values: m.Values}}
	if _, err := s.table.Open(); err != nil {
		return nil, err
	}
	err := mqtt.CheckURL(m.URL)
	if m.Topic == "" || m.MaxPayload < 0 || m.MaxPayload > maxPayload {
		err = errors.Join(err, fmt.Errorf("topic %q, payloads of at most %d bytes: want a topic, and 0 to %d", m.Topic, m.MaxPayload, maxPayload))
	}
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", m.Name, err)
	}
	if s.MaxPayload == 0 {
		s.MaxPayload = defaultPayload
	}
	return s, nil
}

// Channels names the fields.
func (s *subscription) Channels() []string { return s.Values }

// Skipped counts the messages that are too large, are no JSON or not of the channels, or
// came faster than they were taken; and those that were retained, by a broker that
// cannot tell since when, unless they say their time.
func (s *subscription) Skipped() uint64 {
	n := s.skipped.Load() + s.dropped.Load()
	if c := s.current.Load(); c != nil {
		n += c.Dropped()
	}
	return n
}

// Run connects and subscribes, with quality of service 1: a message is acknowledged when
// emit has returned. It ends with an error when the connection does; what is published
// until it runs again is not received. A message above MaxPayload by more than 64 KiB,
// which no broker says beforehand, ends it too.
func (s *subscription) Run(ctx context.Context, emit func(reading.Reading) error) error {
	client := s.Client
	if client == "" {
		client = s.Name + "-" + rand.Text()[:8]
	}
	c, err := mqtt.Connect(ctx, mqtt.Config{URL: s.URL, TLS: s.TLS, Username: s.Username, Password: s.Password,
		Client: client, MaxPacket: s.MaxPayload + packetOverhead, Lossy: true})
	if err != nil {
		return s.ended(ctx, err)
	}
	defer c.Close()
	s.current.Store(c)
	defer func() {
		s.current.Store(nil)
		s.dropped.Add(c.Dropped())
	}()
	defer context.AfterFunc(ctx, c.End)()
	if err := c.Subscribe(ctx, s.Topic); err != nil {
		return s.ended(ctx, err)
	}
	var refused error
	c.Work(func(m mqtt.Message) {
		if refused != nil {
			return
		}
		r, err := s.reading(m)
		if err != nil {
			s.skipped.Add(1)
			return
		}
		if refused = emit(r); refused != nil {
			c.End()
		}
	})
	if refused != nil {
		return refused
	}
	return s.ended(ctx, context.Cause(c.Context()))
}

// ended says why Run ends.
func (s *subscription) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("read source %s: %s on %s: %w", s.Name, s.Topic, s.URL, err)
}

// reading makes a message's.
func (s *subscription) reading(m mqtt.Message) (r reading.Reading, err error) {
	if len(m.Payload) > s.MaxPayload {
		return r, fmt.Errorf("%w: %d bytes, want at most %d", errMalformed, len(m.Payload), s.MaxPayload)
	}
	if m.Retained && s.Time == "" {
		return r, fmt.Errorf("%w: it is retained, and says no time", errMalformed)
	}
	t := table{Table: s.table}
	var d decoder = jsonDecoder{&t.Table}
	if len(s.Values) == 1 && s.Time == "" && !bytes.HasPrefix(bytes.TrimSpace(m.Payload), []byte("{")) {
		d = bareDecoder{}
	}
	r, ok, err := t.reading(d, m.Payload)
	if err == nil && !ok {
		err = fmt.Errorf("%w: it is empty", errMalformed)
	}
	for _, value := range r.Values {
		if value == value {
			return r, err
		}
	}
	if err == nil {
		err = fmt.Errorf("%w: it has none of the channels", errMalformed)
	}
	return r, err
}

// bareDecoder decodes a value of JSON that is no object.
type bareDecoder struct{}

func (bareDecoder) decode(payload []byte) (when string, values []string, ok bool, err error) {
	if !json.Valid(payload) {
		return "", nil, false, fmt.Errorf("%w: %.40q is no JSON", errMalformed, payload)
	}
	return "", []string{jsonValue(string(bytes.TrimSpace(payload)))}, true, nil
}
