// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {JobOffer, Status} from "../interfaces/IDeals.sol";
import {ILedger} from "../interfaces/ILedger.sol";
import {IResultReceiver} from "../interfaces/IResultReceiver.sol";
import {Requests} from "../Requests.sol";

/// @title Consumer: the least that a contract needs to have a job run and learn its result
contract Consumer is IResultReceiver {
    /// @notice Only Requests calls back.
    error NotRequests(address caller);
    /// @notice Only who made this contract takes its money.
    error NotOwner(address caller);

    Requests public immutable requests;
    address payable public immutable owner;

    /// @notice Of every request: what came back.
    mapping(uint256 id => bytes32) public digestOf;
    mapping(uint256 id => Status) public statusOf;

    constructor(Requests requests_) {
        requests = requests_;
        owner = payable(msg.sender);
    }

    /// @notice Asks for a job; the coins sent along must cover price, match fee and check fund.
    function ask(JobOffer calldata job) external payable returns (uint256 id) {
        return requests.requestJob{value: msg.value}(job, 100_000);
    }

    /// @inheritdoc IResultReceiver
    function onResult(uint256 id, Status status, bytes32 digest, string calldata) external {
        if (msg.sender != address(requests)) revert NotRequests(msg.sender);
        statusOf[id] = status;
        digestOf[id] = digest;
    }

    /// @notice Takes what jobs left over.
    function collect() external {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        ILedger ledger = requests.ledger();
        (uint256 free,) = ledger.balanceOf(address(this));
        ledger.withdraw(owner, free);
    }
}
