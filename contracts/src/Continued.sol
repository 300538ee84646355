// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Continued: a contract too large for one, whose other functions are another contract's code
/// @notice Calls of functions that are not here run the code at `continuation` on this contract's state. The address is
/// fixed at construction: this splits code, it upgrades nothing.
abstract contract Continued {
    /// @notice Where the other functions' code is.
    address public immutable continuation;

    constructor(address continuation_) {
        continuation = continuation_;
    }

    /// @dev Not payable: no call takes coins.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address code = continuation;
        assembly ("memory-safe") {
            let at := mload(0x40)
            calldatacopy(at, 0, calldatasize())
            let ok := delegatecall(gas(), code, at, calldatasize(), 0, 0)
            returndatacopy(at, 0, returndatasize())
            if ok { return(at, returndatasize()) }
            revert(at, returndatasize())
        }
    }
}
