package dataset_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/dataset"
)

func TestMap(t *testing.T) {
	for _, want := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("page"), 5000)} {
		path := filepath.Join(t.TempDir(), "data")
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
		content, release, err := dataset.Map(path)
		if err != nil || !bytes.Equal(content, want) {
			t.Errorf("map of %d bytes: %d bytes, %v", len(want), len(content), err)
		}
		if err := release(); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := dataset.Map(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("no error for a file that is not there")
	}
}
