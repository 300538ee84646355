package combine

import "encoding/binary"

// addScaled adds factor times each of the little-endian values in b, width bytes
// each, to sum: sum[i] += value[i] * factor. len(b) is len(sum) * width.
func addScaled(sum []int64, b []byte, width int, factor int64) {
	done := addFast(sum, b, width, factor)
	addGeneric(sum[done:], b[done*width:], width, factor)
}

func addGeneric(sum []int64, b []byte, width int, factor int64) {
	switch width {
	case 1:
		addInt8(sum, b, factor)
	case 2:
		addInt16(sum, b, factor)
	default:
		addInt32(sum, b, factor)
	}
}

// The loops take eight values a turn: one bounds check then serves them all.

func addInt8(sum []int64, b []byte, factor int64) {
	for len(sum) >= 8 && len(b) >= 8 {
		s, v := sum[:8:8], b[:8:8]
		s[0] += int64(int8(v[0])) * factor
		s[1] += int64(int8(v[1])) * factor
		s[2] += int64(int8(v[2])) * factor
		s[3] += int64(int8(v[3])) * factor
		s[4] += int64(int8(v[4])) * factor
		s[5] += int64(int8(v[5])) * factor
		s[6] += int64(int8(v[6])) * factor
		s[7] += int64(int8(v[7])) * factor
		sum, b = sum[8:], b[8:]
	}
	for i := range sum {
		sum[i] += valueAt(b[i:], 1) * factor
	}
}

func addInt16(sum []int64, b []byte, factor int64) {
	for len(sum) >= 8 && len(b) >= 16 {
		s, v := sum[:8:8], b[:16:16]
		s[0] += int64(int16(binary.LittleEndian.Uint16(v[0:]))) * factor
		s[1] += int64(int16(binary.LittleEndian.Uint16(v[2:]))) * factor
		s[2] += int64(int16(binary.LittleEndian.Uint16(v[4:]))) * factor
		s[3] += int64(int16(binary.LittleEndian.Uint16(v[6:]))) * factor
		s[4] += int64(int16(binary.LittleEndian.Uint16(v[8:]))) * factor
		s[5] += int64(int16(binary.LittleEndian.Uint16(v[10:]))) * factor
		s[6] += int64(int16(binary.LittleEndian.Uint16(v[12:]))) * factor
		s[7] += int64(int16(binary.LittleEndian.Uint16(v[14:]))) * factor
		sum, b = sum[8:], b[16:]
	}
	for i := range sum {
		sum[i] += valueAt(b[2*i:], 2) * factor
	}
}

func addInt32(sum []int64, b []byte, factor int64) {
	for len(sum) >= 8 && len(b) >= 32 {
		s, v := sum[:8:8], b[:32:32]
		s[0] += int64(int32(binary.LittleEndian.Uint32(v[0:]))) * factor
		s[1] += int64(int32(binary.LittleEndian.Uint32(v[4:]))) * factor
		s[2] += int64(int32(binary.LittleEndian.Uint32(v[8:]))) * factor
		s[3] += int64(int32(binary.LittleEndian.Uint32(v[12:]))) * factor
		s[4] += int64(int32(binary.LittleEndian.Uint32(v[16:]))) * factor
		s[5] += int64(int32(binary.LittleEndian.Uint32(v[20:]))) * factor
		s[6] += int64(int32(binary.LittleEndian.Uint32(v[24:]))) * factor
		s[7] += int64(int32(binary.LittleEndian.Uint32(v[28:]))) * factor
		sum, b = sum[8:], b[32:]
	}
	for i := range sum {
		sum[i] += valueAt(b[4*i:], 4) * factor
	}
}

// valueAt reads one value.
func valueAt(b []byte, width int) int64 {
	switch width {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	default:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
}
