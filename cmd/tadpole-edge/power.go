package main

import (
	"fmt"
	"io"

	"github.com/tadpole-edge/tadpole/edge/power"
)

// printPower prints whether there may be work, what is known, and what is wrong.
func printPower(out io.Writer, s power.State) {
	state := "it may work"
	if s.Wait != power.May {
		state = "waiting: " + s.Detail
	}
	fmt.Fprintf(out, "power        %s; battery %s, %s, supply %s; at work %.1f %% of the time\n",
		state, told(s.Battery, "%.0f %%"), told(s.Temperature, "%.1f °C"), s.Supply, 100*s.Worked)
	for _, f := range s.Faults {
		fmt.Fprintf(out, "%13s%s\n", "", f)
	}
}

func told(value *float64, format string) string {
	if value == nil {
		return "unknown"
	}
	return fmt.Sprintf(format, *value)
}
