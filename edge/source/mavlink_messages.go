package source

import (
	"encoding/binary"
	"fmt"
	"math"
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

// Scales of fields to their unit; 1 is not written out.
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
	{name: "HEARTBEAT", id: 0, extra: 50, fields: []mavlinkField{
		{"custom_mode", 'I', 1, 0, 0}, {"type", 'B', 1, 0, 0}, {"autopilot", 'B', 1, 0, 0}, {"base_mode", 'B', 1, 0, 0}, {"system_status", 'B', 1, 0, 0}, {"mavlink_version", 'B', 1, 0, 0}}},
	{name: "SYS_STATUS", id: 1, extra: 124, extensions: 3, fields: []mavlinkField{
		{"onboard_control_sensors_present", 'I', 1, 0, 0}, {"onboard_control_sensors_enabled", 'I', 1, 0, 0}, {"onboard_control_sensors_health", 'I', 1, 0, 0},
		{"load", 'H', deci, 0, 0}, {"voltage_battery", 'H', milli, math.MaxUint16, 0}, {"current_battery", 'h', centi, -1, 0}, {"drop_rate_comm", 'H', centi, 0, 0}, {"errors_comm", 'H', 1, 0, 0},
		{"errors_count1", 'H', 1, 0, 0}, {"errors_count2", 'H', 1, 0, 0}, {"errors_count3", 'H', 1, 0, 0}, {"errors_count4", 'H', 1, 0, 0}, {"battery_remaining", 'b', 1, -1, 0},
		{"onboard_control_sensors_present_extended", 'I', 1, 0, 0}, {"onboard_control_sensors_enabled_extended", 'I', 1, 0, 0}, {"onboard_control_sensors_health_extended", 'I', 1, 0, 0}}},
	{name: "SYSTEM_TIME", id: 2, extra: 137, stamp: timeSystem, fields: []mavlinkField{{"time_unix_usec", 'Q', 1e-6, 0, 0}, {"time_boot_ms", 'I', milli, 0, 0}}},
	{name: "GPS_RAW_INT", id: 24, extra: 24, stamp: timeUsec, extensions: 6, fields: []mavlinkField{
		{"lat", 'i', tenMillion, 0, 0}, {"lon", 'i', tenMillion, 0, 0}, {"alt", 'i', milli, 0, 0}, {"eph", 'H', centi, math.MaxUint16, 0}, {"epv", 'H', centi, math.MaxUint16, 0},
		{"vel", 'H', centi, math.MaxUint16, 0}, {"cog", 'H', centi, math.MaxUint16, 0}, {"fix_type", 'B', 1, 0, 0}, {"satellites_visible", 'B', 1, math.MaxUint8, 0},
		{"alt_ellipsoid", 'i', milli, 0, 0}, {"h_acc", 'I', milli, 0, 0}, {"v_acc", 'I', milli, 0, 0}, {"vel_acc", 'I', milli, 0, 0}, {"hdg_acc", 'I', 1e-5, 0, 0}, {"yaw", 'H', centi, math.MaxUint16, 0}}},
	{name: "SCALED_IMU", id: 26, extra: 170, stamp: timeBootMs, extensions: 1, fields: append(scaledIMU(), mavlinkField{"temperature", 'h', centi, 0, 0})},
	{name: "RAW_IMU", id: 27, extra: 144, stamp: timeUsec, extensions: 2, fields: append(scaledIMU(), mavlinkField{"id", 'B', 1, 0, 0}, mavlinkField{"temperature", 'h', centi, 0, 0})},
	{name: "SCALED_PRESSURE", id: 29, extra: 115, stamp: timeBootMs, extensions: 1, fields: []mavlinkField{
		{"press_abs", 'f', hectopascal, 0, 0}, {"press_diff", 'f', hectopascal, 0, 0}, {"temperature", 'h', centi, 0, 0}, {"temperature_press_diff", 'h', centi, 0, 0}}},
	{name: "ATTITUDE", id: 30, extra: 39, stamp: timeBootMs, fields: []mavlinkField{
		{"roll", 'f', 1, 0, 0}, {"pitch", 'f', 1, 0, 0}, {"yaw", 'f', 1, 0, 0}, {"rollspeed", 'f', 1, 0, 0}, {"pitchspeed", 'f', 1, 0, 0}, {"yawspeed", 'f', 1, 0, 0}}},
	{name: "ATTITUDE_QUATERNION", id: 31, extra: 246, stamp: timeBootMs, extensions: 1, fields: []mavlinkField{
		{"q1", 'f', 1, 0, 0}, {"q2", 'f', 1, 0, 0}, {"q3", 'f', 1, 0, 0}, {"q4", 'f', 1, 0, 0}, {"rollspeed", 'f', 1, 0, 0}, {"pitchspeed", 'f', 1, 0, 0}, {"yawspeed", 'f', 1, 0, 0},
		{"repr_offset_q", 'f', 1, 0, 4}}},
	{name: "GLOBAL_POSITION_INT", id: 33, extra: 104, stamp: timeBootMs, fields: []mavlinkField{
		{"lat", 'i', tenMillion, 0, 0}, {"lon", 'i', tenMillion, 0, 0}, {"alt", 'i', milli, 0, 0}, {"relative_alt", 'i', milli, 0, 0},
		{"vx", 'h', centi, 0, 0}, {"vy", 'h', centi, 0, 0}, {"vz", 'h', centi, 0, 0}, {"hdg", 'H', centi, math.MaxUint16, 0}}},
	{name: "VFR_HUD", id: 74, extra: 20, fields: []mavlinkField{
		{"airspeed", 'f', 1, 0, 0}, {"groundspeed", 'f', 1, 0, 0}, {"alt", 'f', 1, 0, 0}, {"climb", 'f', 1, 0, 0}, {"heading", 'h', 1, 0, 0}, {"throttle", 'H', 1, 0, 0}}},
	{name: "HIGHRES_IMU", id: 105, extra: 93, stamp: timeUsec, extensions: 1, fields: []mavlinkField{
		{"xacc", 'f', 1, 0, 0}, {"yacc", 'f', 1, 0, 0}, {"zacc", 'f', 1, 0, 0}, {"xgyro", 'f', 1, 0, 0}, {"ygyro", 'f', 1, 0, 0}, {"zgyro", 'f', 1, 0, 0},
		{"xmag", 'f', gauss, 0, 0}, {"ymag", 'f', gauss, 0, 0}, {"zmag", 'f', gauss, 0, 0}, {"abs_pressure", 'f', hectopascal, 0, 0}, {"diff_pressure", 'f', hectopascal, 0, 0},
		{"pressure_alt", 'f', 1, 0, 0}, {"temperature", 'f', 1, 0, 0}, {"fields_updated", 'H', 1, 0, 0}, {"id", 'B', 1, 0, 0}}},
	{name: "BATTERY_STATUS", id: 147, extra: 154, extensions: 5, fields: []mavlinkField{
		{"current_consumed", 'i', 3.6, -1, 0}, {"energy_consumed", 'i', 100, -1, 0}, {"temperature", 'h', centi, math.MaxInt16, 0}, {"voltages", 'H', milli, math.MaxUint16, 10}, {"current_battery", 'h', centi, -1, 0},
		{"id", 'B', 1, 0, 0}, {"battery_function", 'B', 1, 0, 0}, {"type", 'B', 1, 0, 0}, {"battery_remaining", 'b', 1, -1, 0},
		{"time_remaining", 'i', 1, 0, 0}, {"charge_state", 'B', 1, 0, 0}, {"voltages_ext", 'H', milli, 0, 4}, {"mode", 'B', 1, 0, 0}, {"fault_bitmask", 'I', 1, 0, 0}}},
	{name: "VIBRATION", id: 241, extra: 90, stamp: timeUsec, fields: []mavlinkField{
		{"vibration_x", 'f', 1, 0, 0}, {"vibration_y", 'f', 1, 0, 0}, {"vibration_z", 'f', 1, 0, 0}, {"clipping_0", 'I', 1, 0, 0}, {"clipping_1", 'I', 1, 0, 0}, {"clipping_2", 'I', 1, 0, 0}}},
}

// scaledIMU are the fields that SCALED_IMU and RAW_IMU have in common.
func scaledIMU() []mavlinkField {
	return []mavlinkField{
		{"xacc", 'h', milliG, 0, 0}, {"yacc", 'h', milliG, 0, 0}, {"zacc", 'h', milliG, 0, 0}, {"xgyro", 'h', milli, 0, 0}, {"ygyro", 'h', milli, 0, 0}, {"zgyro", 'h', milli, 0, 0},
		{"xmag", 'h', milli * gauss, 0, 0}, {"ymag", 'h', milli * gauss, 0, 0}, {"zmag", 'h', milli * gauss, 0, 0}}
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
