// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What a job creator offers and signs by EIP-712. Amounts in wei, windows in seconds, rates in basis points.
struct JobOffer {
    address creator;
    bytes32 module; // SHA-256 of the WebAssembly module
    bytes32 inputs; // SHA-256 of the manifest of its inputs
    bytes32 spec; // SHA-256 of the job's description
    uint96 price; // the most that is paid for the result
    uint96 rate; // the most per million units of fuel; zero for a fixed price
    uint96 matchFee; // to the solver, when it matches
    uint96 mediatorFee; // to each mediator; n of them are locked as the check fund
    uint96 mediatorDeposit; // of each mediator's stake, see MediationRules.leastDeposit
    uint16 checkRate; // how likely the result is re-executed, in basis points
    uint16 multiple; // least collateral, in multiples of the price
    uint8 n; // mediators at the first level
    uint32 submitWindow; // from the match
    uint32 judgeWindow; // from the result
    uint32 commitWindow; // of mediators, in which they run the job
    uint32 revealWindow; // of mediators
    uint256 mediators; // bit i: trusts the mediator with index i
    bytes32 project; // pays no protocol fee where listed for this creator; zero for none
    address callback; // who is called with the outcome, by Requests; zero for none
    uint256 nonce; // of the creator's bitmap, shared by all its offers
    uint64 expiry; // last second in which to match
}

/// @notice What a provider offers and signs by EIP-712.
struct ResourceOffer {
    address provider;
    bytes32 capabilities; // SHA-256 of the description of the machine
    uint96 price; // for a job of fixed price
    uint96 rate; // per million units of fuel, for a metered job
    uint96 matchFee; // to the solver, when it matches
    uint16 multiple; // collateral pledged, in multiples of the price
    uint256 mediators; // bit i: trusts the mediator with index i
    uint256 nonce;
    uint64 expiry;
}

/// @notice What a provider submits. Mediators' answer is keccak256(abi.encode(digest, fuel)), its SHA-256 the case's claim.
/// @dev Unlike a leaf's, a deal's answer is public with its submission: the price is paid by the fuel that is part of it.
struct Result {
    bytes32 digest; // of the outputs
    uint64 fuel; // units spent, as metered
}

/// @title What became of a deal
enum Status {
    None,
    Agreed,
    Submitted,
    Checking,
    Accepted,
    Expired,
    Upheld,
    Refuted,
    NonDeterministic,
    Unresolved
}

/// @title IDeals: one job, one provider
/// @dev Functions take the two offers again, since a deal stores no more of them than their hash.
interface IDeals {
    /// @notice The offers are the calldata of the transaction.
    event Matched(
        bytes32 indexed dealId, address indexed creator, address indexed provider, address solver, uint256 submitBy
    );
    event Submitted(bytes32 indexed dealId, bytes32 digest, uint64 fuel, uint256 seedBlock);
    event DrawMissed(bytes32 indexed dealId);
    event Rearmed(bytes32 indexed dealId, uint256 seedBlock);
    /// @param challenger zero where the draw opened the check; the provider where it probes for determinism
    event Checked(bytes32 indexed dealId, bytes32 indexed caseId, address challenger);
    /// @param paid to the provider, after the protocol's fee
    event Settled(bytes32 indexed dealId, Status status, uint256 paid);
    /// @notice Mediators who ran it found no common result.
    event ModuleMarked(bytes32 indexed module, bytes32 indexed dealId);
    event NonceCancelled(address indexed account, uint256 nonce);
    event Escrowed(bytes32 indexed jobHash, address indexed creator, uint256 amount);
    event Reclaimed(bytes32 indexed jobHash, address indexed creator, uint256 amount);

    /// @notice Any solver: joins two signed offers (`match` is a reserved word). `jobSignature` is empty for an escrowed
    /// offer. Locks the creator's money, reserves the provider's collateral, and pays the caller the match fees.
    function matchOffers(
        JobOffer calldata job,
        bytes calldata jobSignature,
        ResourceOffer calldata resource,
        bytes calldata resourceSignature
    ) external returns (bytes32 dealId);
    /// @notice Provider only, up to and including the last second of the submit window.
    function submit(bytes32 dealId, bytes32 digest, uint64 fuel) external;
    /// @notice Anyone, after the submit window: the creator is refunded, the provider loses the lateness part.
    function expire(JobOffer calldata job, ResourceOffer calldata resource) external;
    /// @notice Creator only: pays at once.
    function accept(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result) external;
    /// @notice Anyone, once the seed block is past: with the job's check rate opens a check paid from the check fund.
    function draw(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result, bytes calldata header)
        external;
    /// @notice Anyone, when the seed block's hash can no longer be had: a later seed block.
    function rearm(bytes32 dealId) external;
    /// @notice Anyone but the provider, in the judge window: re-execution, paid by the caller (by the check fund, if it is
    /// the creator). Never slashes the creator.
    function checkResult(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result) external;
    /// @notice Provider only, in the judge window: asks, and pays, whether the job is deterministic at all.
    function probeDeterminism(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result) external;
    /// @notice Anyone, after the judge window: draws if nobody did, and pays unless the draw opens a check.
    /// @param header of the seed block; empty where the draw is done
    function finalize(
        JobOffer calldata job,
        ResourceOffer calldata resource,
        Result calldata result,
        bytes calldata header
    ) external;
    /// @notice Makes the caller's offers with this nonce worthless.
    function cancel(uint256 nonce) external;
    /// @notice The creator, or Requests for it: locks the most the offer can cost, in place of a signature.
    function escrow(JobOffer calldata job) external returns (bytes32 jobHash);
    /// @notice Anyone, after an escrowed offer's expiry: gives an unmatched one's money back to its creator.
    function reclaim(JobOffer calldata job) external;

    function statusOf(bytes32 dealId) external view returns (Status);
    /// @return whether this is what the provider submitted
    function isResult(bytes32 dealId, Result calldata result) external view returns (bool);
    /// @return dealId that an escrowed offer was matched into, zero for none yet
    function dealOf(bytes32 jobHash) external view returns (bytes32 dealId);
}
