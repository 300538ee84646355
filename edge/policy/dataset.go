package policy

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/config"
)

// Format is how a dataset's files are written.
type Format string

// The formats that a device reads.
const (
	CSV         Format = "csv"         // a header line, then a record a line
	Safetensors Format = "safetensors" // one file with tensors, as jobs get them
	IDX         Format = "idx"         // MNIST's, gzipped or not
	NPY         Format = "npy"         // one NumPy array
)

// Dataset is one [[dataset]] table: data that the owner has, under a name that
// federations know. It opens nothing by itself; a Rule does.
type Dataset struct {
	Name        string
	Features    string // path of the file
	Labels      string // path of the labels' file; "" = they are in Features
	LabelColumn string // column of Features, for CSV only; "" = none
	Recorded    bool   // by this device, as edge.toml declares under the same name: there is no file
	Format      Format
	Line        int // of the table in the file
}

type datasetTable struct {
	Name     string `toml:"name"`
	Features string `toml:"features"`
	Labels   string `toml:"labels"`
	Format   string `toml:"format"`
	Recorded bool   `toml:"recorded"`
}

// Dataset finds a dataset by name.
func (p Policy) Dataset(name string) (Dataset, bool) {
	i := slices.IndexFunc(p.Datasets, func(d Dataset) bool { return d.Name == name })
	if i < 0 {
		return Dataset{}, false
	}
	return p.Datasets[i], true
}

// parse checks the i-th [[dataset]] table; before are those above it.
func (t datasetTable) parse(d *config.Document, i int, file string, before []Dataset) Dataset {
	field := func(name string) string { return fmt.Sprintf("dataset.%d.%s", i, name) }
	ds := Dataset{Name: t.Name, Format: Format(t.Format), Line: d.Line(fmt.Sprintf("dataset.%d", i))}
	d.Check(t.Name != "", field("name"), "is missing", "choose a name for federations to ask for")
	d.Check(len(t.Name) <= 64, field("name"), fmt.Sprintf("has %d bytes", len(t.Name)), "choose at most 64")
	for _, other := range before {
		d.Check(t.Name == "" || other.Name != t.Name, field("name"), fmt.Sprintf("%.60q is the name of the one on line %d too", t.Name, other.Line), "choose another")
	}
	if ds.Recorded = t.Recorded; t.Recorded {
		d.Check(t.Features == "" && t.Labels == "" && t.Format == "", field("recorded"), "stands beside files", "leave features, labels and format out, or recorded")
		return ds
	}
	d.Check(t.Features != "", field("features"), "is missing", "write the path of the data file, or recorded = true for one that edge.toml declares")
	if ds.Format == "" {
		ds.Format = guess(t.Features)
		d.Check(ds.Format != "" || t.Features == "", field("features"), fmt.Sprintf("the format of %.80q cannot be told by its name", t.Features), `add format = "csv", "safetensors", "idx" or "npy"`)
	} else {
		known := ds.Format == CSV || ds.Format == Safetensors || ds.Format == IDX || ds.Format == NPY
		d.Check(known, field("format"), fmt.Sprintf("%.20q is not known", t.Format), `choose "csv", "safetensors", "idx" or "npy"`)
	}
	d.Check(ds.Format != IDX || t.Labels != "", field("labels"), "is missing", "an IDX file holds one array only: write the path of the labels' file")

	ds.Features = beside(file, t.Features)
	if ds.Format == CSV && guess(t.Labels) == "" && !strings.ContainsRune(t.Labels, '/') {
		ds.LabelColumn = t.Labels
	} else {
		ds.Labels = beside(file, t.Labels)
	}
	return ds
}

// guess tells a format by a file's name; "" = it cannot.
func guess(name string) Format {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch {
	case strings.HasSuffix(name, ".csv"):
		return CSV
	case strings.HasSuffix(name, ".safetensors"):
		return Safetensors
	case strings.HasSuffix(name, ".npy"):
		return NPY
	case strings.HasSuffix(name, ".idx"), strings.HasSuffix(name, "-ubyte"): // as MNIST's are named
		return IDX
	}
	return ""
}

// beside takes a relative path from the directory of the policy file.
func beside(file, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(file), name)
}
