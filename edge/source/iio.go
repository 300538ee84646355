package source

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// IIO is a device of the Linux industrial I/O subsystem, read through sysfs: IMUs,
// ADCs, light, pressure and the like. Channels are named as the files are: accel_x,
// temp. Values are in the units of the kernel's ABI/testing/sysfs-bus-iio: m/s2, rad/s,
// gauss, millivolts, thousandths of a degree Celsius, kilopascals, lux.
type IIO struct {
	Name     string        // of the source
	Device   string        // what its file name says, as "mpu6050"; "" = the only device
	Root     string        // "" = /sys/bus/iio/devices
	Interval time.Duration // 0 = 1 s
}

// iioInput is a channel's file, of its type, its modifier or number, and whether its
// value is raw or in its unit already.
var iioInput = regexp.MustCompile(`^in_(([a-z]+[0-9]*)(?:[_-][a-z0-9_]+)?)_(raw|input)$`)

// Open finds the device and its channels.
func (i IIO) Open() (Source, error) {
	root := i.Root
	if root == "" {
		root = "/sys/bus/iio/devices"
	}
	dir, err := device(root, "iio:device*", i.Device)
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", i.Name, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", i.Name, err)
	}
	var gauges []gauge
	for _, e := range entries {
		parts := iioInput.FindStringSubmatch(e.Name())
		if parts == nil {
			continue
		}
		g := gauge{channel: parts[1], file: filepath.Join(dir, e.Name()), scale: 1}
		if parts[3] == "raw" {
			if _, err := os.Stat(filepath.Join(dir, "in_"+parts[1]+"_input")); err == nil {
				continue // the kernel has the value in its unit as well
			}
			g.scale, err = iioAttribute(dir, parts[1], parts[2], "scale", 1)
			if err == nil {
				g.offset, err = iioAttribute(dir, parts[1], parts[2], "offset", 0)
			}
			if err != nil {
				return nil, fmt.Errorf("open source %s: %w", i.Name, err)
			}
		}
		gauges = append(gauges, g)
	}
	if len(gauges) == 0 {
		return nil, fmt.Errorf("open source %s: %s has no channels", i.Name, dir)
	}
	return newPoll(i.Name, i.Interval, gauges)
}

// numbers are what a channel's name has beside its type, differential ones twice.
var numbers = regexp.MustCompile(`[0-9]+`)

// iioAttribute reads a channel's own attribute, or that of all of its type.
func iioAttribute(dir, channel, kind, attribute string, otherwise float64) (float64, error) {
	for _, name := range []string{channel, numbers.ReplaceAllString(channel, ""), numbers.ReplaceAllString(kind, "")} {
		file := filepath.Join(dir, "in_"+name+"_"+attribute)
		if _, err := os.Stat(file); err == nil {
			return readNumber(file)
		}
	}
	return otherwise, nil
}
