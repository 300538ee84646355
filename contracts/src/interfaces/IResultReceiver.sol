// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Status} from "./IDeals.sol";

/// @title IResultReceiver: a contract that asked for a job
interface IResultReceiver {
    /// @notice Called once by Requests when the job's outcome is final, with the gas that was asked for.
    /// @param id of the request
    /// @param status Accepted or Upheld: `digest` is the result's; else the job's money came back, less what
    /// mediators or a provider's cost took of it
    /// @param digest of the outputs; zero without a result
    /// @param uri where the provider says the outputs are: a hint, the digest tells whether they are the right ones
    function onResult(uint256 id, Status status, bytes32 digest, string calldata uri) external;
}
