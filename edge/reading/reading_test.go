package reading_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

func TestEncoding(t *testing.T) {
	for name, c := range map[string]struct {
		reading reading.Reading
		want    string
	}{
		"no value": {reading.Reading{Source: "a"}, "01 0161 0000000000000000 00"},
		"narrow":   {reading.Reading{Source: "t", Time: 1, Values: []float64{1, -0.5}}, "01 0174 0000000000000001 02 00 3f800000 bf000000"},
		"wide":     {reading.Reading{Source: "t", Time: -1, Values: []float64{0.1, 2}}, "01 0174 ffffffffffffffff 02 01 3fb999999999999a 40000000"},
		"NaN":      {reading.Reading{Source: "t", Values: []float64{math.Float64frombits(0xfff8000000000123)}}, "01 0174 0000000000000000 01 00 7fc00000"},
		"infinite": {reading.Reading{Source: "t", Values: []float64{math.Inf(1), math.Copysign(0, -1)}}, "01 0174 0000000000000000 02 00 7f800000 80000000"},
		"subnormal of both widths": {reading.Reading{Source: "t", Values: []float64{math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat64}},
			"01 0174 0000000000000000 02 02 00000001 0000000000000001"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.reading.Validate(); err != nil {
				t.Fatal(err)
			}
			got := reading.Append([]byte("before"), c.reading)
			want, err := hex.DecodeString(strings.ReplaceAll(c.want, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, append([]byte("before"), want...)) {
				t.Fatalf("got %x, want %x", got[6:], want)
			}
			back, rest, err := reading.Decode(append(want, "after"...))
			if err != nil || string(rest) != "after" {
				t.Fatalf("rest %q, %v", rest, err)
			}
			if again := reading.Append(nil, back); !bytes.Equal(again, got[6:]) {
				t.Errorf("decoded and encoded again: %x, want %x", again, got[6:])
			}
		})
	}
}

func TestMalformed(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                 "",
		"version":               "02 0161 0000000000000000 00",
		"no name":               "01 00 0000000000000000 00",
		"space in name":         "01 0120 0000000000000000 00",
		"long name":             "01 41" + strings.Repeat("61", 65) + "0000000000000000 00",
		"cut in name":           "01 0561",
		"cut in widths":         "01 0161 0000000000000000 01",
		"cut in value":          "01 0161 0000000000000000 01 00 3f8000",
		"cut in wide value":     "01 0161 0000000000000000 01 01 3fb99999",
		"unused bit":            "01 0161 0000000000000000 01 02 3f800000",
		"wide without need":     "01 0161 0000000000000000 01 01 3ff0000000000000",
		"wide NaN":              "01 0161 0000000000000000 01 01 7ff8000000000001",
		"narrow NaN of another": "01 0161 0000000000000000 01 00 7fc00001",
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, err := reading.Decode(b); !errors.Is(err, reading.ErrMalformed) {
			t.Errorf("%s: got %v, %v, want ErrMalformed", name, r, err)
		}
	}
}

func TestLimits(t *testing.T) {
	largest := reading.Reading{Source: strings.Repeat("s", reading.MaxSource), Values: make([]float64, reading.MaxValues)}
	for i := range largest.Values {
		largest.Values[i] = 0.1
	}
	if err := largest.Validate(); err != nil {
		t.Error(err)
	}
	if got := len(reading.Append(nil, largest)); got != reading.MaxSize {
		t.Errorf("the largest reading takes %d bytes, want %d", got, reading.MaxSize)
	}
	for _, r := range []reading.Reading{{}, {Source: "a b"}, {Source: "ü"}, {Source: largest.Source + "s"}, {Source: "a", Values: make([]float64, 256)}} {
		if r.Validate() == nil {
			t.Errorf("%.20q with %d values is valid", r.Source, len(r.Values))
		}
	}
}

// Whatever decodes has no other encoding.
func FuzzDecode(f *testing.F) {
	f.Add(reading.Append(nil, reading.Reading{Source: "imu", Time: 1 << 60, Values: []float64{1, 0.1, math.NaN(), -9.81}}))
	f.Add([]byte{1, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, rest, err := reading.Decode(b)
		if err != nil {
			return
		}
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
		if again := append(reading.Append(nil, r), rest...); !bytes.Equal(again, b) {
			t.Errorf("%x decodes to %v, whose encoding is %x", b, r, again)
		}
	})
}
