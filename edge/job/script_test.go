package job_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// script is what testdata/script.c runs: calls of WASI, and behind them what they
// refer to. Addresses are the guest's.
type script struct {
	calls []call
	data  []byte
}

type call struct {
	What, A, B, C uint32
	D             uint64
	E, F          uint32
}

// The calls, by their numbers in script.c.
const (
	pathOpen = uint32(iota)
	fdWrite
	fdPwrite
	fdRead
	fdPread
	fdSeek
	fdTell
	fdClose
	fdRenumber
	fdFilestatGet
	fdFilestatSetSize
	fdFdstatGet
	fdFdstatSetFlags
	fdAllocate
	fdAdvise
	fdSync
	fdDatasync
	pathFilestatGet
	pathUnlinkFile
	pathRename
)

const (
	scriptBase = 0x100000
	scriptData = 0x8000 // of what calls refer to
	scriptSize = 0x10000
	beyond     = 34<<16 - 4 // the last word of the guest's memory
)

// put lays content down and gives its address.
func (s *script) put(content []byte) uint32 {
	at := scriptBase + scriptData + uint32(len(s.data))
	s.data = append(s.data, content...)
	for len(s.data)%8 != 0 {
		s.data = append(s.data, 0)
	}
	return at
}

// room is where a result goes.
func (s *script) room(n int) uint32 { return s.put(make([]byte, n)) }

// vectors lays down iovecs of addresses and sizes.
func (s *script) vectors(pairs ...uint32) uint32 {
	var b []byte
	for _, v := range pairs {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return s.put(b)
}

func (s *script) open(path string, oflags, fdflags uint32) {
	s.calls = append(s.calls, call{What: pathOpen, A: 3, B: s.put([]byte(path)), C: uint32(len(path)), D: 64, E: oflags, F: fdflags<<24 | (s.room(4) - scriptBase)})
}

func (s *script) write(fd uint32, text string) {
	s.calls = append(s.calls, call{What: fdWrite, A: fd, B: s.vectors(s.put([]byte(text)), uint32(len(text))), C: 1, E: s.room(4)})
}

func (s *script) pwrite(fd uint32, text string, at uint64) {
	s.calls = append(s.calls, call{What: fdPwrite, A: fd, B: s.vectors(s.put([]byte(text)), uint32(len(text))), C: 1, D: at, E: s.room(4)})
}

func (s *script) seek(fd uint32, by int64, whence uint32) {
	s.calls = append(s.calls, call{What: fdSeek, A: fd, D: uint64(by), B: whence, E: s.room(8)})
}

func (s *script) close(fd uint32) { s.calls = append(s.calls, call{What: fdClose, A: fd}) }

func (s *script) encode() []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(s.calls)))
	for _, c := range s.calls {
		b, _ = binary.Append(b, binary.LittleEndian, c)
	}
	return append(append(b, make([]byte, scriptData-len(b))...), s.data...)
}

// both runs a script in the sandbox and sealed on a node, and holds one to the other.
func both(t *testing.T, s *script, sandbox *job.InProcess, who sealed.Identity, sealing seal.Sealed) (outputs map[string]string) {
	t.Helper()
	if len(s.data) > scriptSize-scriptData || len(s.calls)*32+8 > scriptData {
		t.Fatalf("a script of %d calls with %d bytes", len(s.calls), len(s.data))
	}
	inputs := []job.Input{{Name: "script", Content: s.encode()}}
	want, fault := sandbox.Run(t.Context(), job.Request{Module: wasm(t, "script"), Inputs: inputs, Limits: job.Limits{MemoryBytes: 4 << 20, OutputBytes: 4 << 20, Fuel: 1 << 30}})
	left, printed, code, err := runSealed(t, sealing, inputs, hosted())
	if fault != nil || err != nil || code != 0 {
		t.Fatalf("the sandbox: %v; elsewhere: %v, code %d", fault, err, code)
	}
	if printed != "" {
		t.Errorf("the host saw %q", printed)
	}
	files := opened(t, left, who)
	if used, err := sealing.Used([]byte(files[fuel.MeterDirectory+"/"+fuel.MeterFile])); err != nil || used != want.Fuel {
		t.Errorf("fuel %d, %v; in the sandbox %d", used, err, want.Fuel)
	}
	if !strings.HasSuffix(files["stderr"], want.Stderr) {
		t.Errorf("stderr %q, in the sandbox %q", files["stderr"], want.Stderr)
	}
	outputs = map[string]string{}
	for _, o := range want.Outputs {
		outputs[o.Name] = string(o.Bytes)
		if got := files["outputs/"+o.Name]; got != string(o.Bytes) {
			t.Errorf("%s is not the sandbox's%s", o.Name, difference(s, o.Name, []byte(got), o.Bytes))
		}
	}
	if len(files) != len(outputs)+3 {
		t.Errorf("%d files, in the sandbox %d outputs", len(files), len(outputs))
	}
	return outputs
}

// difference says which call went otherwise.
func difference(s *script, name string, got, want []byte) string {
	if name != "log" || len(got) != len(want) {
		return fmt.Sprintf(": %d bytes, want %d", len(got), len(want))
	}
	text := ""
	for i, c := range s.calls {
		if g, w := binary.LittleEndian.Uint32(got[4*i:]), binary.LittleEndian.Uint32(want[4*i:]); g != w {
			text += fmt.Sprintf("; call %d %+v gives %d, want %d", i, c, g, w)
		}
	}
	for at := 4 * len(s.calls); at < len(got) && text == ""; at++ {
		if got[at] != want[at] {
			text = fmt.Sprintf("; memory differs first at %#x", scriptBase+at-4*len(s.calls))
		}
	}
	return text
}

func scripted(t *testing.T) func(*script) map[string]string {
	t.Helper()
	who, key := receiver(t)
	sealing, err := seal.Supervise(wasm(t, "script"), 1<<30, key, fuel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sandbox := newInProcess(t, job.InProcessConfig{})
	return func(s *script) map[string]string { return both(t, s, sandbox, who, sealing) }
}

const (
	creat, directory, excl, trunc = 1, 2, 4, 8
	appending                     = 1
)

func TestSealedFilesAreTheSandboxs(t *testing.T) {
	long := strings.Repeat("n", 255)
	for name, c := range map[string]struct {
		do   func(s *script)
		want map[string]string
	}{
		"appended": {func(s *script) {
			s.open("outputs/a", creat, appending)
			s.write(4, "one ")
			s.seek(4, 0, 0)
			s.write(4, "two")
		}, map[string]string{"a": "one two"}},
		"seek and rewrite": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.write(4, "0123456789")
			s.seek(4, -5, 1)
			s.write(4, "xy")
			s.seek(4, 3, 2)
			s.write(4, "end")
			s.seek(4, -1, 0)
		}, map[string]string{"a": "01234xy789\x00\x00\x00end"}},
		"pwrite": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.pwrite(4, "later", 70_000)
			s.write(4, "first")
			s.pwrite(4, "x", 1<<63)
		}, map[string]string{"a": "first" + strings.Repeat("\x00", 69_995) + "later"}},
		"several at once": {func(s *script) {
			for _, name := range []string{"a", "b", "c"} {
				s.open("outputs/"+name, creat, 0)
			}
			for i := range uint32(9) {
				s.write(4+i%3, fmt.Sprint(i))
			}
			s.close(5)
			s.write(5, "closed")
			s.open("outputs/a", 0, appending)
			s.write(5, "!")
			s.write(4, "?")
		}, map[string]string{"a": "036?", "b": "147", "c": "258"}},
		"read back": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.write(4, "mine")
			s.calls = append(s.calls, call{What: fdRead, A: 4, B: s.vectors(s.room(8), 8), C: 1, E: s.room(4)},
				call{What: fdRead, A: 4, B: s.vectors(beyond, 0, beyond, 9), C: 2, E: s.room(4)}, call{What: fdRead, A: 4, B: s.vectors(0, 0), C: 1, E: s.room(4)},
				call{What: fdPread, A: 4, B: s.vectors(s.room(8), 8), C: 1, E: s.room(4)})
		}, map[string]string{"a": "mine"}},
		"written anew": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.write(4, strings.Repeat("secret", 12_000)[:4000])
			s.close(4)
			s.open("outputs/a", creat|trunc, 0)
			s.pwrite(4, "other", 3)
			s.open("outputs/a", creat|excl, 0)
		}, map[string]string{"a": "\x00\x00\x00other"}},
		"nothing written": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.write(4, "")
			s.calls = append(s.calls, call{What: fdWrite, A: 4, B: s.vectors(), E: s.room(4)})
		}, map[string]string{"a": ""}},
		"out of bounds": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.calls = append(s.calls,
				call{What: fdWrite, A: 4, B: s.vectors(s.put([]byte("in")), 2, beyond, 5, s.put([]byte("after")), 5), C: 3, E: s.room(4)},
				call{What: fdWrite, A: 4, B: s.vectors(1<<32-1, 1<<32-1), C: 1, E: s.room(4)},
				call{What: fdWrite, A: 4, B: beyond, C: 1, E: s.room(4)},
				call{What: fdWrite, A: 4, B: 1<<32 - 4, C: 1<<29 - 1, E: s.room(4)},
				call{What: fdWrite, A: 4, B: s.vectors(s.put([]byte("!")), 1), C: 1, E: beyond + 1},
				call{What: fdSeek, A: 4, D: 1, B: 1, E: beyond},
				call{What: fdFilestatGet, A: 4, E: beyond - 32},
				call{What: fdFdstatGet, A: 4, E: 1<<32 - 1},
				call{What: pathOpen, A: 3, B: beyond, C: 100, E: creat},
				call{What: pathOpen, A: 3, B: s.put([]byte("outputs/b")), C: 9, E: creat, F: 0xffffff},
				call{What: fdWrite, A: 2, B: s.vectors(beyond, 5), C: 1, E: s.room(4)})
		}, map[string]string{"a": "in!", "b": ""}},
		"names": {func(s *script) {
			for _, path := range []string{"outputs/" + long, "outputs/n" + long, "outputs/a/b", "outputs/../outputs/./c/", "outputs//d", "./outputs/e", "../outputs/f",
				"/outputs/g", "outputs", "outputs/", "elsewhere", "inputs/h", ".", ""} {
				s.open(path, creat, 0)
				s.calls = append(s.calls, call{What: pathFilestatGet, A: 3, B: s.put([]byte("outputs/c")), C: 9, E: s.room(64)})
			}
			for _, name := range []string{"é€😀", "\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\xe2\x82", "a\x80", "\xff/../a"} {
				s.open("outputs/"+name, creat, 0)
			}
			s.open("outputs/none", 0, 0)
			s.open("outputs/c", directory, 0)
		}, map[string]string{long: "", "c": "", "d": "", "e": "", "é€😀": "", "a": ""}},
		"printed": {func(s *script) {
			s.write(1, "to stdout\n")
			s.write(2, "to stderr\n")
			s.pwrite(2, "nowhere", 0)
			for _, size := range []uint32{40_000, 40_000, 4, 40_000} { // more than is kept
				s.calls = append(s.calls, call{What: fdWrite, A: 2, B: s.vectors(scriptBase, size, s.put([]byte("mark")), 4), C: 2, E: s.room(4)})
			}
			s.calls = append(s.calls, call{What: fdRenumber, A: 1, B: 9}, call{What: fdRenumber, A: 2, B: 1})
			s.open("outputs/a", creat, 0)
			s.calls = append(s.calls, call{What: fdRenumber, A: 4, B: 7})
			s.write(7, "moved")
			s.write(4, "nobody")
		}, map[string]string{"a": "moved"}},
		"asked about": {func(s *script) {
			s.open("outputs/a", creat, 0)
			s.write(4, "12345")
			for _, what := range []uint32{fdTell, fdFilestatGet, fdFdstatGet, fdSync, fdDatasync} {
				s.calls = append(s.calls, call{What: what, A: 4, E: s.room(64)}, call{What: what, A: 77, E: s.room(64)})
			}
			for flags := range uint32(32) {
				s.calls = append(s.calls, call{What: fdFdstatSetFlags, A: 4, B: flags}, call{What: fdFdstatGet, A: 4, E: s.room(24)})
			}
			path := s.put([]byte("outputs/a"))
			s.calls = append(s.calls, call{What: fdFilestatSetSize, A: 4, D: 2}, call{What: fdAllocate, A: 4, D: 1, B: 3}, call{What: fdAllocate, A: 4, D: 1, B: 30},
				call{What: fdAllocate, A: 4, D: 1 << 63}, call{What: fdAdvise, A: 4}, call{What: fdAdvise, A: 4, B: 6},
				call{What: pathUnlinkFile, A: 3, B: path, C: 9}, call{What: pathRename, A: 3, B: path, C: 9})
		}, map[string]string{"a": "12345"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := scripted(t)
			s := &script{}
			c.do(s)
			got := run(s)
			delete(got, "log")
			if len(got) != len(c.want) {
				t.Errorf("%d outputs, want %d: %.200q", len(got), len(c.want), got)
			}
			for name, want := range c.want {
				if got[name] != want {
					t.Errorf("%s is %.80q, want %.80q", name, got[name], want)
				}
			}
		})
	}
}

// Whatever calls a job makes, in whatever order, the sandbox answers them so.
func TestSealedFilesAreTheSandboxsAtRandom(t *testing.T) {
	run := scripted(t)
	scripts := 150
	if testing.Short() {
		scripts = 15
	}
	for seed := range uint64(scripts) {
		if got := run(random(rand.New(rand.NewPCG(seed, 1)))); t.Failed() {
			t.Fatalf("with seed %d; %d outputs", seed, len(got))
		}
	}
}

// random writes a script that mostly makes sense. It asks nothing of directories,
// which look otherwise on every host.
func random(r *rand.Rand) *script {
	s := &script{}
	names := []string{"outputs/a", "outputs/b", "./outputs/c", "outputs/d/e", "outputs/..", "other", "outputs/" + strings.Repeat("x", 120)}
	text := bytes.Repeat([]byte("0123456789abcdef"), 600)
	at := s.put(text)
	address := func() uint32 {
		if r.IntN(12) == 0 {
			return []uint32{beyond, beyond + 2, 1<<32 - 1, 0}[r.IntN(4)]
		}
		return at + uint32(r.IntN(200))
	}
	results := func() uint32 {
		if r.IntN(15) == 0 {
			return beyond + uint32(r.IntN(3))
		}
		return s.room(64)
	}
	vectors := func() (uint32, uint32) {
		n := r.IntN(4)
		var pairs []uint32
		for range n {
			size := uint32(r.IntN(40))
			if r.IntN(6) == 0 {
				size = uint32(r.IntN(9000))
			}
			pairs = append(pairs, address(), size)
		}
		return s.vectors(pairs...), uint32(n)
	}
	for range 40 + r.IntN(80) {
		fd := uint32(4 + r.IntN(6))
		if r.IntN(8) == 0 {
			fd = uint32(r.IntN(3))
		}
		if len(s.data) > scriptSize-scriptData-400 {
			break
		}
		c := call{A: fd}
		switch r.IntN(15) {
		case 0, 1, 2:
			path := names[r.IntN(len(names))]
			oflags := []uint32{creat, creat | trunc, creat | excl, 0, trunc}[r.IntN(5)]
			if path == "outputs/.." || path == "other" {
				oflags |= creat
			}
			s.open(path, oflags, uint32(r.IntN(2)))
			continue
		case 3, 4, 5:
			c.What, c.E = fdWrite, results()
			c.B, c.C = vectors()
		case 6:
			c.What, c.E, c.D = fdPwrite, results(), uint64(r.IntN(300_000)-10)
			c.B, c.C = vectors()
		case 7, 8:
			c.What, c.D, c.B, c.E = fdSeek, uint64(r.IntN(2000)-700), uint32(r.IntN(4)), results()
		case 9:
			c.What = fdClose
			c.A = uint32(4 + r.IntN(6))
		case 10:
			c.What, c.B = fdRenumber, uint32(4+r.IntN(6))
		case 11:
			c.What, c.E = []uint32{fdTell, fdFilestatGet, fdFdstatGet, fdSync}[r.IntN(4)], results()
			c.A = uint32(4 + r.IntN(6))
		case 12:
			c.What, c.B = fdFdstatSetFlags, uint32(r.IntN(2))
			c.A = uint32(4 + r.IntN(6))
		case 13:
			c.What, c.B, c.C, c.E = pathFilestatGet, s.put([]byte(names[0])), uint32(len(names[0])), results()
			c.A = 3
		case 14:
			c.What, c.D, c.E = []uint32{fdRead, fdPread}[r.IntN(2)], uint64(r.IntN(100)), results()
			c.B, c.C = vectors()
			if c.A < 4 {
				c.A = 4
			}
		}
		s.calls = append(s.calls, c)
	}
	return s
}
