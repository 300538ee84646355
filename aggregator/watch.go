package aggregator

import (
	"context"
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Status is a federation as it stands, for displays.
type Status struct {
	Name      string    `json:"name"`
	Round     uint32    `json:"round"`
	Rounds    uint32    `json:"rounds"` // 0 = no limit
	Phase     string    `json:"phase"`
	Paused    bool      `json:"paused"`
	Reason    string    `json:"reason,omitempty"` // why it ended
	Online    int       `json:"online"`           // devices
	Cohort    int       `json:"cohort"`
	Training  int       `json:"training"`  // devices asked and not yet reporting
	Reporting int       `json:"reporting"` // updates on their way
	Accepted  int       `json:"accepted"`
	Target    float64   `json:"target"` // accuracy; 0 = none
	Model     blob.Hash `json:"model"`
	Best      blob.Hash `json:"best"`
	BestScore float64   `json:"best_score"`
	Last      *Round    `json:"last,omitempty"` // the latest finished round since the start
	Created   int64     `json:"created"`        // Unix ms
	BytesUp   uint64    `json:"bytes_up"`       // since the aggregator started
	BytesDown uint64    `json:"bytes_down"`
	Refused   uint64    `json:"refused"` // frames
}

// Ended tells whether the federation is done.
func (s Status) Ended() bool { return s.Phase == round.Ended.String() }

// List gives every federation, sorted by name.
func (a *Aggregator) List(ctx context.Context) ([]Status, error) {
	return ask(ctx, a, func() (list []Status) {
		for _, r := range a.sorted() {
			list = append(list, r.status())
		}
		return list
	})
}

// Status gives one federation.
func (a *Aggregator) Status(ctx context.Context, name string) (Status, error) {
	s, err := ask(ctx, a, func() *Status {
		if r := a.runs[name]; r != nil {
			s := r.status()
			return &s
		}
		return nil
	})
	if err == nil && s == nil {
		err = fmt.Errorf("federation %s: %w", name, ErrUnknown)
	}
	if err != nil {
		return Status{}, err
	}
	return *s, nil
}

func (r *run) status() Status {
	a, state := r.aggregator, r.machine.State()
	s := Status{
		Name: r.record.Config.Name, Round: state.Round, Rounds: r.record.Config.Stop.Rounds, Phase: state.Phase.String(), Paused: state.Paused,
		Reason: state.Reason, Cohort: r.record.Config.Cohort.Size, Reporting: len(r.incoming), Accepted: r.machine.Count(round.Accepted),
		Target: r.record.Config.Stop.Accuracy, Model: r.record.Model, Best: r.record.Best, BestScore: r.record.BestScore, Last: r.last,
		Created: r.record.Created, BytesUp: a.up.Load(), BytesDown: a.down.Load(), Refused: a.refused.Load(),
	}
	s.Training = r.machine.Count(round.Asked) - s.Reporting
	for _, session := range a.sessions {
		if session.online {
			s.Online++
		}
	}
	return s
}

// History reads a federation's finished rounds after the given one, at most
// limit.
func (a *Aggregator) History(name string, after uint32, limit int) (rounds []Round, err error) {
	if _, err := a.read(name); err != nil {
		return nil, err
	}
	err = a.config.Store.View(func(tx *store.Tx) error {
		return store.EachFrom(tx, bucketHistory(name), historyKey(after+1), func(_ string, h Round) (more bool, err error) {
			rounds = append(rounds, h)
			return len(rounds) < limit, nil
		})
	})
	return rounds, err
}

// Config gives a federation's terms.
func (a *Aggregator) Config(name string) (federation.Federation, error) {
	record, err := a.read(name)
	return record.Config, err
}

// Model reads a federation's model file: the one with the best accuracy if that
// is asked for and known, or the latest.
func (a *Aggregator) Model(name string, best bool) ([]byte, error) {
	record, err := a.read(name)
	if err != nil {
		return nil, err
	}
	if best && !record.Best.IsZero() {
		return blob.ReadAll(a.config.Blobs, record.Best)
	}
	return blob.ReadAll(a.config.Blobs, record.Model)
}

// read gives a federation's record as it was last kept.
func (a *Aggregator) read(name string) (record federationRecord, err error) {
	err = a.config.Store.View(func(tx *store.Tx) error {
		found, err := tx.Get(bucketFederations, name, &record)
		if err == nil && !found {
			err = fmt.Errorf("federation %s: %w", name, ErrUnknown)
		}
		return err
	})
	return record, err
}
