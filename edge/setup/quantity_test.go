package setup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/config"
)

const room = "[[source]]\nname = \"room\"\nkind = \"hwmon\"\n[[quantity]]\n"

func TestQuantity(t *testing.T) {
	s, err := setup.Parse("e.toml", []byte(room+"name = \"air_temperature\"\nsource = \"room\"\nfeature = \"mean(temperature)\"\nwindow = {size = \"1m\", lateness = \"5s\"}\ngroup = \"hall-3\"\nunit = \"degC\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := setup.Quantity{Name: "air_temperature", Source: "room", Feature: feature.Feature{Statistic: feature.Mean, Channel: "temperature"},
		Window: window.Config{Size: time.Minute, Lateness: 5 * time.Second}, Group: "hall-3", Unit: "degC"}
	if len(s.Quantities) != 1 || s.Quantities[0] != want {
		t.Errorf("got %+v, want %+v", s.Quantities, want)
	}
}

func TestQuantityMistakes(t *testing.T) {
	const rest = "name = \"q\"\nsource = \"room\"\nfeature = \"x\"\nwindow = {size = \"1m\"}\ngroup = \"g\"\n"
	for want, text := range map[string]string{
		"e.toml:6: quantity.0.source: \"shed\" is no source":              strings.Replace(rest, `"room"`, `"shed"`, 1),
		"e.toml:7: quantity.0.feature: invalid feature":                   strings.Replace(rest, `"x"`, `"mode(x)"`, 1),
		"e.toml:8: quantity.0.window: is not one that neighbours":         strings.Replace(rest, `size = "1m"`, `gap = "1m"`, 1),
		"quantity.0.window: is not one that neighbours share":             strings.Replace(rest, `size = "1m"`, `size = "25h"`, 1),
		"quantity.0.window: is missing":                                   strings.Replace(rest, "window = {size = \"1m\"}\n", "", 1),
		"e.toml:9: quantity.0.group: \"a b\" is no name":                  strings.Replace(rest, `"g"`, `"a b"`, 1),
		"quantity.0.unit: \"°C\" is no name; choose 1 to 64 print":        rest + "unit = \"°C\"\n",
		"quantity.0.name: \"room\" is the name of another [[source]] too": strings.Replace(rest, `"q"`, `"room"`, 1),
	} {
		if _, err := setup.Parse("e.toml", []byte(room+text)); !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}
