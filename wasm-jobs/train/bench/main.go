// Command bench measures the training kernel and prints one JSON line for each
// figure: its speed in wazero's compiler, in its interpreter and as the same C
// built natively for 128-bit SIMD, and what share of the native speed the
// compiler reaches. It needs clang; nothing flows in, and it leaves nothing
// behind.
package main

import (
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
	results, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	for _, r := range results {
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
}
