package power

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// sysfs reads what the Linux kernel tells of supplies and heat. The attributes are those
// of its Documentation/ABI/testing/sysfs-class-power, sysfs-class-thermal and
// hwmon/sysfs-interface.rst.
type sysfs struct{ root string }

// supply reads the batteries and what charges them: the mean of the batteries' percent, or
// NaN, and whether the device is on mains. Batteries of what is plugged into the device,
// as a mouse's, are left out.
func (s sysfs) supply() (percent float64, m Mains, faults []string) {
	dirs, _ := filepath.Glob(filepath.Join(s.root, "class/power_supply/*")) // fails on a bad pattern only
	sum, n, discharging := 0., 0., false
	for _, dir := range dirs {
		if attribute(dir, "scope") == "Device" || attribute(dir, "present") == "0" {
			continue
		}
		name, status := filepath.Base(dir), attribute(dir, "status")
		if attribute(dir, "type") != "Battery" && attribute(dir, "type") != "UPS" {
			if online := attribute(dir, "online"); online == "1" || online == "2" {
				m = OnMains
			} else if online == "0" && m == UnknownMains {
				m = OnBattery
			}
			continue
		}
		switch status {
		case "Charging", "Full", "Not charging":
			m = OnMains
		case "Discharging":
			discharging = true
		}
		text := attribute(dir, "capacity")
		value, err := strconv.ParseFloat(text, 64)
		switch {
		case text == "":
			faults = append(faults, name+" does not tell its capacity")
		case err != nil || !sensiblePercent(value) || value == 0 && status == "Full":
			faults = append(faults, fmt.Sprintf("%s tells a capacity of %.20q, status %q: ignored", name, text, status))
		default:
			sum, n = sum+value, n+1
		}
	}
	if discharging && m == UnknownMains {
		m = OnBattery
	}
	if n == 0 {
		return math.NaN(), m, faults
	}
	return sum / n, m, faults
}

// heat is the temperature of the hottest thermal zone or hwmon sensor, or NaN.
func (s sysfs) heat() (celsius float64, faults []string) {
	celsius = math.NaN()
	for _, pattern := range []string{"class/thermal/thermal_zone*/temp", "class/hwmon/hwmon*/temp*_input"} {
		files, _ := filepath.Glob(filepath.Join(s.root, pattern))
		for _, file := range files {
			// One that cannot be read is of a device that is asleep.
			text := attribute(filepath.Dir(file), filepath.Base(file))
			if text == "" {
				continue
			}
			milli, err := strconv.ParseFloat(text, 64)
			if value := milli / 1000; err != nil || !sensibleHeat(value) {
				faults = append(faults, fmt.Sprintf("%s tells %.20q thousandths of a degree: ignored", file, text))
			} else if !(celsius >= value) {
				celsius = value
			}
		}
	}
	return celsius, faults
}

// maxAttribute bounds what is read of a file in sysfs, which the kernel keeps to a page.
const maxAttribute = 4 << 10

// attribute reads a file of a device; "" = it is not there.
func attribute(dir, name string) string {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, maxAttribute)
	n, _ := f.Read(b)
	return strings.TrimSpace(string(b[:n]))
}
