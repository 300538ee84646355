package source

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Hwmon is a chip of the Linux hwmon class: temperatures, voltages, fans and the like.
// Channels are named as the files are, without _input, or by their labels: temp1,
// "Core 0". Values are in degrees Celsius, volts, amperes, watts, joules, percent of
// humidity, revolutions a minute.
type Hwmon struct {
	Name     string        // of the source
	Chip     string        // what its file name says, as "coretemp"; "" = the only chip
	Root     string        // "" = /sys/class/hwmon
	Interval time.Duration // 0 = 1 s
}

// hwmonInput matches what Documentation/hwmon/sysfs-interface.rst of the kernel has as
// current values.
var hwmonInput = regexp.MustCompile(`^(temp|in|curr|power|energy|humidity|fan)[0-9]+_input$`)

// hwmonScale turns a kind's numbers into its unit.
var hwmonScale = map[string]float64{"temp": 1e-3, "in": 1e-3, "curr": 1e-3, "power": 1e-6, "energy": 1e-6, "humidity": 1e-3, "fan": 1}

// Open finds the chip and its channels.
func (h Hwmon) Open() (Source, error) {
	root := h.Root
	if root == "" {
		root = "/sys/class/hwmon"
	}
	dir, err := device(root, "hwmon*", h.Chip)
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", h.Name, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", h.Name, err)
	}
	var gauges []gauge
	for _, e := range entries {
		kind := hwmonInput.FindStringSubmatch(e.Name())
		if kind == nil {
			continue
		}
		g := gauge{channel: strings.TrimSuffix(e.Name(), "_input"), file: filepath.Join(dir, e.Name()), scale: hwmonScale[kind[1]]}
		if label, err := readText(filepath.Join(dir, g.channel+"_label")); err == nil && label != "" {
			g.channel = label
		}
		gauges = append(gauges, g)
	}
	if len(gauges) == 0 {
		return nil, fmt.Errorf("open source %s: %s has no inputs", h.Name, dir)
	}
	return newPoll(h.Name, h.Interval, gauges)
}
