package round

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Choose picks n of the devices uniformly, or all if there are fewer. The choice
// is fixed by the seed, the round and the set of devices, whatever their order.
func Choose(seed uint64, round uint32, devices []key.Address, n int) []key.Address {
	chosen := slices.Clone(devices)
	slices.SortFunc(chosen, func(a, b key.Address) int { return slices.Compare(a[:], b[:]) })
	var chacha [32]byte
	copy(chacha[:], "tadpole/selection")
	binary.LittleEndian.PutUint64(chacha[20:], seed)
	binary.LittleEndian.PutUint32(chacha[28:], round)
	r := rand.New(rand.NewChaCha8(chacha))
	r.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen[:max(0, min(n, len(chosen)))]
}
