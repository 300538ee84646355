package job

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
)

// Serve is the main loop of a runner process: it takes requests from in and
// answers on out until in ends. It first gives up what a job needs none of.
func Serve(ctx context.Context, in io.Reader, out io.Writer, c EngineConfig) error {
	if err := confine(); err != nil {
		return fmt.Errorf("confine runner: %w", err)
	}
	// Jobs' memory is outside Go's heap; what is left is small and short-lived.
	debug.SetGCPercent(50)
	engine, err := NewEngine(c)
	if err != nil {
		return err
	}
	defer engine.Close()
	for {
		var request requestFrame
		if err := readFrame(in, &request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		result, err := engine.Run(ctx, Request(request))
		if err := writeFrame(out, frameOf(result, err)); err != nil {
			return err
		}
	}
}
