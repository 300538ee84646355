package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestMeasureReportsWhatDidNotFail(t *testing.T) {
	t.Chdir(t.TempDir())
	broken := errors.New("no disk")
	parts := []part{
		{"good", func(context.Context, settings) ([]Result, error) {
			return []Result{{"speed", 3, "m/s", 2, "higher"}}, nil
		}},
		{"bad", func(context.Context, settings) ([]Result, error) { return nil, broken }},
	}
	if err := measure(t.Context(), "area", "", "", settings{}, parts); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	text, err := os.ReadFile(".bench/area.json")
	var results []Result
	if err == nil {
		err = json.Unmarshal(text, &results)
	}
	if err != nil || len(results) != 1 || results[0].Value != 3 {
		t.Errorf("reported %+v, %v", results, err)
	}
	if err := measure(t.Context(), "area", "good", "", settings{}, parts); err != nil {
		t.Errorf("the good part alone: %v", err)
	}
	if err := measure(t.Context(), "area", "ugly", "", settings{}, parts); err == nil || !strings.Contains(err.Error(), "it has good, bad") {
		t.Errorf("a part that there is not: %v", err)
	}
}
