package consensus

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// What one device may do by itself, so that a hostile one crowds nobody out: windows in
// which no quorum joins it are refused beyond a number, and verdicts on those push out others
// of the same device, and none that a quorum made.
//
// How old a window may be is not limited: devices that replay a recording attest windows of
// years ago, and those that were away of days ago.
const (
	defaultOpen = 1024
	maxLone     = 256 // verdicts without a quorum that are kept of a device
)

// bucketLone has the numbers of verdicts without a quorum, by device.
const bucketLone = "sensor-lone" // device, number -> number

// crowding says why a device must not open a window; "" = it may.
func (s *Collector) crowding(c *change, from key.Address) (refused string) {
	alone := s.alone(c, from)
	if alone < cmp.Or(s.config.Book.Open, defaultOpen) {
		return ""
	}
	refused = fmt.Sprintf("device %s has %d windows open that no quorum has joined: none is opened for it until some are judged", from, alone)
	c.said = append(c.said, func() { s.crowded(from, refused) })
	return refused
}

// alone counts the open windows in which a device is, and no quorum with it.
func (s *Collector) alone(c *change, device key.Address) (n int) {
	count := func(o *open) {
		if o != nil && o.devices[device] && len(o.devices) < s.config.Book.Of(o.Window.Quantity).Quorum {
			n++
		}
	}
	for k, o := range s.open {
		if _, changed := c.open[k]; !changed {
			count(o)
		}
	}
	for _, o := range c.open {
		count(o)
	}
	return n
}

// crowded counts a refusal, and logs it ever more rarely.
func (s *Collector) crowded(device key.Address, refused string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[device]++
	if n := s.refused[device]; n&(n-1) == 0 {
		s.log.Warn("attestation refused", "reason", refused, "times", n)
	}
}

// Crowding counts, by device, the attestations that were refused since Open because the
// device had too many windows to itself.
func (s *Collector) Crowding() map[key.Address]uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.refused)
}

// lone notes a verdict without a quorum for its devices, and forgets the oldest of one that
// has too many.
func (s *Collector) lone(tx *store.Tx, c *change, v Verdict, numbered string) error {
	for _, m := range v.Members {
		prefix := m.Device.String() + " "
		if err := tx.Put(bucketLone, prefix+numbered, numbered); err != nil {
			return err
		}
		var oldest string
		n := 0
		err := store.EachFrom(tx, bucketLone, prefix, func(at, number string) (bool, error) {
			if !strings.HasPrefix(at, prefix) {
				return false, nil
			}
			if n++; n == 1 {
				oldest = number
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		if n > maxLone {
			if err := s.forget(tx, c, oldest); err != nil {
				return err
			}
			if err := tx.Delete(bucketLone, prefix+oldest); err != nil {
				return err
			}
		}
	}
	return nil
}
