package deal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
}

// Capabilities say what jobs a provider's machine takes.
type Capabilities struct {
	Memory uint64 `json:"memory"`
	Output uint64 `json:"output"`
	Fuel   uint64 `json:"fuel"` // per job
	GPU    uint64 `json:"gpu,omitempty"`
}

// Fits tells whether a machine can run a job.
func (c Capabilities) Fits(s Spec) bool {
	return s.Memory <= c.Memory && s.Output <= c.Output && s.Fuel <= c.Fuel && s.GPU <= c.GPU
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
