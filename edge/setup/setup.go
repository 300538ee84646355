// Package setup reads edge.toml: what a device's operator has set up on it. Sources that
// are read, jobs that run over what they read, datasets that record it for federations,
// and sinks that it goes to.
//
// The text of edge.toml flows into Parse and a Setup flows out, or every mistake with its
// line. Nothing is opened here: each part's Open, or the daemon, does that.
package setup

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/power"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// File is the name of the file within a device's directory, unless another is named.
const File = "edge.toml"

// Setup is an edge.toml. The zero value sets up nothing.
type Setup struct {
	Buffer     buffer.Options // Sinks are filled in by whoever opens it
	Sources    []Source
	Jobs       []Job
	Datasets   []Dataset
	Sinks      []Sink
	Power      *power.Rules // when jobs and training wait; nil = never
	Quantities []Quantity
}

// document is the file as TOML has it.
type document struct {
	Buffer     bufferTable     `toml:"buffer"`
	Sources    []sourceTable   `toml:"source"`
	Jobs       []jobTable      `toml:"job"`
	Datasets   []datasetTable  `toml:"dataset"`
	Sinks      []sinkTable     `toml:"sink"`
	Power      *powerTable     `toml:"power"`
	Quantities []quantityTable `toml:"quantity"`
}

type bufferTable struct {
	QuotaMiB  int64           `toml:"quota_mib"`
	MaxAge    config.Duration `toml:"max_age"`
	CommitAge config.Duration `toml:"commit_age"`
}

// Parse reads a setup. The file's name is for the messages, and relative paths in the
// text start at its directory. Every mistake is reported, as config.Mistakes.
func Parse(file string, text []byte) (Setup, error) {
	var from document
	d, err := config.Decode(file, text, &from)
	if err != nil {
		return Setup{}, err
	}
	p := parser{Document: d, dir: filepath.Dir(file), names: map[string]string{}}
	s := Setup{Buffer: from.Buffer.parse(d)}
	for i, t := range from.Sources {
		s.Sources = append(s.Sources, t.parse(p.table("source", i, t.Name)))
	}
	for i, t := range from.Jobs {
		s.Jobs = append(s.Jobs, t.parse(p.table("job", i, t.Name)))
	}
	for i, t := range from.Datasets {
		s.Datasets = append(s.Datasets, t.parse(p.table("dataset", i, t.Name)))
	}
	for i, t := range from.Sinks {
		s.Sinks = append(s.Sinks, t.parse(p.table("sink", i, t.Name)))
	}
	for i, t := range from.Quantities {
		s.Quantities = append(s.Quantities, t.parse(p.table("quantity", i, t.Name)))
	}
	s.Power = from.Power.parse(p, s)
	s.connect(p)
	if err := d.Err(); err != nil {
		return Setup{}, err
	}
	return s, nil
}

func (t bufferTable) parse(d *config.Document) buffer.Options {
	d.Check(t.QuotaMiB >= 0 && t.QuotaMiB <= 1<<20, "buffer.quota_mib", fmt.Sprintf("is %d", t.QuotaMiB), "choose 1 to 1048576, or leave it out for 64")
	d.Check(t.MaxAge >= 0, "buffer.max_age", fmt.Sprintf("is %v", time.Duration(t.MaxAge)), "choose a positive time, or leave it out to keep readings until the quota is used up")
	d.Check(t.CommitAge >= 0 && t.CommitAge <= config.Duration(time.Hour), "buffer.commit_age", fmt.Sprintf("is %v", time.Duration(t.CommitAge)), `choose at most "1h", or leave it out for "5s"`)
	return buffer.Options{Bytes: t.QuotaMiB << 20, MaxAge: time.Duration(t.MaxAge), CommitAge: time.Duration(t.CommitAge)}
}

// parser checks tables and remembers their names, which are unique over all kinds: each
// is the name of a stream of readings, or of one who reads them.
type parser struct {
	*config.Document
	dir   string
	names map[string]string // name -> "source.0"
}

// place is one table of the file.
type place struct {
	parser
	at string // "source.0"
}

func (p parser) table(kind string, i int, name string) place {
	t := place{p, fmt.Sprintf("%s.%d", kind, i)}
	err := reading.Reading{Source: name}.Validate()
	t.check(name != "", "name", "is missing", "choose a name")
	t.check(name == "" || err == nil && !strings.ContainsAny(name, `/\`), "name", fmt.Sprintf("%.80q is no name", name), fmt.Sprintf("choose 1 to %d ASCII characters without spaces and slashes", reading.MaxSource))
	other, taken := p.names[name]
	t.check(!taken || name == "", "name", fmt.Sprintf("%.80q is the name of another [[%s]] too", name, strings.TrimRight(other, ".0123456789")), "choose another")
	if !taken {
		p.names[name] = t.at
	}
	return t
}

func (t place) check(ok bool, field, problem, remedy string) {
	t.Check(ok, t.at+"."+field, problem, remedy)
}

// beside takes a relative path from the directory of the file.
func (t place) beside(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(t.dir, name)
}

// oneOf looks a word up; "" is the first.
func oneOf[T any](t place, field, word string, words []string, values []T) (v T) {
	if word == "" {
		return values[0]
	}
	for i, w := range words {
		if w == word {
			return values[i]
		}
	}
	t.check(false, field, fmt.Sprintf("%.40q is not known", word), "choose one of "+strings.Join(words, ", "))
	return v
}

var priorities = []string{"normal", "low", "high", "critical"}

func (t place) priority(word string) buffer.Priority {
	return oneOf(t, "priority", word, priorities, []buffer.Priority{buffer.Normal, buffer.Low, buffer.High, buffer.Critical})
}

// windowTable says how a stream is cut.
type windowTable struct {
	Size     config.Duration `toml:"size"`
	Slide    config.Duration `toml:"slide"`
	Gap      config.Duration `toml:"gap"`
	Lateness config.Duration `toml:"lateness"`
}

// parse gives nil for a table that is not there.
func (w windowTable) parse(t place, field string) *window.Config {
	if w == (windowTable{}) {
		return nil
	}
	c := window.Config{Size: time.Duration(w.Size), Slide: time.Duration(w.Slide), Gap: time.Duration(w.Gap), Lateness: time.Duration(w.Lateness)}
	if err := c.Validate(); err != nil {
		t.check(false, field, err.Error(), `write {size = "10s"}, {size = "10s", slide = "5s"} or {gap = "1m"}, with a lateness or none`)
	}
	return &c
}

// connect checks that what is read by name is there, and that no job reads itself.
func (s *Setup) connect(p parser) {
	streams := map[string]bool{}
	var names []string
	add := func(name string) {
		streams[name] = true
		names = append(names, name)
	}
	for _, x := range s.Sources {
		for _, stream := range x.Streams {
			add(stream)
		}
	}
	for _, x := range s.Jobs {
		add(x.Name)
	}
	known := func(kind string, i int, field string, inputs []string) {
		t := place{p, fmt.Sprintf("%s.%d", kind, i)}
		t.check(len(inputs) > 0, field, "is missing", "name a source or a job")
		for _, name := range inputs {
			t.check(streams[name], field, fmt.Sprintf("%.80q is no source and no job", name), "there are: "+strings.Join(names, ", "))
		}
	}
	for i, x := range s.Jobs {
		known("job", i, "input", x.Inputs)
		t := place{p, fmt.Sprintf("job.%d", i)}
		t.check(!s.reaches(x.Name, x.Name, map[string]bool{}), "input", "leads back to the job itself", "break the circle")
	}
	for i, x := range s.Datasets {
		known("dataset", i, "source", []string{x.Source})
	}
	for i, x := range s.Quantities {
		known("quantity", i, "source", []string{x.Source})
	}
	for i, x := range s.Sinks {
		known("sink", i, "input", x.Inputs)
	}
}

// reaches tells whether a job reads, directly or through others, what another makes.
func (s *Setup) reaches(from, to string, seen map[string]bool) bool {
	for _, j := range s.Jobs {
		if j.Name != from || seen[from] {
			continue
		}
		seen[from] = true
		for _, input := range j.Inputs {
			if input == to || s.reaches(input, to, seen) {
				return true
			}
		}
	}
	return false
}
