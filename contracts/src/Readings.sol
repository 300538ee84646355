// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Readings: who had which evidence of a measurement, and since when
/// @notice Devices that measure the same sign what they read, window by window, and off chain it is worked out what they
/// agree on. Here anybody commits to the evidence of a window by its root, once and for good: whoever is shown the evidence
/// later can tell that it was not made up since. Nothing says that a root is true, only whose word it is; a reader chooses
/// whose commitments count.
/// @dev Nobody can commit in another's name or place, and nothing is ever changed or deleted. There is no owner, no upgrade
/// and no money.
contract Readings {
    /// @notice The caller has committed to this window before.
    error AlreadyCommitted(bytes32 root, uint64 time);
    /// @notice Zero stands for no commitment, and cannot be one.
    error NoRoot();
    /// @notice A window ends after it starts.
    error NoWindow(int64 start, int64 end);

    event ReadingCommitted(
        address indexed sender, bytes32 indexed subject, int64 start, int64 end, bytes32 root, uint64 time
    );

    struct Commitment {
        bytes32 root;
        /// of its block, Unix seconds
        uint64 time;
    }

    mapping(address sender => mapping(bytes32 window => Commitment)) private commitments;

    /// @notice Commits the caller to what was measured of a subject in a window.
    /// @param subject SHA-256 of fleet, group and quantity, as Go's consensus.Window.Subject makes it
    /// @param start of the window, nanoseconds since 1970
    /// @param end of it, outside
    /// @param root Merkle root over the signed attestations and the verdict
    function commit(bytes32 subject, int64 start, int64 end, bytes32 root) external {
        if (root == 0) revert NoRoot();
        if (end <= start) revert NoWindow(start, end);
        Commitment storage place = commitments[msg.sender][windowOf(subject, start, end)];
        if (place.root != 0) revert AlreadyCommitted(place.root, place.time);
        place.root = root;
        place.time = uint64(block.timestamp);
        emit ReadingCommitted(msg.sender, subject, start, end, root, uint64(block.timestamp));
    }

    /// @return root zero where `sender` has committed to nothing
    /// @return time of the commitment's block, Unix seconds
    function commitmentOf(address sender, bytes32 subject, int64 start, int64 end)
        external
        view
        returns (bytes32 root, uint64 time)
    {
        Commitment storage place = commitments[sender][windowOf(subject, start, end)];
        return (place.root, place.time);
    }

    function windowOf(bytes32 subject, int64 start, int64 end) private pure returns (bytes32) {
        return keccak256(abi.encode(subject, start, end));
    }
}
