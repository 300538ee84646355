package procure

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/typed"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// maxData bounds a device's data in bytes.
const maxData = 1 << 30

// nameOf is a task's name in the market, over the same data: the nonce of its deal.
func nameOf(over wire.HandOver) *big.Int {
	h := sha256.New()
	h.Write([]byte("tadpole/task/v1\x00"))
	h.Write(over.Task[:])
	h.Write(over.Contents)
	return new(big.Int).SetBytes(h.Sum(nil))
}

// replyKey opens what a task's provider found. It follows from the account's key,
// so that nothing is lost with a restart.
func replyKey(k *key.Key, name *big.Int) deal.ReplyKey {
	var word [32]byte
	signature := k.Sign(typed.Keccak([]byte("tadpole/reply/v1\x00"), name.FillBytes(word[:])))
	return deal.NewReplyKey(typed.Keccak(signature[:]))
}

// readers are the parties of the market who can read a task's data.
type readers struct {
	providers []key.Address
	mediators *big.Int // bitmap
}

// readers finds, among those to whom a device encrypted its data, who is registered.
func (b *Buyer) readers(ctx context.Context, over wire.HandOver) (readers, error) {
	if n := len(over.Providers) + len(over.Mediators); n > wire.MaxRecipients {
		return readers{}, fmt.Errorf("the data are sealed to %d recipients, at most %d", n, wire.MaxRecipients)
	}
	if err := b.lookForRegistrants(ctx); err != nil {
		return readers{}, err
	}
	r := readers{mediators: new(big.Int)}
	can := map[key.Address]bool{}
	b.mu.Lock()
	for _, recipient := range over.Providers {
		if found, registered := b.registrants.Of(recipient); registered {
			can[found.Account] = true
			if found.Roles&market.Provider != 0 {
				r.providers = append(r.providers, found.Account)
			}
		}
	}
	for _, recipient := range over.Mediators {
		if found, registered := b.registrants.Of(recipient); registered {
			can[found.Account] = true
		}
	}
	b.mu.Unlock()
	if len(r.providers) == 0 {
		return readers{}, fmt.Errorf("%w: none of the %d in providers of [heavy] is a provider of this market", ErrTrust, len(over.Providers))
	}
	active, err := b.config.Market.ActiveMediators(ctx)
	if err != nil {
		return readers{}, err
	}
	count := 0
	for i := range active.BitLen() {
		if active.Bit(i) == 0 {
			continue
		}
		account, err := b.config.Market.MediatorAt(ctx, uint8(i))
		if err != nil {
			return readers{}, err
		}
		if can[account] {
			r.mediators.SetBit(r.mediators, i, 1)
			count++
		}
	}
	if want := int(b.config.Terms.Mediators); count < want {
		return readers{}, fmt.Errorf("%w: %d active mediators may see the data for a check, a deal wants %d: the owner adds those that it trusts to mediators in [heavy]", ErrTrust, count, want)
	}
	return r, nil
}

// A task's files, as its device's sandbox would see them.
const (
	planFile  = "plan.bin"
	modelFile = "model.safetensors"
	dataFile  = "data.safetensors"
)

// spec describes a task's job: all but its module is sealed.
func (b *Buyer) spec(t wire.Task, r readers, reply deal.ReplyKey) deal.Spec {
	return deal.Spec{Memory: t.Memory, Output: t.MaxUpdate + 4096, Fuel: b.config.Terms.Fuel,
		Sealed: &deal.Sealed{Inputs: []string{planFile, modelFile, dataFile}, Providers: r.providers, Outputs: reply.Public()}}
}

// order makes the job that a task is. The device encrypted the data; what the
// server adds it encrypts to the same recipients, or strangers would follow the
// federation's model, and see how many records a device has.
func (b *Buyer) order(ctx context.Context, t wire.Task, over wire.HandOver, reply deal.ReplyKey, module, model, data []byte) (buy.Order, error) {
	r, err := b.readers(ctx, over)
	if err != nil {
		return buy.Order{}, err
	}
	lowered, err := lower(t, over, model)
	if err != nil {
		return buy.Order{}, err
	}
	to := slices.Concat(over.Providers, over.Mediators)
	inputs := map[string][]byte{dataFile: data}
	for name, content := range map[string][]byte{planFile: lowered, modelFile: model} {
		if inputs[name], err = sealed.Seal(bytes.NewReader(content), to); err != nil {
			return buy.Order{}, err
		}
	}
	if got := blob.Sum(module); got != t.Module.Hash {
		return buy.Order{}, fmt.Errorf("the task's module is %s, this server has %s", t.Module.Hash.Short(), got.Short())
	}
	terms := b.config.Terms
	within := terms.SubmitWithin
	if within == 0 {
		within = max(time.Duration(t.Timeout)*time.Millisecond, time.Minute)
	}
	return buy.Order{Module: module, Inputs: inputs,
		Terms: buy.Terms{Spec: b.spec(t, r, reply), Price: terms.Price, Rate: new(big.Int), MatchFee: terms.MatchFee, MediatorFee: terms.MediatorFee, CheckRate: terms.CheckRate,
			Multiple: terms.Multiple, Mediators: terms.Mediators, Trusted: r.mediators, SubmitWithin: within, JudgeWithin: terms.JudgeWithin, VoteWithin: terms.VoteWithin, Valid: terms.Valid}}, nil
}

// lower plans a task whose data cannot be read: how they lie in their file is all
// that a plan takes of them.
func lower(t wire.Task, over wire.HandOver, model []byte) ([]byte, error) {
	if over.Size > maxData || len(over.Head) > wire.MaxHead || uint64(len(over.Head)) > over.Size {
		return nil, fmt.Errorf("the data file is said to have %d bytes, %d of them header", over.Size, len(over.Head))
	}
	file, err := tensor.Decode(model)
	if err != nil {
		return nil, err
	}
	architecture, err := plan.ParseArchitecture(file.Metadata[plan.MetadataKey])
	if err != nil {
		return nil, err
	}
	var training plan.Training
	if err := wire.Unmarshal(t.Training, &training); err != nil {
		return nil, err
	}
	blank := make([]byte, over.Size) // pages that are never written to take no memory
	copy(blank, over.Head)
	return plan.Lower(architecture, training, plan.Train, model, blank)
}
