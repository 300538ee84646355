// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title Claims: what each owner earned in a federation, over all rounds, under one root
/// @notice The tree is OpenZeppelin's: sorted pairs, and leaves hashed twice, so that no node passes for a leaf. A leaf is
/// bound to chain, contract, federation and owner. Devices never see it, hence keccak.
library Claims {
    /// @param cumulative wei that the owner earned since the federation began
    function hashOf(bytes32 federation, address owner, uint256 cumulative) internal view returns (bytes32) {
        bytes32 inner = keccak256(abi.encode(block.chainid, address(this), federation, owner, cumulative));
        return keccak256(bytes.concat(inner));
    }

    function verify(bytes32 root, bytes32 federation, address owner, uint256 cumulative, bytes32[] calldata proof)
        internal
        view
        returns (bool)
    {
        return MerkleProof.verifyCalldata(proof, root, hashOf(federation, owner, cumulative));
    }

    /// @return what mediators vote on: root and total together, for a wrong total would bound the claims wrongly
    function digestOf(bytes32 root, uint256 total) internal pure returns (bytes32) {
        return keccak256(abi.encode(root, total));
    }
}
