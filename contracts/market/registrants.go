package market

import (
	"context"
	"maps"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Registrant is an account that has published an age recipient.
type Registrant struct {
	Account   key.Address
	Roles     Role
	Recipient string
}

// Registrants tell which account reads what is sealed to an age recipient: the
// first that published it and still stands by it, since anybody can copy one
// later. The zero value has looked at nothing yet.
type Registrants struct {
	since    uint64
	first    map[string]key.Address
	accounts map[key.Address]Registrant
}

// Clone gives a copy that shares nothing.
func (r *Registrants) Clone() Registrants {
	return Registrants{r.since, maps.Clone(r.first), maps.Clone(r.accounts)}
}

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// Look takes in what was registered since the last look.
func (r *Registrants) Look(ctx context.Context, m *Market) error {
	if r.first == nil {
		r.first, r.accounts = map[string]key.Address{}, map[key.Address]Registrant{}
	}
	var until uint64
	err := m.events(ctx, m.Addresses.Directory, r.since, &until, []common.Hash{eventID(m.directory, "Registered")}, func(e event) error {
		registered, err := m.directory.UnpackRegisteredEvent(e.log)
		if err != nil {
			return err
		}
		account := key.Address(registered.Account)
		if _, taken := r.first[registered.Recipient]; !taken && registered.Recipient != "" {
			r.first[registered.Recipient] = account
		}
		r.accounts[account] = Registrant{account, Role(registered.Roles), registered.Recipient}
		return nil
	})
	if err == nil {
		r.since = max(until, overlap) - overlap
	}
	return err
}

// Of finds who reads with a recipient.
func (r *Registrants) Of(recipient string) (Registrant, bool) {
	account, published := r.first[recipient]
	found := r.accounts[account]
	return found, published && found.Recipient == recipient
}
