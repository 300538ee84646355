package aggregator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// Folder sums up shards of a round's updates on other machines. It may be asked for
// several at once, and after a restart again for those it was asked for before: a
// shard's name then stands for the same.
type Folder interface {
	// Fold runs the shard's job over its file, on so many nodes that must agree, and
	// gives what the job wrote. The file can be read until it returns.
	Fold(ctx context.Context, s shard.Shard, file io.ReaderAt, replicas int) (outputs map[string][]byte, err error)
}

// folding is how a round's sum came to be.
type folding struct {
	shards int           // jobs elsewhere; 0 = it was folded here
	reason string        // why here, where there should have been jobs
	took   time.Duration // after the last update was in
}

// sharded tells whether updates are added at the end of the round, elsewhere.
func (r *run) sharded() bool {
	return r.record.Config.Folding.Shards > 0 && r.aggregator.config.Folder != nil
}

// newSum starts the round's sum: a tally where the updates are added elsewhere, for
// what is no update must be refused before its device gets a receipt.
func (r *run) newSum() (*combine.Sum, error) {
	form := r.record.Config.Form(r.architecture)
	if r.sharded() {
		return combine.NewTally(form)
	}
	return combine.NewSum(form)
}

// total is the sum of the round's accepted updates. A cluster that is away, refuses
// or disagrees loses time and nothing else: the updates are here.
func (r *run) total(ctx context.Context, state round.State) (*combine.Sum, folding, error) {
	if !r.sharded() {
		return r.sum, folding{}, nil
	}
	begin := time.Now()
	updates, err := r.accepted()
	if err != nil {
		return nil, folding{}, err
	}
	sum, how := (*combine.Sum)(nil), folding{}
	sum, how.shards, err = r.foldElsewhere(ctx, state.Round, updates)
	if err != nil {
		if ctx.Err() != nil {
			return nil, how, ctx.Err()
		}
		r.log.Warn("shards were not folded on the cluster; folding them here", "round", state.Round, "error", err)
		how = folding{reason: err.Error()}
		if sum, err = r.foldHere(); err != nil {
			return nil, how, fmt.Errorf("fold updates: %w", err)
		}
	}
	how.took = time.Since(begin)
	return sum, how, nil
}

// accepted lists the round's updates, sorted by device.
func (r *run) accepted() ([]shard.Update, error) {
	var updates []shard.Update
	for _, m := range r.machine.Members() {
		offer := r.offers[m.Device]
		if m.Standing != round.Accepted || offer == nil {
			continue
		}
		l, err := leaf.Decode(offer.Leaf)
		if err != nil {
			return nil, fmt.Errorf("update of %s: %w", m.Device, err)
		}
		updates = append(updates, shard.Update{Blob: offer.Update.Hash, Samples: l.Samples})
	}
	return updates, nil
}

// foldElsewhere has every shard summed up by the folder and merges the sums as they
// come. The first failure ends it.
func (r *run) foldElsewhere(ctx context.Context, n uint32, updates []shard.Update) (*combine.Sum, int, error) {
	terms := r.record.Config.Folding
	ctx, cancel := context.WithTimeout(ctx, terms.Within())
	defer cancel()
	form := r.record.Config.Form(r.architecture)
	sum, err := combine.NewSum(form)
	if err != nil {
		return nil, 0, err
	}
	shards := shard.Split(fmt.Sprintf("tadpole-fold-%s-%d", r.record.Config.Name, n), form, updates, terms.Shards)
	var mu sync.Mutex // guards sum and faults
	var faults []error
	var jobs sync.WaitGroup
	for _, s := range shards {
		jobs.Go(func() {
			outputs, err := r.aggregator.config.Folder.Fold(ctx, s, s.File(r.aggregator.config.Blobs), max(1, terms.Replicas))
			var partial combine.Partial
			if err == nil {
				partial, err = s.Sum(outputs)
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				err = sum.Merge(partial)
			}
			if err != nil && len(faults) == 0 {
				faults = append(faults, fmt.Errorf("shard %s: %w", s.Name, err))
				cancel()
			}
		})
	}
	jobs.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, 0, err
	}
	return sum, len(shards), nil
}

// foldHere reads the updates again and adds them.
func (r *run) foldHere() (*combine.Sum, error) {
	sum, err := combine.NewSum(r.record.Config.Form(r.architecture))
	if err != nil {
		return nil, err
	}
	for _, m := range r.machine.Members() {
		offer := r.offers[m.Device]
		if m.Standing != round.Accepted || offer == nil {
			continue
		}
		if err := r.refold(sum, offer); err != nil {
			return nil, fmt.Errorf("update of %s: %w", m.Device, err)
		}
	}
	return sum, nil
}
