package aggregator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/optimise"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/plan"
)

// outcome is what closing a round gives: the next model, its optimiser's state,
// and the round's history.
type outcome struct {
	model, optimiser blob.Hash
	history          Round
}

// commit closes the round off the loop, since optimising and evaluating take
// long, and comes back with the outcome. Until then the loop changes neither the
// sum nor the offers: every report is late.
func (r *run) commit(ctx context.Context) {
	a := r.aggregator
	state := r.machine.State()
	a.workers.Go(func() {
		out, err := r.closeRound(ctx, state)
		if ctx.Err() != nil {
			return // the next start closes the round again
		}
		a.post(ctx, func() { r.committed(out, err) })
	})
}

// closeRound computes the outcome of the round: a pure function of the accepted
// updates, the base model and the optimiser's state.
func (r *run) closeRound(ctx context.Context, state round.State) (outcome, error) {
	blobs := r.aggregator.config.Blobs
	base, err := blob.ReadAll(blobs, r.record.Model)
	if err != nil {
		return outcome{}, err
	}
	sum, how, err := r.total(ctx, state)
	if err != nil {
		return outcome{}, err
	}
	encoded, err := evidence.Next(base, sum, r.optimiser)
	if err != nil {
		return outcome{}, err
	}
	out := outcome{history: r.describe(state)}
	out.history.Shards, out.history.Unsharded, out.history.FoldMillis = how.shards, how.reason, how.took.Milliseconds()
	if out.model, err = blobs.Put(encoded); err != nil {
		return outcome{}, err
	}
	if kept := evidence.SaveOptimiser(r.optimiser); kept != nil {
		if out.optimiser, err = blobs.Put(kept); err != nil {
			return outcome{}, err
		}
	}
	out.history.Model = out.model
	if every := uint32(r.record.Config.Evaluation.Every); r.evaluator != nil && (state.Round%every == 0 || state.Round == r.record.Config.Stop.Rounds) {
		begin := time.Now()
		loss, accuracy, err := r.evaluator.Evaluate(ctx, encoded)
		if err != nil {
			return outcome{}, fmt.Errorf("evaluate: %w", err)
		}
		out.history.Evaluated, out.history.Loss, out.history.Accuracy = true, loss, accuracy
		out.history.EvalMillis = time.Since(begin).Milliseconds()
	}
	return out, nil
}

// describe gathers the round's history. Leaves are sorted by device, so that
// absence can be proven by two neighbours.
func (r *run) describe(state round.State) Round {
	h := Round{Round: state.Round, Base: r.record.Model, Optimiser: r.record.Optimiser, Began: r.began, Late: state.Late}
	var hashes []merkle.Hash
	var seen, correct uint64
	var loss float64
	for _, m := range r.machine.Members() {
		h.Members = append(h.Members, MemberNote{m.Device, m.Standing.String(), m.Reason})
		offer := r.offers[m.Device]
		if m.Standing != round.Accepted || offer == nil {
			continue
		}
		l, err := leaf.Decode(offer.Leaf)
		if err != nil {
			panic("BUG: aggregator: an accepted leaf does not decode: " + err.Error())
		}
		h.Leaves = append(h.Leaves, offer.Leaf)
		h.Signatures = append(h.Signatures, offer.Signature)
		h.Updates = append(h.Updates, offer.Update.Hash)
		hashes = append(hashes, l.Hash())
		h.Samples += l.Samples
		seen += offer.Metrics.Samples
		correct += offer.Metrics.Correct
		loss += offer.Metrics.Loss
		h.JobMillis = max(h.JobMillis, offer.Metrics.Millis)
	}
	h.Root = merkle.Root(hashes)
	if seen > 0 {
		h.TrainLoss, h.TrainScore = loss/float64(seen), float64(correct)/float64(seen)
	}
	return h
}

// committed takes the outcome in: the next round begins, or the federation ends.
func (r *run) committed(out outcome, err error) {
	if err != nil {
		r.log.Error("round failed", "round", r.machine.State().Round, "error", err)
		r.step(round.Stop{Reason: err.Error()})
		return
	}
	a := r.aggregator
	h := out.history
	h.Ended = a.config.Now().UnixMilli()
	h.Late += r.late
	h.BytesUp, h.BytesDown = a.up.Load()-r.up, a.down.Load()-r.down
	for _, offer := range r.offers {
		r.discard(offer.Update.Hash)
	}
	if r.record.Optimiser != out.optimiser && !r.record.Optimiser.IsZero() {
		r.discard(r.record.Optimiser)
	}
	r.record.Model, r.record.Optimiser = out.model, out.optimiser
	if h.Evaluated && (r.record.Best.IsZero() || h.Accuracy > r.record.BestScore) {
		r.record.Best, r.record.BestScore = out.model, h.Accuracy
	}
	r.keepModels(out.model)
	if r.record.Config.Fees.Paid() {
		r.hold(h)
	}
	r.history, r.last, r.late = append(r.history, h), &h, 0
	finished := ""
	if target := r.record.Config.Stop.Accuracy; target > 0 && h.Evaluated && h.Accuracy >= target {
		finished = fmt.Sprintf("target accuracy reached: %.4f", h.Accuracy)
	}
	r.step(round.Committed{Finished: finished})
	r.forgetTasks()
	model, err := blob.DescribeStored(a.config.Blobs, out.model, 0)
	if err == nil {
		r.model = model
		err = r.beginRound()
	}
	if err != nil {
		a.fatal = err
		return
	}
	r.log.Info("round done", "round", h.Round, "updates", len(h.Leaves), "accuracy", h.Accuracy, "model", h.Model.Short(), "shards", h.Shards)
	if r.machine.State().Phase == round.Select {
		r.tick()
	}
}

// keepModels forgets all but the latest models and the best.
func (r *run) keepModels(latest blob.Hash) {
	r.record.Recent = append(slices.DeleteFunc(r.record.Recent, func(h blob.Hash) bool { return h == latest }), latest)
	for len(r.record.Recent) > r.aggregator.config.KeepModels {
		old := r.record.Recent[0]
		r.record.Recent = r.record.Recent[1:]
		if old != r.record.Best {
			r.discard(old)
		}
	}
}

func (a *Aggregator) restoreOptimiser(record federationRecord, architecture plan.Architecture) (*optimise.Optimiser, error) {
	var state []byte
	if !record.Optimiser.IsZero() {
		var err error
		if state, err = blob.ReadAll(a.config.Blobs, record.Optimiser); err != nil {
			return nil, err
		}
	}
	return evidence.RestoreOptimiser(record.Config, architecture, state)
}
