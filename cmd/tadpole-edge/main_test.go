package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tadpole-edge": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }})
}

func TestScripts(t *testing.T) { testscript.Run(t, testscript.Params{Dir: "testdata"}) }

func TestFlipKeepsTheForm(t *testing.T) {
	if got := flip([]byte{1, 2, 3}); len(got) != 3 || got[0] != 1 || got[1] != 2 || got[2] == 3 {
		t.Errorf("flipped to %v", got)
	}
}
