// Package bindings is what abigen makes of the contracts' ABIs: calls are packed,
// answers, events and errors unpacked. `make -C contracts bindings` writes it anew
// and CI compares; only package market should need it.
package bindings
