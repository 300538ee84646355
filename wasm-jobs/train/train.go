// Package train holds the training kernel as a built WASM module, and what its
// exit codes mean. The sources are in src; README.md describes its files.
package train

import _ "embed"

// Module is train.wasm, a WASI preview-1 command: it reads /inputs/plan.bin,
// /inputs/model.safetensors and /inputs/data.safetensors, and writes
// /outputs/metrics.bin and, in training, /outputs/update.bin.
//
//go:embed train.wasm
var Module []byte

// Exits explains the module's exit codes (enum status in src/job.h).
var Exits = map[uint32]string{
	10: "an input file cannot be read",
	11: "the plan is malformed",
	12: "model or data are not of the size that the plan says",
	13: "the memory limit is too low",
	14: "the loss or the update is not finite: the training diverged",
	15: "a label is outside the model's classes",
	16: "an output file cannot be written",
	17: "the update is too large for its fixed point",
}
