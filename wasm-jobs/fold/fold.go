// Package fold holds the job that sums up a shard of a round's updates as a built
// WASM module, and what its exit codes mean. A shard flows in, a partial sum flows
// out, the same to the last bit as package aggregator/combine makes of the same
// updates. The sources are in src; README.md describes its files.
package fold

import _ "embed"

// Module is fold.wasm, a WASI preview-1 command: it reads /inputs/shard.bin and
// writes /outputs/sum.bin.
//
//go:embed fold.wasm
var Module []byte

// Names of the module's files, in /inputs and in /outputs.
const (
	Input  = "shard.bin"
	Output = "sum.bin"
)

// Exits explains the module's exit codes (enum status in src/fold.h).
var Exits = map[uint32]string{
	10: "the shard cannot be read to its end",
	11: "the shard is malformed",
	13: "the memory limit is too low",
	16: "the sum cannot be written",
	20: "an update is malformed",
	21: "an update's weight, exponent or value is out of range",
	22: "there are more updates than may be in a sum",
}
