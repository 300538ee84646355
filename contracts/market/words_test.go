package market_test

import (
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

func TestRevertsAreNamed(t *testing.T) {
	m := market.New(nil, nil, market.Addresses{})
	selector := typed.Keccak([]byte("InvalidProof()"))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no data":         {nil, "execution reverted"},
		"cut off":         {[]byte{1, 2, 3}, "execution reverted"},
		"of nobody's":     {[]byte{1, 2, 3, 4}, "execution reverted"},
		"a custom error":  {selector[:4], "InvalidProof"},
		"one and garbage": {append(selector[:4:4], 1, 2, 3), "InvalidProof"},
	} {
		if got := m.Words(c.data, "execution reverted"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
