package edge_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// minute is a statement of one minute, n minutes after the beginning of an hour ago.
func minute(n int, value float64) attestation.Statement {
	start := time.Now().Add(-time.Hour).Truncate(time.Hour).Add(time.Duration(n) * time.Minute)
	return attestation.Statement{Group: "hall-3", Quantity: "air_temperature", Feature: "mean(temperature)", Unit: "degC",
		Start: start.UnixNano(), End: start.Add(time.Minute).UnixNano(), Value: value, Count: 60}
}

// attested has the device attest, and says whether it was fresh.
func (s *server) attested(st attestation.Statement) bool {
	s.t.Helper()
	fresh, err := s.device.Attest(s.t.Context(), st)
	if err != nil {
		s.t.Fatal(err)
	}
	return fresh
}

// What was attested is sent until it is answered, over restarts, and each window is
// signed once, whatever it is said to have been the second time.
func TestAttestationsWaitInTheOutbox(t *testing.T) {
	s := newServer(t)
	stop := s.start()
	if !s.attested(minute(1, 20)) {
		t.Error("the first window is not fresh")
	}
	var m attestation.Message
	s.next(wire.KindAttest, &m)
	first := m.Attestations
	if len(first) != 1 {
		t.Fatalf("%d attestations, want 1", len(first))
	}
	said, err := first[0].Open()
	want := minute(1, 20)
	want.Fleet, want.Device = fleetName, s.keyDev.Address()
	if err != nil || said != want {
		t.Errorf("it says %+v, error %v; want %+v", said, err, want)
	}
	stop()

	stop = s.start()
	if s.attested(minute(1, 21)) || s.attested(minute(0, 19)) {
		t.Error("a window is signed a second time")
	}
	for n := 2; n < 50; n++ { // more than one message holds
		if !s.attested(minute(n, float64(n))) {
			t.Errorf("window %d is not fresh", n)
		}
	}
	s.send(s.key, wire.KindWelcome, wire.Welcome{Time: time.Now().UnixMilli()})
	seen := map[int64]float64{}
	for len(seen) < 49 {
		m = attestation.Message{}
		s.next(wire.KindAttest, &m)
		var answer attestation.Answer
		for i, a := range m.Attestations {
			said, err := a.Open()
			if err != nil {
				t.Fatal(err)
			}
			if before, again := seen[said.Start]; again && before != said.Value {
				t.Errorf("it signed %v and %v for one window", before, said.Value)
			}
			seen[said.Start] = said.Value
			refused := ""
			if i%2 == 1 {
				refused = "late"
			}
			answer.Done = append(answer.Done, attestation.Outcome{ID: a.ID(), Refused: refused})
		}
		s.send(s.key, wire.KindAttested, answer)
	}
	if got := seen[minute(1, 0).Start]; got != 20 {
		t.Errorf("the first window was %v, want 20", got)
	}
	s.device.Status(t.Context()) // the answer has been handled
	stop()
	for len(s.inbox) > 0 {
		<-s.inbox // sent before the answers had come
	}
	stop = s.start()
	defer stop()
	s.send(s.key, wire.KindWelcome, wire.Welcome{Time: time.Now().UnixMilli()})
	if !s.attested(minute(50, 1)) {
		t.Error("the next window is not fresh")
	}
	m = attestation.Message{}
	s.next(wire.KindAttest, &m)
	if said, err := m.Attestations[0].Open(); err != nil || len(m.Attestations) != 1 || said.Value != 1 {
		t.Errorf("%d attestations, the first %+v, error %v; want the last window alone", len(m.Attestations), said, err)
	}
}

func TestFutureIsNotAttested(t *testing.T) {
	s := newServer(t)
	defer s.start()()
	st := minute(0, 1)
	st.End = time.Now().Add(time.Hour).UnixNano()
	// It may be the device's clock that is wrong, until the aggregator has told the time.
	if _, err := s.device.Attest(t.Context(), st); err == nil || errors.Is(err, edge.ErrFuture) {
		t.Errorf("error %v, want one that passes", err)
	}
	s.send(s.key, wire.KindWelcome, wire.Welcome{Time: time.Now().UnixMilli()})
	s.device.Status(t.Context()) // the welcome has been handled
	if _, err := s.device.Attest(t.Context(), st); !errors.Is(err, edge.ErrFuture) {
		t.Errorf("error %v, want %v", err, edge.ErrFuture)
	}
	if !s.attested(minute(1, 1)) {
		t.Error("what comes after the clock is set right is not fresh")
	}
}

// A task that comes while the device must wait is taken, and started when it may.
func TestNoTaskStartsWhileWaiting(t *testing.T) {
	s := newServer(t)
	defer s.start()()
	const why = "the battery is at 5 %"
	s.device.Wait(t.Context(), why)
	for {
		var hello wire.Hello
		s.next(wire.KindHello, &hello)
		if hello.Waiting == why {
			break
		}
	}
	s.send(s.key, wire.KindTask, s.task(1))
	for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		if st := s.device.Status(t.Context()); st.Running != "" || st.Waiting != why {
			t.Fatalf("status %+v", st)
		}
		select {
		case e := <-s.inbox:
			if e.Kind == wire.KindWant {
				s.serve(e)
			}
		case <-time.After(10 * time.Millisecond):
		}
	}
	s.device.Wait(t.Context(), "")
	var hello wire.Hello
	s.next(wire.KindHello, &hello)
	if hello.Waiting != "" {
		t.Errorf("it says that it waits: %s", hello.Waiting)
	}
	var o wire.Offer
	s.next(wire.KindOffer, &o)
}
