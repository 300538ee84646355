package service

import (
	"encoding/hex"
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Buckets of the device registry in the aggregator's database.
const (
	bucketDevices = "devices" // address -> devices.Device
	bucketTokens  = "tokens"  // hash -> devices.Token
)

// records keeps the device registry in the aggregator's database.
type records struct{ store *store.Store }

var _ devices.Records = records{}

func (r records) View(read func(devices.Tx) error) error {
	return r.store.View(func(tx *store.Tx) error { return read(recordsTx{tx}) })
}

func (r records) Update(change func(devices.Tx) error) error {
	return r.store.Update(func(tx *store.Tx) error { return change(recordsTx{tx}) })
}

type recordsTx struct{ tx *store.Tx }

func (t recordsTx) Device(address key.Address) (d devices.Device, err error) {
	found, err := t.tx.Get(bucketDevices, address.String(), &d)
	if err == nil && !found {
		err = fmt.Errorf("device %s: %w", address, devices.ErrNotFound)
	}
	return d, err
}

func (t recordsTx) Devices() (all []devices.Device, err error) {
	err = store.Each(t.tx, bucketDevices, func(_ string, d devices.Device) error { all = append(all, d); return nil })
	return all, err
}

func (t recordsTx) PutDevice(d devices.Device) error {
	return t.tx.Put(bucketDevices, d.Address.String(), d)
}

func (t recordsTx) Token(hash [32]byte) (token devices.Token, err error) {
	found, err := t.tx.Get(bucketTokens, hex.EncodeToString(hash[:]), &token)
	if err == nil && !found {
		err = fmt.Errorf("token: %w", devices.ErrNotFound)
	}
	return token, err
}

func (t recordsTx) Tokens() (all []devices.Token, err error) {
	err = store.Each(t.tx, bucketTokens, func(_ string, token devices.Token) error { all = append(all, token); return nil })
	return all, err
}

func (t recordsTx) PutToken(token devices.Token) error {
	return t.tx.Put(bucketTokens, hex.EncodeToString(token.Hash[:]), token)
}

func (t recordsTx) DeleteToken(hash [32]byte) error {
	return t.tx.Delete(bucketTokens, hex.EncodeToString(hash[:]))
}
