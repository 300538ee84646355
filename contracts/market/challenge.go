package market

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// RefuteLeaf shows a leaf that could never be paid: of another chain, round, model
// or member, or no leaf at all. It condemns the round; the aggregator is slashed,
// and the sender gets a share.
func (m *Market) RefuteLeaf(ctx context.Context, r Round, leaves [][]byte, index uint32) error {
	inclusion, err := include(leaves, index)
	if err != nil {
		return fmt.Errorf("refute leaf: %w", err)
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("refute-leaf"), index), m.Addresses.Rounds, m.challenges.PackRefuteLeaf(r.bound(), inclusion))
	return err
}

// RefuteOrder shows that the leaf at an index and the next one are not sorted by
// device, or are one device's. It condemns the round as RefuteLeaf does.
func (m *Market) RefuteOrder(ctx context.Context, r Round, leaves [][]byte, index uint32) error {
	left, err := include(leaves, index)
	if err != nil {
		return fmt.Errorf("refute order: %w", err)
	}
	right, err := include(leaves, index+1)
	if err != nil {
		return fmt.Errorf("refute order: %w", err)
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("refute-order"), index), m.Addresses.Rounds, m.challenges.PackRefuteOrder(r.bound(), left, right))
	return err
}

// ChallengeFold has mediators fold a round's updates again, at the sender's
// expense unless the model turns out to be another.
func (m *Market) ChallengeFold(ctx context.Context, r Round) error {
	// A challenge that mediators left undecided can be made again, as another call.
	undecided, err := m.count(ctx, "FoldUndecided", r.Federation, r.Round)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("challenge-fold"), undecided), m.Addresses.Rounds, m.challenges.PackChallengeFold(r.bound()))
	return err
}

// FoldVerdict is what mediators found about a round's model, last; NoVerdict before.
func (m *Market) FoldVerdict(ctx context.Context, federation blob.Hash, round uint32) (v Verdict, err error) {
	status, err := m.RoundStatus(ctx, federation, round)
	if err != nil || status.OpenCases > 0 {
		return NoVerdict, err
	}
	var until uint64
	upheld, undecided, voided := eventID(m.rounds, "FoldUpheld"), eventID(m.rounds, "FoldUndecided"), eventID(m.rounds, "RoundVoided")
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, []common.Hash{upheld, undecided, voided}, func(e event) error {
		v = map[common.Hash]Verdict{upheld: Upheld, undecided: Unresolved, voided: Refuted}[e.topics[0]]
		return nil
	}, []common.Hash{common.Hash(federation)}, []common.Hash{roundTopic(round)})
	return v, err
}

// count counts a federation's events of one kind, or those of some of its rounds.
func (m *Market) count(ctx context.Context, kind string, federation blob.Hash, rounds ...uint32) (n int, err error) {
	topics := [][]common.Hash{{common.Hash(federation)}}
	if len(rounds) > 0 {
		topics = append(topics, nil)
	}
	for _, round := range rounds {
		topics[1] = append(topics[1], roundTopic(round))
	}
	var until uint64
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, []common.Hash{eventID(m.rounds, kind)}, func(event) error { n++; return nil }, topics...)
	return n, err
}
