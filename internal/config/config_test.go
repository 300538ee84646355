package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/config"
)

type layer struct {
	Type  string `toml:"type"`
	Units int    `toml:"units"`
}

type file struct {
	Name   string `toml:"name"`
	Cohort struct {
		Size     int             `toml:"size"`
		Deadline config.Duration `toml:"deadline"`
	} `toml:"cohort"`
	Layers []layer `toml:"layers"`
}

const good = `name = "x" # 1

[cohort]
size = 3
deadline = "1m30s"

[[layers]]
type = "dense"

[[layers]]
type = "relu"
units = 5
`

func TestDecodeKnowsLines(t *testing.T) {
	var f file
	d, err := config.Decode("f.toml", []byte(good), &f)
	if err != nil || f.Cohort.Size != 3 || time.Duration(f.Cohort.Deadline) != 90*time.Second || f.Layers[1].Units != 5 {
		t.Fatalf("%+v, %v", f, err)
	}
	for field, want := range map[string]int{"name": 1, "cohort": 3, "cohort.size": 4, "cohort.missing": 3, "layers.0.type": 8, "layers.1": 10, "layers.1.units": 12, "none": 0} {
		if got := d.Line(field); got != want {
			t.Errorf("%s is on line %d, want %d", field, got, want)
		}
	}
}

func TestInlineTablesKnowLines(t *testing.T) {
	var f file
	d, err := config.Decode("f.toml", []byte("layers = [\n  {type = \"dense\", units = 1},\n  # a remark\n  {type = \"relu\"},\n]\n"), &f)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]int{"layers": 1, "layers.0.units": 2, "layers.1.type": 4, "layers.1.units": 4} {
		if got := d.Line(field); got != want {
			t.Errorf("%s is on line %d, want %d", field, got, want)
		}
	}
}

func TestMistakesNameFileLineFieldAndRemedy(t *testing.T) {
	for text, want := range map[string]string{
		"nmae = \"x\"":                          `f.toml:1: nmae: unknown field; did you mean "name"?`,
		"\n[cohort]\nsise = 1":                  `f.toml:3: cohort.sise: unknown field; did you mean "size"?`,
		"[cohort]\ncolour = 1":                  `f.toml:2: cohort.colour: unknown field; known here: size, deadline`,
		"name = \"x\"\n\n[cohort]\nsize = \"\"": "f.toml:4: cohort.size: ",
		"name = 'x":                             "f.toml:1: ",
		"[cohort]\ndeadline = \"soon\"":         `"soon" is not a duration: write it as "30s"`,
		"name = \"x\"\nname = \"y\"":            "f.toml:",
	} {
		var f file
		_, err := config.Decode("f.toml", []byte(text), &f)
		if !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestCheckCollectsByLine(t *testing.T) {
	var f file
	d, err := config.Decode("f.toml", []byte(good), &f)
	if err != nil {
		t.Fatal(err)
	}
	d.Check(false, "layers.1.units", "is 5", "choose 6")
	d.Check(true, "name", "is fine", "")
	d.Check(false, "cohort.size", "is 3", "choose 4 or more")
	want := "f.toml:4: cohort.size: is 3; choose 4 or more\nf.toml:12: layers.1.units: is 5; choose 6"
	if got := d.Err(); got == nil || got.Error() != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(good)
	f.Add("layers = [{type = \"dense\"}, {}]")
	f.Add("[[a.b]]\n[a.b.c]\nd.e = [[1], [2]]")
	f.Fuzz(func(t *testing.T, text string) {
		var into file
		d, err := config.Decode("f.toml", []byte(text), &into)
		if err != nil && !errors.Is(err, config.ErrMistake) {
			t.Errorf("error %v is no mistake", err)
		}
		if err == nil && d.Line("name") > strings.Count(text, "\n")+1 {
			t.Errorf("line %d of %q", d.Line("name"), text)
		}
	})
}

func ExampleDecode() {
	var f file
	_, err := config.Decode("federation.toml", []byte("[cohort]\nsiez = 10"), &f)
	fmt.Println(err)
	// Output: federation.toml:2: cohort.siez: unknown field; did you mean "size"?
}
