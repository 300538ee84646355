package aggregator

import (
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Sensors compares what devices attest to (package consensus). Only the loop calls it.
type Sensors interface {
	Take(batches []consensus.Batch) ([][]attestation.Outcome, error)
	Tick() error
}

// attest takes what a device has measured; it is kept with what else has come.
func (a *Aggregator) attest(device key.Address, m attestation.Message) {
	m.Attestations = m.Attestations[:min(len(m.Attestations), attestation.MaxBatch)]
	a.heard = append(a.heard, consensus.Batch{Device: device, Attestations: m.Attestations})
}

// keepAttestations keeps what has come in one transaction, and answers.
func (a *Aggregator) keepAttestations() {
	heard := a.heard
	if a.heard = nil; len(heard) == 0 || a.fatal != nil {
		return
	}
	var outcomes [][]attestation.Outcome
	if a.config.Sensors == nil {
		for _, b := range heard {
			var done []attestation.Outcome
			for _, s := range b.Attestations {
				done = append(done, attestation.Outcome{ID: s.ID(), Refused: "nobody compares sensors here"})
			}
			outcomes = append(outcomes, done)
		}
	} else {
		var err error
		if outcomes, err = a.config.Sensors.Take(heard); err != nil {
			a.fatal = fmt.Errorf("keep state: %w", err)
			return
		}
	}
	for i, b := range heard {
		a.sender.Send(b.Device, wire.KindAttested, attestation.Answer{Done: outcomes[i]})
	}
}

// judgeEvery is how often windows are looked at whose deadline may be over.
const judgeEvery = time.Second

// judgeSensors judges windows whose deadline is over.
func (a *Aggregator) judgeSensors() {
	now := a.config.Now()
	if a.config.Sensors == nil || now.Sub(a.judged).Abs() < judgeEvery {
		return
	}
	a.judged = now
	if err := a.config.Sensors.Tick(); err != nil {
		a.fatal = fmt.Errorf("keep state: %w", err)
	}
}
