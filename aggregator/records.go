package aggregator

import (
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Buckets of the aggregator's database.
const bucketFederations = "federations" // name -> federationRecord

func bucketMembers(name string) string { return "members/" + name } // device -> memberRecord
func bucketHistory(name string) string { return "history/" + name } // round -> Round
func bucketHeld(name string) string    { return "held/" + name }    // round -> heldRecord

// federationRecord is one federation as it stands; with its members it is all
// that a restart needs.
type federationRecord struct {
	Config    federation.Federation `cbor:"1,keyasint"`
	State     round.State           `cbor:"2,keyasint"`
	Model     blob.Hash             `cbor:"3,keyasint"` // the round's base model
	Optimiser blob.Hash             `cbor:"4,keyasint"` // the optimiser's state; zero = none
	Best      blob.Hash             `cbor:"5,keyasint"` // the model with the best accuracy so far
	BestScore float64               `cbor:"6,keyasint"`
	Created   int64                 `cbor:"7,keyasint"` // Unix ms
	Recent    []blob.Hash           `cbor:"8,keyasint"` // models kept, oldest first
	Market    wire.Market           `cbor:"9,keyasint"` // to which leaves are bound; zero = none
}

// memberRecord is one device in the present round, with the offer that was
// accepted from it.
type memberRecord struct {
	Member round.Member `cbor:"1,keyasint"`
	Offer  *wire.Offer  `cbor:"2,keyasint,omitempty"`
}

// Round is the history of one finished round.
type Round struct {
	Round      uint32       `cbor:"1,keyasint" json:"round"`
	Base       blob.Hash    `cbor:"2,keyasint" json:"base"`  // model it began with
	Model      blob.Hash    `cbor:"3,keyasint" json:"model"` // model it ended with
	Root       blob.Hash    `cbor:"4,keyasint" json:"root"`  // Merkle root over Leaves
	Leaves     [][]byte     `cbor:"5,keyasint" json:"leaves"`
	Samples    uint64       `cbor:"6,keyasint" json:"samples"`     // trained on, in all accepted updates
	TrainLoss  float64      `cbor:"7,keyasint" json:"train_loss"`  // mean over the samples as the devices saw them
	TrainScore float64      `cbor:"8,keyasint" json:"train_score"` // accuracy, likewise
	Evaluated  bool         `cbor:"9,keyasint" json:"evaluated"`
	Loss       float64      `cbor:"10,keyasint" json:"loss"`     // of the new model on the test set
	Accuracy   float64      `cbor:"11,keyasint" json:"accuracy"` // likewise
	Members    []MemberNote `cbor:"12,keyasint" json:"members"`
	Late       uint32       `cbor:"13,keyasint" json:"late"`
	BytesUp    uint64       `cbor:"14,keyasint" json:"bytes_up"`
	BytesDown  uint64       `cbor:"15,keyasint" json:"bytes_down"`
	Began      int64        `cbor:"16,keyasint" json:"began"`                           // Unix ms
	Ended      int64        `cbor:"17,keyasint" json:"ended"`                           // Unix ms
	EvalMillis int64        `cbor:"18,keyasint" json:"evaluate_millis"`                 // of the round's time
	JobMillis  uint64       `cbor:"19,keyasint" json:"job_millis"`                      // of the slowest job, as its device says
	Signatures [][]byte     `cbor:"20,keyasint" json:"signatures"`                      // of Leaves, by their devices
	Optimiser  blob.Hash    `cbor:"21,keyasint" json:"optimiser"`                       // the server optimiser's state before; zero = none
	Updates    []blob.Hash  `cbor:"22,keyasint" json:"updates"`                         // that Leaves commit to, in the same order
	Shards     int          `cbor:"23,keyasint,omitempty" json:"shards,omitempty"`      // jobs on a cluster that summed them up; 0 = the server did
	Unsharded  string       `cbor:"24,keyasint,omitempty" json:"unsharded,omitempty"`   // why the server did, where a cluster should have; "" = none should have
	FoldMillis int64        `cbor:"25,keyasint,omitempty" json:"fold_millis,omitempty"` // of the round's time, with shards
}

// MemberNote says what became of one device in a round.
type MemberNote struct {
	Device  key.Address `cbor:"1,keyasint" json:"device"`
	Outcome string      `cbor:"2,keyasint" json:"outcome"`
	Reason  string      `cbor:"3,keyasint,omitempty" json:"reason,omitempty"`
}

// historyKey sorts by round.
func historyKey(n uint32) string { return fmt.Sprintf("%010d", n) }

// loadAll reads every federation and its present members.
func loadAll(s *store.Store) (records []federationRecord, members map[string][]memberRecord, held map[string]map[uint32]heldRecord, err error) {
	members, held = map[string][]memberRecord{}, map[string]map[uint32]heldRecord{}
	err = s.View(func(tx *store.Tx) error {
		return store.Each(tx, bucketFederations, func(name string, r federationRecord) error {
			records = append(records, r)
			held[name] = map[uint32]heldRecord{}
			err := store.Each(tx, bucketHeld(name), func(_ string, h heldRecord) error {
				held[name][h.Round] = h
				return nil
			})
			if err != nil {
				return err
			}
			return store.Each(tx, bucketMembers(name), func(_ string, m memberRecord) error {
				members[name] = append(members[name], m)
				return nil
			})
		})
	})
	return records, members, held, err
}

// sweeper is a blob store that can be cleared of what nobody names.
type sweeper interface {
	Sweep(keep func(blob.Hash) bool) error
}

// sweep deletes blobs that a crash left behind: a transaction that forgets them is
// kept before they are deleted.
func (a *Aggregator) sweep(records []federationRecord, members map[string][]memberRecord, held map[string]map[uint32]heldRecord) {
	blobs, can := a.config.Blobs.(sweeper)
	if !can {
		return
	}
	named := map[blob.Hash]bool{a.module.Hash: true}
	if a.config.Twins != nil {
		for _, h := range a.config.Twins.Blobs() {
			named[h] = true
		}
	}
	for _, r := range records {
		named[r.Model], named[r.Optimiser], named[r.Best] = true, true, true
		for _, h := range r.Recent {
			named[h] = true
		}
		for _, h := range held[r.Config.Name] {
			for _, b := range h.Blobs {
				named[b] = true
			}
		}
		for _, m := range members[r.Config.Name] {
			if m.Offer != nil {
				named[m.Offer.Update.Hash] = true
			}
		}
	}
	if err := blobs.Sweep(func(h blob.Hash) bool { return named[h] }); err != nil {
		a.log.Warn("blobs not swept", "error", err)
	}
}
