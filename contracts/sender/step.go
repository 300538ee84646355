package sender

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/tadpole-edge/tadpole/internal/outage"
)

// takenLooks is how often in a row a nonce must be found spent without one of its
// attempts in a block, before it counts as a stranger's: a node may show the
// nonce a moment before the receipt.
const takenLooks = 3

// Run sends and watches until ctx ends.
func (s *Sender) Run(ctx context.Context) error {
	watch := outage.Watch{Peer: "the chain's node", Poll: s.config.Poll, Log: s.config.Logger}
	return watch.Repeat(ctx, s.wake, s.step)
}

// idlePolls is how many polls lie between two looks when nothing is on its way
// and only a chain that fell back could bring work.
const idlePolls = 10

// step compares the journal with the chain once.
func (s *Sender) step(ctx context.Context) error {
	busy, err := s.busy()
	if err != nil {
		return err
	}
	if s.rest > 0 && !busy {
		s.rest--
		return nil
	}
	head, err := s.config.Node.HeaderByNumber(ctx, nil)
	if err != nil {
		return fmt.Errorf("read the chain's head: %w", err)
	}
	nonce, err := s.config.Node.NonceAt(ctx, common.Address(s.address), nil)
	if err != nil {
		return fmt.Errorf("read the account's nonce: %w", err)
	}
	known, err := s.flying(nonce)
	if err != nil {
		return err
	}
	next, flying := nonce, 0
	for _, r := range known {
		// What is in a block stays there while the head does.
		if r.State != mined || head.Hash() != s.seen {
			if err := s.follow(ctx, &r, head, nonce); err != nil {
				return err
			}
		}
		if r.State == sent || r.State == mined {
			next = max(next, r.Nonce+1)
		}
		if r.State == sent {
			flying++
		}
	}
	s.seen, s.rest = head.Hash(), idlePolls-1
	return s.launchAll(ctx, head, next, flying)
}

// launchAll sends what waits, as far as there is room for it: first all that are
// signed go into the journal, in one write, then to the node.
func (s *Sender) launchAll(ctx context.Context, head *types.Header, next uint64, flying int) error {
	for flying < s.config.InFlight {
		fresh, err := s.fresh(s.config.InFlight - flying)
		if err != nil || len(fresh) == 0 {
			return err
		}
		tip, feeCap, err := s.fees(ctx, head)
		if err != nil {
			return err
		}
		var signed []record
		var fault error
		held := false
		for _, r := range fresh {
			if fault = s.launch(ctx, &r, next, tip, feeCap, flying > 0); fault != nil {
				break
			}
			if held = r.State == waiting; held {
				break // it keeps its place
			}
			if r.State == sent {
				signed = append(signed, r)
				next++
				flying++
			}
		}
		if err := s.save(signed...); err != nil {
			return errors.Join(fault, err)
		}
		for _, r := range signed {
			if err := s.give(ctx, r); err != nil {
				return errors.Join(fault, err)
			}
		}
		if fault != nil || held {
			return fault
		}
	}
	return nil
}

// follow brings a signed record up to date with the chain.
func (s *Sender) follow(ctx context.Context, r *record, head *types.Header, nonce uint64) error {
	before := r.State
	for i := len(r.Attempts) - 1; i >= 0; i-- {
		tx := new(types.Transaction)
		if err := tx.UnmarshalBinary(r.Attempts[i]); err != nil {
			return fmt.Errorf("read transaction %s of the journal: %w", r.ID, err)
		}
		receipt, err := s.config.Node.TransactionReceipt(ctx, tx.Hash())
		if errors.Is(err, ethereum.NotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read receipt of transaction %s: %w", r.ID, err)
		}
		at := receipt.BlockNumber.Uint64()
		state := mined
		if head.Number.Uint64() >= at+s.config.Confirmations {
			state = settled
		}
		if r.State == state && r.BlockHash == receipt.BlockHash {
			return nil
		}
		r.State, r.Hash, r.Block, r.BlockHash, r.Taken = state, tx.Hash(), at, receipt.BlockHash, 0
		return s.save(*r)
	}
	if before != sent {
		s.config.Logger.Warn("a block was lost: the transaction is sent again", "transaction", r.ID, "block", r.Block)
		r.State, r.Block = sent, 0
		if err := s.save(*r); err != nil {
			return err
		}
	}
	if r.Nonce < nonce { // spent, but not by one of ours
		if r.Taken++; r.Taken >= takenLooks {
			s.config.Logger.Warn("a stranger used the nonce: the transaction gets another", "transaction", r.ID, "nonce", r.Nonce)
			r.State, r.Attempts, r.Taken = waiting, nil, 0
		}
		return s.save(*r)
	}
	if time.Since(time.UnixMilli(r.SentAt)) > s.config.BumpAfter {
		return s.bump(ctx, r, head)
	}
	return s.broadcast(ctx, r)
}

// launch gives a waiting record a nonce and signs it; one that the contract would
// refuse is refused here and costs nothing. While earlier ones are on their way it
// waits instead, since it may need what they do.
func (s *Sender) launch(ctx context.Context, r *record, nonce uint64, tip, feeCap *big.Int, flying bool) error {
	gas := r.Gas
	if gas == 0 {
		estimate, err := s.config.Node.EstimateGas(ctx, s.message(*r))
		if revert := asRevert(r.ID, err); revert != nil {
			if flying {
				return nil
			}
			r.State, r.Reason, r.RevertData = refused, revert.Text, revert.Data
			return s.save(*r)
		}
		if err != nil {
			return fmt.Errorf("estimate gas of transaction %s: %w", r.ID, err)
		}
		gas = estimate + estimate/4
	}
	r.Gas, r.Nonce, r.State = gas, nonce, sent
	return s.sign(r, tip, feeCap)
}

// fees are the node's suggested tip, and a cap that twice today's base fee fits.
func (s *Sender) fees(ctx context.Context, head *types.Header) (tip, feeCap *big.Int, err error) {
	if tip, err = s.config.Node.SuggestGasTipCap(ctx); err != nil {
		return nil, nil, fmt.Errorf("ask for a fee: %w", err)
	}
	base := head.BaseFee
	if base == nil {
		base = new(big.Int)
	}
	return tip, new(big.Int).Add(tip, new(big.Int).Mul(base, big.NewInt(2))), nil
}

// bump replaces a stuck attempt: a quarter more, where nodes want a tenth.
func (s *Sender) bump(ctx context.Context, r *record, head *types.Header) error {
	last, err := r.latest()
	if err != nil {
		return err
	}
	tip, feeCap, err := s.fees(ctx, head)
	if err != nil {
		return err
	}
	tip, feeCap = larger(tip, quarterMore(last.GasTipCap())), larger(feeCap, quarterMore(last.GasFeeCap()))
	s.config.Logger.Info("transaction is stuck: its fee is raised", "transaction", r.ID, "nonce", r.Nonce, "fee_cap", feeCap)
	if err := s.sign(r, tip, feeCap); err != nil {
		return err
	}
	if err := s.save(*r); err != nil {
		return err
	}
	return s.give(ctx, *r)
}

func quarterMore(v *big.Int) *big.Int {
	more := new(big.Int).Div(v, big.NewInt(4))
	return more.Add(more, v).Add(more, big.NewInt(1))
}

func larger(a, b *big.Int) *big.Int {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// sign makes another attempt, which is to be in the journal before a node has it.
func (s *Sender) sign(r *record, tip, feeCap *big.Int) error {
	body := &types.DynamicFeeTx{ChainID: s.chainID, Nonce: r.Nonce, GasTipCap: tip, GasFeeCap: feeCap, Gas: r.Gas, Value: r.value(), Data: r.Data}
	if !r.To.IsZero() {
		to := common.Address(r.To)
		body.To = &to
	}
	tx := types.NewTx(body)
	signature := s.config.Key.Sign(s.signer.Hash(tx))
	signature[64] -= 27
	tx, err := tx.WithSignature(s.signer, signature[:])
	if err != nil {
		return fmt.Errorf("sign transaction %s: %w", r.ID, err)
	}
	raw, err := tx.MarshalBinary()
	if err != nil {
		return fmt.Errorf("encode transaction %s: %w", r.ID, err)
	}
	r.Attempts, r.SentAt = append(r.Attempts, raw), time.Now().UnixMilli()
	return nil
}

// broadcast gives the latest attempt to a node that does not know it.
func (s *Sender) broadcast(ctx context.Context, r *record) error {
	tx, err := r.latest()
	if err != nil {
		return err
	}
	if _, _, err := s.config.Node.TransactionByHash(ctx, tx.Hash()); err == nil {
		return nil
	}
	return s.give(ctx, *r)
}

// give gives the latest attempt to the node.
func (s *Sender) give(ctx context.Context, r record) error {
	tx, err := r.latest()
	if err != nil {
		return err
	}
	if err := s.config.Node.SendTransaction(ctx, tx); err != nil {
		// Known already, underpriced, no coins yet: the next look tells, or the bump.
		s.config.Logger.Debug("the node did not take a transaction", "transaction", r.ID, "error", err)
	}
	return nil
}

// latest is the record's last attempt.
func (r record) latest() (*types.Transaction, error) {
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(r.Attempts[len(r.Attempts)-1]); err != nil {
		return nil, fmt.Errorf("read transaction %s of the journal: %w", r.ID, err)
	}
	return tx, nil
}

// asRevert finds a contract's refusal in a node's error; nil if it is another.
// Nodes mark it by error data or by the text of code 3 (EIP-1474 has none for it).
func asRevert(id string, err error) *Revert {
	if err == nil {
		return nil
	}
	var coded interface{ ErrorCode() int }
	var withData interface{ ErrorData() any }
	r := &Revert{ID: id, Text: err.Error()}
	if errors.As(err, &withData) {
		if text, is := withData.ErrorData().(string); is {
			if data, err := hexutil.Decode(text); err == nil {
				r.Data = data
				return r
			}
		}
	}
	if errors.As(err, &coded) && coded.ErrorCode() == 3 {
		return r
	}
	return nil
}
