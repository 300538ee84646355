// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What a device claims to have done in one round, word by word as it is signed and hashed
struct Leaf {
    uint256 chain;
    address market; // the contract of the rounds
    bytes32 federation; // SHA-256 of its name
    uint256 round;
    address device;
    address owner;
    bytes32 baseModel;
    bytes32 module;
    bytes32 configuration;
    bytes32 data;
    bytes32 update;
    uint64 samples;
    uint64 fuel;
}

/// @title A leaf and the way from it up to the root
struct Inclusion {
    bytes leaf; // its encoding
    uint32 index;
    bytes32[] path; // the hashes beside the way, from the leaf up
}

/// @title LeafProof: the Merkle tree of RFC 6962 over the leaves of a round
/// @notice The same tree as the aggregator's: SHA-256, 0x00 before a leaf, 0x01 before two nodes, split at the largest
/// power of two below the size. Leaves are sorted by device, so two neighbours prove that nobody stands between them.
library LeafProof {
    /// Bytes of an encoded leaf: 13 words.
    uint256 internal constant SIZE = 416;

    /// @return hash SHA-256 over 0x00 and the encoding
    function hashOf(bytes calldata leaf) internal pure returns (bytes32 hash) {
        return sha256(abi.encodePacked(bytes1(0), leaf));
    }

    /// @return ok whether the bytes are the encoding of a leaf: any others are nobody's statement
    function decode(bytes calldata encoded) internal pure returns (bool ok, Leaf memory leaf) {
        if (encoded.length != SIZE) return (false, leaf);
        assembly ("memory-safe") {
            // A Leaf in memory has the very layout of its encoding.
            calldatacopy(leaf, encoded.offset, 416)
            ok := iszero(
                or(
                    or(shr(64, mload(leaf)), shr(160, mload(add(leaf, 32)))),
                    or(
                        or(shr(32, mload(add(leaf, 96))), shr(160, mload(add(leaf, 128)))),
                        or(
                            shr(160, mload(add(leaf, 160))),
                            or(shr(64, mload(add(leaf, 352))), shr(64, mload(add(leaf, 384))))
                        )
                    )
                )
            )
        }
        // Narrow fields with dirt above them must not be read.
        if (!ok) delete leaf;
    }

    /// @notice RFC 9162, 2.1.3.2.
    /// @return whether `leaf` is the hash of leaf `index` of `count` under `root`
    function verify(bytes32 root, bytes32 leaf, uint256 index, uint256 count, bytes32[] calldata path)
        internal
        pure
        returns (bool)
    {
        if (index >= count) return false;
        uint256 last = count - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) return false;
            if (index & 1 == 1 || index == last) {
                hash = _node(path[i], hash);
                // A node without a right sibling moves up as it is.
                while (index & 1 == 0 && index != 0) {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                hash = _node(hash, path[i]);
            }
            index >>= 1;
            last >>= 1;
        }
        return last == 0 && hash == root;
    }

    /// @notice The draw without a loop: leaf number `stratum` of the `drawn` ones, one from each of as many equal parts.
    /// @param drawn at most `count`
    /// @param stratum below `drawn`
    function drawnIndex(bytes32 seed, uint256 count, uint256 drawn, uint256 stratum) internal pure returns (uint256) {
        uint256 low = stratum * count / drawn;
        uint256 width = (stratum + 1) * count / drawn - low;
        return low + uint256(keccak256(abi.encode(seed, stratum))) % width;
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
