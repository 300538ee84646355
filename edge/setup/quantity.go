package setup

import (
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/attestation"
)

// Quantity is one [[quantity]] table: what the device attests to of what a source reads,
// window by window, so that the aggregator can compare it with its neighbours.
type Quantity struct {
	Name    string
	Source  string
	Feature feature.Feature
	Window  window.Config // tumbling
	Group   string        // of devices that measure the same
	Unit    string        // "" = none
}

type quantityTable struct {
	Name    string      `toml:"name"`
	Source  string      `toml:"source"`
	Feature string      `toml:"feature"`
	Window  windowTable `toml:"window"`
	Group   string      `toml:"group"`
	Unit    string      `toml:"unit"`
}

func (q quantityTable) parse(t place) Quantity {
	parsed := Quantity{Name: q.Name, Source: q.Source, Group: q.Group, Unit: q.Unit}
	var err error
	if parsed.Feature, err = feature.Parse(q.Feature); err != nil {
		t.check(false, "feature", err.Error(), `write a channel, or as "mean(temperature)" a statistic of one`)
	}
	const ascii = "choose 1 to 64 printable ASCII characters without spaces"
	t.check(attestation.Named(q.Group), "group", fmt.Sprintf("%.80q is no name", q.Group), ascii)
	t.check(q.Unit == "" || attestation.Named(q.Unit), "unit", fmt.Sprintf("%.80q is no name", q.Unit), ascii+`, as "degC"`)
	w := q.Window.parse(t, "window")
	if w == nil {
		t.check(q.Window != windowTable{}, "window", "is missing", `write {size = "1m"}`)
		return parsed
	}
	t.check(w.Size > 0 && w.Slide == 0 && w.Size <= attestation.MaxWindow, "window", "is not one that neighbours share", `write {size = "1m"}: the same for all devices of the group, at most a day`)
	parsed.Window = *w
	return parsed
}
