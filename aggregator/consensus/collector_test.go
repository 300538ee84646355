package consensus_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// hall is a group of five devices, and a collector that is opened anew at will.
type hall struct {
	t     testing.TB
	keys  []*key.Key
	store *store.Store
	book  consensus.Book
	now   time.Time
	*consensus.Collector
}

func newHall(t testing.TB, book consensus.Book) *hall {
	t.Helper()
	h := &hall{t: t, book: book, now: time.Unix(1_700_000_000, 0)}
	for i := range 5 {
		k, err := key.FromBytes(bytes.Repeat([]byte{byte(i + 1)}, 32))
		if err != nil {
			t.Fatal(err)
		}
		h.keys = append(h.keys, k)
	}
	var err error
	if h.store, err = store.Open(filepath.Join(t.TempDir(), "tadpole.db"), store.Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	h.reopen()
	return h
}

// Group implements consensus.Fleet: the first five devices are in the hall.
func (h *hall) Group(name string) (members []key.Address, err error) {
	for _, k := range h.keys[:5] {
		if name == "hall-3" {
			members = append(members, k.Address())
		}
	}
	return members, nil
}

func (h *hall) reopen() {
	h.t.Helper()
	var err error
	h.Collector, err = consensus.Open(consensus.Config{Fleet: "test", Store: h.store, Groups: h, Book: h.book, Now: func() time.Time { return h.now }})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) sign(device int, change func(*attestation.Statement)) attestation.Signed {
	h.t.Helper()
	s := said(0, 20+float64(device)/10)
	change(&s)
	a, err := attestation.Sign(h.keys[device], s)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// send gives one attestation of a device's, and what it was refused for.
func (h *hall) send(device int, change func(*attestation.Statement)) (refused string) {
	h.t.Helper()
	a := h.sign(device, change)
	outcomes, err := h.Take([]consensus.Batch{{Device: h.keys[device].Address(), Attestations: []attestation.Signed{a}}})
	if err != nil || len(outcomes) != 1 || len(outcomes[0]) != 1 || outcomes[0][0].ID != a.ID() {
		h.t.Fatalf("outcomes %+v, error %v", outcomes, err)
	}
	return outcomes[0][0].Refused
}

// taken sends what must be taken.
func (h *hall) taken(device int, change func(*attestation.Statement)) {
	h.t.Helper()
	if refused := h.send(device, change); refused != "" {
		h.t.Errorf("device %d: refused: %s", device, refused)
	}
}

func (h *hall) list() []consensus.Evidence {
	h.t.Helper()
	list, err := h.List("", 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range list {
		if err := e.Check(); err != nil {
			h.t.Error(err)
		}
	}
	return list
}

func asIs(*attestation.Statement) {}

func value(v float64) func(*attestation.Statement) {
	return func(s *attestation.Statement) { s.Value = v }
}

func window(n int64) func(*attestation.Statement) {
	return func(s *attestation.Statement) { s.Start, s.End = n*minute, (n+1)*minute }
}

func evidence(t testing.TB, values ...float64) consensus.Evidence {
	h := newHall(t, consensus.Book{})
	for i, v := range values {
		h.taken(i, value(v))
	}
	h.now = h.now.Add(time.Hour)
	if err := h.Tick(); err != nil {
		t.Fatal(err)
	}
	return h.list()[0]
}

func TestWindowIsJudgedWhenAllAreThere(t *testing.T) {
	h := newHall(t, consensus.Book{})
	for i := range 5 {
		h.reopen() // a restart at any time forgets nothing
		h.taken(i, asIs)
		h.taken(i, asIs) // and what comes twice counts once
		if n := len(h.list()); (n > 0) != (i == 4) {
			t.Errorf("%d verdicts after %d devices", n, i+1)
		}
	}
	e := h.list()[0]
	if v := e.Verdict; !v.Agreed || v.Value != 20.2 || len(v.Members) != 5 || len(v.Missing) != 0 || v.Outliers() != 0 || len(e.Attestations) != 5 {
		t.Errorf("verdict %+v", v)
	}
	if found, err := h.Find(e.Root.String()[:8]); err != nil || found.Root != e.Root {
		t.Errorf("found %v, error %v", found.Root, err)
	}
	if _, err := h.Find("ffffff"); !errors.Is(err, consensus.ErrUnknown) {
		t.Errorf("error %v, want %v", err, consensus.ErrUnknown)
	}
}

func TestDeadlineAndLate(t *testing.T) {
	h := newHall(t, consensus.Book{Rules: map[string]consensus.Rules{"air_temperature": {Deadline: time.Minute}}})
	for i := range 4 {
		h.taken(i, value([]float64{20, 20.1, 35, 19.9}[i]))
	}
	h.now = h.now.Add(59 * time.Second)
	if err := h.Tick(); err != nil || len(h.list()) != 0 {
		t.Fatalf("judged before the deadline, error %v", err)
	}
	h.reopen()
	h.now = h.now.Add(time.Second)
	if err := h.Tick(); err != nil || len(h.list()) != 1 {
		t.Fatalf("%d verdicts at the deadline, error %v", len(h.list()), err)
	}
	e := h.list()[0]
	if e.Verdict.Outliers() != 1 || len(e.Verdict.Missing) != 1 || e.Verdict.Missing[0] != h.keys[4].Address() {
		t.Errorf("verdict %+v", e.Verdict)
	}
	for range 2 {
		if refused := h.send(4, asIs); !strings.Contains(refused, "after its window was judged") {
			t.Errorf("late: %q", refused)
		}
		h.taken(0, value(20)) // sent again, as its answer was lost
	}
	late := h.list()[0]
	if late.LateCount != 1 || len(late.Late) != 1 || late.Root != e.Root || len(late.Equivocators()) != 0 {
		t.Errorf("late %d, root %s, %v; want 1, the same, none", late.LateCount, late.Root, late.Equivocators())
	}
	// Another value for a window that was judged.
	h.send(2, value(20))
	if got := h.list()[0].Equivocators(); len(got) != 1 || got[0] != h.keys[2].Address() {
		t.Errorf("equivocators %v, want %s", got, h.keys[2].Address())
	}
}

func TestEquivocationIsReportedWithBoth(t *testing.T) {
	h := newHall(t, consensus.Book{})
	h.taken(0, value(20))
	h.taken(0, value(21))
	h.taken(0, value(22)) // two are enough
	for i := range 4 {
		h.taken(i+1, asIs)
	}
	e := h.list()[0]
	if v := e.Verdict; !v.Agreed || v.Outliers() != 1 || len(e.Attestations) != 6 {
		t.Errorf("verdict %+v of %d attestations", v, len(e.Attestations))
	}
	if got := e.Equivocators(); len(got) != 1 || got[0] != h.keys[0].Address() {
		t.Errorf("equivocators %v, want %s", got, h.keys[0].Address())
	}
}

func TestNoQuorum(t *testing.T) {
	h := newHall(t, consensus.Book{})
	h.taken(0, asIs)
	h.taken(1, asIs)
	h.now = h.now.Add(time.Hour)
	if err := h.Tick(); err != nil {
		t.Fatal(err)
	}
	if v := h.list()[0].Verdict; v.Agreed || v.Outliers() != 0 || len(v.Members) != 2 || len(v.Missing) != 3 {
		t.Errorf("verdict %+v", v)
	}
}

func TestWhatIsRefused(t *testing.T) {
	h := newHall(t, consensus.Book{})
	outsider, err := key.FromBytes(bytes.Repeat([]byte{9}, 32))
	if err != nil {
		t.Fatal(err)
	}
	h.keys = append(h.keys, outsider)
	for want, send := range map[string]func() string{
		"no label group=hall-3": func() string { return h.send(5, asIs) },
		"no label group=hall-4": func() string { return h.send(0, func(s *attestation.Statement) { s.Group = "hall-4" }) },
		"for fleet other":       func() string { return h.send(0, func(s *attestation.Statement) { s.Fleet = "other" }) },
		"in the future":         func() string { return h.send(0, window(h.now.UnixNano()/minute+10)) },
		"it is of 0x":           func() string { return refusedFrom(h, h.keys[1].Address(), h.sign(0, asIs)) },
		"not signed by": func() string {
			a := h.sign(0, asIs)
			a.Signature = h.sign(1, asIs).Signature
			return refusedFrom(h, h.keys[0].Address(), a)
		},
		"decode": func() string {
			return refusedFrom(h, h.keys[0].Address(), attestation.Signed{Statement: []byte("junk")})
		},
	} {
		if got := send(); !strings.Contains(got, want) {
			t.Errorf("refused with %q, want %q in it", got, want)
		}
	}
	h.now = h.now.Add(time.Hour)
	if err := h.Tick(); err != nil || len(h.list()) != 0 {
		t.Errorf("%d verdicts of nothing, error %v", len(h.list()), err)
	}
}

func refusedFrom(h *hall, device key.Address, a attestation.Signed) string {
	h.t.Helper()
	outcomes, err := h.Take([]consensus.Batch{{Device: device, Attestations: []attestation.Signed{a}}})
	if err != nil {
		h.t.Fatal(err)
	}
	return outcomes[0][0].Refused
}

func TestOldVerdictsGo(t *testing.T) {
	h := newHall(t, consensus.Book{Keep: 3})
	for n := range int64(10) {
		for i := range 5 {
			h.taken(i, window(n))
		}
		if n == 5 {
			h.reopen()
		}
	}
	list := h.list()
	if len(list) != 3 {
		t.Fatalf("%d verdicts, want 3", len(list))
	}
	for i, e := range list {
		if want := (9 - int64(i)) * minute; e.Verdict.Start != want {
			t.Errorf("verdict %d is of %d, want %d", i, e.Verdict.Start, want)
		}
	}
	if got, err := h.List("hall-3", 2); err != nil || len(got) != 2 {
		t.Errorf("%d of the hall, error %v", len(got), err)
	}
	if got, err := h.List("hall", 2); err != nil || len(got) != 0 {
		t.Errorf("%d of no hall, error %v", len(got), err)
	}
}

// Whatever is changed in the evidence, it does not hold any more.
func TestEvidenceThatWasChanged(t *testing.T) {
	if err := evidence(t, 20, 20.1, 35, 19.9).Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*consensus.Evidence){
		"the value": func(e *consensus.Evidence) { e.Verdict.Value++ },
		"an outcome": func(e *consensus.Evidence) {
			e.Verdict.Members[2].Outcome = consensus.Agrees
			e.Verdict.Members[0].Outcome = consensus.Outlier
		},
		"a member's value":   func(e *consensus.Evidence) { e.Verdict.Members[0].Value += 1e-9 },
		"the rules":          func(e *consensus.Evidence) { e.Verdict.K = 100 },
		"the missing":        func(e *consensus.Evidence) { e.Verdict.Missing = nil },
		"the window":         func(e *consensus.Evidence) { e.Verdict.End++ },
		"the root":           func(e *consensus.Evidence) { e.Root[0] ^= 1 },
		"a signature":        func(e *consensus.Evidence) { e.Attestations[0].Signature[5] ^= 1 },
		"a statement":        func(e *consensus.Evidence) { e.Attestations[0].Statement[60] ^= 1 },
		"one left out":       func(e *consensus.Evidence) { e.Attestations = e.Attestations[1:] },
		"all left out":       func(e *consensus.Evidence) { e.Attestations = nil },
		"a late one unsaid":  func(e *consensus.Evidence) { e.Late = []attestation.Signed{{}} },
		"a quorum not there": func(e *consensus.Evidence) { e.Verdict.Agreed = false },
	} {
		e := evidence(t, 20, 20.1, 35, 19.9)
		change(&e)
		if err := e.Check(); !errors.Is(err, consensus.ErrEvidence) {
			t.Errorf("%s: error %v, want %v", name, err, consensus.ErrEvidence)
		}
	}
}

// The evidence is the same after it was written down and read.
func TestEvidenceOverJSON(t *testing.T) {
	e := evidence(t, 20, 1.0/3, 35, 1e-20, -7)
	content, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var again consensus.Evidence
	if err := json.Unmarshal(content, &again); err != nil {
		t.Fatal(err)
	}
	if err := again.Check(); err != nil {
		t.Error(err)
	}
}
