// Package gpu is the training container for nodes that have a GPU: what train.wasm
// does, in PyTorch (train.py, Dockerfile, README.md).
//
// Plan, model and data flow in as files, update and metrics flow out, in the formats
// of wasm-jobs/train. There is nothing in it for Go but its test.
package gpu
