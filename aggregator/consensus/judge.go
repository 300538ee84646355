package consensus

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Window is what attestations must have in common to be compared.
type Window struct {
	Fleet    string `cbor:"1,keyasint" json:"fleet"`
	Group    string `cbor:"2,keyasint" json:"group"`
	Quantity string `cbor:"3,keyasint" json:"quantity"`
	Start    int64  `cbor:"4,keyasint" json:"start"` // nanoseconds since 1970
	End      int64  `cbor:"5,keyasint" json:"end"`   // outside
}

// Subject is the hash of what was measured where, under which a root is committed on a
// chain beside the window's times. Names have no spaces.
func (w Window) Subject() blob.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "\x00tadpole/consensus/subject/v1\x00%s %s %s", w.Fleet, w.Group, w.Quantity))
}

// windowOf is the window of a statement.
func windowOf(s attestation.Statement) Window {
	return Window{s.Fleet, s.Group, s.Quantity, s.Start, s.End}
}

// Outcome is what became of a device in a window.
type Outcome string

// The outcomes.
const (
	Agrees      Outcome = "agrees"
	Outlier     Outcome = "outlier"
	Equivocates Outcome = "equivocates" // it signed two different statements of the window; none counts
	OtherUnit   Outcome = "other unit"  // than most; its value does not count
	Unjudged    Outcome = "unjudged"    // there is no quorum
)

// Member is one device in a window.
type Member struct {
	Device  key.Address `cbor:"1,keyasint" json:"device"`
	Value   float64     `cbor:"2,keyasint" json:"value"` // of one that equivocates, one of them
	Outcome Outcome     `cbor:"3,keyasint" json:"outcome"`
}

// Verdict is what was found of a window.
type Verdict struct {
	Window
	K         float64       `cbor:"6,keyasint" json:"k"`         // the rules by which it was judged
	Tolerance float64       `cbor:"7,keyasint" json:"tolerance"` // likewise; 0 = 1 % of the median
	Quorum    int           `cbor:"8,keyasint" json:"quorum"`    // likewise
	Agreed    bool          `cbor:"9,keyasint" json:"agreed"`    // there was a quorum
	Value     float64       `cbor:"10,keyasint" json:"value"`    // the median; 0 without a quorum
	Unit      string        `cbor:"11,keyasint" json:"unit"`
	MAD       float64       `cbor:"12,keyasint" json:"mad"`     // median absolute deviation, not scaled
	Limit     float64       `cbor:"13,keyasint" json:"limit"`   // beyond which from the median a device is an outlier
	Members   []Member      `cbor:"14,keyasint" json:"members"` // by address
	Missing   []key.Address `cbor:"15,keyasint" json:"missing"` // of the group, as the aggregator knows it; by address
}

// Outliers counts the members that do not agree, by whichever reason.
func (v Verdict) Outliers() (n int) {
	for _, m := range v.Members {
		if m.Outcome != Agrees && m.Outcome != Unjudged {
			n++
		}
	}
	return n
}

// ErrMixed says that attestations are not of one window.
var ErrMixed = errors.New("attestations of different windows")

// scale makes a median absolute deviation comparable with a standard deviation: the
// reciprocal of the normal distribution's third quartile.
const scale = 1.4826

// Judge compares the statements of one window, which come from attestations that were
// opened, by their devices. Statements of the same bytes count once. Members of the group
// of which there is none are missing.
func Judge(r Rules, statements []attestation.Statement, group []key.Address) (Verdict, error) {
	r = r.withDefaults()
	if len(statements) == 0 {
		return Verdict{}, errors.New("judge: there is no attestation")
	}
	v := Verdict{Window: windowOf(statements[0]), K: r.K, Tolerance: r.Tolerance, Quorum: r.Quorum}
	of := map[key.Address][]attestation.Statement{}
	for _, s := range statements {
		if windowOf(s) != v.Window {
			return Verdict{}, fmt.Errorf("judge: %w: %+v and %+v", ErrMixed, v.Window, windowOf(s))
		}
		if err := s.Validate(); err != nil {
			return Verdict{}, fmt.Errorf("judge: %w", err)
		}
		if !slices.Contains(of[s.Device], s) {
			of[s.Device] = append(of[s.Device], s)
		}
	}
	units := map[string]int{}
	for _, all := range of {
		if len(all) == 1 {
			units[all[0].Unit]++
		}
	}
	for unit, n := range units {
		if best := units[v.Unit]; n > best || n == best && unit < v.Unit {
			v.Unit = unit
		}
	}
	var values []float64
	for device, all := range of {
		m := Member{device, all[0].Value, Unjudged}
		switch {
		case len(all) > 1:
			m.Outcome = Equivocates
			for _, s := range all {
				m.Value = min(m.Value, s.Value) // whichever came first
			}
		case all[0].Unit != v.Unit:
			m.Outcome = OtherUnit
		default:
			values = append(values, m.Value)
		}
		v.Members = append(v.Members, m)
	}
	slices.SortFunc(v.Members, func(a, b Member) int { return bytes.Compare(a.Device[:], b.Device[:]) })
	for _, device := range group {
		if _, there := of[device]; !there && !slices.Contains(v.Missing, device) {
			v.Missing = append(v.Missing, device)
		}
	}
	slices.SortFunc(v.Missing, func(a, b key.Address) int { return bytes.Compare(a[:], b[:]) })
	if len(values) >= v.Quorum {
		v.agree(values)
	}
	return v, nil
}

// agree fills in the median and who is too far from it.
func (v *Verdict) agree(values []float64) {
	v.Agreed, v.Value = true, median(values)
	distances := make([]float64, len(values))
	for i, x := range values {
		distances[i] = math.Abs(x - v.Value)
	}
	v.MAD = median(distances)
	v.Limit = max(v.K*scale*v.MAD, cmp.Or(v.Tolerance, defaultShare*math.Abs(v.Value)))
	for i := range v.Members {
		if m := &v.Members[i]; m.Outcome == Unjudged {
			m.Outcome = Agrees
			if math.Abs(m.Value-v.Value) > v.Limit {
				m.Outcome = Outlier
			}
		}
	}
}

// median is the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}
