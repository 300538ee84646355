// Package sdk has what a job over a device's readings is written with, in a directory a
// language, each with the same example: a running mean. Its test builds and runs them all.
package sdk

import _ "embed"

// Mean is the example in C as a built module: readings flow in, and of the channel that
// its config names, the mean of the last eight values flows out for each.
//
//go:embed c/example/mean.wasm
var Mean []byte
