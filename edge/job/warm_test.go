package job

import (
	"errors"
	"reflect"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

func TestWarmKeepsTheLastUsed(t *testing.T) {
	e, err := newEngine("", true, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.close(); err != nil {
			t.Error(err)
		}
	})
	compiles := map[string]int{}
	run := func(name string) {
		binary := guests(t)[name+".wasm"]
		_, err := e.run(t.Context(), work{hash: blob.Sum(binary), limits: Limits{}.withDefaults(), load: func() ([]byte, error) {
			compiles[name]++
			return binary, nil
		}})
		if err != nil && !errors.Is(err, ErrTrap) && !errors.Is(err, ErrModule) && !errors.Is(err, ErrExit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"nothing", "guest", "nothing", "start-trap", "nothing", "guest", "invalid", "invalid"} {
		run(name)
	}
	want := map[string]int{"nothing": 1, "guest": 2, "start-trap": 1, "invalid": 2}
	if !reflect.DeepEqual(compiles, want) {
		t.Errorf("compiled %v, want %v", compiles, want)
	}
	if n := len(e.warm.entries); n != 2 {
		t.Errorf("%d modules are warm, want 2", n)
	}
}
