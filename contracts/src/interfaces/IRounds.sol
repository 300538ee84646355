// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What a federation's creator offers, and its aggregator signs
struct FederationTerms {
    bytes32 name; // SHA-256 of the name: the leaves' `federation`
    address aggregator;
    uint96 fee; // wei per update; the most of one, where `rate` is not zero
    uint96 rate; // wei per million units of fuel; zero: every update earns `fee`
    uint96 collateral; // wei of its owner's stake per device; zero: twice what makes cheating worthless
    uint96 aggregatorStake; // wei reserved of the aggregator's stake
    bytes32 module; // SHA-256 of the training module
    bytes32 configuration; // of the federation, from which mediators derive a device's
    bytes32 model; // the first round's base model
    bytes32 project; // pays no protocol fee where listed for the creator; zero for none
    uint256 mediators; // bit i: trusts the mediator with index i
    uint96 mediatorFee; // wei to each mediator of a case
    uint96 mediatorDeposit; // wei that each puts at risk
    uint16 checkRate; // share of leaves that is drawn, in basis points
    uint8 n; // mediators at the first level
    uint32 checkWindow; // seconds after a commitment in which anyone can challenge it
    uint32 settleWindow; // seconds after that in which the aggregator must settle
    uint32 claimsWindow; // seconds in which a claims root can be disputed
    uint32 commitWindow; // of mediators
    uint32 revealWindow; // of mediators
    uint64 expiry; // last second in which the aggregator's signature is good
}

/// @title What owner and device sign when the device joins
struct Join {
    bytes32 federation; // the id
    address device;
    address owner; // whose stake is reserved, and who is paid
    bytes32 data; // commitment to the dataset, fixed as long as the device stays
    uint96 collateral; // the federation's
    uint64 expiry; // last second
    uint32 nonce; // how often the device joined a federation of this name before
}

/// @title A round as it is committed; only its hash is stored, so calls hand it in again
struct Round {
    bytes32 federation; // the id
    uint32 round; // from 1
    bytes32 baseModel;
    bytes32 newModel;
    bytes32 root; // of the leaves, sorted by device
    uint32 count; // of leaves
    bytes32 blobs; // hash of the list of what the aggregator folded
}

/// @title Where a round stands
enum RoundState {
    None,
    /// waits for checks, then for `settle`
    Committed,
    /// its fees are in the claims
    Settled,
    /// its owners are paid by leaf
    Abandoned,
    /// abandoned, and the time for leaves is over
    Closed
}

/// @title What is wrong with a leaf
enum Fault {
    None,
    /// no leaf's encoding at all
    Encoding,
    Chain,
    Contract,
    Federation,
    Round,
    BaseModel,
    Module,
    /// the device was no member when the round was committed
    Device,
    Owner,
    Data
}

/// @title What a case is about
enum CaseKind {
    Leaf,
    Fold,
    Claims
}

/// @title IRounds: what federated rounds tell the world
interface IRounds {
    /// @notice The transaction's calldata has the terms; `collateral` is per device, in wei.
    event FederationCreated(
        bytes32 indexed federation,
        address indexed creator,
        address indexed aggregator,
        bytes32 name,
        bytes32 model,
        uint256 collateral,
        uint256 budget,
        bytes32 project
    );
    event Funded(bytes32 indexed federation, uint256 amount);
    event Bonded(bytes32 indexed federation, uint256 amount);
    /// @param at from when on nothing more is committed
    event Closing(bytes32 indexed federation, uint256 at);
    event Reclaimed(bytes32 indexed federation, uint256 amount);

    event Joined(bytes32 indexed federation, address indexed device, address indexed owner, bytes32 data);
    event Leaving(bytes32 indexed federation, address indexed device, uint256 at);
    event Left(bytes32 indexed federation, address indexed device);

    /// @notice All of a round's details; every later call wants them again.
    event RoundCommitted(
        bytes32 indexed federation,
        uint32 indexed round,
        bytes32 baseModel,
        bytes32 newModel,
        bytes32 root,
        uint32 count,
        bytes32 blobs
    );
    /// @param drawn how many leaves must be checked
    event Drawn(bytes32 indexed federation, uint32 indexed round, bytes32 seed, uint256 drawn);
    event Rearmed(bytes32 indexed federation, uint32 indexed round, uint256 seedBlock);
    /// @param device of a leaf's case, zero for the others
    /// @param payer of the mediators beside the budget; zero for a drawn leaf
    event CheckOpened(
        bytes32 indexed federation,
        uint32 indexed round,
        bytes32 indexed caseId,
        CaseKind kind,
        address device,
        address payer
    );
    event LeafUpheld(bytes32 indexed federation, uint32 indexed round, address indexed device);
    /// @notice The device earns nothing for the round.
    event LeafRefuted(bytes32 indexed federation, uint32 indexed round, address indexed device, uint256 slashed);
    /// @notice Not enough mediators answered: nobody is slashed, the device earns nothing.
    event LeafUnresolved(bytes32 indexed federation, uint32 indexed round, address indexed device);
    /// @notice Mediators who ran the module found no common result: the device earns its fee.
    event ModuleMarked(bytes32 indexed module, bytes32 indexed federation, uint32 indexed round, address device);
    /// @notice The leaf at `index` earns nothing.
    event LeafFaulty(bytes32 indexed federation, uint32 indexed round, uint256 index, Fault fault);
    event LeavesUnsorted(bytes32 indexed federation, uint32 indexed round, uint256 index);
    /// @notice The device has what it earned, and earns nothing more for this round.
    event Omitted(bytes32 indexed federation, uint32 indexed round, address indexed device, uint256 paid);
    event Demanded(bytes32 indexed federation, uint32 indexed round, address indexed device, bytes32 leaf, uint256 until);
    event Answered(bytes32 indexed federation, uint32 indexed round, address indexed device);
    event FoldUpheld(bytes32 indexed federation, uint32 indexed round);
    event FoldUndecided(bytes32 indexed federation, uint32 indexed round);
    /// @param head the model from which the next round must start
    event RoundVoided(bytes32 indexed federation, uint32 indexed round, bytes32 head);
    event AggregatorSlashed(bytes32 indexed federation, uint256 amount);

    event RoundSettled(bytes32 indexed federation, uint32 indexed round);
    /// @notice The claims root that all rounds settled so far amount to, `total` wei in all.
    event ClaimsPosted(bytes32 indexed federation, bytes32 root, uint256 total, uint256 disputableUntil);
    event ClaimsDropped(bytes32 indexed federation, bytes32 root, bytes32 found);
    /// @notice The root can be claimed against.
    event ClaimsActive(bytes32 indexed federation, bytes32 root, uint256 total, uint256 protocolFee);
    event RoundAbandoned(bytes32 indexed federation, uint32 indexed round, uint256 leavesUntil);
    event RoundClosed(bytes32 indexed federation, uint32 indexed round);
    event LeafPaid(bytes32 indexed federation, uint32 indexed round, address indexed device, uint256 amount);
    event Claimed(bytes32 indexed federation, address indexed owner, uint256 amount);

    /// @notice The terms are outside what the protocol allows.
    error BadTerms(string what);
    /// @notice There is such a federation already, or its aggregator has one of this name.
    error NameTaken();
    error UnknownFederation(bytes32 federation);
    /// @notice The call is another's.
    error NotAllowed(address caller);
    /// @notice The signature is not `account`'s over these very values.
    error InvalidSignature(address account);
    error SignatureExpired(uint256 expiry);
    /// @notice The device is a member of a federation of this name, or was until too short a time ago.
    error AlreadyMember(address device);
    error NotMember(address device);
    error WrongNonce(uint32 want);
    error WrongCollateral(uint256 want);
    /// @notice The federation takes nothing new.
    error FederationClosed();
    /// @notice A slash has to be made good by `bond` first.
    error Unbonded();
    /// @notice Rounds come in strictly rising order, with a leaf at least.
    error BadRound();
    /// @notice The round must start from the last model that stands.
    error WrongBaseModel(bytes32 want);
    /// @notice What is not promised yet of the budget does not cover it.
    error BudgetTooSmall(uint256 has, uint256 needs);
    /// @notice The details are not what was committed, or the round stands elsewhere.
    error WrongState(RoundState state);
    error TooLate(uint256 until);
    error TooEarly(uint256 until);
    error SeedAtHand(uint256 seedBlock);
    error DrawDone();
    /// @notice The path does not lead from the leaf to the root.
    error NotIncluded();
    error InvalidLeaf(Fault fault);
    /// @notice The leaf's bindings are right.
    error ValidLeaf();
    /// @notice The neighbours do not prove that the leaf is missing, or out of order.
    error NotProven();
    /// @notice The draw did not hit this leaf.
    error NotDrawn(uint256 index);
    /// @notice It was checked, challenged or paid before.
    error Done();
    /// @notice Drawn leaves are unchecked, or cases open.
    error Unchecked(uint256 checkedLeaves, uint256 drawn, uint256 openCases);
    /// @notice A claims root is disputed, or about to be payable: wait for it.
    error ClaimsPending();
    error NoClaims();
    /// @notice Outside what the settled rounds can amount to.
    error WrongTotal(uint256 least, uint256 most);
    /// @notice The root does not contain this claim, or all of it was paid.
    error NothingToClaim();
    error InvalidProof();
}
