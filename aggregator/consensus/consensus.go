// Package consensus compares what neighbouring devices attest to of one quantity, window
// by window, and gives the value that they agree on and the devices that are off.
//
//	attestations -> open window -> Judge -> Evidence -> store
//
// Signed attestations (package attestation) flow into a Collector from members of a group;
// an Evidence flows out for each window: the verdict, the attestations that it was made
// of, and one Merkle root over all of it, which can be committed anywhere. Whoever has the
// evidence can work the verdict out again with Check, without asking anybody.
//
// Judge is pure: it gives the same verdict for the same attestations in any order.
//
// # Who belongs to a group
//
// A device whose label "group", given with `tadpole device add --label group=hall-3`, is
// the group's name, or has it in a list with commas. Others are refused: else one owner's
// many devices could outvote a hall.
//
// # What is found, and how
//
// The agreed value is the median, and a device is an outlier if it is further from that
// than K scaled median absolute deviations (1.4826 MAD is the standard deviation of a
// normal distribution) and than a tolerance, without which devices that agree to the last
// digit would make outliers of the rest. While fewer than half lie, the median lies
// between two values of honest devices, whatever the others say.
package consensus

import (
	"fmt"
	"math"
	"os"
	"time"

	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// RulesFile is the operator's file in the aggregator's directory. It need not be there.
const RulesFile = "sensors.toml"

// Rules say how a quantity is judged. The zero value is for defaults.
type Rules struct {
	K         float64       // scaled MADs that make an outlier; 0 = 3.5
	Tolerance float64       // in the quantity's unit, within which nothing is an outlier; 0 = 1 % of the median's magnitude
	Quorum    int           // devices that a verdict takes at least; 0 = 3, and never less
	Deadline  time.Duration // from a window's first attestation, after which it is judged without the rest; 0 = 2 min
}

const (
	defaultK        = 3.5
	defaultShare    = 0.01
	leastQuorum     = 3
	defaultDeadline = 2 * time.Minute
	defaultKeep     = 10_000
)

func (r Rules) withDefaults() Rules {
	if r.K == 0 {
		r.K = defaultK
	}
	if r.Deadline == 0 {
		r.Deadline = defaultDeadline
	}
	r.Quorum = max(r.Quorum, leastQuorum)
	return r
}

// Book is the rules of all quantities.
type Book struct {
	Rules map[string]Rules // by quantity; one that is not there has the defaults
	Keep  int              // verdicts kept, the newest; 0 = 10 000. What comes late for one that is gone opens its window anew
	Open  int              // windows that a device may have open in which no quorum has joined it; 0 = 1024
}

// Of gives a quantity's rules.
func (b Book) Of(quantity string) Rules { return b.Rules[quantity].withDefaults() }

// ReadBook reads the operator's file, if it is there:
//
//	keep = 10000
//	open = 1024
//	[[quantity]]
//	name = "air_temperature"
//	tolerance = 0.5
//	k = 3.5
//	quorum = 3
//	deadline = "2m"
func ReadBook(path string) (Book, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return Book{}, nil
	}
	if err != nil {
		return Book{}, fmt.Errorf("read rules of sensors: %w", err)
	}
	return ParseBook(path, text)
}

// ParseBook reads the text of such a file; its name is for the messages.
func ParseBook(file string, text []byte) (Book, error) {
	var from struct {
		Keep       int `toml:"keep"`
		Open       int `toml:"open"`
		Quantities []struct {
			Name      string          `toml:"name"`
			K         float64         `toml:"k"`
			Tolerance float64         `toml:"tolerance"`
			Quorum    int             `toml:"quorum"`
			Deadline  config.Duration `toml:"deadline"`
		} `toml:"quantity"`
	}
	d, err := config.Decode(file, text, &from)
	if err != nil {
		return Book{}, err
	}
	b := Book{Rules: map[string]Rules{}, Keep: from.Keep, Open: from.Open}
	d.Check(b.Keep >= 0 && b.Keep <= 1e7, "keep", fmt.Sprintf("is %d", b.Keep), fmt.Sprintf("choose 1 to 10000000, or leave it out for %d", defaultKeep))
	d.Check(b.Open >= 0 && b.Open <= maxOpen/2, "open", fmt.Sprintf("is %d", b.Open), fmt.Sprintf("choose 1 to %d, or leave it out for %d", maxOpen/2, defaultOpen))
	for i, q := range from.Quantities {
		at := func(field string) string { return fmt.Sprintf("quantity.%d.%s", i, field) }
		d.Check(attestation.Named(q.Name), at("name"), fmt.Sprintf("%.80q is no name", q.Name), "write the name that the devices' edge.toml gives the quantity")
		_, twice := b.Rules[q.Name]
		d.Check(!twice, at("name"), fmt.Sprintf("%.80q has a table already", q.Name), "put them together")
		d.Check(q.K >= 0 && q.K <= 100, at("k"), fmt.Sprintf("is %v", q.K), "choose a number above 0 and up to 100, or leave it out for 3.5")
		d.Check(q.Tolerance >= 0 && !math.IsInf(q.Tolerance, 0), at("tolerance"), fmt.Sprintf("is %v", q.Tolerance), "choose a number above 0, or leave it out for 1 % of the median")
		d.Check(q.Quorum == 0 || q.Quorum >= leastQuorum && q.Quorum <= 1e6, at("quorum"), fmt.Sprintf("is %d", q.Quorum), "choose 3 or more: of two that differ nobody can tell who is right")
		d.Check(q.Deadline >= 0, at("deadline"), fmt.Sprintf("is %v", time.Duration(q.Deadline)), `choose a positive time, or leave it out for "2m"`)
		b.Rules[q.Name] = Rules{q.K, q.Tolerance, q.Quorum, time.Duration(q.Deadline)}
	}
	return b, d.Err()
}
