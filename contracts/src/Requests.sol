// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Deals} from "./Deals.sol";
import {JobOffer, ResourceOffer, Result, Status} from "./interfaces/IDeals.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IResultReceiver} from "./interfaces/IResultReceiver.sol";

/// @title Requests: jobs that contracts ask for
/// @notice The calling contract becomes the job's creator and the money is locked at once, so nothing can be taken away
/// between request and match. The outcome is called back with the gas that was asked for; a callback that fails stops
/// nothing, and `result` has the outcome for ever.
contract Requests {
    /// @notice More gas than a callback may ask for.
    error CallbackGasTooHigh(uint256 gas, uint256 most);
    /// @notice The transaction could not give the callback its gas: send it with more.
    error NotEnoughGas(uint256 has, uint256 needs);
    /// @notice Not matched yet, or its deal is not over.
    error NotFinal(uint256 id);
    /// @notice The outcome was delivered before.
    error AlreadyDelivered(uint256 id);
    /// @notice The result is not the one that was submitted.
    error WrongResult(uint256 id);
    /// @notice The offer is not this request's.
    error WrongOffer(uint256 id);
    /// @notice Only the provider says where the outputs are, in at most 256 bytes, before they are delivered.
    error CannotPublish(uint256 id, address caller);

    /// @param job the offer as solvers must hand it to Deals.matchOffers, with an empty signature
    event Requested(uint256 indexed id, address indexed creator, bytes32 indexed jobHash, JobOffer job);
    event Published(uint256 indexed id, string uri);
    event Delivered(uint256 indexed id, Status status, bytes32 digest, bool called);

    struct Request {
        address creator;
        uint32 callbackGas;
        bool delivered;
        bool called; // the callback returned
        Status status;
        bytes32 jobHash;
        bytes32 digest;
        string uri;
    }

    uint256 public constant MOST_CALLBACK_GAS = 5_000_000;
    uint256 private constant MAX_URI = 256;
    /// For what follows the callback.
    uint256 private constant RESERVE = 30_000;
    /// Requests' nonces start here, far from those that a creator counts itself.
    uint256 private constant FIRST_NONCE = 1 << 255;

    ILedger public immutable ledger;
    Deals public immutable deals;

    /// @notice How many there are; ids start at 1.
    uint256 public count;
    mapping(uint256 id => Request) private requests;

    constructor(ILedger ledger_, Deals deals_) {
        ledger = ledger_;
        deals = deals_;
    }

    /// @notice Any contract: asks for a job and escrows the most it can cost, from the coins sent along and the caller's
    /// free balance. Whatever is left returns to the caller's balance in the ledger.
    /// @param job its creator, callback and nonce are filled in here
    /// @param callbackGas for onResult; zero for no callback
    function requestJob(JobOffer memory job, uint32 callbackGas) external payable returns (uint256 id) {
        if (callbackGas > MOST_CALLBACK_GAS) revert CallbackGasTooHigh(callbackGas, MOST_CALLBACK_GAS);
        id = ++count;
        job.creator = msg.sender;
        job.callback = msg.sender;
        job.nonce = FIRST_NONCE + id;
        Request storage r = requests[id];
        r.creator = msg.sender;
        r.callbackGas = callbackGas;
        ledger.deposit{value: msg.value}(msg.sender);
        r.jobHash = deals.escrow(job);
        emit Requested(id, msg.sender, r.jobHash, job);
    }

    /// @notice The deal's provider, before delivery: where the outputs are.
    /// @param job with `resource` the offers of the deal, which tell who its provider is
    function publish(uint256 id, JobOffer calldata job, ResourceOffer calldata resource, string calldata uri) external {
        Request storage r = requests[id];
        bool allowed = resource.provider == msg.sender && deals.dealOf(r.jobHash) == deals.idOf(job, resource);
        if (!allowed || r.delivered || bytes(uri).length > MAX_URI) revert CannotPublish(id, msg.sender);
        r.uri = uri;
        emit Published(id, uri);
    }

    /// @notice Anyone, when the deal is over: calls the creator back.
    /// @param submitted what the provider submitted; ignored where no result was accepted
    function deliver(uint256 id, Result calldata submitted) external {
        Request storage r = requests[id];
        bytes32 dealId = deals.dealOf(r.jobHash);
        Status status = deals.statusOf(dealId);
        if (dealId == 0 || status < Status.Accepted) revert NotFinal(id);
        bytes32 digest = 0;
        if (status == Status.Accepted || status == Status.Upheld) {
            if (!deals.isResult(dealId, submitted)) revert WrongResult(id);
            digest = submitted.digest;
        }
        _deliver(id, r, status, digest);
    }

    /// @notice Anyone, after the expiry of an offer that nobody matched: gives the money back and calls the creator back
    /// with Expired.
    function giveUp(uint256 id, JobOffer calldata job) external {
        Request storage r = requests[id];
        if (deals.hashJob(job) != r.jobHash) revert WrongOffer(id);
        if (deals.dealOf(r.jobHash) != 0 || block.timestamp <= job.expiry) revert NotFinal(id);
        // Somebody may have reclaimed it directly.
        if (deals.escrowed(r.jobHash)) deals.reclaim(job);
        _deliver(id, r, Status.Expired, 0);
    }

    /// @return the request and its outcome, also where the callback failed
    function result(uint256 id) external view returns (Request memory) {
        return requests[id];
    }

    function _deliver(uint256 id, Request storage r, Status status, bytes32 digest) private {
        if (r.delivered) revert AlreadyDelivered(id);
        r.delivered = true;
        r.status = status;
        r.digest = digest;
        bool called = false;
        if (r.callbackGas != 0) {
            bytes memory data = abi.encodeCall(IResultReceiver.onResult, (id, status, digest, r.uri));
            uint256 callbackGas = r.callbackGas;
            address to = r.creator;
            // A call gets at most 63/64 of what is left: without this check a miser could make it fail.
            uint256 needs = callbackGas + callbackGas / 63 + RESERVE;
            if (gasleft() < needs) revert NotEnoughGas(gasleft(), needs);
            // No returned bytes are copied, or a receiver could make the copy eat the rest of the gas.
            assembly ("memory-safe") {
                called := call(callbackGas, to, 0, add(data, 32), mload(data), 0, 0)
            }
            r.called = called;
        }
        emit Delivered(id, status, digest, called);
    }
}
