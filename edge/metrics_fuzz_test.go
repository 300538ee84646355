package edge

import (
	"math"
	"testing"
)

func FuzzDecodeMetrics(f *testing.F) {
	good := append([]byte("TPM1\x00\x00\x00\x00"), make([]byte, 32)...)
	f.Add(good)
	f.Add([]byte("TPM1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMetrics(b)
		if err == nil && (math.IsNaN(m.Loss) || math.IsInf(m.Loss, 0)) {
			t.Errorf("%x gives a loss of %v", b, m.Loss)
		}
	})
}
