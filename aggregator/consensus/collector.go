package consensus

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Fleet knows which devices belong to which groups.
type Fleet interface {
	// Group gives the devices of a group that have not been removed.
	Group(name string) ([]key.Address, error)
}

// Config of a Collector. Fields without a stated zero meaning are needed.
type Config struct {
	Fleet  string
	Store  *store.Store
	Groups Fleet
	Book   Book
	Now    func() time.Time // nil = the wall clock
	Logger *slog.Logger     // nil = discard
}

// Collector keeps attestations until their window is judged, and the evidence after. Take
// and Tick are for one goroutine; List, Find and Crowding for any.
type Collector struct {
	config Config
	log    *slog.Logger
	keep   uint64
	kept   uint64
	next   uint64 // number of the verdict to come
	open   map[string]*open

	mu      sync.Mutex
	refused map[key.Address]uint64
}

// open is a window that is not judged yet.
type open struct {
	Window  Window `cbor:"1,keyasint"`
	Heard   int64  `cbor:"2,keyasint"` // Unix ms of its first attestation
	devices map[key.Address]bool
}

// Buckets of the aggregator's database.
const (
	bucketWindows      = "sensor-windows"      // window -> open
	bucketAttestations = "sensor-attestations" // window, device, id -> attestation.Signed, of open windows
	bucketVerdicts     = "sensor-verdicts"     // window -> Evidence
	bucketNumbers      = "sensor-numbers"      // number of a verdict -> window
	bucketRoots        = "sensor-roots"        // root -> window
)

// Bounds of what is kept at a time; a window of a larger group is judged with the first
// that came.
const (
	maxMembers = 2000 // of a window
	maxOpen    = 4096 // windows; of more the first heard of are judged at once
)

// ahead is how far in the future a window may end: clocks differ.
const ahead = 5 * time.Minute

// Open takes up what the store has.
func Open(c Config) (*Collector, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Collector{config: c, log: c.Logger, keep: uint64(cmp.Or(c.Book.Keep, defaultKeep)), open: map[string]*open{}, refused: map[key.Address]uint64{}}
	err := c.Store.View(func(tx *store.Tx) error {
		err := store.Each(tx, bucketWindows, func(k string, o open) error {
			o.devices = map[key.Address]bool{}
			s.open[k] = &o
			return store.EachFrom(tx, bucketAttestations, k+" ", func(at string, a attestation.Signed) (bool, error) {
				if !strings.HasPrefix(at, k+" ") {
					return false, nil
				}
				said, err := a.Open()
				o.devices[said.Device] = true
				return true, err
			})
		})
		if err != nil {
			return err
		}
		return store.Each(tx, bucketNumbers, func(number string, _ string) error {
			n, err := parseNumber(number)
			s.next = n + 1
			s.kept++
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open sensors' attestations: %w", err)
	}
	return s, nil
}

// place names a window in the store. Names have no spaces; times sort.
func (w Window) place() string {
	return fmt.Sprintf("%s %s %016x %016x", w.Group, w.Quantity, uint64(w.Start)^1<<63, uint64(w.End)^1<<63)
}

func number(n uint64) string { return fmt.Sprintf("%020d", n) }

func parseNumber(text string) (n uint64, err error) {
	_, err = fmt.Sscanf(text, "%d", &n)
	return n, err
}

// Batch is what one device has sent.
type Batch struct {
	Device       key.Address
	Attestations []attestation.Signed
}

// Take takes attestations, and judges the windows that are then whole, all in one
// transaction: when it returns it is on disk. The outcomes are in the order of the batches.
// An error is the disk's, and nothing has changed.
func (s *Collector) Take(batches []Batch) (outcomes [][]attestation.Outcome, err error) {
	err = s.update(func(tx *store.Tx, next *change) error {
		outcomes = nil
		for _, b := range batches {
			var done []attestation.Outcome
			for _, a := range b.Attestations {
				refused, err := s.take(tx, next, b.Device, a)
				if err != nil {
					return err
				}
				done = append(done, attestation.Outcome{ID: a.ID(), Refused: refused})
			}
			outcomes = append(outcomes, done)
		}
		return nil
	})
	return outcomes, err
}

// Tick judges the windows whose deadline is over.
func (s *Collector) Tick() error {
	now := s.config.Now()
	var due []string
	for k, o := range s.open {
		if now.Sub(time.UnixMilli(o.Heard)) >= s.config.Book.Of(o.Window.Quantity).Deadline {
			due = append(due, k)
		}
	}
	if len(due) == 0 {
		return nil
	}
	slices.Sort(due) // the same order in each run
	return s.update(func(tx *store.Tx, next *change) error {
		for _, k := range due {
			if err := s.judge(tx, next, k); err != nil {
				return err
			}
		}
		return nil
	})
}

// change is what a transaction does to what is in memory, once it is on disk.
type change struct {
	number uint64
	kept   uint64 // verdicts
	said   []func()
	open   map[string]*open // nil = it was closed
}

// window gives an open window as it is within the transaction.
func (s *Collector) window(c *change, k string) *open {
	if o, changed := c.open[k]; changed {
		return o
	}
	return s.open[k]
}

func (s *Collector) update(do func(*store.Tx, *change) error) error {
	c := change{number: s.next, kept: s.kept, open: map[string]*open{}}
	if err := s.config.Store.Update(func(tx *store.Tx) error { return do(tx, &c) }); err != nil {
		return fmt.Errorf("keep attestations: %w", err)
	}
	s.next = c.number
	s.kept = c.kept
	for k, o := range c.open {
		if o == nil {
			delete(s.open, k)
		} else {
			s.open[k] = o
		}
	}
	for _, say := range c.said {
		say()
	}
	return nil
}

// take keeps one attestation, or says why not.
func (s *Collector) take(tx *store.Tx, c *change, from key.Address, a attestation.Signed) (refused string, err error) {
	said, err := a.Open()
	switch now := s.config.Now(); {
	case err != nil:
		return err.Error(), nil
	case said.Device != from:
		return fmt.Sprintf("it is of %s", said.Device), nil
	case said.Fleet != s.config.Fleet:
		return fmt.Sprintf("it is for fleet %s", said.Fleet), nil
	case time.Unix(0, said.End).Sub(now) > ahead:
		return "its window ends in the future", nil
	}
	group, err := s.config.Groups.Group(said.Group)
	if err != nil {
		return "", err
	}
	if !slices.Contains(group, from) {
		return fmt.Sprintf("the device has no label group=%s", said.Group), nil
	}
	w := windowOf(said)
	k := w.place()
	var judged Evidence
	if found, err := tx.Get(bucketVerdicts, k, &judged); err != nil {
		return "", err
	} else if found {
		return s.late(tx, c, judged, said, a)
	}
	o := s.window(c, k)
	if o == nil {
		if refused := s.crowding(c, from); refused != "" {
			return refused, nil
		}
		o = &open{Window: w, Heard: s.config.Now().UnixMilli(), devices: map[key.Address]bool{}}
		if err := tx.Put(bucketWindows, k, o); err != nil {
			return "", err
		}
		if err := s.makeRoom(tx, c); err != nil {
			return "", err
		}
	} else {
		o = &open{o.Window, o.Heard, cloneSet(o.devices)} // the transaction may fail
	}
	c.open[k] = o
	if !o.devices[from] && len(o.devices) >= maxMembers {
		return fmt.Sprintf("the window has %d members already", maxMembers), nil
	}
	if full, err := s.put(tx, k, said, a); err != nil || full {
		return "", err
	}
	o.devices[from] = true
	for _, device := range group {
		if !o.devices[device] {
			return "", nil
		}
	}
	if len(group) < s.config.Book.Of(w.Quantity).Quorum {
		return "", nil // somebody may join it yet
	}
	return "", s.judge(tx, c, k)
}

func cloneSet(of map[key.Address]bool) map[key.Address]bool {
	to := make(map[key.Address]bool, len(of)+1)
	for k := range of {
		to[k] = true
	}
	return to
}

// put keeps an attestation of an open window: of one device two at most, which is enough
// to show that it equivocates.
func (s *Collector) put(tx *store.Tx, k string, said attestation.Statement, a attestation.Signed) (full bool, err error) {
	prefix := k + " " + said.Device.String() + " "
	n, known := 0, false
	err = store.EachFrom(tx, bucketAttestations, prefix, func(at string, _ attestation.Signed) (bool, error) {
		if !strings.HasPrefix(at, prefix) {
			return false, nil
		}
		n++
		known = known || at == prefix+a.ID().String()
		return true, nil
	})
	if err != nil || known || n >= 2 {
		return n >= 2 && !known, err
	}
	return false, tx.Put(bucketAttestations, prefix+a.ID().String(), a)
}

// late notes an attestation of a window that was judged. One that is in the verdict was
// only sent again.
func (s *Collector) late(tx *store.Tx, c *change, e Evidence, said attestation.Statement, a attestation.Signed) (refused string, err error) {
	same := func(b attestation.Signed) bool { return b.ID() == a.ID() }
	if slices.ContainsFunc(e.Attestations, same) {
		return "", nil
	}
	const refusal = "it came after its window was judged"
	if slices.ContainsFunc(e.Late, same) {
		return refusal, nil
	}
	e.LateCount++
	if len(e.Late) < maxLate {
		e.Late = append(e.Late, a)
	}
	if err := tx.Put(bucketVerdicts, e.Verdict.place(), e); err != nil {
		return "", err
	}
	c.said = append(c.said, func() {
		s.log.Warn("attestation came late", "device", said.Device, "group", said.Group, "quantity", said.Quantity, "window", time.Unix(0, said.Start).UTC())
		if slices.Contains(e.Equivocators(), said.Device) {
			s.log.Error("device has signed two values", "device", said.Device, "group", said.Group, "quantity", said.Quantity, "root", e.Root)
		}
	})
	return refusal, nil
}

// makeRoom judges the window that was heard of first, if there are too many.
func (s *Collector) makeRoom(tx *store.Tx, c *change) error {
	n, first := 0, ""
	var heard int64
	each := func(k string, o *open) {
		if n++; first == "" || o.Heard < heard || o.Heard == heard && k < first {
			first, heard = k, o.Heard
		}
	}
	if len(s.open)+len(c.open) < maxOpen {
		return nil
	}
	for k, o := range s.open {
		if _, changed := c.open[k]; !changed {
			each(k, o)
		}
	}
	for k, o := range c.open {
		if o != nil {
			each(k, o)
		}
	}
	if n < maxOpen {
		return nil
	}
	return s.judge(tx, c, first)
}

// judge closes a window.
func (s *Collector) judge(tx *store.Tx, c *change, k string) error {
	o := s.window(c, k)
	var all []attestation.Signed
	var places []string
	err := store.EachFrom(tx, bucketAttestations, k+" ", func(at string, a attestation.Signed) (bool, error) {
		if !strings.HasPrefix(at, k+" ") {
			return false, nil
		}
		all, places = append(all, a), append(places, at)
		return true, nil
	})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		c.open[k] = nil
		return tx.Delete(bucketWindows, k)
	}
	group, err := s.config.Groups.Group(o.Window.Group)
	if err != nil {
		return err
	}
	e, err := prove(s.config.Book.Of(o.Window.Quantity), all, group)
	if err != nil {
		return fmt.Errorf("judge window %s: %w", k, err)
	}
	c.open[k] = nil
	err = errors.Join(tx.Delete(bucketWindows, k), tx.Put(bucketVerdicts, k, e), tx.Put(bucketNumbers, number(c.number), k), tx.Put(bucketRoots, e.Root.String(), k))
	for _, at := range places {
		err = errors.Join(err, tx.Delete(bucketAttestations, at))
	}
	c.kept++
	if err == nil && !e.Verdict.Agreed {
		err = s.lone(tx, c, e.Verdict, number(c.number))
	}
	if err == nil && c.kept > s.keep {
		err = s.forgetOldest(tx, c)
	}
	c.number++
	c.said = append(c.said, func() { s.tell(e) })
	return err
}

func (s *Collector) forgetOldest(tx *store.Tx, c *change) error {
	var oldest string
	err := store.EachFrom(tx, bucketNumbers, "", func(number, _ string) (bool, error) {
		oldest = number
		return false, nil
	})
	if err != nil || oldest == "" {
		return err
	}
	return s.forget(tx, c, oldest)
}

// forget deletes a verdict, if it is still there.
func (s *Collector) forget(tx *store.Tx, c *change, number string) error {
	var k string
	var e Evidence
	found, err := tx.Get(bucketNumbers, number, &k)
	if err != nil || !found {
		return err
	}
	if _, err := tx.Get(bucketVerdicts, k, &e); err != nil {
		return err
	}
	c.kept--
	return errors.Join(tx.Delete(bucketNumbers, number), tx.Delete(bucketVerdicts, k), tx.Delete(bucketRoots, e.Root.String()))
}

// tell logs a verdict, and each device that is off.
func (s *Collector) tell(e Evidence) {
	v := e.Verdict
	log := s.log.With("group", v.Group, "quantity", v.Quantity, "window", time.Unix(0, v.Start).UTC(), "root", e.Root)
	if !v.Agreed {
		log.Warn("sensors: no quorum", "members", len(v.Members), "want", v.Quorum)
	} else {
		log.Debug("sensors agree", "value", v.Value, "unit", v.Unit, "members", len(v.Members))
	}
	for _, m := range v.Members {
		if m.Outcome != Agrees && m.Outcome != Unjudged {
			log.Warn("sensor is off", "device", m.Device, "outcome", m.Outcome, "value", m.Value, "agreed", v.Value, "limit", v.Limit)
		}
	}
}
