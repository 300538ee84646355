// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title IDirectory: who plays which role, and how to write to them in secret
interface IDirectory {
    event Registered(address indexed account, uint8 roles, string recipient, bytes32 endpoint);
    event MediatorJoined(address indexed mediator, uint8 index);
    event MediatorLeft(address indexed mediator, uint8 index);

    /// @notice Sets the caller's roles (bits: 1 creator, 2 provider, 4 solver, 8 mediator, 16 aggregator, 32 owner), its
    /// age recipient ("age1...", empty if none) and the SHA-256 of its endpoint description, which travels off chain.
    function register(uint8 roles, string calldata recipient, bytes32 endpoint) external;
    /// @notice Takes an index of the mediators' registry; needs the protocol's least stake.
    function joinMediators() external returns (uint8 index);
    /// @notice Gives the index back; it is reused after a delay longer than any case.
    function leaveMediators() external;
    /// @return mediator zero where the index is free
    function mediatorAt(uint8 index) external view returns (address mediator);
    /// @return is_ whether `account` holds an index, or has left it and it is not free yet
    function indexOf(address account) external view returns (bool is_, uint8 index);
    /// @return active a bit for each index that can be drawn now
    function activeMediators() external view returns (uint256 active);
    /// @notice The protocol's fee in basis points of what is paid, fixed for ever, and whose free balance it goes to.
    function protocolFee() external view returns (uint16 bps, address treasury);
    /// @notice Deals and Rounds only: uses `fee` of what the public-goods list waives for `account` in `project`.
    /// @return waived false where the pair is not listed, its listing is over or has less than `fee` left
    function waive(bytes32 project, address account, uint256 fee) external returns (bool waived);
    function recipientOf(address account) external view returns (string memory);
}
