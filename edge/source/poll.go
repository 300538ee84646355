package source

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// poll is a source that reads gauges in sysfs at an interval. One that cannot be read
// just then, as of a device that is busy or was pulled out, is a NaN.
type poll struct {
	name     string
	interval time.Duration
	gauges   []gauge
	skipped  atomic.Uint64
}

// gauge is a channel: (file + offset) * scale.
type gauge struct {
	channel, file string
	offset, scale float64
}

func newPoll(name string, interval time.Duration, gauges []gauge) (*poll, error) {
	if interval <= 0 {
		interval = time.Second
	}
	p := &poll{name: name, interval: interval, gauges: gauges}
	if err := (reading.Reading{Source: name, Values: make([]float64, len(gauges))}).Validate(); err != nil {
		return nil, err
	}
	return p, nil
}

// Channels names the gauges.
func (p *poll) Channels() (names []string) {
	for _, g := range p.gauges {
		names = append(names, g.channel)
	}
	return names
}

// Skipped counts the values that could not be read.
func (p *poll) Skipped() uint64 { return p.skipped.Load() }

// Run reads all gauges at once and then at each interval. Where none can be read any
// more, the device is gone, and Run ends with an error.
func (p *poll) Run(ctx context.Context, emit func(reading.Reading) error) error {
	tick := time.NewTicker(p.interval)
	defer tick.Stop()
	for {
		r := reading.Reading{Source: p.name, Time: time.Now().UnixNano()}
		var faults []error
		for _, g := range p.gauges {
			value, err := readNumber(g.file)
			if err != nil {
				p.skipped.Add(1)
				faults = append(faults, err)
				value = math.NaN()
			}
			r.Values = append(r.Values, (value+g.offset)*g.scale)
		}
		if len(faults) == len(p.gauges) {
			return fmt.Errorf("read source %s: is the device still there? %w", p.name, errors.Join(faults...))
		}
		if err := emit(r); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// maxAttribute bounds what is read of a file in sysfs, which the kernel keeps to a page.
const maxAttribute = 4 << 10

func readText(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b := make([]byte, maxAttribute)
	n, err := f.Read(b)
	if n == 0 && err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	return strings.TrimSpace(string(b[:n])), nil
}

func readNumber(file string) (float64, error) {
	text, err := readText(file)
	if err != nil {
		return 0, err
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %.40q is no number", file, text)
	}
	return value, nil
}

// device finds the directory below root whose file name says name; "" takes the only
// one there is.
func device(root, pattern, name string) (dir string, err error) {
	dirs, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil {
		return "", err
	}
	var names, found []string
	for _, d := range dirs {
		named, err := readText(filepath.Join(d, "name"))
		if err != nil {
			continue
		}
		names = append(names, named)
		if name == "" || named == name {
			found = append(found, d)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && name != "":
		return "", fmt.Errorf("no device %q below %s: there are %q", name, root, names)
	case len(found) == 0:
		return "", fmt.Errorf("no device below %s", root)
	}
	return "", fmt.Errorf("%d devices below %s are possible: name one of %q, or its directory as root", len(found), root, names)
}
