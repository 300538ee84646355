package job

import (
	"github.com/tetratelabs/wazero/api"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// meter is one run's fuel. The zero meter is of a run that never began.
type meter struct {
	left, depth api.Global
	limit       uint64
}

// fill gives an instance the fuel that it may take.
func fill(instance api.Module, limit uint64) meter {
	m := meter{instance.ExportedGlobal(fuel.Global), instance.ExportedGlobal(fuel.Depth), limit}
	m.left.(api.MutableGlobal).Set(limit)
	return m
}

// refill gives an instance all its fuel again.
func (m meter) refill() {
	if m.left != nil {
		m.left.(api.MutableGlobal).Set(m.limit)
	}
}

// used is the fuel taken, never more than the limit.
func (m meter) used() uint64 {
	if m.left == nil {
		return 0
	}
	return m.limit - uint64(max(0, int64(m.left.Get())))
}

// empty is the error of a run that a limit of package fuel ended.
func (m meter) empty() error {
	switch {
	case m.left == nil:
		return nil
	case int64(m.left.Get()) < 0:
		return failed(ErrFuel, "it used its limit of %d; give it less to do, or raise fuel under [limits] in policy.toml", m.limit)
	case int64(m.depth.Get()) < 0:
		return failed(ErrTrap, "its calls went more than %d deep", fuel.MaxDepth)
	}
	return nil
}
