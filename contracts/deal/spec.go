package deal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrSpec marks a description that cannot be read.
var ErrSpec = errors.New("invalid description")

// Spec says how a job is run. Its limits are part of the job: they are the same
// for the provider and for everybody who runs it again.
type Spec struct {
	Memory uint64 `json:"memory"`        // bytes of linear memory at most
	Output uint64 `json:"output"`        // bytes of all outputs at most
	Fuel   uint64 `json:"fuel"`          // units of work at most
	GPU    uint64 `json:"gpu,omitempty"` // that the machine must have

	// Replicas of one job are deals of one creator with the same description: no
	// provider gets two of them.
	Group    blob.Hash `json:"group,omitzero"`     // tells them from another job's; zero = the job has none
	Replicas uint8     `json:"replicas,omitempty"` // in the group
	// Sealed says what of the job is encrypted; nil = nothing.
	Sealed *Sealed `json:"sealed,omitempty"`
}

// Capabilities say what jobs a provider's machine takes.
type Capabilities struct {
	Memory uint64 `json:"memory"`
	Output uint64 `json:"output"`
	Fuel   uint64 `json:"fuel"` // per job
	GPU    uint64 `json:"gpu,omitempty"`
	// SealedFor are the creators whose sealed jobs it takes: one that it could not open
	// would cost it the price of a late result, and only they can see to that.
	SealedFor []key.Address `json:"sealedFor,omitempty"`
}

// Fits tells whether a machine can run a job.
func (c Capabilities) Fits(s Spec) bool { return c.Lack(s) == "" }

// Lack says what a machine has too little of for a job; "" = nothing.
func (c Capabilities) Lack(s Spec) string {
	for _, r := range []struct {
		what        string
		has, wanted uint64
	}{{"GPUs", c.GPU, s.GPU}, {"bytes of memory", c.Memory, s.Memory}, {"bytes of outputs", c.Output, s.Output}, {"units of fuel", c.Fuel, s.Fuel}} {
		if r.has < r.wanted {
			return fmt.Sprintf("it takes %d %s, the job wants %d", r.has, r.what, r.wanted)
		}
	}
	return ""
}

// Closed says why a provider cannot run a sealed job of a creator's; "" = it can, or
// the job is not sealed.
func (c Capabilities) Closed(s Spec, creator, provider key.Address) string {
	switch {
	case s.Sealed == nil:
	case !s.May(provider):
		return "the data are sealed to others"
	case !slices.Contains(c.SealedFor, creator):
		return "it takes no sealed jobs of this creator (tadpole provider --sealed-for)"
	}
	return ""
}

// Encode gives the bytes whose SHA-256 an offer names.
func (s Spec) Encode() []byte { return encode(s) }

// Encode gives the bytes whose SHA-256 an offer names.
func (c Capabilities) Encode() []byte { return encode(c) }

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("BUG: deal: " + err.Error()) // numbers always encode
	}
	return b
}

// DecodeSpec reads a description that is complete.
func DecodeSpec(encoded []byte) (s Spec, err error) {
	if err = decode(encoded, &s); err == nil && (s.Memory == 0 || s.Output == 0 || s.Fuel == 0) {
		err = fmt.Errorf("%w: memory, output and fuel need limits", ErrSpec)
	}
	if err == nil && (s.Group.IsZero() != (s.Replicas == 0) || s.Replicas == 1) {
		err = fmt.Errorf("%w: a group has a name and two replicas at least", ErrSpec)
	}
	if err == nil && s.Sealed != nil {
		err = s.Sealed.validate()
	}
	return s, err
}

// DecodeCapabilities reads the description of a machine.
func DecodeCapabilities(encoded []byte) (c Capabilities, err error) {
	return c, decode(encoded, &c)
}

func decode(encoded []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(encoded))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrSpec, err)
	}
	if d.More() {
		return fmt.Errorf("%w: something follows it", ErrSpec)
	}
	return nil
}
