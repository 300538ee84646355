package source_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// A file that is read in parts, each from where the one before ended, gives each line once.
func TestFileIsReadOnFromAPosition(t *testing.T) {
	for name, c := range map[string]struct {
		format        source.Format
		heading, line string
	}{
		"csv":        {source.CSV, "t,x\n", "%d,%d.5\r\n"},
		"json lines": {source.JSONLines, "", `{"t": %d, "x": %d.5}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log")
			var text strings.Builder
			text.WriteString(c.heading)
			for i := range 50 {
				fmt.Fprintf(&text, c.line, i, i)
				if i%7 == 0 {
					text.WriteString("garbage\n")
				}
			}
			if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			var got []int64
			position := int64(0)
			stop := errors.New("enough")
			for part := 1; ; part++ {
				s, err := source.Table{Name: "log", Path: path, Format: c.format, Time: "t", Unit: source.Nanoseconds, Values: []string{"x"}}.Open()
				if err != nil {
					t.Fatal(err)
				}
				resumer := s.(source.Resumer)
				resumer.Resume(position)
				n := 0
				err = s.Run(t.Context(), func(r reading.Reading) error {
					if n == part {
						return stop
					}
					n++
					got, position = append(got, r.Time), resumer.Position()
					return nil
				})
				if err == nil {
					break
				} else if !errors.Is(err, stop) {
					t.Fatal(err)
				}
			}
			var want []int64
			for i := range int64(50) {
				want = append(want, i)
			}
			if !slices.Equal(got, want) {
				t.Errorf("read %v", got)
			}
			// Another file has taken its place: it is read from its beginning.
			if err := os.WriteFile(path, fmt.Appendf([]byte(c.heading), c.line, 99, 99), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := source.Table{Name: "log", Path: path, Format: c.format, Time: "t", Unit: source.Nanoseconds, Values: []string{"x"}}.Open()
			if err != nil {
				t.Fatal(err)
			}
			s.(source.Resumer).Resume(position)
			n := 0
			if err := s.Run(t.Context(), func(reading.Reading) error { n++; return nil }); err != nil || n != 1 {
				t.Errorf("the new file gave %d readings, %v", n, err)
			}
		})
	}
}
