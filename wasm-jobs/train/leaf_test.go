package train_test

import (
	"regexp"
	"strings"
	"testing"
)

// A host may put native code in the place of the inner products only if their
// bytecode is the same in every module that links them: they may call nothing,
// touch no global and take nothing from memory but what their arguments lead to.
func TestInnerProductsAreLeaves(t *testing.T) {
	need(t, "wasm-objdump")
	functions := regexp.MustCompile(`(?m)^[0-9a-f]+ func\[\d+\] <(\w+)>:$`)
	listing := command(t, nil, "wasm-objdump", "-d", "train.wasm")
	bodies := map[string]string{}
	for _, at := range functions.FindAllStringSubmatchIndex(listing, -1) {
		name, body := listing[at[2]:at[3]], listing[at[1]:]
		if next := functions.FindStringIndex(body); next != nil {
			body = body[:next[0]]
		}
		bodies[name] = body
	}
	for _, name := range []string{"gemm_nn", "gemm_tn", "gemm_nt", "axpy"} {
		body, found := bodies[name]
		if !found || !strings.Contains(body, "f32x4.mul") {
			t.Errorf("%s is missing or not vectorised: was it inlined or renamed?", name)
		}
		for _, instruction := range []string{"call", "call_indirect", "global.get", "global.set", "memory.grow", "table.get"} {
			if strings.Contains(body, " "+instruction+" ") {
				t.Errorf("%s has an instruction %s, want none", name, instruction)
			}
		}
	}
	if body := bodies["step_job"]; !strings.Contains(body, " call ") {
		t.Error("step_job calls nothing: the test does not read the listing")
	}
}
