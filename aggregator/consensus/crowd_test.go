package consensus_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/internal/attestation"
)

// tick has all open windows judged.
func (h *hall) tick() {
	h.t.Helper()
	h.now = h.now.Add(time.Hour)
	if err := h.Tick(); err != nil {
		h.t.Fatal(err)
	}
}

// crowds sends what must be refused, by the device's name.
func (h *hall) crowds(device int, change func(*attestation.Statement), why string) {
	h.t.Helper()
	before, address := h.Crowding()[h.keys[device].Address()], h.keys[device].Address()
	if refused := h.send(device, change); !strings.Contains(refused, address.String()) || !strings.Contains(refused, why) {
		h.t.Errorf("refused with %q, want %s and %q in it", refused, address, why)
	}
	if after := h.Crowding()[address]; after != before+1 {
		h.t.Errorf("counted %d refusals, want %d", after, before+1)
	}
}

// A device has so many windows to itself and no more, over a restart, too; what others have
// joined, or what was judged, does not count.
func TestOneDeviceOpensSoManyWindows(t *testing.T) {
	h := newHall(t, consensus.Book{Open: 3})
	for n := range int64(3) {
		h.taken(0, window(n))
	}
	h.crowds(0, window(3), "3 windows open that no quorum has joined")
	h.reopen()
	h.crowds(0, window(3), "3 windows open")
	h.taken(0, window(2)) // sent again
	h.taken(1, window(3))
	h.taken(0, window(3)) // joins another's
	h.crowds(0, window(4), "4 windows open")
	for device := range 2 {
		h.taken(device+1, window(0))
		h.taken(device+1, window(1))
	}
	h.taken(0, window(4))
	h.crowds(0, window(5), "3 windows open")
	h.tick()
	for n := range int64(3) {
		h.taken(0, window(n+5))
	}
	h.crowds(0, window(8), "3 windows open")

	// In one batch it is the same.
	b := consensus.Batch{Device: h.keys[4].Address()}
	for n := range int64(5) {
		b.Attestations = append(b.Attestations, h.sign(4, window(n+20)))
	}
	outcomes, err := h.Take([]consensus.Batch{b})
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes[0] {
		if (o.Refused != "") != (i >= 3) {
			t.Errorf("attestation %d of a batch: refused %q", i, o.Refused)
		}
	}
}

// However many windows a device has to itself, the verdicts on them push out no verdict of
// others.
func TestLoneVerdictsPushOutTheirOwn(t *testing.T) {
	const keep, kept = 400, 256
	h := newHall(t, consensus.Book{Keep: keep})
	for i := range 5 {
		h.taken(i, window(1))
	}
	h.taken(0, window(2)) // another who is alone
	h.tick()
	start := h.now.UnixNano() - int64(time.Hour)
	last := int64(0)
	for round := range int64(5) {
		b := consensus.Batch{Device: h.keys[4].Address()}
		for n := range int64(200) {
			last = start + 200*round + n
			b.Attestations = append(b.Attestations, h.sign(4, func(s *attestation.Statement) { s.Start, s.End = last, last+1 }))
		}
		if _, err := h.Take([]consensus.Batch{b}); err != nil {
			t.Fatal(err)
		}
		h.tick()
		h.reopen()
	}
	list, err := h.List("", keep)
	if err != nil {
		t.Fatal(err)
	}
	agreed, own := 0, 0
	for _, e := range list {
		switch {
		case e.Verdict.Agreed:
			agreed++
		case e.Verdict.Members[0].Device == h.keys[4].Address():
			own++
			if e.Verdict.Start <= last-kept {
				t.Errorf("the verdict on %d is there, want the newest %d", e.Verdict.Start, kept)
			}
		}
	}
	if agreed != 1 || own != kept || len(list) != kept+2 {
		t.Errorf("%d verdicts, %d agreed, %d of the device's own; want %d, 1, %d", len(list), agreed, own, kept+2, kept)
	}
	// Verdicts that a quorum made go at their number, as ever.
	for n := range int64(keep) {
		for i := range 5 {
			h.taken(i, func(s *attestation.Statement) {
				s.Start, s.End = h.now.UnixNano()+n, h.now.UnixNano()+n+1
			})
		}
	}
	if list, err = h.List("", 2*keep); err != nil || len(list) != keep {
		t.Errorf("%d verdicts, error %v, want %d", len(list), err, keep)
	}
	for _, e := range list {
		if !e.Verdict.Agreed {
			t.Errorf("the verdict on %d is there, want the newest %d", e.Verdict.Start, keep)
		}
	}
}
