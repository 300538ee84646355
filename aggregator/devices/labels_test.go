package devices_test

import (
	"crypto/elliptic"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
)

func TestLabels(t *testing.T) {
	r, _, _ := newRegistry(t)
	k := newKey(t)
	token := add(t, r, devices.AddOptions{Labels: map[string]string{"site": "north"}})
	if _, err := r.Claim(t.Context(), request(t, k, &token.Secret, newCSR(t, elliptic.P256()))); err != nil {
		t.Fatal(err)
	}
	f := func(set map[string]string, remove []string, want map[string]string) {
		t.Helper()
		if err := r.Label(t.Context(), k.Address(), set, remove); err != nil {
			t.Fatal(err)
		}
		if d, err := r.Device(k.Address()); err != nil || !maps.Equal(d.Labels, want) {
			t.Errorf("labels %v, %v, want %v", d.Labels, err, want)
		}
	}
	f(map[string]string{"drone": ""}, nil, map[string]string{"site": "north", "drone": ""})
	f(map[string]string{"site": "south"}, []string{"drone", "boat"}, map[string]string{"site": "south"})
	for name, value := range map[string]string{"": "", "a b": "", "a,b": "", "a": "b=c", strings.Repeat("x", 64): "", "umlautä": ""} {
		if err := r.Label(t.Context(), k.Address(), map[string]string{name: value}, nil); err == nil {
			t.Errorf("label %q=%q is taken", name, value)
		}
	}
	if err := r.Label(t.Context(), newKey(t).Address(), map[string]string{"drone": ""}, nil); !errors.Is(err, devices.ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
}
