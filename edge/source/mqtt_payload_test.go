package source

import (
	"math"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/mqtt"
)

func FuzzMQTT(f *testing.F) {
	for _, payload := range []string{`{"a":1,"b":null,"t":5}`, "-1e3", " true", `{"a":{"b":[1]}}`, "\xff", "[[[[", `{"a":1e999}`} {
		f.Add([]byte(payload), false, false)
		f.Add([]byte(payload), true, true)
	}
	f.Fuzz(func(t *testing.T, payload []byte, timed, retained bool) {
		m := MQTT{Name: "s", URL: "tcp://127.0.0.1:1883", Topic: "#", Values: []string{"a"}, MaxPayload: 1000}
		if timed {
			m.Time, m.Unit, m.Values = "t", Milliseconds, []string{"a", "b"}
		}
		s, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.(*subscription).reading(mqtt.Message{Topic: "x", Payload: payload, Retained: retained})
		if err != nil {
			return
		}
		if err := r.Validate(); err != nil || len(r.Values) != len(m.Values) || len(payload) > m.MaxPayload {
			t.Errorf("%v of %d bytes, %v", r, len(payload), err)
		}
		for _, v := range r.Values {
			if math.IsInf(v, 0) {
				t.Errorf("%v", r)
			}
		}
	})
}
