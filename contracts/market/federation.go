package market

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
)

// Terms of a federation, of which the sender is creator and aggregator.
type Terms struct {
	Name            blob.Hash // SHA-256 of its name
	Fee             config.Amount
	Rate            config.Amount // per million units of fuel; 0 = every update earns the fee
	Collateral      config.Amount // of its owner's stake per device
	AggregatorStake config.Amount // that omissions and false folds can cost
	Module          blob.Hash
	Configuration   blob.Hash
	Model           blob.Hash // that the first round begins with
	Project         blob.Hash // on the public-goods list; zero = none
	Pool            *big.Int  // bitmap of trusted mediators
	MediatorFee     config.Amount
	MediatorDeposit config.Amount // 0 = the least that the contracts take
	CheckRate       uint16        // basis points
	Mediators       uint8
	CheckWindow     time.Duration
	SettleWindow    time.Duration
	ClaimsWindow    time.Duration
	CommitWindow    time.Duration
	RevealWindow    time.Duration
	Budget          config.Amount
}

// FederationID is the id on the chain of the sender's federation with a name.
func (m *Market) FederationID(ctx context.Context, name blob.Hash) (blob.Hash, error) {
	id, err := view(ctx, m, m.Addresses.Rounds, m.federations.PackFederationId(common.Address(m.Account()), name), m.federations.UnpackFederationId)
	return id, err
}

// Create begins a federation and locks its budget, once; its id is FederationID.
func (m *Market) Create(ctx context.Context, t Terms) (blob.Hash, error) {
	id, err := m.FederationID(ctx, t.Name)
	if err != nil {
		return id, err
	}
	if f, err := m.Federation(ctx, id); err != nil || f.Exists {
		return id, err
	}
	deposit := t.MediatorDeposit.Wei()
	if deposit.Sign() == 0 {
		size := 0
		for i := range 256 {
			size += int(t.Pool.Bit(i))
		}
		deposit, err = view(ctx, m, m.Addresses.Mediation, m.mediation.PackLeastDeposit(t.Mediators, uint16(size), t.MediatorFee.Wei()), m.mediation.UnpackLeastDeposit)
		if err != nil {
			return id, err
		}
	}
	seconds := func(d time.Duration) uint32 { return uint32(d / time.Second) }
	data := m.federations.PackCreateFederation(bindings.FederationTerms{
		Name: t.Name, Aggregator: common.Address(m.Account()), Fee: t.Fee.Wei(), Rate: t.Rate.Wei(), Collateral: t.Collateral.Wei(),
		AggregatorStake: t.AggregatorStake.Wei(), Module: t.Module, Configuration: t.Configuration, Model: t.Model, Project: t.Project,
		Mediators: t.Pool, MediatorFee: t.MediatorFee.Wei(), MediatorDeposit: deposit, CheckRate: t.CheckRate, N: t.Mediators,
		CheckWindow: seconds(t.CheckWindow), SettleWindow: seconds(t.SettleWindow), ClaimsWindow: seconds(t.ClaimsWindow),
		CommitWindow: seconds(t.CommitWindow), RevealWindow: seconds(t.RevealWindow)}, t.Budget.Wei(), nil)
	_, err = m.attempt(ctx, "create/"+t.Name.String(), m.Addresses.Rounds, data)
	return id, err
}

// Federation is one federation as it stands on the chain.
type Federation struct {
	Exists    bool
	Creator   key.Address
	Name      blob.Hash
	LastRound uint32
	Head      blob.Hash // the last model that stands
	CheckRate uint16
	// Windows of the terms.
	CheckWindow, SettleWindow, ClaimsWindow time.Duration
	Collateral                              *big.Int // wei per device
	Fee                                     *big.Int // wei per update
	Budget, Reserved                        *big.Int
	Allowance                               *big.Int // wei that settled rounds may add to the active total
	ActiveRoot, PendingRoot                 blob.Hash
	ActiveTotal, PendingTotal, Claimed      *big.Int
	PendingUntil                            time.Time // when the pending root can be claimed against; zero = none
	Disputed                                bool      // mediators work the pending root out again
	Upheld                                  bool      // they did, and it stands
	Found                                   [32]byte  // instead of a refuted root; see Claims.Digest
	DisputeClosedAt                         time.Time // when the last dispute ended
	Pool                                    *big.Int
	Aggregator                              key.Address
	AggregatorStake, Bond                   *big.Int // reserved in full, and what slashes left of it
	Bonded                                  bool     // nothing of it is missing
	Module                                  blob.Hash
	Rate                                    *big.Int // wei per million units of fuel; 0 = every update earns the fee
	ChallengeBond                           *big.Int // wei that who challenges by hand locks: one level of mediators
}

// Federation asks for one.
func (m *Market) Federation(ctx context.Context, id blob.Hash) (Federation, error) {
	f, err := view(ctx, m, m.Addresses.Rounds, m.federations.PackFederationOf(id), m.federations.UnpackFederationOf)
	if err != nil {
		return Federation{}, err
	}
	seconds := func(s uint32) time.Duration { return time.Duration(s) * time.Second }
	out := Federation{Exists: f.Creator != common.Address{}, Creator: key.Address(f.Creator), Name: f.Name, LastRound: f.LastRound, Head: f.Head, CheckRate: f.CheckRate,
		CheckWindow: seconds(f.CheckWindow), SettleWindow: seconds(f.SettleWindow), ClaimsWindow: seconds(f.ClaimsWindow),
		Collateral: f.Collateral, Fee: f.Fee, Budget: f.Budget, Reserved: f.Reserved, Allowance: f.Allowance, ActiveRoot: f.ActiveRoot, PendingRoot: f.PendingRoot,
		ActiveTotal: f.ActiveTotal, PendingTotal: f.PendingTotal, Claimed: f.Claimed, Pool: f.Mediators,
		Disputed: f.Disputed, Upheld: f.Upheld, Found: f.Found, DisputeClosedAt: time.Unix(f.DisputeClosedAt.Int64(), 0),
		Aggregator: key.Address(f.Aggregator), AggregatorStake: f.AggregatorStake, Bond: f.Bond, Bonded: f.Bonded, Module: f.Module, Rate: f.Rate,
		ChallengeBond: new(big.Int).Mul(f.MediatorFee, big.NewInt(int64(f.N)))}
	if until := f.PendingUntil.Int64(); until != 0 {
		out.PendingUntil = time.Unix(until, 0)
	}
	return out, nil
}

// Member is a device's membership as it stands on the chain.
type Member struct {
	Joined     bool // and neither left nor expelled
	Owner      key.Address
	Data       blob.Hash
	Collateral *big.Int // still reserved
	Nonce      uint32   // of the next join
}

// Member asks for a device's membership of the federation with a name (its
// SHA-256).
func (m *Market) Member(ctx context.Context, name blob.Hash, device key.Address) (Member, error) {
	v, err := view(ctx, m, m.Addresses.Rounds, m.federations.PackMemberOf(name, common.Address(device)), m.federations.UnpackMemberOf)
	if err != nil {
		return Member{}, err
	}
	return Member{Joined: v.Federation != 0 && v.LeftAt.Sign() == 0, Owner: key.Address(v.Owner), Data: v.Data, Collateral: v.Collateral, Nonce: v.Nonce}, nil
}

// Join brings a device's membership, signed by it and by its owner, to the chain.
func (m *Market) Join(ctx context.Context, j member.Membership, device, owner key.Signature) error {
	data := m.federations.PackJoin(bindings.Join{Federation: j.Federation, Device: common.Address(j.Device), Owner: common.Address(j.Owner), Data: j.Data,
		Collateral: j.Collateral.Wei(), Expiry: j.Expiry, Nonce: j.Nonce}, device[:], owner[:])
	_, err := m.attempt(ctx, fmt.Sprintf("join/%s/%s/%d", j.Federation, j.Device, j.Nonce), m.Addresses.Rounds, data)
	return err
}

// CloseFederation lets a federation take nothing new, after one more check window.
func (m *Market) CloseFederation(ctx context.Context, id blob.Hash) error {
	_, err := m.attempt(ctx, "close/"+id.String(), m.Addresses.Rounds, m.federations.PackCloseFederation(id))
	return err
}

// Reclaim gives a closed federation's unspent budget back to its creator.
func (m *Market) Reclaim(ctx context.Context, id blob.Hash) error {
	_, err := m.attempt(ctx, "reclaim/"+id.String(), m.Addresses.Rounds, m.federations.PackReclaim(id))
	return err
}
