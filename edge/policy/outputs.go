package policy

import (
	"math"
	"path"
	"slices"
	"strings"
)

// Output is a file that a job left and that is to leave the device.
type Output struct {
	Name string
	Size uint64 // bytes
}

// DefaultOutputs are what may leave if a rule does not say: what a federated
// round needs.
func DefaultOutputs() []string { return []string{"update.bin", "metrics.bin"} }

// AllowOutputs is the second moderation: it tells whether the outputs of a job
// may leave. The rule that allowed the job governs them; the policy may have
// changed meanwhile, and then the new one counts. The rates do not count again.
func (p Policy) AllowOutputs(a Ask, outputs []Output) error {
	r, err := p.rule(a)
	if err != nil {
		return err
	}
	var total uint64
	for _, o := range outputs {
		if !slices.Contains(r.Outputs, o.Name) {
			may := "nothing"
			if len(r.Outputs) > 0 {
				may = strings.Join(r.Outputs, " and ")
			}
			return p.refuse(r.outputsLine, "of a job on dataset %q %s may leave; this one left %.64q", a.Dataset, may, o.Name)
		}
		if total += o.Size; total < o.Size {
			total = math.MaxUint64
			break
		}
	}
	if total > p.Limits.OutputBytes {
		return p.refuse(p.limitsLines.output, "outputs of %s may leave; this job left %s", size(p.Limits.OutputBytes), size(total))
	}
	return nil
}

func validOutput(name string) bool {
	return name != "" && name != "." && name != ".." && path.Base(name) == name && len(name) <= 255
}
