// Package member is what a device and its owner sign to join a federation that
// pays: typed data (EIP-712) that the market's contract checks.
package member

import (
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// Membership binds a device, its owner and its data to one federation of one
// contract on one chain. Both sign the same digest: the device that it belongs to
// the owner and has this data, the owner that the collateral may be reserved.
type Membership struct {
	Chain      uint64
	Contract   key.Address
	Federation blob.Hash // its id on the chain
	Device     key.Address
	Owner      key.Address
	Data       blob.Hash // commitment to the dataset
	Collateral config.Amount
	Expiry     uint64 // Unix seconds until which the signatures can be used
	Nonce      uint32 // how often the device joined a federation of this name before
}

// Digest is what both sign.
func (m Membership) Digest() [32]byte {
	var collateral [32]byte
	m.Collateral.Wei().FillBytes(collateral[:])
	return typed.Domain{Name: "Tadpole", Version: "1", Chain: m.Chain, Contract: m.Contract}.Digest(
		"Join(bytes32 federation,address device,address owner,bytes32 data,uint96 collateral,uint64 expiry,uint32 nonce)",
		m.Federation, typed.Address(m.Device), typed.Address(m.Owner), m.Data, collateral, typed.Uint(m.Expiry), typed.Uint(uint64(m.Nonce)))
}
