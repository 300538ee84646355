package merkle_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/merkle"
)

func leaves(inputs ...string) []merkle.Hash {
	var hashes []merkle.Hash
	for _, in := range inputs {
		data, err := hex.DecodeString(in)
		if err != nil {
			panic(err)
		}
		hashes = append(hashes, sha256.Sum256(append([]byte{0}, data...)))
	}
	return hashes
}

// The vectors of Certificate Transparency's own reference implementation.
func TestRootMatchesCertificateTransparency(t *testing.T) {
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	for i, want := range roots {
		if got := merkle.Root(leaves(inputs[:i+1]...)); hex.EncodeToString(got[:]) != want {
			t.Errorf("root of %d leaves = %x, want %s", i+1, got, want)
		}
	}
	if got := merkle.Root(nil); got != sha256.Sum256(nil) {
		t.Errorf("root of no leaves = %x, want the hash of nothing", got)
	}
}

func TestProofs(t *testing.T) {
	var all []merkle.Hash
	for n := 1; n <= 33; n++ {
		all = append(all, sha256.Sum256([]byte{0, byte(n)}))
		root := merkle.Root(all)
		for i := range all {
			proof := merkle.Prove(all, i)
			if !merkle.Verify(root, all[i], i, n, proof) {
				t.Fatalf("leaf %d of %d: its own proof fails", i, n)
			}
			if merkle.Verify(root, all[(i+1)%n], i, n, proof) && n > 1 {
				t.Errorf("leaf %d of %d: another leaf passes", i, n)
			}
			if merkle.Verify(root, all[i], (i+1)%n, n, proof) && n > 1 {
				t.Errorf("leaf %d of %d: passes at another place", i, n)
			}
			if merkle.Verify(root, all[i], i, n, append(proof, root)) {
				t.Errorf("leaf %d of %d: a longer proof passes", i, n)
			}
			for j := range proof {
				proof[j][0] ^= 1
				if merkle.Verify(root, all[i], i, n, proof) {
					t.Errorf("leaf %d of %d: passes with hash %d changed", i, n, j)
				}
				proof[j][0] ^= 1
			}
		}
	}
}

func FuzzVerify(f *testing.F) {
	all := leaves("", "00", "10")
	f.Add(1, 3, all[0][:])
	f.Fuzz(func(t *testing.T, i, n int, proof []byte) {
		var hashes []merkle.Hash
		for ; len(proof) >= 32; proof = proof[32:] {
			hashes = append(hashes, merkle.Hash(proof[:32]))
		}
		if merkle.Verify(merkle.Hash{1}, all[0], i, n, hashes) {
			t.Error("a proof leads to a root that was picked beforehand")
		}
	})
}

func Example() {
	all := []merkle.Hash{sha256.Sum256([]byte("\x00a")), sha256.Sum256([]byte("\x00b")), sha256.Sum256([]byte("\x00c"))}
	proof := merkle.Prove(all, 2)
	fmt.Println(len(proof), merkle.Verify(merkle.Root(all), all[2], 2, 3, proof))
	// Output: 1 true
}
