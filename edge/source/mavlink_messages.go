package source

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// mavlinkMessage is how a message of MAVLink's common.xml is laid out: its fields in the
// order of the wire, https://mavlink.io/en/guide/serialization.html#field_reordering.
type mavlinkMessage struct {
	name       string
	id         uint32
	extra      byte // CRC_EXTRA
	stamp      stamp
	fields     []mavlinkField
	extensions int // of the fields, the last ones, which version 1 does not send
}

// stamp is when a message says that its values were so, in its first bytes.
type stamp uint8

const (
	unstamped  stamp = iota
	timeBootMs       // 4 bytes, since the autopilot started
	timeUsec         // 8 bytes, since it started or since 1970
	timeSystem       // 12 bytes: since 1970, then since it started
)

var stampSize = [...]int{unstamped: 0, timeBootMs: 4, timeUsec: 8, timeSystem: 0} // timeSystem's are fields as well

// mavlinkField is a field, or an array of count if that is above 0.
type mavlinkField struct {
	name  string
	as    byte    // as Python's struct has it: b h i signed, B H I Q unsigned, f float
	scale float64 // to its SI unit
	none  float64 // what says that it is not known; 0 = nothing does
	count int
}

// Scales of fields to their unit.
const (
	milli       = 1e-3
	centi       = 1e-2
	deci        = 1e-1
	milliG      = 9.80665e-3 // to m/s²
	gauss       = 1e-4       // to T
	hectopascal = 100
	tenMillion  = 1e-7 // degE7 to degrees
)

// mavlinkMessages are those that MAVLink reads.
var mavlinkMessages = []mavlinkMessage{
	{name: "HEARTBEAT", id: 0, extra: 50, fields: slices.Concat(
		each('I', 1, "custom_mode"),
		each('B', 1, "type", "autopilot", "base_mode", "system_status", "mavlink_version"))},
	{name: "SYS_STATUS", id: 1, extra: 124, extensions: 3, fields: slices.Concat(
		each('I', 1, "onboard_control_sensors_present", "onboard_control_sensors_enabled", "onboard_control_sensors_health"),
		each('H', deci, "load"),
		unless(math.MaxUint16, each('H', milli, "voltage_battery")),
		unless(-1, each('h', centi, "current_battery")),
		each('H', centi, "drop_rate_comm"),
		each('H', 1, "errors_comm", "errors_count1", "errors_count2", "errors_count3", "errors_count4"),
		unless(-1, each('b', 1, "battery_remaining")),
		each('I', 1, "onboard_control_sensors_present_extended", "onboard_control_sensors_enabled_extended", "onboard_control_sensors_health_extended"))},
	{name: "SYSTEM_TIME", id: 2, extra: 137, stamp: timeSystem, fields: slices.Concat(
		each('Q', 1e-6, "time_unix_usec"),
		each('I', milli, "time_boot_ms"))},
	{name: "GPS_RAW_INT", id: 24, extra: 24, stamp: timeUsec, extensions: 6, fields: slices.Concat(
		each('i', tenMillion, "lat", "lon"),
		each('i', milli, "alt"),
		unless(math.MaxUint16, each('H', centi, "eph", "epv", "vel", "cog")),
		each('B', 1, "fix_type"),
		unless(math.MaxUint8, each('B', 1, "satellites_visible")),
		each('i', milli, "alt_ellipsoid"),
		each('I', milli, "h_acc", "v_acc", "vel_acc"),
		each('I', 1e-5, "hdg_acc"),
		unless(math.MaxUint16, each('H', centi, "yaw")))},
	{name: "SCALED_IMU", id: 26, extra: 170, stamp: timeBootMs, extensions: 1, fields: slices.Concat(
		each('h', milliG, "xacc", "yacc", "zacc"),
		each('h', milli, "xgyro", "ygyro", "zgyro"),
		each('h', milli*gauss, "xmag", "ymag", "zmag"),
		each('h', centi, "temperature"))},
	{name: "RAW_IMU", id: 27, extra: 144, stamp: timeUsec, extensions: 2, fields: slices.Concat(
		each('h', milliG, "xacc", "yacc", "zacc"),
		each('h', milli, "xgyro", "ygyro", "zgyro"),
		each('h', milli*gauss, "xmag", "ymag", "zmag"),
		each('B', 1, "id"),
		each('h', centi, "temperature"))},
	{name: "SCALED_PRESSURE", id: 29, extra: 115, stamp: timeBootMs, extensions: 1, fields: slices.Concat(
		each('f', hectopascal, "press_abs", "press_diff"),
		each('h', centi, "temperature", "temperature_press_diff"))},
	{name: "ATTITUDE", id: 30, extra: 39, stamp: timeBootMs, fields: each('f', 1, "roll", "pitch", "yaw", "rollspeed", "pitchspeed", "yawspeed")},
	{name: "ATTITUDE_QUATERNION", id: 31, extra: 246, stamp: timeBootMs, extensions: 1, fields: slices.Concat(
		each('f', 1, "q1", "q2", "q3", "q4", "rollspeed", "pitchspeed", "yawspeed"),
		arrays(4, each('f', 1, "repr_offset_q")))},
	{name: "GLOBAL_POSITION_INT", id: 33, extra: 104, stamp: timeBootMs, fields: slices.Concat(
		each('i', tenMillion, "lat", "lon"),
		each('i', milli, "alt", "relative_alt"),
		each('h', centi, "vx", "vy", "vz"),
		unless(math.MaxUint16, each('H', centi, "hdg")))},
	{name: "VFR_HUD", id: 74, extra: 20, fields: slices.Concat(
		each('f', 1, "airspeed", "groundspeed", "alt", "climb"),
		each('h', 1, "heading"),
		each('H', 1, "throttle"))},
	{name: "HIGHRES_IMU", id: 105, extra: 93, stamp: timeUsec, extensions: 1, fields: slices.Concat(
		each('f', 1, "xacc", "yacc", "zacc", "xgyro", "ygyro", "zgyro"),
		each('f', gauss, "xmag", "ymag", "zmag"),
		each('f', hectopascal, "abs_pressure", "diff_pressure"),
		each('f', 1, "pressure_alt", "temperature"),
		each('H', 1, "fields_updated"),
		each('B', 1, "id"))},
	{name: "BATTERY_STATUS", id: 147, extra: 154, extensions: 5, fields: slices.Concat(
		unless(-1, each('i', 3.6, "current_consumed")),
		unless(-1, each('i', 100, "energy_consumed")),
		unless(math.MaxInt16, each('h', centi, "temperature")),
		arrays(10, unless(math.MaxUint16, each('H', milli, "voltages"))),
		unless(-1, each('h', centi, "current_battery")),
		each('B', 1, "id", "battery_function", "type"),
		unless(-1, each('b', 1, "battery_remaining")),
		each('i', 1, "time_remaining"),
		each('B', 1, "charge_state"),
		arrays(4, each('H', milli, "voltages_ext")),
		each('B', 1, "mode"),
		each('I', 1, "fault_bitmask"))},
	{name: "VIBRATION", id: 241, extra: 90, stamp: timeUsec, fields: slices.Concat(
		each('f', 1, "vibration_x", "vibration_y", "vibration_z"),
		each('I', 1, "clipping_0", "clipping_1", "clipping_2"))},
}

// each gives fields of one type and scale.
func each(as byte, scale float64, names ...string) (fields []mavlinkField) {
	for _, name := range names {
		fields = append(fields, mavlinkField{name: name, as: as, scale: scale})
	}
	return fields
}

// unless says by which number an autopilot says that it does not know.
func unless(none float64, fields []mavlinkField) []mavlinkField {
	for i := range fields {
		fields[i].none = none
	}
	return fields
}

// arrays says how many values each of the fields has.
func arrays(count int, fields []mavlinkField) []mavlinkField {
	for i := range fields {
		fields[i].count = count
	}
	return fields
}

// messageOf finds a message by its id.
func messageOf(id uint32) *mavlinkMessage {
	for i := range mavlinkMessages {
		if mavlinkMessages[i].id == id {
			return &mavlinkMessages[i]
		}
	}
	return nil
}

// channels names the fields; those of an array have their index behind them.
func (m *mavlinkMessage) channels() (names []string) {
	for _, f := range m.fields {
		if f.count == 0 {
			names = append(names, f.name)
		}
		for i := range f.count {
			names = append(names, fmt.Sprintf("%s[%d]", f.name, i))
		}
	}
	return names
}

// size gives the bytes of a payload of version 1, or of all that is known in version 2.
func (m *mavlinkMessage) size(extended bool) int {
	n := stampSize[m.stamp]
	for i, f := range m.fields {
		if extended || i < len(m.fields)-m.extensions {
			n += f.size() * max(1, f.count)
		}
	}
	return n
}

func (f mavlinkField) size() int {
	return map[byte]int{'b': 1, 'B': 1, 'h': 2, 'H': 2, 'i': 4, 'I': 4, 'f': 4, 'Q': 8}[f.as]
}

// values decodes a payload of at least size bytes; of extensions that it does not have,
// and of what is not known, it gives NaN.
func (m *mavlinkMessage) values(payload []byte) (values []float64) {
	payload = payload[stampSize[m.stamp]:]
	for _, f := range m.fields {
		for range max(1, f.count) {
			value := math.NaN()
			if size := f.size(); len(payload) >= size {
				value = f.value(payload)
				payload = payload[size:]
			}
			values = append(values, value)
		}
	}
	return values
}

func (f mavlinkField) value(b []byte) (value float64) {
	switch f.as {
	case 'b':
		value = float64(int8(b[0]))
	case 'B':
		value = float64(b[0])
	case 'h':
		value = float64(int16(binary.LittleEndian.Uint16(b)))
	case 'H':
		value = float64(binary.LittleEndian.Uint16(b))
	case 'i':
		value = float64(int32(binary.LittleEndian.Uint32(b)))
	case 'I':
		value = float64(binary.LittleEndian.Uint32(b))
	case 'Q':
		value = float64(binary.LittleEndian.Uint64(b))
	case 'f':
		value = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	if f.none != 0 && value == f.none {
		return math.NaN()
	}
	return value * f.scale
}
