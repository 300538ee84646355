package wire

import (
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Desired is what a device is to be set up as, beside what its own edge.toml says. It
// is sent at every hello until the device has reported its version.
type Desired struct {
	Version     uint64       `cbor:"1,keyasint"` // grows; 0 = nothing was ever desired
	Config      string       `cbor:"2,keyasint,omitempty"`
	Deployments []Deployment `cbor:"3,keyasint,omitempty"`
	// Trial is in how many milliseconds the device must have proven that it still
	// reaches the server; 0 = DefaultTrial.
	Trial uint64 `cbor:"4,keyasint,omitempty"`
}

// DefaultTrial is five minutes, in milliseconds.
const DefaultTrial = 5 * 60 * 1000

// Deployment is a job that a device is to run.
type Deployment struct {
	Name      string        `cbor:"1,keyasint"`
	Version   uint64        `cbor:"2,keyasint"` // of the job
	Text      string        `cbor:"3,keyasint"` // [[job]] in TOML, and [[sink]] tables; the module is filled in
	Module    blob.Manifest `cbor:"4,keyasint"`
	Signature []byte        `cbor:"5,keyasint,omitempty"` // the file that lies beside the module; nil = none
}

// Bounds of a Desired, which must fit one message.
const (
	MaxDeployments = 32
	MaxSignature   = 4 << 10 // bytes
	MaxDesired     = 80 << 10
)

// Validate refuses what no server should send.
func (d Desired) Validate() error {
	if len(d.Deployments) > MaxDeployments {
		return fmt.Errorf("%d deployments, at most %d", len(d.Deployments), MaxDeployments)
	}
	size := len(d.Config)
	var faults []error
	for _, one := range d.Deployments {
		size += len(one.Text) + len(one.Signature) + 32*len(one.Module.Chunks)
		if err := one.Module.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("module of %.80s: %w", one.Name, err))
		}
		if len(one.Signature) > MaxSignature {
			faults = append(faults, fmt.Errorf("signature of %.80s: %d bytes, at most %d", one.Name, len(one.Signature), MaxSignature))
		}
	}
	if size > MaxDesired {
		faults = append(faults, fmt.Errorf("configuration and deployments have %d bytes, at most %d", size, MaxDesired))
	}
	return errors.Join(faults...)
}

// What has become of a desired version.
const (
	TwinFetching   = "fetching"    // modules are on their way
	TwinChecking   = "checking"    // they are there
	TwinTrial      = "trial"       // it runs, and has yet to prove itself
	TwinApplied    = "applied"     // it has
	TwinRefused    = "refused"     // it was never run; the reason has the mistakes
	TwinRolledBack = "rolled back" // what ran before runs again
)

// Reported is what a device says of its setup: after every change, at every connect, and
// now and then.
type Reported struct {
	Version   uint64       `cbor:"1,keyasint" json:"version"` // the newest Desired that it has kept; 0 = none
	Outcome   string       `cbor:"2,keyasint" json:"outcome"` // of that
	Reason    string       `cbor:"3,keyasint,omitempty" json:"reason,omitempty"`
	Running   uint64       `cbor:"4,keyasint" json:"running"`                   // the version that runs; 0 = the device's own file alone
	Local     uint64       `cbor:"5,keyasint" json:"local"`                     // how often the device's own file was edited
	Fault     string       `cbor:"6,keyasint,omitempty" json:"fault,omitempty"` // why the newest edit of it is not in use
	Conflicts []Conflict   `cbor:"7,keyasint,omitempty" json:"conflicts,omitempty"`
	Parts     []PartReport `cbor:"8,keyasint,omitempty" json:"parts,omitempty"`
}

// Conflict is a table that both the device's own file and the Desired have. The file
// wins for the keys that it names.
type Conflict struct {
	Table string   `cbor:"1,keyasint" json:"table"`          // as "job alarm"
	Keys  []string `cbor:"2,keyasint,omitempty" json:"keys"` // that the Desired has and the file overrules
	Both  bool     `cbor:"3,keyasint,omitempty" json:"both"` // edited on both sides since they last agreed
}

// PartReport is a source, job, dataset or sink as it runs.
type PartReport struct {
	Kind    string `cbor:"1,keyasint" json:"kind"`
	Name    string `cbor:"2,keyasint" json:"name"`
	Count   uint64 `cbor:"3,keyasint" json:"count"`
	Skipped uint64 `cbor:"4,keyasint" json:"skipped"`
	Fault   string `cbor:"5,keyasint,omitempty" json:"fault,omitempty"`
	Paused  string `cbor:"6,keyasint,omitempty" json:"paused,omitempty"`
}

// Bounds of a Reported.
const (
	MaxParts  = 128
	MaxReason = 4 << 10 // bytes of a reason or a fault
)
