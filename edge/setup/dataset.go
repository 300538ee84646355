package setup

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// Dataset is one [[dataset]] table: what is recorded of a source, for federations that
// the owner's policy lets use it under this name.
type Dataset struct {
	Name          string
	Source        string
	Window        *window.Config // nil = each reading is a record
	Features      []feature.Feature
	Center, Scale []float64        // a feature becomes (value - center) / scale; nil = 0 and 1
	Label         *feature.Feature // nil = none
	Bytes         int64            // quota of what is recorded
	Refresh       time.Duration    // how often the copy that federations use is made anew, if there is more
}

type datasetTable struct {
	Name     string          `toml:"name"`
	Source   string          `toml:"source"`
	Window   windowTable     `toml:"window"`
	Features []string        `toml:"features"`
	Center   []float64       `toml:"center"`
	Scale    []float64       `toml:"scale"`
	Label    string          `toml:"label"`
	QuotaMiB int64           `toml:"quota_mib"`
	Refresh  config.Duration `toml:"refresh"`
}

// Defaults of a dataset.
const (
	defaultQuota   = 16 << 20
	defaultRefresh = time.Hour
)

func (s datasetTable) parse(t place) Dataset {
	d := Dataset{Name: s.Name, Source: s.Source, Window: s.Window.parse(t, "window"), Center: s.Center, Scale: s.Scale, Bytes: s.QuotaMiB << 20, Refresh: time.Duration(s.Refresh)}
	t.check(len(s.Features) > 0, "features", "is missing", `name channels, or as "std(gyro_x)" statistics of them`)
	for _, text := range s.Features {
		f, err := feature.Parse(text)
		if err != nil {
			t.check(false, "features", err.Error(), "mend it")
		}
		d.Features = append(d.Features, f)
	}
	t.check(s.Center == nil || len(s.Center) == len(s.Features), "center", fmt.Sprintf("has %d numbers for %d features", len(s.Center), len(s.Features)), "give one a feature, or none")
	t.check(s.Scale == nil || len(s.Scale) == len(s.Features), "scale", fmt.Sprintf("has %d numbers for %d features", len(s.Scale), len(s.Features)), "give one a feature, or none")
	for _, x := range s.Scale {
		t.check(x > 0, "scale", fmt.Sprintf("%v is no scale", x), "choose numbers above 0")
	}
	if s.Label != "" {
		label, err := feature.Parse(s.Label)
		if err != nil {
			t.check(false, "label", err.Error(), "mend it")
		}
		d.Label = &label
	}
	t.check(s.QuotaMiB >= 0 && s.QuotaMiB <= 1<<20, "quota_mib", fmt.Sprintf("is %d", s.QuotaMiB), fmt.Sprintf("choose 1 to 1048576, or leave it out for %d", defaultQuota>>20))
	t.check(s.Refresh >= 0, "refresh", fmt.Sprintf("is %v", d.Refresh), fmt.Sprintf("choose a positive time, or leave it out for %v", defaultRefresh))
	if d.Bytes == 0 {
		d.Bytes = defaultQuota
	}
	if d.Refresh == 0 {
		d.Refresh = defaultRefresh
	}
	return d
}

// Tag names what the columns of the dataset mean: rows that were recorded under another
// are another dataset's.
func (d Dataset) Tag() [32]byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %v %v", d.Source, d.Features, d.Center, d.Scale)
	if d.Window != nil {
		fmt.Fprintf(&b, " %+v", *d.Window)
	}
	if d.Label != nil {
		fmt.Fprintf(&b, " %q", *d.Label)
	}
	return sha256.Sum256([]byte(b.String()))
}
