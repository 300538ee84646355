package deal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrClosed marks a job whose inputs are encrypted to others: whoever meets it has
// nothing to say about the result.
var ErrClosed = errors.New("the job's inputs are sealed to others")

// Bounds of what is sealed.
const (
	maxSealedTo = 64      // providers
	maxOpened   = 1 << 30 // bytes of one input
)

// Sealed says what of a job not everybody may read. The rest of it is public.
type Sealed struct {
	Inputs    []string      `json:"inputs"`            // names of those that are encrypted (package sealed)
	Providers []key.Address `json:"providers"`         // who can open them: nobody else can run the job
	Outputs   string        `json:"outputs,omitempty"` // the Public of a ReplyKey to which they are encrypted; "" = they are public
}

// May tells whether a provider can run a job.
func (s Spec) May(provider key.Address) bool {
	return s.Sealed == nil || slices.Contains(s.Sealed.Providers, provider)
}

func (s Sealed) validate() error {
	if len(s.Inputs) == 0 || len(s.Inputs) > maxFiles || len(s.Providers) == 0 || len(s.Providers) > maxSealedTo {
		return fmt.Errorf("%w: %d inputs sealed to %d providers: want 1 to %d and 1 to %d", ErrSpec, len(s.Inputs), len(s.Providers), maxFiles, maxSealedTo)
	}
	for _, name := range s.Inputs {
		if err := checkName(name); err != nil {
			return fmt.Errorf("%w: sealed input: %w", ErrSpec, err)
		}
	}
	if s.Outputs == "" {
		return nil
	}
	_, err := replyTo(s.Outputs)
	return err
}

// Opener decrypts what is sealed to its owner; sealed.Identity is one.
type Opener interface {
	Open(file []byte, limit int64) ([]byte, error)
}

// opened gives a job's inputs as the job sees them, and a secret that those share
// who can open them: no stranger can guess it, and for the same data it is the same.
func (s Sealed) opened(inputs map[string][]byte, with Opener) (plain map[string][]byte, secret [32]byte, err error) {
	if with == nil {
		return nil, secret, fmt.Errorf("%w: there is no identity to open them with", ErrClosed)
	}
	plain = maps.Clone(inputs)
	h := sha256.New()
	h.Write([]byte("tadpole/opened/v1\x00"))
	for _, name := range slices.Sorted(slices.Values(s.Inputs)) {
		content, err := with.Open(inputs[name], maxOpened)
		if err != nil {
			return nil, secret, fmt.Errorf("%w: input %q: %w", ErrClosed, name, err)
		}
		plain[name] = content
		sum := sha256.Sum256(content)
		fmt.Fprintf(h, "%q %x\n", name, sum)
	}
	return plain, [32]byte(h.Sum(nil)), nil
}
