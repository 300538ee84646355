package settle

import (
	"math/big"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Status is a federation on the market as it stands, for displays.
type Status struct {
	Federation string        `json:"federation"`
	ID         blob.Hash     `json:"id"`
	Members    int           `json:"members"`
	Pending    []Pending     `json:"pending,omitempty"` // devices that wait to join
	Rounds     []RoundStatus `json:"rounds,omitempty"`
	Closed     bool          `json:"closed"`
	Fault      string        `json:"fault,omitempty"`
}

// RoundStatus is one of its rounds.
type RoundStatus struct {
	Round      uint32        `json:"round"`
	State      string        `json:"state"`
	Leaves     int           `json:"leaves"`
	Checks     uint64        `json:"checks"`
	Open       uint64        `json:"open"` // cases
	Gas        uint64        `json:"gas"`  // of its commitment; 0 = not known since a restart
	Refuted    []key.Address `json:"refuted,omitempty"`
	Unresolved []key.Address `json:"unresolved,omitempty"`
	Slashed    *big.Int      `json:"slashed,omitempty"` // wei
}

// Statuses lists all federations that pay.
func (s *Settler) Statuses() (list []Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, on := range s.federations {
		st := Status{Federation: name, ID: on.id, Closed: on.closed}
		if on.fault != nil {
			st.Fault = on.fault.Error()
		}
		for _, m := range on.members {
			if m.Joined {
				st.Members++
			}
		}
		for _, p := range on.pending {
			st.Pending = append(st.Pending, *p)
		}
		for _, r := range on.rounds {
			round := RoundStatus{Round: r.history.Round, State: r.status.State.String(), Leaves: len(r.history.Leaves), Checks: r.status.Checks, Open: r.status.OpenCases, Gas: r.gas}
			if r.settled {
				round.State = market.Settled.String()
			}
			for at, f := range on.fates {
				if at.round != r.history.Round {
					continue
				}
				switch f.Verdict {
				case market.Refuted:
					round.Refuted, round.Slashed = append(round.Refuted, at.device), f.Slashed
				case market.Unresolved:
					round.Unresolved = append(round.Unresolved, at.device)
				}
			}
			st.Rounds = append(st.Rounds, round)
		}
		list = append(list, st)
	}
	return list
}
