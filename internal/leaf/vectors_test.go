package leaf_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"text/template"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// vectors is what the contracts' tests hold their library against.
const vectors = "../../contracts/test/vectors/LeafVectors.sol"

var update = flag.Bool("update", false, "write "+vectors+" anew")

var vectorsText = template.Must(template.New("").Parse(`// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

// solhint-disable max-line-length

/// @notice What internal/leaf and internal/merkle make of fixed inputs. Texts below stand for the first 20 bytes of their
/// SHA-256 (addresses) or for the whole of it: chain 31337, contract "contract", federation "federation", round 7, device
/// "device", owner "owner", then "base", "module", "configuration", "data", "update", 600 samples, 2^40 units of fuel.
/// Written by: go test ./internal/leaf -run Contracts -update
library LeafVectors {
    bytes internal constant LEAF = hex"{{printf "%x" .Leaf}}";
    bytes32 internal constant LEAF_HASH = 0x{{printf "%x" .Hash}};
    /// Roots over the first 1, 2, ... 40 leaves, of which leaf i is the word i.
    bytes internal constant ROOTS = hex"{{range .Roots}}{{printf "%x" .}}{{end}}";
    /// The paths of leaf 36 of 37, and of leaf 21 of 37.
    bytes internal constant PATH_LAST = hex"{{range .Last}}{{printf "%x" .}}{{end}}";
    bytes internal constant PATH_INNER = hex"{{range .Inner}}{{printf "%x" .}}{{end}}";
}
`))

// The vectors that the contracts are tested with are what this package makes now.
func TestContractsAreTestedWithTheseLeaves(t *testing.T) {
	hash := func(text string) blob.Hash { return blob.Sum([]byte(text)) }
	address := func(text string) key.Address { h := hash(text); return key.Address(h[:20]) }
	l := leaf.Leaf{Chain: 31337, Contract: address("contract"), Federation: hash("federation"), Round: 7, Device: address("device"), Owner: address("owner"),
		BaseModel: hash("base"), Module: hash("module"), Configuration: hash("configuration"), Data: hash("data"), Update: hash("update"), Samples: 600, Fuel: 1 << 40}
	var words, roots []merkle.Hash
	for i := range 40 {
		word := merkle.Hash{31: byte(i)}
		words = append(words, leaf.HashOf(word[:]))
		roots = append(roots, merkle.Root(words))
	}
	var want strings.Builder
	err := vectorsText.Execute(&want, struct {
		Leaf               []byte
		Hash               [32]byte
		Roots, Last, Inner []merkle.Hash
	}{l.Encode(), l.Hash(), roots, merkle.Prove(words[:37], 36), merkle.Prove(words[:37], 21)})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(vectors, []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(vectors)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("%s is not what this package makes; if leaves were meant to change: go test ./internal/leaf -run Contracts -update", vectors)
	}
}
