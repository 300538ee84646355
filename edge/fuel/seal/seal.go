// Package seal makes a supervised job leave its results to one receiver, on a host
// that shows them to everybody: Bacalhau's local publisher serves what an execution
// left, on every interface, without a password.
//
// A module and the receiver's public key flow in; modules flow out, for the same
// host as package fuel's Supervise, and with the same outputs and fuel. In them the
// job's memory is one that it shares with host.wasm, and what it calls of WASI is
// answered by seal.wasm: below /outputs it finds the device's sandbox (package job),
// flat, written only, and held in seal.wasm's memory until the job has ended. What
// it prints is held too, the last 64 KiB of each stream. Nowhere else can it write.
// At its end, whichever way it exits, outputs, prints and the fuel that is left go
// into one tar archive, and that into one age file (age-encryption.org/v1) to the
// receiver, which is all that the host gets: no name, no size of a single file, and
// of a job that traps or is killed, nothing. The device has no use for the package
// and does not link it.
//
// # What holds
//
// Whoever has the age file and not the receiver's key can neither read nor change
// it, if the file's own keys are drawn well. On Bacalhau the engine gives WASM fixed
// bytes for random ones (v1.9.3), so they come of two things: a secret of 256 bits
// that Supervise draws and places into the module, which shuts out whoever reads
// results and not the job's own spec; and thousands of readings of the node's clock
// in nanoseconds, with a margin of 32 over what the file needs (src/entropy.c),
// against those who read the spec as well. A clock without jitter ends the run with
// code 251 and no result.
//
// The file does not say who made it: the receiver's key is public, and whoever can
// put another file in its place can have sealed it. Replicas and re-execution find
// that, as they find a node that lies. The node itself sees everything: it has the
// job's memory.
//
// # What differs from the sandbox
//
// A job that lists directories sees /outputs empty, and more than its two
// directories in the root, as on any node. Outputs take as much memory as the node
// gives one module, and a job that writes more traps.
package seal

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// Sealed is a supervised job whose results only the receiver reads.
type Sealed struct {
	Modules []Module // in the order of linking; the last is the command
	job     fuel.Supervised
}

// Module is a file below the root that the job sees.
type Module struct {
	Name   string
	Binary []byte
}

// Names of the modules that come in between, and of the file with the result, which
// lies in fuel.MeterDirectory.
const (
	HostFile   = "host.wasm"
	SealFile   = "seal.wasm"
	ResultFile = "sealed"
)

var (
	//go:embed host.wasm
	hostModule []byte
	//go:embed seal.wasm
	sealModule []byte
	//go:embed sealing.wasm
	supervisorModule []byte
	//go:embed sealing-starting.wasm
	startingModule []byte
)

// Where the modules take what is a job's own.
var (
	limitMark    = []byte("TPLIMIT!")
	receiverMark = []byte("TPRECEIVER......................")
	secretMark   = []byte("TPSECRET........................")
)

// Supervise is fuel.Supervise towards a receiver, an X25519 public key. Two calls
// give different modules that do the same.
func Supervise(module []byte, limit uint64, receiver [32]byte, o fuel.Options) (Sealed, error) {
	s, err := fuel.Supervise(module, limit, o)
	if err != nil {
		return Sealed{}, err
	}
	job, memory, err := moveMemory(s.Job)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal module: %w", err)
	}
	var secret [32]byte
	rand.Read(secret[:]) // it does not fail
	supervisor := supervisorModule
	if s.Starting {
		supervisor = startingModule
	}
	return Sealed{job: s, Modules: []Module{
		{fuel.ExitFile, s.Exit},
		{HostFile, withMemory(hostModule, memory)},
		{SealFile, place(place(sealModule, secretMark, secret[:]), receiverMark, receiver[:])},
		{fuel.JobFile, job},
		{fuel.SupervisorFile, place(supervisor, limitMark, binary.LittleEndian.AppendUint64(nil, limit))},
	}}, nil
}

// Used reads the fuel file out of a result, as fuel.Supervised does.
func (s Sealed) Used(left []byte) (uint64, error) { return s.job.Used(left) }

// place puts a value of the same length where its mark is.
func place(module, mark, value []byte) []byte {
	if bytes.Count(module, mark) != 1 || len(mark) != len(value) {
		panic(fmt.Sprintf("BUG: seal: %q is in a module of the package %d times", mark, bytes.Count(module, mark)))
	}
	return bytes.Replace(module, mark, value, 1)
}
