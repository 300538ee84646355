// Package twin keeps, on the server, how each device of the fleet is to be set up, and how
// the device says that it is.
//
// Configurations and deployments flow in, under selectors of devices; a wire.Desired flows
// out for each device, whose version grows whenever its content changes, and reports flow
// back in. All is on disk before it is told. What a desired setup means is the devices'
// business: here its text is checked for its syntax only.
package twin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Errors that callers branch on.
var (
	ErrNoDevice     = errors.New("no such device")
	ErrNoDeployment = errors.New("no such deployment")
)

// Device is what selectors see of a device.
type Device struct {
	Address key.Address
	Name    string
	Labels  map[string]string
}

// CheckSelector refuses a selector that Matches would never understand.
func CheckSelector(selector string) error {
	for part := range strings.SplitSeq(selector, ",") {
		if name, _, _ := strings.Cut(part, "="); name == "" {
			return fmt.Errorf(`selector %.120q: write all, label=drone, site=north, a device's name or address, or several with commas for devices that fit all`, selector)
		}
	}
	return nil
}

// Matches tells whether a selector means a device: all, label=drone, site=north, its name or
// its address, or several of these with commas between, which must all fit.
func Matches(selector string, d Device) bool {
	for part := range strings.SplitSeq(selector, ",") {
		name, value, labelled := strings.Cut(part, "=")
		fits := part == "all" || part == d.Name || strings.EqualFold(part, d.Address.String())
		if labelled {
			own, has := d.Labels[name]
			fits = has && own == value
			if name == "label" {
				_, bare := d.Labels[value]
				fits = fits || bare
			}
		}
		if !fits || part == "" {
			return false
		}
	}
	return true
}

// Revision is one version of a deployment.
type Revision struct {
	Number    uint64        `cbor:"1,keyasint" json:"number"`
	Of        uint64        `cbor:"2,keyasint" json:"of"` // whose content it has: its own, or that which was gone back to
	Selector  string        `cbor:"3,keyasint" json:"selector"`
	Text      string        `cbor:"4,keyasint" json:"text"` // see wire.Deployment
	Module    blob.Manifest `cbor:"5,keyasint" json:"module"`
	Signature []byte        `cbor:"6,keyasint,omitempty" json:"signature,omitempty"`
	Trial     uint64        `cbor:"7,keyasint,omitempty" json:"trial,omitempty"` // ms; 0 = wire.DefaultTrial
	Created   int64         `cbor:"8,keyasint" json:"created"`                   // Unix ms
	Removed   bool          `cbor:"9,keyasint,omitempty" json:"removed,omitempty"`
}

// Deployment is a job for the devices that its newest revision selects.
type Deployment struct {
	Name      string     `cbor:"1,keyasint" json:"name"`
	Revisions []Revision `cbor:"2,keyasint" json:"revisions"` // the newest last, at most keepRevisions
}

// keepRevisions bounds the history of deployments and configurations.
const keepRevisions = 10

// current is the newest revision, unless that is a removal.
func (d Deployment) current() (r Revision, deployed bool) {
	if len(d.Revisions) == 0 {
		return r, false
	}
	r = d.Revisions[len(d.Revisions)-1]
	return r, !r.Removed
}

// add numbers a revision and makes it the newest.
func (d *Deployment) add(r Revision, now time.Time) Revision {
	r.Number, r.Created = 1, now.UnixMilli()
	if n := len(d.Revisions); n > 0 {
		r.Number = d.Revisions[n-1].Number + 1
	}
	if r.Of == 0 {
		r.Of = r.Number
	}
	d.Revisions = append(slices.Clone(d.Revisions), r)
	d.Revisions = d.Revisions[max(0, len(d.Revisions)-keepRevisions):]
	return r
}

// before is the content that was deployed before the present one was; removed if nothing was.
func (d Deployment) before() Revision {
	now, _ := d.current()
	for _, r := range slices.Backward(d.Revisions) {
		if r.Of == r.Number && r.Number < now.Of {
			return r
		}
	}
	return Revision{Selector: now.Selector, Removed: true}
}

// Configuration is one version of the tables that a device is to have beside its own.
type Configuration struct {
	Number  uint64 `cbor:"1,keyasint" json:"number"`
	Text    string `cbor:"2,keyasint" json:"text"`
	Trial   uint64 `cbor:"3,keyasint,omitempty" json:"trial,omitempty"` // ms
	Created int64  `cbor:"4,keyasint" json:"created"`                   // Unix ms
}

// configurations are a device's, the newest last.
type configurations struct {
	List []Configuration `cbor:"1,keyasint"`
}

// record is a device's twin.
type record struct {
	Desired     wire.Desired  `cbor:"1,keyasint"`
	Reported    wire.Reported `cbor:"2,keyasint"`
	ReportedAt  int64         `cbor:"3,keyasint"`           // Unix ms; 0 = never
	Unsupported string        `cbor:"4,keyasint,omitempty"` // what the device answered, if it knows no desired setups
}

// Status is a device's twin, for displays.
type Status struct {
	Device      key.Address   `json:"device"`
	Name        string        `json:"name"`
	Desired     wire.Desired  `json:"desired"`
	Reported    wire.Reported `json:"reported"`
	ReportedAt  int64         `json:"reported_at"` // Unix ms; 0 = never
	Unsupported string        `json:"unsupported,omitempty"`
	// Configurations are the device's, the newest last.
	Configurations []Configuration `json:"configurations"`
}

// State says in a few words how far a device has come.
func (s Status) State() string {
	switch {
	case s.Unsupported != "":
		return "not supported"
	case s.Desired.Version == 0:
		return "nothing desired"
	case s.Reported.Version < s.Desired.Version:
		return "waiting for the device"
	}
	return s.Reported.Outcome
}
