package source_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/ingest/mosquittotest"
	"github.com/tadpole-edge/tadpole/edge/mqtt"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

const topics = "tadpole/v1/shed/" // the test broker's account may use these

// mosquitto is a real broker.
func mosquitto(t testing.TB) *mosquittotest.Server {
	t.Helper()
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	certificate, private, err := ca.IssueServer(nil, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return mosquittotest.Start(t, mosquittotest.Config{CA: ca.PEM(), Certificate: certificate, Key: private, Fleet: "shed"})
}

// publisher is another device.
func publisher(t testing.TB, broker *mosquittotest.Server) func(topic, payload string, retained bool) {
	t.Helper()
	c, err := mqtt.Connect(t.Context(), mqtt.Config{URL: broker.Link, Username: mosquittotest.Username, Password: mosquittotest.Password, Client: "thermometer"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return func(topic, payload string, retained bool) {
		t.Helper()
		if err := c.Publish(t.Context(), mqtt.Message{Topic: topics + topic, Payload: []byte(payload), Retained: retained}); err != nil {
			t.Fatal(err)
		}
	}
}

// listen runs a source until it ends, and says when it receives what is published.
func listen(t testing.TB, s source.Source, publish func(topic, payload string, retained bool), topic string) (readings <-chan reading.Reading, ended <-chan error) {
	t.Helper()
	all, end := make(chan reading.Reading, 1000), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { end <- s.Run(ctx, func(r reading.Reading) error { all <- r; return nil }) }()
	t.Cleanup(cancel)
	for deadline := time.Now().Add(20 * time.Second); ; {
		publish(topic, `{"t": 0, "a": 12345}`, false)
		select {
		case r := <-all:
			for quiet := false; !quiet; { // those that were published meanwhile
				select {
				case <-all:
				case <-time.After(100 * time.Millisecond):
					quiet = true
				}
			}
			if !reflect.DeepEqual(r.Values[:1], []float64{12_345}) {
				t.Fatalf("the first is %v", r)
			}
			return all, end
		case err := <-end:
			t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
			if time.Now().After(deadline) {
				t.Fatal("nothing is received")
			}
		}
	}
}

func subscribed(t testing.TB, broker *mosquittotest.Server, m source.MQTT) source.Source {
	t.Helper()
	m.Name, m.URL, m.Username, m.Password = "shed", broker.Link, mosquittotest.Username, mosquittotest.Password
	m.Topic = topics + m.Topic
	s, err := m.Open()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMQTT(t *testing.T) {
	broker := mosquitto(t)
	publish := publisher(t, broker)
	publish("old/climate", `{"a":1}`, true)
	plain := subscribed(t, broker, source.MQTT{Topic: "+/climate", Values: []string{"a"}, MaxPayload: 1000})
	timed := subscribed(t, broker, source.MQTT{Topic: "north/#", Time: "t", Unit: source.Seconds, Values: []string{"a", "b"}})
	got, _ := listen(t, plain, publish, "north/climate")
	began := plain.Skipped() // the retained one
	if began != 1 {
		t.Errorf("%d skipped, want the retained one", began)
	}
	for _, payload := range []string{
		`{"a": 1.5, "other": [1, {"deep": "x"}]}`, ` 2.5e1 `, `true`, `{"a": false}`, "{\"a\":-0}", `-7`,
		"", "{", `{"a":}`, "[1]", "[]", `"5"`, "null", "NaN", "-Infinity", "0x10", "1_0", "1,2", `{"a":NaN}`, `{"a":"1"}`, `{"a":[1]}`, `{"a":{"a":1}}`, `{"a":1e999}`, `{"b":1}`, `{"a":null}`, `{"a":1} {"a":2}`, "\xff\x00",
		strings.Repeat("[", 900), strings.Repeat(" ", 1000) + "1",
	} {
		publish("north/climate", payload, false)
	}
	for i, want := range []float64{1.5, 25, 1, 0, 0, -7} {
		if r := next(t, got); r.Values[0] != want || r.Source != "shed" || time.Since(time.Unix(0, r.Time)) > time.Minute {
			t.Errorf("reading %d is %v, want %v", i, r, want)
		}
	}
	publish("south/climate", "99", false)
	if r := next(t, got); r.Values[0] != 99 {
		t.Errorf("after garbage: %v", r)
	}
	if n := plain.Skipped() - began; n != 23 {
		t.Errorf("%d skipped, want 23", n)
	}
	publish("north/kept", `{"t": 3, "a": 12345}`, true) // old, but it says so
	got, _ = listen(t, timed, publish, "north/climate")
	publish("north/a/b/c", `{"t": 1700000000.5, "a": 1}`, false)
	publish("north/a", `{"t": "yesterday", "a": 1}`, false)
	publish("north/a", `5`, false)
	publish("north/a", `{"a": 1}`, false)
	publish("north/a", `{"t": 1700000001, "b": 2}`, false)
	for i, want := range []reading.Reading{{Time: 1_700_000_000_500_000_000, Values: []float64{1, math.NaN()}}, {Time: 1_700_000_001_000_000_000, Values: []float64{math.NaN(), 2}}} {
		if r := next(t, got); r.Time != want.Time || fmt.Sprint(r.Values) != fmt.Sprint(want.Values) {
			t.Errorf("reading %d is %v, want %v", i, r, want)
		}
	}
	if timed.Skipped() != 3 {
		t.Errorf("%d skipped, want 3", timed.Skipped())
	}
}

func next(t *testing.T, readings <-chan reading.Reading) reading.Reading {
	t.Helper()
	select {
	case r := <-readings:
		return r
	case <-time.After(20 * time.Second):
		t.Fatal("no reading comes")
		return reading.Reading{}
	}
}

// A broker that dies ends the source, which can be run again when it is back.
func TestMQTTEnds(t *testing.T) {
	broker := mosquitto(t)
	publish := publisher(t, broker)
	s := subscribed(t, broker, source.MQTT{Topic: "a", Values: []string{"a"}, MaxPayload: 1000})
	_, ended := listen(t, s, publish, "a")
	broker.Kill()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), broker.Link) {
		t.Errorf("a broker that was killed: %v", err)
	}
	if err := s.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "connect to "+broker.Link) {
		t.Errorf("no broker: %v", err)
	}
	broker.Restart()
	publish = publisher(t, broker)
	got, ended := listen(t, s, publish, "a")
	publish("a", "7", false)
	if r := next(t, got); r.Values[0] != 7 {
		t.Errorf("from a broker that is back: %v", r)
	}
	publish("a", strings.Repeat(" ", 120_000), false)
	if err := <-ended; !errors.Is(err, mqtt.ErrTooLarge) {
		t.Errorf("a message of 120 kB: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Run(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	s, err := source.MQTT{Name: "shed", URL: broker.Link, Username: mosquittotest.Username, Password: "wrong", Topic: "a", Values: []string{"a"}}.Open()
	if err == nil {
		err = s.Run(t.Context(), nil)
	}
	if err == nil || !strings.Contains(err.Error(), broker.Link) {
		t.Errorf("a wrong password: %v", err)
	}
	enough := subscribed(t, broker, source.MQTT{Topic: "b", Time: "t", Values: []string{"a"}, Unit: source.Seconds})
	publish("b", `{"t":1,"a":1}`, true)
	if err := enough.Run(t.Context(), func(reading.Reading) error { return errEnough }); !errors.Is(err, errEnough) {
		t.Errorf("a receiver that has enough: %v", err)
	}
}

func TestMQTTIsChecked(t *testing.T) {
	fine := source.MQTT{Name: "shed", URL: "tcp://127.0.0.1:1883", Topic: "a/#", Values: []string{"a"}}
	if _, err := fine.Open(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(m *source.MQTT){
		"name":      func(m *source.MQTT) { m.Name = "" },
		"URL":       func(m *source.MQTT) { m.URL = "127.0.0.1:1883" },
		"scheme":    func(m *source.MQTT) { m.URL = "http://127.0.0.1" },
		"topic":     func(m *source.MQTT) { m.Topic = "" },
		"values":    func(m *source.MQTT) { m.Values = nil },
		"too large": func(m *source.MQTT) { m.MaxPayload = 2 << 20 },
	} {
		m := fine
		change(&m)
		if _, err := m.Open(); err == nil {
			t.Errorf("%s: %+v was opened", name, m)
		}
	}
}
