//go:build unix

package bacalhautest

import "encoding/binary"

// Speaker is a WASI module that prints a line and, if it is to, then never ends.
// Bacalhau wants a name section, as compilers write one.
func Speaker(line string, forever bool) []byte {
	const at = 16 // of the line in memory; before it lie the pointer and the length
	memory := binary.LittleEndian.AppendUint32(nil, at)
	memory = binary.LittleEndian.AppendUint32(memory, uint32(len(line)))
	memory = append(append(memory, make([]byte, at-len(memory))...), line...)
	code := []byte{0x41, 1, 0x41, 0, 0x41, 1, 0x41, 8, 0x10, 0, 0x1a} // fd_write(1, 0, 1, 8), drop
	if forever {
		code = append(code, 0x03, 0x40, 0x0c, 0, 0x0b) // loop br 0 end
	}
	code = append(code, 0x41, 0, 0x10, 1, 0x0b) // proc_exit(0)
	const wasi = "wasi_snapshot_preview1"
	module := []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range [][]byte{
		section(1, []byte{3}, []byte{0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f}, []byte{0x60, 1, 0x7f, 0}, []byte{0x60, 0, 0}),
		section(2, []byte{2}, text(wasi), text("fd_write"), []byte{0, 0}, text(wasi), text("proc_exit"), []byte{0, 1}),
		section(3, []byte{1, 2}),
		section(5, []byte{1, 0, 1}),
		section(7, []byte{2}, text("memory"), []byte{2, 0}, text("_start"), []byte{0, 2}),
		section(10, []byte{1}, sized(append([]byte{0}, code...))),
		section(11, []byte{1, 0, 0x41, 0, 0x0b}, sized(memory)),
		section(0, text("name"), []byte{0}, sized(text("speaker"))),
	} {
		module = append(module, s...)
	}
	return module
}

func section(id byte, parts ...[]byte) []byte {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	return append([]byte{id}, sized(body)...)
}

func sized(b []byte) []byte { return append(binary.AppendUvarint(nil, uint64(len(b))), b...) }

func text(s string) []byte { return sized([]byte(s)) }
