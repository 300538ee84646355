// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice The tree of RFC 6962 by its definition, recursively, to hold LeafProof against.
library Tree {
    function root(bytes32[] memory hashes, uint256 from, uint256 to) internal pure returns (bytes32) {
        if (to - from == 1) return hashes[from];
        uint256 k = from + split(to - from);
        return sha256(abi.encodePacked(bytes1(0x01), root(hashes, from, k), root(hashes, k, to)));
    }

    function path(bytes32[] memory hashes, uint256 from, uint256 to, uint256 i)
        internal
        pure
        returns (bytes32[] memory)
    {
        if (to - from == 1) return new bytes32[](0);
        uint256 k = from + split(to - from);
        if (i < k) return add(path(hashes, from, k, i), root(hashes, k, to));
        return add(path(hashes, k, to, i), root(hashes, from, k));
    }

    /// @return k the largest power of two below n
    function split(uint256 n) internal pure returns (uint256 k) {
        for (k = 1; k * 2 < n; k *= 2) {}
    }

    /// @return hashes of leaves that are the words 0, 1, 2, ...
    function words(uint256 n) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](n);
        for (uint256 i = 0; i < n; ++i) hashes[i] = sha256(abi.encodePacked(bytes1(0), i));
    }

    function add(bytes32[] memory a, bytes32 last) private pure returns (bytes32[] memory b) {
        b = new bytes32[](a.length + 1);
        for (uint256 i = 0; i < a.length; ++i) b[i] = a[i];
        b[a.length] = last;
    }
}
