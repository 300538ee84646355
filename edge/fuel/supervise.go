package fuel

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"fmt"
	"slices"
)

// Supervised is a job for a host that runs WASI commands and knows nothing of
// fuel: a Bacalhau node. Modules are linked by the names of their files, Exit
// first, then Job, then the entry, Supervisor.
type Supervised struct {
	Exit, Job, Supervisor []byte
	Limit                 uint64 // of fuel
	Starting              bool   // the module has a start function, which Supervisor calls
}

// Names of a supervised job's files below the root that it sees, and where the
// fuel is left: the directory must be there and be writable.
const (
	ExitFile       = "exit.wasm"
	JobFile        = "job.wasm"
	SupervisorFile = "supervisor.wasm"
	MeterDirectory = "meter"
	MeterFile      = "fuel" // in MeterDirectory
)

var (
	//go:embed supervisor/exit.wasm
	exitModule []byte
	//go:embed supervisor/supervisor.wasm
	supervisorModule []byte
	//go:embed supervisor/starting.wasm
	startingModule []byte
)

// limitMark is where a supervisor's binary takes the limit.
var limitMark = []byte("TPLIMIT!")

// wasi is the module that jobs import.
const wasi = "wasi_snapshot_preview1"

// uncertain are imports whose answers another host is free to choose, so that a
// job which uses them would not give the same there.
var uncertain = []string{"clock_time_get", "clock_res_get", "random_get", "poll_oneoff", "proc_raise", "sock_accept", "sock_recv", "sock_send", "sock_shutdown"}

// Supervise makes a module ready for such a host, with the fuel that it may take.
// Modules that ask for the time or for randomness are refused.
func Supervise(module []byte, limit uint64, o Options) (Supervised, error) {
	s := Supervised{Exit: exitModule, Limit: limit}
	metered, err := Meter(module, o)
	if err != nil {
		return s, err
	}
	m, err := parse(metered)
	if err != nil {
		return s, fmt.Errorf("supervise module: %w", err)
	}
	if s.Job, err = m.supervised(); err != nil {
		return s, fmt.Errorf("supervise module: %w", err)
	}
	s.Supervisor = supervisorModule
	if bytes.Contains(metered, []byte(Start)) && m.exports(Start) {
		s.Supervisor, s.Starting = startingModule, true
	}
	s.Supervisor = bytes.Replace(s.Supervisor, limitMark, binary.LittleEndian.AppendUint64(nil, limit), 1)
	return s, nil
}

// Used reads what the supervisor left in its file; an error says that the run did
// not get to its end.
func (s Supervised) Used(left []byte) (uint64, error) {
	if len(left) != 8 {
		return 0, fmt.Errorf("%w: the supervisor left %d bytes, want 8", ErrMalformed, len(left))
	}
	n := int64(binary.LittleEndian.Uint64(left))
	if n < 0 || uint64(n) > s.Limit {
		return 0, fmt.Errorf("%w: %d of %d units of fuel are left", ErrMalformed, n, s.Limit)
	}
	return s.Limit - uint64(n), nil
}

// supervised gives the metered binary with proc_exit imported from the exit
// module, and a name section, without which Bacalhau refuses a module.
func (m *module) supervised() ([]byte, error) {
	out := slices.Clone(m.binary[:8])
	named := false
	for _, s := range m.sections {
		body := m.binary[s.body.at:s.body.end]
		switch s.id {
		case sectionImport:
			var err error
			if body, err = redirect(s.body); err != nil {
				return nil, err
			}
		case sectionCustom:
			r := s.body
			named = named || string(r.skip(r.u32())) == "name"
		}
		out = appendSection(out, s.id, body)
	}
	if !named {
		// A name section that names the module (core specification 2.0, 7.4.1).
		out = appendSection(out, sectionCustom, []byte("\x04name\x00\x04\x03job"))
	}
	return out, nil
}

// redirect rewrites an import section.
func redirect(r reader) ([]byte, error) {
	n := r.u32()
	out := appendU32(nil, n)
	for ; n > 0 && r.err == nil; n-- {
		module, name := string(r.skip(r.u32())), string(r.skip(r.u32()))
		if module == wasi && slices.Contains(uncertain, name) {
			return nil, fmt.Errorf("%w: it imports %s, whose answer is not the same on every host; let it run on a device, or build it without", ErrUnsupported, name)
		}
		if module == wasi && name == "proc_exit" {
			module = ExitFile
		}
		for _, text := range []string{module, name} {
			out = append(appendU32(out, uint32(len(text))), text...)
		}
		at := r.at
		kind := r.byte()
		if kind != 0 { // a job imports functions only
			return nil, fmt.Errorf("%w: it imports %q, which is no function", ErrUnsupported, name)
		}
		r.u32()
		if r.err == nil {
			out = append(out, r.module[at:r.at]...)
		}
	}
	return out, r.err
}

// exports tells whether the module exports a function of that name.
func (m *module) exports(name string) bool {
	for _, s := range m.sections {
		if s.id != sectionExport {
			continue
		}
		r := s.body
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			found := string(r.skip(r.u32())) == name
			if kind := r.byte(); found && kind == 0 {
				return true
			}
			r.u32()
		}
	}
	return false
}
