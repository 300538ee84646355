// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

// solhint-disable gas-custom-errors, max-line-length, use-forbidden-name

import {Leaf, LeafProof} from "../../src/libraries/LeafProof.sol";
import {LeafVectors} from "../vectors/LeafVectors.sol";
import {Tree} from "./Tree.sol";

contract LeafProofTest {
    function test_golden_leaf() public view {
        require(this.hashOf(LeafVectors.LEAF) == LeafVectors.LEAF_HASH, "hash");
        (bool ok, Leaf memory l) = this.decode(LeafVectors.LEAF);
        require(ok && l.chain == 31337 && l.round == 7 && l.samples == 600 && l.fuel == 1 << 40, "numbers");
        require(l.market == address(bytes20(sha256("contract"))) && l.device == address(bytes20(sha256("device"))), "addresses");
        require(l.owner == address(bytes20(sha256("owner"))) && l.federation == sha256("federation"), "owner");
        require(l.baseModel == sha256("base") && l.module == sha256("module"), "hashes");
        require(l.configuration == sha256("configuration") && l.data == sha256("data") && l.update == sha256("update"), "hashes");
        require(keccak256(abi.encode(l)) == keccak256(LeafVectors.LEAF), "round trip");
    }

    function test_golden_roots_and_paths() public view {
        bytes32[] memory hashes = Tree.words(40);
        for (uint256 n = 1; n <= 40; ++n) {
            require(Tree.root(hashes, 0, n) == word(LeafVectors.ROOTS, n - 1), "root");
        }
        bytes32 root = word(LeafVectors.ROOTS, 36);
        require(this.verify(root, hashes[36], 36, 37, split(LeafVectors.PATH_LAST)), "last of 37");
        require(this.verify(root, hashes[21], 21, 37, split(LeafVectors.PATH_INNER)), "21 of 37");
        // A path says little about the size of the tree; a false count is found since some leaf then has no path.
        require(!this.verify(root, hashes[36], 36, 38, split(LeafVectors.PATH_LAST)), "last of 37 as one of 38");
    }

    /// Every leaf of every size verifies in its place and in no other.
    function testFuzz_inclusion(uint256 n, uint256 i, uint256 j) public view {
        n = 1 + n % 300;
        (i, j) = (i % n, j % n);
        bytes32[] memory hashes = Tree.words(n);
        bytes32 root = Tree.root(hashes, 0, n);
        bytes32[] memory path = Tree.path(hashes, 0, n, i);
        require(this.verify(root, hashes[i], i, n, path), "included");
        require(i == j || !this.verify(root, hashes[i], j, n, path), "another place");
        require(i == j || !this.verify(root, hashes[j], i, n, path), "another leaf");
        require(!this.verify(root, hashes[i], n, n, path), "past the end");
        require(!this.verify(~root, hashes[i], i, n, path), "another root");
        bytes32[] memory longer = new bytes32[](path.length + 1);
        for (uint256 k = 0; k < path.length; ++k) longer[k] = path[k];
        require(!this.verify(root, hashes[i], i, n, longer), "a longer path");
    }

    /// A node is no leaf: whoever shows an inner node as a leaf's encoding fails by the prefix.
    function testFuzz_nodeIsNoLeaf(uint256 n) public view {
        n = 2 + n % 200;
        bytes32[] memory hashes = Tree.words(n);
        uint256 k = Tree.split(n);
        bytes memory node = abi.encodePacked(Tree.root(hashes, 0, k), Tree.root(hashes, k, n));
        bytes32[] memory none = new bytes32[](0);
        require(!this.verify(Tree.root(hashes, 0, n), this.hashOf(node), 0, 1, none), "node as leaf");
    }

    /// Words with more bytes than their field may have, and other lengths, are nobody's leaf.
    function testFuzz_dirtyEncoding(uint256 field, uint256 bit) public view {
        bytes memory leaf = LeafVectors.LEAF;
        uint256[7] memory words = [uint256(0), 1, 3, 4, 5, 11, 12];
        uint256[7] memory widths = [uint256(64), 160, 32, 160, 160, 64, 64];
        field = field % 7;
        bit = widths[field] + bit % (256 - widths[field]);
        uint256 at = words[field] * 32 + 31 - bit / 8;
        leaf[at] = leaf[at] ^ bytes1(uint8(1 << (bit % 8)));
        (bool ok,) = this.decode(leaf);
        require(!ok, "dirty");
        (ok,) = this.decode(bytes.concat(LeafVectors.LEAF, hex"00"));
        require(!ok, "long");
        (ok,) = this.decode("");
        require(!ok, "empty");
    }

    /// One leaf from each of `drawn` parts that cover all leaves and do not overlap.
    function testFuzz_strata(bytes32 seed, uint256 count, uint256 drawn, uint256 j) public pure {
        count = 1 + count % type(uint32).max;
        drawn = 1 + drawn % count;
        j = j % drawn;
        uint256 index = LeafProof.drawnIndex(seed, count, drawn, j);
        require(index >= j * count / drawn && index < (j + 1) * count / drawn, "stratum");
    }

    function hashOf(bytes calldata leaf) external pure returns (bytes32) {
        return LeafProof.hashOf(leaf);
    }

    function decode(bytes calldata leaf) external pure returns (bool, Leaf memory) {
        return LeafProof.decode(leaf);
    }

    function verify(bytes32 root, bytes32 leaf, uint256 i, uint256 n, bytes32[] calldata path)
        external
        pure
        returns (bool)
    {
        return LeafProof.verify(root, leaf, i, n, path);
    }

    function word(bytes memory b, uint256 i) private pure returns (bytes32 w) {
        assembly {
            w := mload(add(add(b, 32), mul(i, 32)))
        }
    }

    function split(bytes memory b) private pure returns (bytes32[] memory path) {
        path = new bytes32[](b.length / 32);
        for (uint256 i = 0; i < path.length; ++i) path[i] = word(b, i);
    }
}
