package source

import (
	"encoding/binary"
	"fmt"
	"math"
)

// mavlinkMessage is how a message of MAVLink's common.xml is laid out: its fields in the
// order of the wire, https://mavlink.io/en/guide/serialization.html#field_reordering.
type mavlinkMessage struct {
	name   string
	id     uint32
	extra  byte // CRC_EXTRA
	stamp  stamp
	fields []mavlinkFields
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

// mavlinkFields are fields that follow each other and are alike.
type mavlinkFields struct {
	as        byte    // as Python's struct has it: b h i signed, B H I Q unsigned, f float
	scale     float64 // to the SI unit
	none      float64 // what says that it is not known; 0 = nothing does
	count     int     // of values in each, of arrays; 0 = none is an array
	extension bool    // version 1 does not send them
	names     []string
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
	{name: "HEARTBEAT", id: 0, extra: 50, fields: []mavlinkFields{
		{as: 'I', scale: 1, names: []string{"custom_mode"}},
		{as: 'B', scale: 1, names: []string{"type", "autopilot", "base_mode", "system_status", "mavlink_version"}},
	}},
	{name: "SYS_STATUS", id: 1, extra: 124, fields: []mavlinkFields{
		{as: 'I', scale: 1, names: []string{"onboard_control_sensors_present", "onboard_control_sensors_enabled", "onboard_control_sensors_health"}},
		{as: 'H', scale: deci, names: []string{"load"}},
		{as: 'H', scale: milli, none: math.MaxUint16, names: []string{"voltage_battery"}},
		{as: 'h', scale: centi, none: -1, names: []string{"current_battery"}},
		{as: 'H', scale: centi, names: []string{"drop_rate_comm"}},
		{as: 'H', scale: 1, names: []string{"errors_comm", "errors_count1", "errors_count2", "errors_count3", "errors_count4"}},
		{as: 'b', scale: 1, none: -1, names: []string{"battery_remaining"}},
		{as: 'I', scale: 1, extension: true, names: []string{"onboard_control_sensors_present_extended", "onboard_control_sensors_enabled_extended", "onboard_control_sensors_health_extended"}},
	}},
	{name: "SYSTEM_TIME", id: 2, extra: 137, stamp: timeSystem, fields: []mavlinkFields{
		{as: 'Q', scale: 1e-6, names: []string{"time_unix_usec"}},
		{as: 'I', scale: milli, names: []string{"time_boot_ms"}},
	}},
	{name: "GPS_RAW_INT", id: 24, extra: 24, stamp: timeUsec, fields: []mavlinkFields{
		{as: 'i', scale: tenMillion, names: []string{"lat", "lon"}},
		{as: 'i', scale: milli, names: []string{"alt"}},
		{as: 'H', scale: centi, none: math.MaxUint16, names: []string{"eph", "epv", "vel", "cog"}},
		{as: 'B', scale: 1, names: []string{"fix_type"}},
		{as: 'B', scale: 1, none: math.MaxUint8, names: []string{"satellites_visible"}},
		{as: 'i', scale: milli, extension: true, names: []string{"alt_ellipsoid"}},
		{as: 'I', scale: milli, extension: true, names: []string{"h_acc", "v_acc", "vel_acc"}},
		{as: 'I', scale: 1e-5, extension: true, names: []string{"hdg_acc"}},
		{as: 'H', scale: centi, none: math.MaxUint16, extension: true, names: []string{"yaw"}},
	}},
	{name: "SCALED_IMU", id: 26, extra: 170, stamp: timeBootMs, fields: []mavlinkFields{
		{as: 'h', scale: milliG, names: []string{"xacc", "yacc", "zacc"}},
		{as: 'h', scale: milli, names: []string{"xgyro", "ygyro", "zgyro"}},
		{as: 'h', scale: milli * gauss, names: []string{"xmag", "ymag", "zmag"}},
		{as: 'h', scale: centi, extension: true, names: []string{"temperature"}},
	}},
	{name: "RAW_IMU", id: 27, extra: 144, stamp: timeUsec, fields: []mavlinkFields{
		{as: 'h', scale: milliG, names: []string{"xacc", "yacc", "zacc"}},
		{as: 'h', scale: milli, names: []string{"xgyro", "ygyro", "zgyro"}},
		{as: 'h', scale: milli * gauss, names: []string{"xmag", "ymag", "zmag"}},
		{as: 'B', scale: 1, extension: true, names: []string{"id"}},
		{as: 'h', scale: centi, extension: true, names: []string{"temperature"}},
	}},
	{name: "SCALED_PRESSURE", id: 29, extra: 115, stamp: timeBootMs, fields: []mavlinkFields{
		{as: 'f', scale: hectopascal, names: []string{"press_abs", "press_diff"}},
		{as: 'h', scale: centi, names: []string{"temperature"}},
		{as: 'h', scale: centi, extension: true, names: []string{"temperature_press_diff"}},
	}},
	{name: "ATTITUDE", id: 30, extra: 39, stamp: timeBootMs, fields: []mavlinkFields{
		{as: 'f', scale: 1, names: []string{"roll", "pitch", "yaw", "rollspeed", "pitchspeed", "yawspeed"}},
	}},
	{name: "ATTITUDE_QUATERNION", id: 31, extra: 246, stamp: timeBootMs, fields: []mavlinkFields{
		{as: 'f', scale: 1, names: []string{"q1", "q2", "q3", "q4", "rollspeed", "pitchspeed", "yawspeed"}},
		{as: 'f', scale: 1, count: 4, extension: true, names: []string{"repr_offset_q"}},
	}},
	{name: "GLOBAL_POSITION_INT", id: 33, extra: 104, stamp: timeBootMs, fields: []mavlinkFields{
		{as: 'i', scale: tenMillion, names: []string{"lat", "lon"}},
		{as: 'i', scale: milli, names: []string{"alt", "relative_alt"}},
		{as: 'h', scale: centi, names: []string{"vx", "vy", "vz"}},
		{as: 'H', scale: centi, none: math.MaxUint16, names: []string{"hdg"}},
	}},
	{name: "VFR_HUD", id: 74, extra: 20, fields: []mavlinkFields{
		{as: 'f', scale: 1, names: []string{"airspeed", "groundspeed", "alt", "climb"}},
		{as: 'h', scale: 1, names: []string{"heading"}},
		{as: 'H', scale: 1, names: []string{"throttle"}},
	}},
	{name: "HIGHRES_IMU", id: 105, extra: 93, stamp: timeUsec, fields: []mavlinkFields{
		{as: 'f', scale: 1, names: []string{"xacc", "yacc", "zacc", "xgyro", "ygyro", "zgyro"}},
		{as: 'f', scale: gauss, names: []string{"xmag", "ymag", "zmag"}},
		{as: 'f', scale: hectopascal, names: []string{"abs_pressure", "diff_pressure"}},
		{as: 'f', scale: 1, names: []string{"pressure_alt", "temperature"}},
		{as: 'H', scale: 1, names: []string{"fields_updated"}},
		{as: 'B', scale: 1, extension: true, names: []string{"id"}},
	}},
	{name: "BATTERY_STATUS", id: 147, extra: 154, fields: []mavlinkFields{
		{as: 'i', scale: 3.6, none: -1, names: []string{"current_consumed"}},
		{as: 'i', scale: 100, none: -1, names: []string{"energy_consumed"}},
		{as: 'h', scale: centi, none: math.MaxInt16, names: []string{"temperature"}},
		{as: 'H', scale: milli, none: math.MaxUint16, count: 10, names: []string{"voltages"}},
		{as: 'h', scale: centi, none: -1, names: []string{"current_battery"}},
		{as: 'B', scale: 1, names: []string{"id", "battery_function", "type"}},
		{as: 'b', scale: 1, none: -1, names: []string{"battery_remaining"}},
		{as: 'i', scale: 1, extension: true, names: []string{"time_remaining"}},
		{as: 'B', scale: 1, extension: true, names: []string{"charge_state"}},
		{as: 'H', scale: milli, count: 4, extension: true, names: []string{"voltages_ext"}},
		{as: 'B', scale: 1, extension: true, names: []string{"mode"}},
		{as: 'I', scale: 1, extension: true, names: []string{"fault_bitmask"}},
	}},
	{name: "VIBRATION", id: 241, extra: 90, stamp: timeUsec, fields: []mavlinkFields{
		{as: 'f', scale: 1, names: []string{"vibration_x", "vibration_y", "vibration_z"}},
		{as: 'I', scale: 1, names: []string{"clipping_0", "clipping_1", "clipping_2"}},
	}},
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
		for _, name := range f.names {
			if f.count == 0 {
				names = append(names, name)
			}
			for i := range f.count {
				names = append(names, fmt.Sprintf("%s[%d]", name, i))
			}
		}
	}
	return names
}

// size gives the bytes of a payload of version 1, or of all that is known in version 2.
func (m *mavlinkMessage) size(extended bool) int {
	n := stampSize[m.stamp]
	for _, f := range m.fields {
		if extended || !f.extension {
			n += f.size() * f.values()
		}
	}
	return n
}

// values gives the number of values.
func (f mavlinkFields) values() int { return len(f.names) * max(1, f.count) }

// size gives the bytes of one value.
func (f mavlinkFields) size() int {
	switch f.as {
	case 'b', 'B':
		return 1
	case 'h', 'H':
		return 2
	case 'Q':
		return 8
	}
	return 4
}

// values decodes a payload of at least size bytes; of extensions that it does not have,
// and of what is not known, it gives NaN.
func (m *mavlinkMessage) values(payload []byte) (values []float64) {
	payload = payload[stampSize[m.stamp]:]
	for _, f := range m.fields {
		size := f.size()
		for range f.values() {
			value := math.NaN()
			if len(payload) >= size {
				value = f.value(payload)
				payload = payload[size:]
			}
			values = append(values, value)
		}
	}
	return values
}

func (f mavlinkFields) value(b []byte) (value float64) {
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
