// Package policy is the data owner's word on the device: which federation may use
// which data, with which module, how often, and what may leave afterwards.
//
// The text of policy.toml flows into Parse and a Policy flows out, or every
// mistake with its line. A Policy then moderates twice (design, decision 1): an
// Ask flows into Allow before a job runs, and the job's outputs into AllowOutputs
// before they leave. Nil flows out, or a Refusal that names the line to change.
//
// Whatever no line allows is refused. Of several [[allow]] tables the first that
// matches federation, dataset and module counts, and it alone, so the narrow ones
// belong before the wide ones. Nothing here reads a clock or a file.
package policy

import (
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Policy is a policy.toml. The zero value refuses everything. It is never changed,
// so it is safe for concurrent use.
type Policy struct {
	Owner    key.Address // who is paid; zero = the device itself
	Limits   Limits
	Datasets []Dataset // in the order of the file, names are unique
	Rules    []Rule    // in the order of the file
	Market   Market
	Heavy    Heavy
	Modules  Modules

	file        string
	limitsLines limitsLines
}

// Limits bound every job on the device.
type Limits struct {
	MemoryBytes uint64        // of a job's linear memory
	OutputBytes uint64        // of all outputs of a job together
	Deadline    time.Duration // of one job
	Fuel        uint64        // units of work of one job; 0 = as many as the deadline leaves time for
}

// What a policy without [limits] grants.
const (
	DefaultMemoryBytes = 64 << 20
	DefaultOutputBytes = 16 << 20
	DefaultDeadline    = 10 * time.Minute
)

// limitsLines are where the file sets the limits; 0 = it does not.
type limitsLines struct{ memory, output, deadline int }

// Rule is one [[allow]] table.
type Rule struct {
	Federation  string // a pattern as path.Match has it: "*" matches every name without a slash
	Dataset     string
	AnyModule   bool
	Module      blob.Hash     // the one module allowed, unless AnyModule
	PerDay      int           // runs on the dataset within 24 hours at most; 0 = no limit
	MinInterval time.Duration // between the starts of two runs on the dataset; 0 = none
	Outputs     []string      // names that may leave the device
	Line        int           // of the table in the file

	perDayLine, minIntervalLine, moduleLine, outputsLine int
}

// document is the file as TOML has it.
type document struct {
	Owner  string `toml:"owner"`
	Limits struct {
		MemoryMiB int64           `toml:"memory_mib"`
		OutputMiB int64           `toml:"output_mib"`
		Deadline  config.Duration `toml:"deadline"`
		Fuel      int64           `toml:"fuel"`
	} `toml:"limits"`
	Datasets []datasetTable `toml:"dataset"`
	Rules    []allowTable   `toml:"allow"`
	Market   marketTable    `toml:"market"`
	Heavy    heavyTable     `toml:"heavy"`
	Modules  modulesTable   `toml:"modules"`
}

type allowTable struct {
	Federation  string          `toml:"federation"`
	Dataset     string          `toml:"dataset"`
	Module      string          `toml:"module"`
	PerDay      int             `toml:"per_day"`
	MinInterval config.Duration `toml:"min_interval"`
	Outputs     []string        `toml:"outputs"`
}

// MaxInterval is the longest that min_interval may be: an Ask must know of the
// runs of so long.
const MaxInterval = 7 * day

// maxMiB is the most that a limit in MiB may be: all that a job can address.
const maxMiB = 4096

// Parse reads a policy. The file's name is for the messages, and relative paths
// in the text start at its directory. Every mistake is reported, as
// config.Mistakes.
func Parse(file string, text []byte) (Policy, error) {
	var from document
	d, err := config.Decode(file, text, &from)
	if err != nil {
		return Policy{}, err
	}
	p := Policy{file: file, Limits: Limits{MemoryBytes: DefaultMemoryBytes, OutputBytes: DefaultOutputBytes, Deadline: DefaultDeadline}}
	if from.Owner != "" {
		p.Owner, err = key.ParseAddress(from.Owner)
		d.Check(err == nil, "owner", fmt.Sprintf("%.60q is no address", from.Owner), "write 0x and 40 hex digits, or leave it out to have the device paid")
	}
	p.parseLimits(d, from)
	for i, table := range from.Datasets {
		p.Datasets = append(p.Datasets, table.parse(d, i, file, p.Datasets))
	}
	for i, table := range from.Rules {
		p.Rules = append(p.Rules, table.parse(d, i, p))
	}
	p.Market, p.Heavy, p.Modules = from.Market.parse(d), from.Heavy.parse(d), from.Modules.parse(d, file)
	if err := d.Err(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

func (p *Policy) parseLimits(d *config.Document, from document) {
	limits := from.Limits
	d.Check(limits.MemoryMiB >= 0 && limits.MemoryMiB <= maxMiB, "limits.memory_mib", fmt.Sprintf("is %d", limits.MemoryMiB), fmt.Sprintf("choose 1 to %d, or 0 for %d", maxMiB, DefaultMemoryBytes>>20))
	d.Check(limits.OutputMiB >= 0 && limits.OutputMiB <= maxMiB, "limits.output_mib", fmt.Sprintf("is %d", limits.OutputMiB), fmt.Sprintf("choose 1 to %d, or 0 for %d", maxMiB, DefaultOutputBytes>>20))
	d.Check(limits.Deadline >= 0, "limits.deadline", fmt.Sprintf("is %v", time.Duration(limits.Deadline)), fmt.Sprintf("choose a positive time, or leave it out for %v", DefaultDeadline))
	d.Check(limits.Fuel >= 0, "limits.fuel", fmt.Sprintf("is %d", limits.Fuel), "choose 1 or more, or leave it out to let the deadline alone decide")
	p.Limits.Fuel = uint64(max(0, limits.Fuel))
	if limits.MemoryMiB != 0 {
		p.Limits.MemoryBytes, p.limitsLines.memory = uint64(limits.MemoryMiB)<<20, d.Line("limits.memory_mib")
	}
	if limits.OutputMiB != 0 {
		p.Limits.OutputBytes, p.limitsLines.output = uint64(limits.OutputMiB)<<20, d.Line("limits.output_mib")
	}
	if limits.Deadline != 0 {
		p.Limits.Deadline, p.limitsLines.deadline = time.Duration(limits.Deadline), d.Line("limits.deadline")
	}
}

// parse checks the i-th [[allow]] table; p has all datasets and the rules before.
func (t allowTable) parse(d *config.Document, i int, p Policy) Rule {
	field := func(name string) string { return fmt.Sprintf("allow.%d.%s", i, name) }
	r := Rule{
		Federation: t.Federation, Dataset: t.Dataset, PerDay: t.PerDay, MinInterval: time.Duration(t.MinInterval), Outputs: t.Outputs,
		Line:       d.Line(fmt.Sprintf("allow.%d", i)),
		perDayLine: d.Line(field("per_day")), minIntervalLine: d.Line(field("min_interval")), moduleLine: d.Line(field("module")), outputsLine: d.Line(field("outputs")),
	}
	d.Check(t.Federation != "", field("federation"), "is missing", `name the federation, or write "*" for all`)
	_, err := path.Match(t.Federation, "")
	d.Check(err == nil, field("federation"), fmt.Sprintf("%.60q is no pattern", t.Federation), "close its bracket, or put a backslash before it")

	_, known := p.Dataset(t.Dataset)
	d.Check(t.Dataset != "", field("dataset"), "is missing", "name a [[dataset]] of this file")
	d.Check(known || t.Dataset == "", field("dataset"), fmt.Sprintf("there is no dataset %.60q", t.Dataset), "add a [[dataset]] of that name to this file")

	switch {
	case t.Module == "any":
		r.AnyModule = true
	case t.Module == "":
		d.Check(false, field("module"), "is missing", `write the module's SHA-256, or "any"`)
	default:
		r.Module, err = blob.ParseHash(t.Module)
		d.Check(err == nil, field("module"), fmt.Sprintf("%.80q is no SHA-256", t.Module), `write 64 hex digits, or "any"`)
	}
	d.Check(t.PerDay >= 0, field("per_day"), fmt.Sprintf("is %d", t.PerDay), "choose 1 or more, or 0 for no limit")
	d.Check(r.MinInterval >= 0 && r.MinInterval <= MaxInterval, field("min_interval"), fmt.Sprintf("is %v", r.MinInterval), `choose a time up to "168h", which is a week`)
	if t.Outputs == nil {
		r.Outputs = DefaultOutputs()
	}
	for n, name := range r.Outputs {
		d.Check(validOutput(name), fmt.Sprintf("allow.%d.outputs.%d", i, n), fmt.Sprintf("%.60q is no file's name", name), "write a plain name such as update.bin")
	}
	hidden := slices.IndexFunc(p.Rules, func(before Rule) bool { return before.hides(r) })
	if hidden >= 0 && t.Federation != "" && t.Dataset != "" {
		d.Check(false, fmt.Sprintf("allow.%d", i), fmt.Sprintf("is never reached: the one on line %d matches first", p.Rules[hidden].Line), "put this one before it, or remove one of them")
	}
	return r
}

// hides tells whether r matches all that the later rule does, as far as that can
// be told without solving patterns.
func (r Rule) hides(later Rule) bool {
	return r.Dataset == later.Dataset && (r.Federation == later.Federation || r.Federation == "*" && path.Base(later.Federation) == later.Federation) &&
		(r.AnyModule || !later.AnyModule && r.Module == later.Module)
}
