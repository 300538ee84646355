package pipeline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/ingest/mosquittotest"
	"github.com/tadpole-edge/tadpole/edge/mqtt"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// A real broker is killed and comes back: what was read meanwhile arrives then, in order;
// what comes twice has the number that it had.
func TestBrokerOfASinkIsAway(t *testing.T) {
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	certificate, private, err := ca.IssueServer(nil, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	server := mosquittotest.Start(t, mosquittotest.Config{CA: ca.PEM(), Certificate: certificate, Key: private, Fleet: "shed"})
	arrived := make(chan said, 1000)
	subscribe := func() {
		c, err := mqtt.Connect(t.Context(), mqtt.Config{URL: server.Link, Client: "hears", Username: mosquittotest.Username, Password: mosquittotest.Password})
		if err == nil {
			err = c.Subscribe(t.Context(), "tadpole/v1/shed/s")
		}
		if err != nil {
			t.Fatal(err)
		}
		worked := make(chan struct{})
		go func() {
			defer close(worked)
			c.Work(func(m mqtt.Message) {
				var l said
				if err := json.Unmarshal(m.Payload, &l); err != nil {
					t.Errorf("%s: %v", m.Payload, err)
				}
				arrived <- l
			})
		}()
		t.Cleanup(func() { c.End(); <-worked; c.Close() })
	}
	give := make(chan int)
	src := script{[]string{"x"}, func(ctx context.Context, emit func(reading.Reading) error) error {
		next := 0
		for {
			select {
			case n := <-give:
				for range n {
					if err := emit(reading.Reading{Source: "s", Time: int64(next), Values: []float64{float64(next)}}); err != nil {
						return err
					}
					next++
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}}
	subscribe()
	text := fmt.Sprintf("[[sink]]\nname = \"cloud\"\nkind = \"mqtt\"\nurl = %q\ntopic = \"tadpole/v1/shed/{source}\"\nusername = %q\npassword = %q\ninput = [\"s\"]\n",
		server.Link, mosquittotest.Username, mosquittotest.Password)
	p := begin(t, t.TempDir(), text, src, nil)
	next := 0
	expect := func(until int) {
		t.Helper()
		last := int64(-1)
		for next < until {
			select {
			case l := <-arrived:
				if int64(l.Number) == last {
					continue // it came twice
				}
				last = int64(l.Number)
				if l.Values["x"] != float64(next) {
					t.Fatalf("reading %v arrived, want %d", l.Values, next)
				}
				next++
			case <-time.After(30 * time.Second):
				t.Fatalf("%d readings arrived, want %d: %+v", next, until, p.Status())
			}
		}
	}
	give <- 20
	expect(20)
	part(t, p, "cloud", func(s pipeline.Part) bool { return s.Count == 20 }) // or they come again, all of them
	server.Kill()
	give <- 500
	part(t, p, "cloud", func(s pipeline.Part) bool { return s.Faults > 0 && s.Lag >= 500 })
	server.Restart()
	subscribe()
	give <- 10
	expect(530)
	part(t, p, "cloud", func(s pipeline.Part) bool { return s.Lag == 0 && s.Fault == "" })
}
