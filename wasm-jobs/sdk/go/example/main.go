// Command example is a running mean: config names a channel, and each of its values becomes
// the mean of the last eight, oldest first in the sum, as of all examples in wasm-jobs/sdk.
package main

import (
	"fmt"
	"os"

	tadpole "github.com/tadpole-edge/tadpole/wasm-jobs/sdk/go"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	job, err := tadpole.Open()
	if err != nil {
		return err
	}
	x, err := job.Column(job.Config)
	if err != nil {
		return err
	}
	var last []float64
	for job.Next() {
		v := job.Value(x)
		if v != v { // not read
			continue
		}
		if last = append(last, v); len(last) > 8 {
			last = last[1:]
		}
		sum := 0.
		for _, v := range last {
			sum += v
		}
		job.Emit(job.Time(), sum/float64(len(last)))
	}
	return job.Close()
}
