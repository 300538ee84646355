// Command bench measures the training kernel and prints one JSON line for each
// figure: its speed as the same C built natively for 128-bit SIMD, in wazero's
// compiler and in its interpreter, and the share of the native speed that the
// compiler reaches. It takes no arguments, needs clang and leaves nothing behind.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

// Result is one figure.
type Result struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Target float64 `json:"target,omitempty"` // 0 = none
	Better string  `json:"better"`           // "higher" or "lower"
}

func main() {
	if err := bench(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context) error {
	directory, err := os.MkdirTemp("", "kernel-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	results, err := run(ctx, directory, effort{turns: 40, samples: 600, samplesInterpreted: 20})
	if err != nil {
		return err
	}
	for _, r := range results {
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	}
	return nil
}
