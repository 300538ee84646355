package market

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// CaseID names a case of mediation.
type CaseID [32]byte

func (c CaseID) String() string { return hex.EncodeToString(c[:]) }

// Stage is where a case stands (contract Mediation, enum State).
type Stage uint8

// The stages.
const (
	NoCase  Stage = iota
	Seeding       // waits for its seed block, then for a draw
	Voting        // the drawn mediators commit, then reveal
	Closed
)

// Verdict is what a mediation found (enum Verdict).
type Verdict uint8

// The verdicts.
const (
	NoVerdict Verdict = iota
	Upheld
	Refuted
	NonDeterministic
	Unresolved
)

func (v Verdict) String() string {
	return [...]string{"none", "upheld", "refuted", "non-deterministic", "unresolved"}[min(v, Unresolved)]
}

// Case is one case as it stands.
type Case struct {
	ID        CaseID
	Source    key.Address // Deals or Rounds
	Subject   [32]byte    // the deal, leaf, fold or claims that it is about
	Claim     [32]byte    // the digest that was claimed
	Stage     Stage
	Level     uint8
	Drawn     *big.Int // bitmap of this level's mediators
	Waiting   bool     // not all of them have committed
	Unvoted   bool     // not all of them have revealed
	CommitBy  time.Time
	RevealBy  time.Time
	SeedBlock *big.Int
}

// Case asks for one.
func (m *Market) Case(ctx context.Context, id CaseID) (Case, error) {
	c, err := view(ctx, m, m.Addresses.Mediation, m.mediation.PackCaseOf(id), m.mediation.UnpackCaseOf)
	if err != nil {
		return Case{}, err
	}
	return Case{ID: id, Source: key.Address(c.Source), Subject: c.Subject, Claim: c.Claim, Stage: Stage(c.State), Level: c.Level, Drawn: c.Drawn,
		Waiting: c.CommittedCount < c.DrawnCount, Unvoted: c.RevealedCount < c.DrawnCount,
		CommitBy: time.Unix(c.CommitBy.Int64(), 0), RevealBy: time.Unix(c.RevealBy.Int64(), 0), SeedBlock: c.SeedBlock}, nil
}

// Opened lists the cases opened since a block, in order, and the block up to
// which it looked.
func (m *Market) Opened(ctx context.Context, since uint64) (ids []CaseID, until uint64, err error) {
	err = m.events(ctx, m.Addresses.Mediation, since, &until, []common.Hash{eventID(m.mediation, "CaseOpened")}, func(e event) error {
		ids = append(ids, CaseID(e.topics[1]))
		return nil
	})
	return ids, until, err
}

// Verdicts gives the verdict of each case closed since a block.
func (m *Market) Verdicts(ctx context.Context, since uint64) (verdicts map[CaseID]Verdict, until uint64, err error) {
	verdicts = map[CaseID]Verdict{}
	err = m.events(ctx, m.Addresses.Mediation, since, &until, []common.Hash{eventID(m.mediation, "CaseClosed")}, func(e event) error {
		closed, err := m.mediation.UnpackCaseClosedEvent(e.log)
		if err == nil {
			verdicts[CaseID(closed.CaseId)] = Verdict(closed.Verdict)
		}
		return err
	})
	return verdicts, until, err
}

// Vote is one mediator's part in a case.
type Vote struct {
	Mediator  key.Address
	Level     uint8
	Committed bool
	Revealed  bool
	Digest    [32]byte // once revealed
}

// Vote asks for the vote of the mediator with an index.
func (m *Market) Vote(ctx context.Context, id CaseID, index uint8) (Vote, error) {
	v, err := view(ctx, m, m.Addresses.Mediation, m.mediation.PackVoteOf(id, index), m.mediation.UnpackVoteOf)
	if err != nil {
		return Vote{}, err
	}
	out := Vote{Mediator: key.Address(v.Mediator), Level: v.Level, Committed: v.Step >= 2, Revealed: v.Step == 3}
	if out.Revealed {
		out.Digest = v.Value
	}
	return out, nil
}

// DrawMediators draws a case's level as soon as its seed block is there; ErrNotYet
// before. A case whose seed block is too old gets another first.
func (m *Market) DrawMediators(ctx context.Context, c Case) error {
	gone, err := m.gone(ctx, c.SeedBlock)
	if err != nil {
		return err
	}
	if gone {
		_, err := m.attempt(ctx, fmt.Sprintf("rearm/%s/%d", c.ID, c.SeedBlock), m.Addresses.Mediation, m.mediation.PackRearm(c.ID))
		if !errors.Is(err, ErrRefused) { // refused: the chain keeps more hashes (EIP-2935)
			return errors.Join(err, ErrNotYet)
		}
	}
	header, err := m.header(ctx, c.SeedBlock)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, fmt.Sprintf("draw/%s/%d/%d", c.ID, c.Level, c.SeedBlock), m.Addresses.Mediation, m.mediation.PackDraw(c.ID, header))
	return err
}

// Commit binds the sender to a digest; nobody can copy it, since the voter is in
// the hash.
func (m *Market) Commit(ctx context.Context, c Case, digest, salt [32]byte) error {
	commitment := typed.Keccak(c.ID[:], word(uint64(c.Level)), addressWord(m.Account()), digest[:], salt[:])
	_, err := m.attempt(ctx, fmt.Sprintf("commit/%s/%d", c.ID, c.Level), m.Addresses.Mediation, m.mediation.PackCommit(c.ID, commitment))
	return err
}

// Reveal shows what was committed to.
func (m *Market) Reveal(ctx context.Context, c Case, digest, salt [32]byte) error {
	_, err := m.attempt(ctx, fmt.Sprintf("reveal/%s/%d", c.ID, c.Level), m.Addresses.Mediation, m.mediation.PackReveal(c.ID, digest, salt))
	return err
}

// Tally ends a level.
func (m *Market) Tally(ctx context.Context, c Case) error {
	_, err := m.attempt(ctx, fmt.Sprintf("tally/%s/%d", c.ID, c.Level), m.Addresses.Mediation, m.mediation.PackTally(c.ID))
	return err
}

func word(v uint64) []byte { w := typed.Uint(v); return w[:] }

func addressWord(a key.Address) []byte { w := typed.Address(a); return w[:] }

// Now is the latest block's time: what the contracts compare windows with.
func (m *Market) Now(ctx context.Context) (time.Time, error) {
	h, err := m.node.HeaderByNumber(ctx, nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask the chain's time: %w", err)
	}
	return time.Unix(int64(h.Time), 0), nil
}
