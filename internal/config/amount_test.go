package config_test

import (
	"testing"

	"github.com/tadpole-edge/tadpole/internal/config"
)

func TestAmount(t *testing.T) {
	for text, want := range map[string]config.Amount{"0": 0, "1": 1e9, "0.005": 5e6, "12.000000001": 12000000001, "18446744073.709551615": 1<<64 - 1} {
		var a config.Amount
		if err := a.UnmarshalText([]byte(text)); err != nil || a != want || a.String() != text {
			t.Errorf("%s: %d, written %s, %v", text, uint64(a), a, err)
		}
		if back := config.FromWei(a.Wei()); back != a {
			t.Errorf("%s by way of wei: %s", a, back)
		}
	}
	for _, text := range []string{"", ".5", "1.0000000001", "-1", "1e3", "1,5", "18446744073.709551616", "0x1", "1.2.3"} {
		var a config.Amount
		if err := a.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %s", text, a)
		}
	}
}
