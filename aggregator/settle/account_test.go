package settle

import (
	"math/big"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const fee = config.Amount(7)

// settlementOf gives a Settler with one federation whose rounds have the leaves of
// devices 1 to 4, of which owner 9 has devices 3 and 4.
func settlementOf(rounds ...market.RoundStatus) (*Settler, *settlement) {
	s := New(Config{Market: market.New(nil, nil, market.Addresses{Chain: 1, Rounds: key.Address{5}})})
	on := s.settlement(federation.Federation{Name: "f", Fees: federation.Fees{PerUpdate: fee, CheckRate: 0.5}})
	on.id, on.created = blob.Hash{1}, true
	for i, status := range rounds {
		h := aggregator.Round{Round: uint32(i + 1), Updates: []blob.Hash{{0xaa, byte(i)}}}
		for device := byte(1); device <= 4; device++ {
			owner := key.Address{device}
			if device > 2 {
				owner = key.Address{9}
			}
			h.Leaves = append(h.Leaves, leaf.Leaf{Round: h.Round, Device: key.Address{device}, Owner: owner}.Encode())
		}
		on.rounds = append(on.rounds, &roundRecord{history: h, status: status, onChain: market.Round{Count: 4}, checked: map[uint32]bool{}})
	}
	return s, on
}

func (on *settlement) judgeForTest(round uint32, device byte, v market.Verdict) {
	on.fates[fate{round, key.Address{device}}] = market.Fate{Round: round, Device: key.Address{device}, Verdict: v}
}

func TestOwnersEarnTheFeeOfEachLeafThatStands(t *testing.T) {
	settled := market.RoundStatus{State: market.Settled}
	s, on := settlementOf(settled, settled, market.RoundStatus{State: market.Abandoned}, settled)
	on.judgeForTest(1, 1, market.Refuted)
	on.judgeForTest(1, 2, market.Upheld)
	on.judgeForTest(2, 3, market.Unresolved)
	on.judgeForTest(4, 4, market.Refuted)
	f := func(rounds int, one, two, nine int64) {
		t.Helper()
		claims := s.account(on, rounds)
		for owner, want := range map[byte]int64{1: one, 2: two, 9: nine} {
			got, proof := claims.Earned(key.Address{owner})
			if wei := new(big.Int).Mul(big.NewInt(want), fee.Wei()); got.Cmp(wei) != 0 {
				t.Errorf("after %d rounds owner %d earned %v, want %v", rounds, owner, got, wei)
			}
			if want == 0 && proof != nil {
				t.Errorf("owner %d, who earned nothing, has a proof", owner)
			}
		}
		if total := new(big.Int).Mul(big.NewInt(one+two+nine), fee.Wei()); claims.Total.Cmp(total) != 0 {
			t.Errorf("after %d rounds %v in all, want %v", rounds, claims.Total, total)
		}
		if _, known := on.claims[claims.Root]; !known {
			t.Errorf("the root after %d rounds cannot be claimed against", rounds)
		}
	}
	f(0, 0, 0, 0)
	f(1, 0, 1, 2) // the refuted leaf earns nothing, the upheld one does
	f(2, 1, 2, 3) // nor does the unresolved one
	f(3, 1, 2, 3) // an abandoned round is paid beside the claims
	f(4, 2, 3, 4) // a refuted device of two costs its owner one fee
	f(99, 2, 3, 4)
}

// Before its drawn leaves are checked, a round's updates would tell mediators the
// answer.
func TestUpdatesAreShownAfterTheChecks(t *testing.T) {
	f := func(status market.RoundStatus, shown bool) {
		t.Helper()
		s, _ := settlementOf(status)
		if updates, err := s.Updates("f", 1); (err == nil) != shown || shown != (len(updates) == 1) {
			t.Errorf("%+v: %v, %v", status, updates, err)
		}
	}
	f(market.RoundStatus{}, false)
	f(market.RoundStatus{State: market.Committed}, false)
	f(market.RoundStatus{State: market.Committed, Checks: 1}, false)
	f(market.RoundStatus{State: market.Committed, Checks: 2, OpenCases: 1}, false)
	f(market.RoundStatus{State: market.Committed, Checks: 2}, true)
	s, _ := settlementOf()
	if _, err := s.Updates("f", 1); err == nil {
		t.Error("a round that is not there has updates")
	}
	if _, err := s.Updates("g", 1); err == nil {
		t.Error("a federation that is not there has updates")
	}
}

// A membership waits for both signatures, and takes no other's.
func TestMembershipIsSignedByDeviceAndOwner(t *testing.T) {
	s, on := settlementOf()
	var keys [3]*key.Key
	for i := range keys {
		k, err := key.Generate()
		if err != nil {
			t.Fatal(err)
		}
		keys[i] = k
	}
	device, owner, stranger := keys[0], keys[1], keys[2]
	m := member.Membership{Chain: 1, Federation: on.id, Device: device.Address(), Collateral: 3, Expiry: 9}
	on.pending[device.Address()] = &Pending{Federation: "f", Membership: m}
	m.Owner, m.Data = owner.Address(), blob.Hash{4}
	answer := func(by *key.Key) wire.Joined {
		signature := by.Sign(m.Digest())
		return wire.Joined{Federation: "f", Owner: m.Owner, Data: m.Data, Signature: signature[:]}
	}
	s.Joined(device.Address(), answer(stranger))
	if on.pending[device.Address()].Fault == "" || len(s.Unsigned(owner.Address())) != 0 {
		t.Error("a stranger signed for the device")
	}
	s.Joined(device.Address(), answer(device))
	if list := s.Unsigned(owner.Address()); len(list) != 1 || list[0].Membership != m {
		t.Fatalf("waiting for the owner: %+v", list)
	}
	if err := s.Sign("f", device.Address(), stranger.Sign(m.Digest())); err == nil {
		t.Error("a stranger signed for the owner")
	}
	if err := s.Sign("f", stranger.Address(), owner.Sign(m.Digest())); err == nil {
		t.Error("a device that does not wait was signed for")
	}
	if err := s.Sign("f", device.Address(), owner.Sign(m.Digest())); err != nil {
		t.Fatal(err)
	}
	if !on.pending[device.Address()].Signed || len(s.Unsigned(owner.Address())) != 0 {
		t.Error("the owner's signature was not kept")
	}
}
