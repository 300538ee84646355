package market

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// Course is all that the chain tells of a federation on which its claims depend:
// which rounds are settled, what leaves came to in them, and who was a member
// when. With the rounds' leaves it makes the claims root, for whoever works it
// out. It does not change while a root is disputed.
type Course struct {
	Federation blob.Hash // its id
	Rounds     []SettledRound

	addresses   Addresses
	name        blob.Hash
	module      blob.Hash
	fee, rate   *big.Int
	checkWindow uint64 // seconds
	members     map[key.Address][]membership
}

// SettledRound is one whose fees are in the claims.
type SettledRound struct {
	Round
	committedAt uint64
	unpaid      map[key.Address]bool // refuted, unresolved or compensated
	faulty      map[uint64]bool      // by the leaf's index
}

// membership is a device's from its joining on.
type membership struct {
	owner    key.Address
	data     blob.Hash
	joinedAt uint64
	leftAt   uint64 // 0 = it stays
}

// Course reads a federation's from the chain's events.
func (m *Market) Course(ctx context.Context, federation blob.Hash) (*Course, error) {
	f, err := m.Federation(ctx, federation)
	if err != nil {
		return nil, err
	}
	if !f.Exists {
		return nil, fmt.Errorf("there is no federation %s on this chain", federation.Short())
	}
	c := &Course{Federation: federation, addresses: m.Addresses, name: f.Name, module: f.Module, fee: f.Fee, rate: f.Rate,
		checkWindow: uint64(f.CheckWindow.Seconds()), members: map[key.Address][]membership{}}
	kinds := map[common.Hash]string{}
	var ids []common.Hash
	for _, name := range []string{"Joined", "Leaving", "RoundCommitted", "RoundSettled", "RoundAbandoned", "LeafRefuted", "LeafUnresolved", "LeafFaulty", "Omitted"} {
		id := eventID(m.rounds, name)
		kinds[id], ids = name, append(ids, id)
	}
	rounds := map[uint32]*SettledRound{}
	settled := map[uint32]bool{}
	var until uint64
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, ids, func(e event) error {
		at, err := m.timeOf(ctx, e)
		if err != nil {
			return err
		}
		return c.take(m, kinds[e.topics[0]], e, at, rounds, settled)
	}, []common.Hash{common.Hash(federation)})
	if err != nil {
		return nil, err
	}
	for n := range settled {
		c.Rounds = append(c.Rounds, *rounds[n])
	}
	slices.SortFunc(c.Rounds, func(a, b SettledRound) int { return int(int64(a.Round.Round) - int64(b.Round.Round)) })
	return c, nil
}

// take takes one event in.
func (c *Course) take(m *Market, kind string, e event, at uint64, rounds map[uint32]*SettledRound, settled map[uint32]bool) error {
	third := func() key.Address { return key.Address(e.topics[3][12:]) }
	switch kind {
	case "Joined":
		j, err := m.rounds.UnpackJoinedEvent(e.log)
		if err != nil {
			return err
		}
		c.members[key.Address(j.Device)] = append(c.members[key.Address(j.Device)], membership{owner: key.Address(j.Owner), data: j.Data, joinedAt: at})
		return nil
	case "Leaving":
		c.leave(key.Address(e.topics[2][12:]), at)
		return nil
	}
	n := binary.BigEndian.Uint32(e.topics[2][28:])
	if kind == "RoundCommitted" {
		d, err := m.rounds.UnpackRoundCommittedEvent(e.log)
		if err != nil {
			return err
		}
		r := Round{Federation: d.Federation, Round: d.Round, Base: d.BaseModel, Model: d.NewModel, Root: d.Root, Count: d.Count, Evidence: d.Blobs}
		rounds[n] = &SettledRound{Round: r, committedAt: at, unpaid: map[key.Address]bool{}, faulty: map[uint64]bool{}}
		return nil
	}
	r := rounds[n]
	if r == nil {
		return fmt.Errorf("%s of round %d, which was not committed", kind, n)
	}
	switch kind {
	case "RoundSettled":
		settled[n] = true
	case "RoundAbandoned":
		delete(settled, n)
	case "LeafFaulty":
		f, err := m.rounds.UnpackLeafFaultyEvent(e.log)
		if err != nil {
			return err
		}
		r.faulty[f.Index.Uint64()] = true
	case "LeafRefuted":
		r.unpaid[third()] = true
		c.leave(third(), at) // it is expelled
	case "LeafUnresolved", "Omitted":
		r.unpaid[third()] = true
	}
	return nil
}

func (c *Course) leave(device key.Address, at uint64) {
	if list := c.members[device]; len(list) > 0 && list[len(list)-1].leftAt == 0 {
		list[len(list)-1].leftAt = at
	}
}

// timeOf is an event's block's time; not every node tells it with the event.
func (m *Market) timeOf(ctx context.Context, e event) (uint64, error) {
	if e.log.BlockTimestamp != 0 {
		return e.log.BlockTimestamp, nil
	}
	h, err := m.node.HeaderByHash(ctx, e.log.BlockHash)
	if err != nil {
		return 0, fmt.Errorf("ask for the time of block %d: %w", e.log.BlockNumber, err)
	}
	return h.Time, nil
}

// Claims makes the claims root of the settled rounds' leaves, in the order of
// Rounds; they must be those that were committed.
func (c *Course) Claims(leaves [][][]byte) (Claims, error) {
	if len(leaves) != len(c.Rounds) {
		return Claims{}, fmt.Errorf("leaves of %d rounds, %d are settled", len(leaves), len(c.Rounds))
	}
	earned := map[key.Address]*big.Int{}
	for i, r := range c.Rounds {
		if err := r.Match(leaves[i]); err != nil {
			return Claims{}, err
		}
		for index, encoded := range leaves[i] {
			l, err := leaf.Decode(encoded)
			if err != nil || !c.counts(r, uint64(index), l) {
				continue
			}
			if earned[l.Owner] == nil {
				earned[l.Owner] = new(big.Int)
			}
			earned[l.Owner].Add(earned[l.Owner], Pay(c.fee, c.rate, l.Fuel))
		}
	}
	return c.addresses.NewClaims(c.Federation, earned), nil
}

// ErrLeaves marks leaves that are not those under a round's root.
var ErrLeaves = errors.New("not the leaves that were committed")

// Match tells whether leaves are those that a round committed; ErrLeaves if not.
func (r Round) Match(leaves [][]byte) error {
	hashes := make([]merkle.Hash, len(leaves))
	for i, encoded := range leaves {
		hashes[i] = leaf.HashOf(encoded)
	}
	if uint64(len(leaves)) != uint64(r.Count) || merkle.Root(hashes) != r.Root {
		return fmt.Errorf("%d leaves of round %d: %w (%d under root %s)", len(leaves), r.Round, ErrLeaves, r.Count, r.Root.Short())
	}
	return nil
}

// Pay is what one leaf earns (RoundsBase._earned), in wei.
func Pay(fee, rate *big.Int, fuel uint64) *big.Int {
	if rate.Sign() == 0 {
		return fee
	}
	metered := new(big.Int).Mul(new(big.Int).SetUint64(fuel), rate)
	if metered.Quo(metered, big.NewInt(1_000_000)); metered.Cmp(fee) < 0 {
		return metered
	}
	return fee
}

// counts tells whether a leaf is paid: bound to what it must be
// (RoundsBase._faultOf), and to no bad end.
func (c *Course) counts(r SettledRound, index uint64, l leaf.Leaf) bool {
	if r.unpaid[l.Device] || r.faulty[index] {
		return false
	}
	if l.Chain != c.addresses.Chain || l.Contract != c.addresses.Rounds || l.Federation != c.name || l.Round != r.Round.Round ||
		l.BaseModel != r.Base || l.Module != c.module {
		return false
	}
	for _, m := range slices.Backward(c.members[l.Device]) {
		if m.joinedAt > r.committedAt {
			continue // it joined anew since
		}
		return (m.leftAt == 0 || r.committedAt <= m.leftAt+c.checkWindow) && l.Owner == m.owner && l.Data == m.data
	}
	return false
}
