package consensus

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Evidence is a verdict with all that it was made of. As JSON it is what `tadpole sensors
// show` writes and `tadpole sensors verify` reads.
type Evidence struct {
	Verdict      Verdict              `cbor:"1,keyasint" json:"verdict"`
	Attestations []attestation.Signed `cbor:"2,keyasint" json:"attestations"` // by what they state
	Root         blob.Hash            `cbor:"3,keyasint" json:"root"`         // over Attestations, then the verdict: can be committed
	// Late are attestations that came after the verdict; they count for nothing, and are
	// not under Root. At most maxLate are kept.
	Late      []attestation.Signed `cbor:"4,keyasint,omitempty" json:"late,omitempty"`
	LateCount int                  `cbor:"5,keyasint,omitempty" json:"late_count,omitempty"`
}

// maxLate bounds the late attestations that are kept of a window.
const maxLate = 64

// prove judges attestations and makes the evidence of it. All must hold.
func prove(r Rules, all []attestation.Signed, group []key.Address) (Evidence, error) {
	byID := map[blob.Hash]attestation.Signed{}
	var statements []attestation.Statement
	for _, a := range all {
		s, err := a.Open()
		if err != nil {
			return Evidence{}, err
		}
		// Of two signatures of one statement either will do; it must be the same in any order.
		if before, there := byID[a.ID()]; !there || bytes.Compare(a.Signature, before.Signature) < 0 {
			byID[a.ID()] = a
		}
		statements = append(statements, s)
	}
	v, err := Judge(r, statements, group)
	if err != nil {
		return Evidence{}, err
	}
	e := Evidence{Verdict: v}
	for _, a := range byID {
		e.Attestations = append(e.Attestations, a)
	}
	slices.SortFunc(e.Attestations, func(a, b attestation.Signed) int { return bytes.Compare(a.Statement, b.Statement) })
	e.Root, err = e.root()
	return e, err
}

// root is the Merkle root over the attestations and the verdict, which is the last leaf.
func (e Evidence) root() (blob.Hash, error) {
	var leaves []merkle.Hash
	for _, a := range e.Attestations {
		leaves = append(leaves, a.Leaf())
	}
	encoded, err := wire.Marshal(e.Verdict)
	if err != nil {
		return blob.Hash{}, err
	}
	leaves = append(leaves, sha256.Sum256(append([]byte("\x00tadpole/consensus/verdict/v1\x00"), encoded...)))
	return merkle.Root(leaves), nil
}

// ErrEvidence marks evidence that does not hold.
var ErrEvidence = errors.New("the evidence does not hold")

// Check works the verdict out again from the attestations, signatures included, and
// compares it and the root with what the evidence says. Which devices are missing, and
// that no attestation was left out, is the aggregator's word.
func (e Evidence) Check() error {
	v := e.Verdict
	group := slices.Clone(v.Missing)
	for _, m := range v.Members {
		group = append(group, m.Device)
	}
	again, err := prove(Rules{K: v.K, Tolerance: v.Tolerance, Quorum: v.Quorum}, e.Attestations, group)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrEvidence, err)
	case !reflect.DeepEqual(again.Verdict.normal(), v.normal()):
		return fmt.Errorf("%w: the attestations give another verdict: %+v, not %+v", ErrEvidence, again.Verdict, v)
	case again.Root != e.Root:
		return fmt.Errorf("%w: the root over it is %s, not %s", ErrEvidence, again.Root, e.Root)
	}
	for _, a := range e.Late {
		s, err := a.Open()
		if err == nil && windowOf(s) != v.Window {
			err = ErrMixed
		}
		if err != nil {
			return fmt.Errorf("%w: late attestation: %w", ErrEvidence, err)
		}
	}
	return nil
}

// normal makes no difference between no devices and none.
func (v Verdict) normal() Verdict {
	if len(v.Missing) == 0 {
		v.Missing = nil
	}
	if len(v.Members) == 0 {
		v.Members = nil
	}
	return v
}

// Equivocators names the devices that signed two different statements of the window,
// whether they came in time or late.
func (e Evidence) Equivocators() (devices []key.Address) {
	first := map[key.Address]blob.Hash{}
	for _, a := range slices.Concat(e.Attestations, e.Late) {
		s, err := a.Open()
		if err != nil {
			continue
		}
		if id, there := first[s.Device]; !there {
			first[s.Device] = a.ID()
		} else if id != a.ID() && !slices.Contains(devices, s.Device) {
			devices = append(devices, s.Device)
		}
	}
	slices.SortFunc(devices, func(a, b key.Address) int { return bytes.Compare(a[:], b[:]) })
	return devices
}
