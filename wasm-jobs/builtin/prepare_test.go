package builtin_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// awkward are numbers of all kinds: sensors' decimals, single precision, any bits.
func awkward() (values []float64) {
	r := rand.New(rand.NewPCG(3, 3))
	values = []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 0.05, 1.5, 20.25, 721.25, 1e15, 1e16, 1 << 53, 1<<53 + 2, 1e22, 1e23, 5e-324, math.MaxFloat64, math.SmallestNonzeroFloat32, 2.2250738585072014e-308, 9.999999999999999e22, 0.99999999999999989, math.Inf(1), math.Inf(-1), math.NaN()}
	for range 300 {
		values = append(values, float64(r.IntN(100000))/1000, float64(float32(r.NormFloat64())), r.NormFloat64())
	}
	for range 100 {
		if v := math.Float64frombits(r.Uint64()); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return values
}

// prepared runs the module over two streams, the second of which has one channel fewer.
func prepared(t *testing.T) (readings []reading.Reading, table string, parquet []byte) {
	t.Helper()
	values := awkward()
	for i := 0; i+1 < len(values); i += 2 {
		r := reading.Reading{Source: "room", Time: int64(i) * 1e9, Values: values[i : i+2]}
		if i%5 == 0 {
			r = reading.Reading{Source: "shed", Time: -int64(i), Values: values[i : i+1]}
		}
		readings = append(readings, r)
	}
	result, err := batch(t, task{module: "prepare", channels: "room\tlight\tsays \"hi\", CO2\nshed\tlight\n", readings: readings})
	if err != nil {
		t.Fatal(err)
	}
	output, _ := result.Output("readings")
	if rows := decode(t, output); len(rows) != 1 || rows[0].Values[0] != float64(len(readings)) {
		t.Errorf("it says %v, want %d rows", rows, len(readings))
	}
	text, _ := result.Output("readings.csv")
	parquet, _ = result.Output("readings.parquet")
	return readings, string(text), parquet
}

// row is what a reading is to become.
func row(r reading.Reading) []float64 {
	nan := math.NaN()
	if r.Source == "shed" {
		return []float64{nan, nan, r.Values[0]}
	}
	return []float64{r.Values[0], r.Values[1], nan}
}

func TestPreparedCSVReadsBackTheSame(t *testing.T) {
	readings, text, _ := prepared(t)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != len(readings)+1 {
		t.Fatalf("%d rows, %v; want %d and a heading", len(rows), err, len(readings))
	}
	if got := strings.Join(rows[0], "|"); got != `time|source|room/light|room/says "hi", CO2|shed/light` {
		t.Errorf("heading %s", got)
	}
	for i, r := range readings {
		got := rows[i+1]
		if got[0] != strconv.FormatInt(r.Time, 10) || got[1] != r.Source {
			t.Fatalf("row %d is %q, want %+v", i, got, r)
		}
		for k, want := range row(r) {
			v, err := strconv.ParseFloat(got[2+k], 64)
			if math.IsNaN(want) != (got[2+k] == "") || !math.IsNaN(want) && (err != nil || math.Float64bits(v) != math.Float64bits(want)) {
				t.Errorf("row %d: %q for %v: %v", i, got[2+k], want, err)
			}
		}
	}
	if !strings.Contains(text, ",20.25,") || !strings.Contains(text, ",0.05") {
		t.Error("plain decimals are not written plainly")
	}
}

// readParquet prints a file's rows as text, by Arrow's reader.
const readParquet = `
import sys, pyarrow, pyarrow.parquet as p
f = p.ParquetFile(sys.argv[1])
t = f.read()
print(f.metadata.num_row_groups, t.schema.field("time").type, "|".join(t.column_names))
for r in t.cast(t.schema.set(0, t.schema.field(0).with_type(pyarrow.int64()))).to_pylist():
    print(" ".join("-" if v is None else v.hex() if isinstance(v, float) else str(v) for v in r.values()))
`

func TestPreparedParquetIsReadByArrow(t *testing.T) {
	readings, _, parquet := prepared(t)
	python := os.Getenv("TADPOLE_PARQUET_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import pyarrow.parquet").CombinedOutput(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have pyarrow: %s", out)
		}
		t.Skipf("%s has no pyarrow (pip install pyarrow, and name that python in TADPOLE_PARQUET_PYTHON): %v", python, err)
	}
	path := filepath.Join(t.TempDir(), "readings.parquet")
	if err := os.WriteFile(path, parquet, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", readParquet, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if want := `1 timestamp[ns, tz=UTC] time|source|room/light|room/says "hi", CO2|shed/light`; lines[0] != want || len(lines) != len(readings)+1 {
		t.Fatalf("%d lines, the first %q; want %d and %q", len(lines), lines[0], len(readings)+1, want)
	}
	for i, r := range readings {
		fields := strings.Fields(lines[i+1])
		if fields[0] != fmt.Sprint(r.Time) || fields[1] != r.Source {
			t.Fatalf("row %d is %q, want %+v", i, lines[i+1], r)
		}
		for k, want := range row(r) {
			if math.IsNaN(want) != (fields[2+k] == "-") {
				t.Errorf("row %d: %s for %v", i, fields[2+k], want)
			} else if v, err := strconv.ParseFloat(fields[2+k], 64); !math.IsNaN(want) && (err != nil || v != want) {
				t.Errorf("row %d: %s for %v: %v", i, fields[2+k], want, err)
			}
		}
	}
}
