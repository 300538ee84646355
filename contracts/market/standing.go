package market

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// Standing is what became of an accepted update.
type Standing string

// The standings. Until the check window is over, Contest does something about
// Omitted, Altered and Withheld; and about Unanswered and Deserted after it.
const (
	Uncommitted Standing = "not committed yet"
	Included    Standing = "in its round"
	Omitted     Standing = "left out"          // of the round's leaves
	Altered     Standing = "altered"           // its device has another leaf there
	Withheld    Standing = "leaves withheld"   // nobody shows the round's leaves
	Demanded    Standing = "demanded"          // the aggregator must show the leaf
	Unanswered  Standing = "demand unanswered" // and has not
	Deserted    Standing = "round abandoned"   // the leaf can be claimed by itself
	Compensated Standing = "paid by itself"    // beside the claims
	Excluded    Standing = "earns nothing"     // refuted, or not decided
)

// Contested is a receipt and where its update stands.
type Contested struct {
	Leaf      leaf.Leaf
	Standing  Standing
	Until     time.Time // until when something can be done; zero = nothing can or need be
	Round     Round
	signature key.Signature
	leaves    [][]byte // nil where withheld
}

// Leaves gives the leaves under a committed round's root; blob.ErrMissing or any
// other error if they cannot be had.
type Leaves func(ctx context.Context, r Round) ([][]byte, error)

// Stand tells what became of a receipt's update.
func (m *Market) Stand(ctx context.Context, receipt leaf.Receipt, leaves Leaves) (c Contested, err error) {
	l, signature, aggregator, err := receipt.Open()
	if err != nil {
		return c, err
	}
	c = Contested{Leaf: l, signature: signature, Standing: Uncommitted}
	if l.Chain != m.Addresses.Chain || l.Contract != m.Addresses.Rounds {
		return c, fmt.Errorf("receipt of round %d is for contract %s on chain %d, this market's is %s on chain %d", l.Round, l.Contract, l.Chain, m.Addresses.Rounds, m.Addresses.Chain)
	}
	id, err := m.FederationOf(ctx, aggregator, l.Federation)
	if err != nil {
		return c, err
	}
	if c.Round, err = m.CommittedRound(ctx, id, l.Round); err != nil {
		if errors.Is(err, ErrNotYet) {
			err = nil
		}
		return c, err
	}
	f, err := m.Federation(ctx, id)
	if err != nil {
		return c, err
	}
	status, err := m.RoundStatus(ctx, id, l.Round)
	if err != nil {
		return c, err
	}
	now, err := m.Now(ctx)
	if err != nil {
		return c, err
	}
	marks, err := m.Marks(ctx, id, l.Round, l.Device)
	if err != nil {
		return c, err
	}
	demand, err := m.Demand(ctx, id, l.Round, l.Device)
	if err != nil {
		return c, err
	}
	// Not to have the leaves is a finding, whatever the reason.
	c.leaves, _ = leaves(ctx, c.Round)
	c.Standing = c.place()
	switch {
	case marks&MarkPaid != 0:
		c.Standing = Compensated
	case marks&MarkExcluded != 0:
		c.Standing = Excluded
	case status.State == Abandoned:
		c.Standing, c.Until = Deserted, now.Add(time.Second)
	case status.State == Committed && !demand.Until.IsZero():
		if c.Standing, c.Until = Demanded, demand.Until; now.After(demand.Until) {
			c.Standing = Unanswered
		}
	case status.State == Committed && c.Standing != Included:
		if end := status.CommittedAt.Add(f.CheckWindow); !now.After(end) {
			c.Until = end
		}
	}
	return c, nil
}

// place tells where the leaf stands among the round's.
func (c Contested) place() Standing {
	if c.leaves == nil {
		return Withheld
	}
	device := false
	for _, encoded := range c.leaves {
		if bytes.Equal(encoded, c.Leaf.Encode()) {
			return Included
		}
		if l, err := leaf.Decode(encoded); err == nil && l.Device == c.Leaf.Device {
			device = true
		}
	}
	if device {
		return Altered
	}
	return Omitted
}

// Actionable tells whether Contest has something to do now.
func (c Contested) Actionable() bool {
	switch c.Standing {
	case Omitted, Altered, Withheld, Unanswered, Deserted:
		return !c.Until.IsZero()
	}
	return false
}

// Contest does what can be done for the owner of an update: proves its omission,
// demands its leaf, or has it paid.
func (m *Market) Contest(ctx context.Context, c Contested) error {
	if !c.Actionable() {
		return nil
	}
	switch c.Standing {
	case Omitted, Altered:
		return m.ProveOmission(ctx, c.Round, c.Leaf, c.signature, c.leaves)
	case Withheld:
		return m.DemandLeaf(ctx, c.Round, c.Leaf, c.signature)
	case Unanswered:
		return m.CloseDemand(ctx, c.Round, c.Leaf)
	}
	return m.claimDeserted(ctx, c)
}

func (m *Market) claimDeserted(ctx context.Context, c Contested) error {
	for i, encoded := range c.leaves {
		if bytes.Equal(encoded, c.Leaf.Encode()) {
			return m.ClaimAbandoned(ctx, c.Round, c.leaves, uint32(i))
		}
	}
	return m.ClaimByReceipt(ctx, c.Round, c.Leaf, c.signature)
}

// FederationOf is the id of an aggregator's federation with a name (its SHA-256),
// of which it has one at most.
func (m *Market) FederationOf(ctx context.Context, aggregator key.Address, name blob.Hash) (id blob.Hash, err error) {
	var until uint64
	var topic common.Hash
	copy(topic[12:], aggregator[:])
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, []common.Hash{eventID(m.rounds, "FederationCreated")}, func(e event) error {
		created, err := m.rounds.UnpackFederationCreatedEvent(e.log)
		if err == nil && created.Name == name {
			id = created.Federation
		}
		return err
	}, nil, nil, []common.Hash{topic})
	if err == nil && id.IsZero() {
		err = fmt.Errorf("aggregator %s has no federation %s on this chain", aggregator, name.Short())
	}
	return id, err
}
