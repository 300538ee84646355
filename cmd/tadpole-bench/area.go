package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// part is one measurement of an area, which can be run by itself.
type part struct {
	name string
	run  func(context.Context, settings) ([]Result, error)
}

// measure runs an area's parts, or the one that is named, in a scratch directory
// below the given one ("" = that for temporary files), and reports what they gave.
// A part that fails does not keep the others from being reported.
func measure(ctx context.Context, area, only, below string, s settings, parts []part) (err error) {
	if s.dir, err = os.MkdirTemp(below, "tadpole-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	var results []Result
	var faults []error
	var names []string
	found := only == ""
	for _, p := range parts {
		names = append(names, p.name)
		if only != "" && only != p.name {
			continue
		}
		found = true
		fmt.Fprintf(os.Stderr, "measuring %s ...\n", p.name)
		more, err := p.run(ctx, s)
		if err != nil {
			faults = append(faults, fmt.Errorf("measure %s: %w", p.name, err))
		}
		results = append(results, more...)
	}
	if !found {
		return fmt.Errorf("--only: %s has no part %q; it has %s", area, only, strings.Join(names, ", "))
	}
	return errors.Join(append(faults, report(area, results))...)
}
