package market

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// Round is what is committed of a round; the contracts keep only its hash, so
// every call hands it in again.
type Round struct {
	Federation blob.Hash // its id on the chain
	Round      uint32
	Base       blob.Hash
	Model      blob.Hash
	Root       blob.Hash // over the leaves, sorted by device
	Count      uint32    // of leaves
	Evidence   blob.Hash
}

func (r Round) bound() bindings.Round {
	return bindings.Round{Federation: r.Federation, Round: r.Round, BaseModel: r.Base, NewModel: r.Model, Root: r.Root, Count: r.Count, Blobs: r.Evidence}
}

func (r Round) id(what string) string { return fmt.Sprintf("%s/%s/%d", what, r.Federation, r.Round) }

// RoundState is where a round stands (enum RoundState).
type RoundState uint8

// The states.
const (
	NoRound RoundState = iota
	Committed
	Settled
	Abandoned
	RoundClosed
)

func (s RoundState) String() string {
	return [...]string{"none", "committed", "settled", "abandoned", "closed"}[min(s, RoundClosed)]
}

// RoundStatus is a round as it stands.
type RoundStatus struct {
	State       RoundState
	Seed        [32]byte // of the draw; zero = not drawn yet
	SeedBlock   *big.Int
	CommittedAt time.Time
	OpenCases   uint64
	Checks      uint64 // of drawn leaves, opened so far
	Voided      bool
}

// RoundStatus asks for one.
func (m *Market) RoundStatus(ctx context.Context, federation blob.Hash, round uint32) (RoundStatus, error) {
	state, err := view(ctx, m, m.Addresses.Rounds, m.rounds.PackStateOf(federation, round), m.rounds.UnpackStateOf)
	if err != nil {
		return RoundStatus{}, err
	}
	r, err := view(ctx, m, m.Addresses.Rounds, m.rounds.PackRoundOf(federation, round), m.rounds.UnpackRoundOf)
	if err != nil {
		return RoundStatus{}, err
	}
	return RoundStatus{State: RoundState(state), Seed: r.Seed, SeedBlock: r.SeedBlock, CommittedAt: time.Unix(r.CommittedAt.Int64(), 0),
		OpenCases: r.OpenCases.Uint64(), Checks: r.DrawnChecks.Uint64(), Voided: r.Voided}, nil
}

// CommitRound puts a round's root on the chain and gives the gas it used.
func (m *Market) CommitRound(ctx context.Context, r Round) (gas uint64, err error) {
	receipt, err := m.attempt(ctx, r.id("commit"), m.Addresses.Rounds, m.rounds.PackCommitRound(r.bound()))
	return receipt.Gas, err
}

// DrawRound fixes which leaves are checked, once the seed block is there; ErrNotYet
// before.
func (m *Market) DrawRound(ctx context.Context, r Round, s RoundStatus) error {
	gone, err := m.gone(ctx, s.SeedBlock)
	if err != nil {
		return err
	}
	if gone {
		_, err := m.attempt(ctx, r.id("rearm")+"/"+s.SeedBlock.String(), m.Addresses.Rounds, m.challenges.PackRearm(r.Federation, r.Round))
		if !errors.Is(err, ErrRefused) { // refused: the chain keeps more hashes (EIP-2935)
			return errors.Join(err, ErrNotYet)
		}
	}
	header, err := m.header(ctx, s.SeedBlock)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, r.id("draw")+"/"+s.SeedBlock.String(), m.Addresses.Rounds, m.rounds.PackDraw(r.bound(), header))
	return err
}

// Drawn lists the leaves that a round's draw hit, one from each of as many equal
// parts (LeafProof.drawnIndex).
func Drawn(seed [32]byte, count uint32, checkRate uint16) []uint32 {
	drawn := (uint64(count)*uint64(checkRate) + 9999) / 10000
	var list []uint32
	for stratum := range drawn {
		low := stratum * uint64(count) / drawn
		width := (stratum+1)*uint64(count)/drawn - low
		word := typed.Uint(stratum)
		hash := typed.Keccak(seed[:], word[:])
		offset := new(big.Int).Mod(new(big.Int).SetBytes(hash[:]), new(big.Int).SetUint64(width))
		list = append(list, uint32(low+offset.Uint64()))
	}
	return list
}

// ByHand is the stratum of a check that the sender pays.
const ByHand = ^uint32(0)

// OpenCheck has a leaf executed again: a drawn one by the number of its draw, any
// other ByHand.
func (m *Market) OpenCheck(ctx context.Context, r Round, leaves [][]byte, index uint32, signature key.Signature, stratum uint32) error {
	inclusion, err := include(leaves, index)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("check"), index), m.Addresses.Rounds, m.rounds.PackOpenCheck(r.bound(), inclusion, signature[:], stratum))
	return err
}

// include gives a leaf's path. What no leaf encodes to stands in the tree all the
// same, and can be refuted.
func include(leaves [][]byte, index uint32) (bindings.Inclusion, error) {
	if uint64(index) >= uint64(len(leaves)) {
		return bindings.Inclusion{}, fmt.Errorf("leaf %d of %d: there is none; hand in all leaves of the round", index, len(leaves))
	}
	var hashes []merkle.Hash
	for _, encoded := range leaves {
		hashes = append(hashes, leaf.HashOf(encoded))
	}
	return bindings.Inclusion{Leaf: leaves[index], Index: index, Path: merkle.Prove(hashes, int(index))}, nil
}

// Marks of a device in a round (contract Rounds).
const (
	MarkChecked = 1 << iota
	MarkDrawn
	MarkExcluded // earns nothing
	MarkPaid     // beside the claims
)

// Marks asks for a device's.
func (m *Market) Marks(ctx context.Context, federation blob.Hash, round uint32, device key.Address) (uint8, error) {
	return view(ctx, m, m.Addresses.Rounds, m.rounds.PackMarksOf(federation, round, common.Address(device)), m.rounds.UnpackMarksOf)
}

// Settle puts a round's fees into the claims, under the root that all settled
// rounds amount to.
func (m *Market) Settle(ctx context.Context, r Round, claims blob.Hash, total *big.Int) error {
	_, err := m.attempt(ctx, r.id("settle"), m.Addresses.Rounds, m.rounds.PackSettle(r.bound(), claims, total))
	return err
}

// Claim pays an owner what it earned and has not claimed, into its ledger. Anyone
// may send it. It gives the gas used.
func (m *Market) Claim(ctx context.Context, federation blob.Hash, owner key.Address, cumulative *big.Int, proof [][32]byte) (gas uint64, err error) {
	receipt, err := m.attempt(ctx, fmt.Sprintf("claim/%s/%s/%s", federation, owner, cumulative), m.Addresses.Rounds,
		m.rounds.PackClaim(federation, common.Address(owner), cumulative, proof))
	return receipt.Gas, err
}

// ClaimedBy is what an owner has claimed of a federation, in wei.
func (m *Market) ClaimedBy(ctx context.Context, federation blob.Hash, owner key.Address) (*big.Int, error) {
	return view(ctx, m, m.Addresses.Rounds, m.rounds.PackClaimedBy(federation, common.Address(owner)), m.rounds.UnpackClaimedBy)
}

// CaseKind is what a case of a round is about (enum CaseKind).
type CaseKind uint8

// The kinds.
const (
	LeafCase CaseKind = iota
	FoldCase
	ClaimsCase
)

// RoundCase is a case of a round, as the chain tells it.
type RoundCase struct {
	Federation blob.Hash
	Round      uint32
	Kind       CaseKind
	Device     key.Address // of a leaf's
}

// RoundCase tells what a case is about, and the round's details as they were
// committed; a case about claims is of no one round.
func (m *Market) RoundCase(ctx context.Context, id CaseID) (c RoundCase, r Round, err error) {
	on, err := view(ctx, m, m.Addresses.Rounds, m.rounds.PackCaseOf(id), m.rounds.UnpackCaseOf)
	if err != nil {
		return c, r, err
	}
	c = RoundCase{Federation: on.Federation, Round: on.Round, Kind: CaseKind(on.Kind), Device: key.Address(on.Device)}
	if c.Federation.IsZero() {
		return c, r, fmt.Errorf("case %s: it is closed, or not of a round: %w", id, ErrNotYet)
	}
	if c.Kind == ClaimsCase {
		return c, r, nil // it is about all rounds
	}
	r, err = m.CommittedRound(ctx, c.Federation, c.Round)
	return c, r, err
}

// CommittedRound reads a round's details from the event of its commitment.
func (m *Market) CommittedRound(ctx context.Context, federation blob.Hash, round uint32) (r Round, err error) {
	var until uint64
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, []common.Hash{eventID(m.rounds, "RoundCommitted")}, func(e event) error {
		c, err := m.rounds.UnpackRoundCommittedEvent(e.log)
		if err == nil {
			r = Round{Federation: c.Federation, Round: c.Round, Base: c.BaseModel, Model: c.NewModel, Root: c.Root, Count: c.Count, Evidence: c.Blobs}
		}
		return err
	}, []common.Hash{common.Hash(federation)}, []common.Hash{roundTopic(round)})
	if err == nil && r.Count == 0 {
		err = fmt.Errorf("round %d of federation %s was not committed: %w", round, federation.Short(), ErrNotYet)
	}
	return r, err
}

// roundTopic is a round's number as events are indexed by it.
func roundTopic(round uint32) (topic common.Hash) {
	binary.BigEndian.PutUint32(topic[28:], round)
	return topic
}

// Fate is what became of a device's leaf in a round, beside being paid.
type Fate struct {
	Round   uint32
	Device  key.Address
	Verdict Verdict  // Refuted, Unresolved or Upheld; NoVerdict where it was compensated
	Slashed *big.Int // wei, where refuted
}

// Fates lists what mediation found about a federation's leaves, and whose owners
// were compensated from the aggregator's stake.
func (m *Market) Fates(ctx context.Context, federation blob.Hash) (fates []Fate, err error) {
	var until uint64
	upheld, refuted, unresolved := eventID(m.rounds, "LeafUpheld"), eventID(m.rounds, "LeafRefuted"), eventID(m.rounds, "LeafUnresolved")
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, []common.Hash{upheld, refuted, unresolved, eventID(m.rounds, "Omitted")}, func(e event) error {
		f := Fate{Round: binary.BigEndian.Uint32(e.topics[2][28:]), Device: key.Address(e.topics[3][12:])}
		switch e.topics[0] {
		case upheld:
			f.Verdict = Upheld
		case unresolved:
			f.Verdict = Unresolved
		case refuted:
			r, err := m.rounds.UnpackLeafRefutedEvent(e.log)
			if err != nil {
				return err
			}
			f.Verdict, f.Slashed = Refuted, r.Slashed
		}
		fates = append(fates, f)
		return nil
	}, []common.Hash{common.Hash(federation)})
	return fates, err
}
