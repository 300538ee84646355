package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/profile"
	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
)

// builtins are the jobs that come with this binary, by name.
func builtins() map[string][]byte { return builtin.Modules() }

func profileVerb(*flag.FlagSet) action {
	return func(ctx context.Context, _ string, _ []string, out io.Writer) error {
		pool := job.NewPool(job.PoolConfig{})
		p, err := profile.Measure(ctx, pool, builtins()["profile"])
		if err = errors.Join(err, pool.Close()); err != nil {
			return err
		}
		fmt.Fprintf(out, "engine   %s\ninteger  %.3g operations a second\nfloat    %.3g\nsimd     %.3g\nmemory   %.3g bytes a second\n", p.Engine, p.Integer, p.Float, p.SIMD, p.Memory)
		return nil
	}
}
