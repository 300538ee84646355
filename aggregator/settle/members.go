package settle

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Pending is a membership that its device has signed. It goes to the chain once
// the owner has signed it too.
type Pending struct {
	Federation string            `json:"federation"`
	Membership member.Membership `json:"membership"`
	Device     key.Signature     `json:"device_signature"`
	Owner      key.Signature     `json:"-"`
	Signed     bool              `json:"-"` // by the owner
	Fault      string            `json:"fault,omitempty"`
}

// membershipLife is how long a membership's signatures can be used.
const membershipLife = 7 * 24 * time.Hour

// askAgain is how long a device may take to answer a Join.
const askAgain = time.Minute

// Member tells whether a device has joined with this data.
func (s *Settler) Member(name string, device key.Address, data blob.Hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := s.federations[name]
	if on == nil {
		return false
	}
	m := on.members[device]
	return m.Joined && m.Data == data
}

// Joined takes a device's answer in.
func (s *Settler) Joined(device key.Address, answer wire.Joined) {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := s.federations[answer.Federation]
	if on == nil || on.pending[device] == nil {
		return
	}
	p := on.pending[device]
	if answer.Reason != "" {
		p.Fault = "the device says: " + answer.Reason
		return
	}
	p.Membership.Owner, p.Membership.Data = answer.Owner, answer.Data
	if len(answer.Signature) != len(p.Device) {
		p.Fault = fmt.Sprintf("the device's signature has %d bytes", len(answer.Signature))
		return
	}
	p.Device, p.Fault = key.Signature(answer.Signature), ""
	if signer, err := p.Device.Recover(p.Membership.Digest()); err != nil || signer != device {
		p.Fault = "the device's signature is not its own over these terms"
		return
	}
	if answer.Owner == device {
		p.Owner, p.Signed = p.Device, true // both sign the same digest
	}
}

// Unsigned lists the memberships that wait for an owner's signature.
func (s *Settler) Unsigned(owner key.Address) (list []Pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, on := range s.federations {
		for _, p := range on.pending {
			if p.Membership.Owner == owner && !p.Signed && p.Fault == "" {
				list = append(list, *p)
			}
		}
	}
	return list
}

// Sign takes an owner's signature for its device's membership in.
func (s *Settler) Sign(name string, device key.Address, signature key.Signature) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := s.federations[name]
	if on == nil || on.pending[device] == nil {
		return fmt.Errorf("device %s does not wait to join federation %s", device, name)
	}
	p := on.pending[device]
	signer, err := signature.Recover(p.Membership.Digest())
	if err != nil || signer != p.Membership.Owner {
		return fmt.Errorf("the signature is %s's, the device's owner is %s", signer, p.Membership.Owner)
	}
	p.Owner, p.Signed = signature, true
	return nil
}

// recruit asks devices that could take part to join, and brings those who did to
// the chain.
func (s *Settler) recruit(ctx context.Context, source Source, on *settlement) error {
	if !on.created {
		return nil
	}
	candidates, err := source.Candidates(ctx, on.config.Name)
	if err != nil {
		return err
	}
	for _, c := range candidates {
		known, found := on.members[c.Device]
		if !found {
			if known, err = s.config.Market.Member(ctx, on.config.ID(), c.Device); err != nil {
				return err
			}
			s.mu.Lock()
			on.members[c.Device] = known
			s.mu.Unlock()
		}
		if known.Joined || time.Since(on.asked[c.Device]) < askAgain || s.signed(on, c.Device) || s.expelled(on, c.Device) {
			continue
		}
		m := member.Membership{Chain: s.config.Market.Addresses.Chain, Contract: s.config.Market.Addresses.Rounds, Federation: on.id, Device: c.Device,
			Collateral: on.config.Fees.DeviceCollateral(), Expiry: uint64(time.Now().Add(membershipLife).Unix()), Nonce: known.Nonce}
		s.mu.Lock()
		on.pending[c.Device] = &Pending{Federation: on.config.Name, Membership: m}
		on.asked[c.Device] = time.Now()
		s.mu.Unlock()
		err := source.AskToJoin(ctx, c.Device, wire.Join{Federation: on.config.Name, ID: on.id, Market: s.Contract(), Dataset: on.config.Data.Dataset,
			Collateral: uint64(m.Collateral), Expiry: m.Expiry, Nonce: m.Nonce, Checks: on.config.Fees.Ways()})
		if err != nil {
			return err
		}
	}
	return s.enter(ctx, on)
}

func (s *Settler) signed(on *settlement, device key.Address) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := on.pending[device]
	return p != nil && p.Device != key.Signature{} && p.Fault == ""
}

// expelled tells whether a device was found cheating in this federation.
func (s *Settler) expelled(on *settlement, device key.Address) bool {
	for f, found := range on.fates {
		if f.device == device && found.Verdict == market.Refuted {
			return true
		}
	}
	return false
}

// enter sends the signed memberships, all at once.
func (s *Settler) enter(ctx context.Context, on *settlement) error {
	var ready []Pending
	s.mu.Lock()
	for _, p := range on.pending {
		if p.Signed && p.Fault == "" {
			ready = append(ready, *p)
		}
	}
	s.mu.Unlock()
	faults := make([]error, len(ready))
	var sends sync.WaitGroup
	for i, p := range ready {
		sends.Go(func() {
			device := p.Membership.Device
			err := s.config.Market.Join(ctx, p.Membership, p.Device, p.Owner)
			var now market.Member
			if err == nil {
				now, err = s.config.Market.Member(ctx, on.config.ID(), device)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			switch {
			case errors.Is(err, market.ErrRefused):
				// Its owner's stake, mostly. It can stake, and the device is asked again.
				on.pending[device].Fault = err.Error()
				s.log.Warn("device not joined", "federation", on.config.Name, "device", device, "error", err)
			case err != nil:
				faults[i] = err
			default:
				on.members[device] = now
				delete(on.pending, device)
				s.log.Info("device joined", "federation", on.config.Name, "device", device, "owner", now.Owner)
			}
		})
	}
	sends.Wait()
	return errors.Join(faults...)
}
