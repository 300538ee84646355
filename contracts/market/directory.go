package market

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Role is a bit of what an account does (contract Directory).
type Role uint8

// The roles.
const (
	Creator Role = 1 << iota
	Provider
	Solver
	MediatorRole
	AggregatorRole
	OwnerRole
)

// Register publishes the sender's roles and its age recipient.
func (m *Market) Register(ctx context.Context, roles Role, recipient string) error {
	id := fmt.Sprintf("register/%d/%s", roles, recipient)
	_, err := m.send(ctx, id, m.Addresses.Directory, m.directory.PackRegister(uint8(roles), recipient, [32]byte{}), nil)
	return err
}

// JoinMediators takes an index of the mediators' registry for the sender, who
// must have staked enough.
func (m *Market) JoinMediators(ctx context.Context) error {
	if seated, _, err := m.Seat(ctx, m.Account()); err != nil || seated {
		return err
	}
	_, err := m.attempt(ctx, "join-mediators", m.Addresses.Directory, m.directory.PackJoinMediators())
	return err
}

// Seat tells whether an account is a mediator, and its index.
func (m *Market) Seat(ctx context.Context, account key.Address) (seated bool, index uint8, err error) {
	out, err := view(ctx, m, m.Addresses.Directory, m.directory.PackIndexOf(common.Address(account)), m.directory.UnpackIndexOf)
	return out.Is, out.Index, err
}

// ActiveMediators is the bitmap of mediators who can be drawn now.
func (m *Market) ActiveMediators(ctx context.Context) (*big.Int, error) {
	return view(ctx, m, m.Addresses.Directory, m.directory.PackActiveMediators(), m.directory.UnpackActiveMediators)
}

// MediatorAt is who holds an index; zero = nobody.
func (m *Market) MediatorAt(ctx context.Context, index uint8) (key.Address, error) {
	a, err := view(ctx, m, m.Addresses.Directory, m.directory.PackMediatorAt(index), m.directory.UnpackMediatorAt)
	return key.Address(a), err
}

// Recipient is the age recipient that an account has published; "" = none.
func (m *Market) Recipient(ctx context.Context, account key.Address) (string, error) {
	return view(ctx, m, m.Addresses.Directory, m.directory.PackRecipientOf(common.Address(account)), m.directory.UnpackRecipientOf)
}
