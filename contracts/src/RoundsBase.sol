// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {CaseKind, Fault, IRounds, Round, RoundState} from "./interfaces/IRounds.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMediation, MediationTerms} from "./interfaces/IMediation.sol";
import {Inclusion, Leaf, LeafProof} from "./libraries/LeafProof.sol";
import {MediationRules} from "./libraries/MediationRules.sol";

/// @title RoundsBase: what the parts of Rounds share: the state, and the rules that several apply
/// @notice Amounts in wei, times in seconds.
/// @dev Rounds holds the state and the money; Challenges and Federations are code that Rounds runs on it by delegatecall
/// (Continued). None of them declares storage of its own, and what is immutable is the same in all three.
abstract contract RoundsBase is IRounds {
    struct Federation {
        // What commitRound reads and writes, packed for it: five words.
        address aggregator;
        uint32 lastRound;
        uint32 openRounds; // that still hold a reservation of the budget
        uint24 voids; // how often the line of models was cut
        bool bonded; // the aggregator's stake is reserved in full
        uint96 fee;
        uint96 mediatorFee;
        uint16 checkRate;
        uint8 n;
        uint40 closesAt; // zero while nobody closes it
        uint128 budget; // of the creator's locked balance, without what is owed to owners
        uint128 reserved; // of the budget, for rounds that are not paid yet
        bytes32 head; // the last model that stands
        // What claim reads.
        address creator;
        uint40 pendingSince; // when the first root was posted that is not active yet
        uint40 pendingUntil; // when the pending root becomes active; zero for none
        bool disputed; // a case is open
        bool upheld; // the pending root was disputed and stands
        bytes32 activeRoot;
        uint128 activeTotal; // wei owed since the beginning
        uint128 claimed; // of it
        // The rest.
        bytes32 pendingRoot;
        uint128 pendingTotal;
        uint128 allowance; // what settled rounds may add to the active total, with the protocol's fee
        bytes32 found; // what mediators found instead of a refuted root
        uint96 rate;
        uint96 collateral;
        uint32 number; // from 1
        uint32 batch; // of settled rounds whose root is not active yet
        uint96 bond; // what is left of the aggregator's reserved stake
        uint96 aggregatorStake;
        uint40 disputeClosedAt;
        uint96 mediatorDeposit;
        uint32 checkWindow;
        uint32 settleWindow;
        uint32 claimsWindow;
        uint32 commitWindow;
        uint32 revealWindow;
        uint256 mediators;
        bytes32 name;
        bytes32 module;
        bytes32 project;
    }

    struct Member {
        address owner;
        uint96 collateral; // what is still reserved
        bytes32 data;
        uint32 federation; // its number; zero for none
        uint40 joinedAt;
        uint40 leftAt; // zero while it stays
        uint32 nonce;
    }

    /// A word for the details' hash and one for the state are written by commitRound, the others when they are needed.
    struct RoundData {
        bytes32 details;
        RoundState state;
        bool voided;
        bool faulted; // the aggregator was slashed for a bad leaf
        bool folded; // the fold is challenged, or was upheld
        uint40 committedAt;
        uint40 quietSince; // when the last case ended
        uint48 seedBlock;
        uint32 openCases;
        uint24 drawnChecks; // drawn leaves whose check was opened
        uint24 voids; // the federation's, at the commitment
        bytes32 seed;
        uint96 spent; // of the budget, on drawn checks
        uint128 paid; // of the budget, by leaves of an abandoned round
        uint32 batch; // Settled: the federation's
        uint40 abandonedAt;
        mapping(address device => uint8 marks) marks;
        mapping(address device => uint256) demandedUntil;
    }

    struct Case {
        bytes32 federation;
        uint32 round;
        CaseKind kind;
        bool byHand; // paid by the challenger, not from the budget
        address payer;
        address device; // Leaf
        address owner; // Leaf
        bytes32 baseModel; // Fold: where the line of models goes back to
    }

    struct Demand {
        bytes32 leaf;
        uint256 until;
    }

    uint256 internal constant BPS = 10_000;
    /// Rates are given for this many units of fuel.
    uint256 internal constant FUEL_UNIT = 1_000_000;
    /// Blocks from the commitment to the seed block, whose randomness nobody can know yet.
    uint256 internal constant SEED_DELAY = 2;
    /// Of a slash, in basis points: the challenger's share, and the most that makes good what its mediators cost. A fifth
    /// is burnt (MediationRules), the rest compensates the creator.
    uint256 private constant CHALLENGER_SHARE = 2_000;
    uint256 private constant MEDIATORS_SHARE = 2_000;
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("Tadpole");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant CLAIM_TYPEHASH = keccak256("Claim(bytes32 leaf)");
    bytes32 private constant RECEIPT_TYPEHASH = keccak256("Receipt(bytes32 leaf)");


    // A device's marks in a round.
    uint8 internal constant CHECKED = 1; // a case was opened
    uint8 internal constant DRAWN = 2; // its leaf was drawn, and counts as checked
    uint8 internal constant EXCLUDED = 4; // earns nothing: refuted, or unresolved
    uint8 internal constant PAID = 8; // beside the claims

    ILedger public immutable ledger;
    IDirectory public immutable directory;
    IMediation public immutable mediation;
    /// @notice Seconds; no window may be shorter, so that stuffing blocks for a whole window is dear.
    uint256 public immutable windowFloor;
    uint256 internal immutable feeBps;
    address internal immutable treasury;

    mapping(bytes32 federation => Federation) internal federations;
    uint32 internal federationCount;
    /// @dev by name, since a leaf names its federation by it: a device's leaf must be good in one federation only
    mapping(bytes32 name => mapping(address device => Member)) internal members;
    /// @dev likewise for receipts
    mapping(address aggregator => mapping(bytes32 name => bool)) internal names;
    mapping(bytes32 federation => mapping(uint32 round => RoundData)) internal rounds;
    /// @dev the first round that the n-th void cut off
    mapping(bytes32 federation => mapping(uint256 n => uint32 round)) internal cuts;
    /// @notice Wei that the owner was paid by `claim`.
    mapping(bytes32 federation => mapping(address owner => uint256)) public claimedBy;

    mapping(bytes32 caseId => Case) internal cases;
    mapping(bytes32 federation => mapping(uint32 round => mapping(address device => Demand))) public demands;
    /// @notice How many cases found no common result of this module.
    mapping(bytes32 module => uint256) public marks;

    constructor(ILedger ledger_, IDirectory directory_, IMediation mediation_, uint256 windowFloor_) {
        ledger = ledger_;
        directory = directory_;
        mediation = mediation_;
        windowFloor = windowFloor_;
        (feeBps, treasury) = directory_.protocolFee();
    }

    // --- views ---

    /// @return the digest that a device signs; `leaf` is its leaf's hash
    function claimHash(bytes32 leaf) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(CLAIM_TYPEHASH, leaf)));
    }

    /// @return the digest that the aggregator signs; `leaf` is the accepted leaf's hash
    function receiptHash(bytes32 leaf) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(RECEIPT_TYPEHASH, leaf)));
    }

    /// @notice EIP-712: name "Tadpole", version "1", the chain, and this contract.
    /// @dev Worked out at every call: the code of Challenges runs at two addresses.
    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
    }

    // --- rounds and leaves ---

    function _hashTypedData(bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(DOMAIN_SEPARATOR(), structHash);
    }

    /// @dev The words are hashed as they came: dirt above a narrow field gives another hash, and a revert where it is read.
    function _hash(Round calldata d) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let at := mload(0x40)
            calldatacopy(at, d, 224) // 7 words
            hash := keccak256(at, 224)
        }
    }

    function _in(Round calldata d, RoundState state) internal view returns (Federation storage f, RoundData storage r) {
        f = federations[d.federation];
        r = rounds[d.federation][d.round];
        if (r.state != state || r.details != _hash(d)) revert WrongState(r.state);
    }

    function _open(Federation storage f, Case memory c, bytes32 subject, bytes32 claim) internal {
        bytes32 caseId = mediation.open(subject, claim, _terms(f, c.owner, c.payer), c.payer);
        cases[caseId] = c;
        emit CheckOpened(c.federation, c.round, caseId, c.kind, c.device, c.byHand ? c.payer : address(0));
    }

    function _faultOf(Federation storage f, RoundData storage r, Round calldata d, bytes calldata encoded)
        internal
        view
        returns (Fault, Leaf memory leaf)
    {
        bool ok;
        (ok, leaf) = LeafProof.decode(encoded);
        if (!ok) return (Fault.Encoding, leaf);
        if (leaf.chain != block.chainid) return (Fault.Chain, leaf);
        if (leaf.market != address(this)) return (Fault.Contract, leaf);
        if (leaf.federation != f.name) return (Fault.Federation, leaf);
        if (leaf.round != d.round) return (Fault.Round, leaf);
        if (leaf.baseModel != d.baseModel) return (Fault.BaseModel, leaf);
        if (leaf.module != f.module) return (Fault.Module, leaf);
        Member storage m = members[f.name][leaf.device];
        if (
            m.federation != f.number || m.joinedAt > r.committedAt
                || (m.leftAt != 0 && r.committedAt > m.leftAt + f.checkWindow)
        ) return (Fault.Device, leaf);
        if (leaf.owner != m.owner) return (Fault.Owner, leaf);
        if (leaf.data != m.data) return (Fault.Data, leaf);
        return (Fault.None, leaf);
    }

    function _validLeaf(Federation storage f, RoundData storage r, Round calldata d, bytes calldata encoded)
        internal
        view
        returns (Leaf memory leaf)
    {
        Fault fault;
        (fault, leaf) = _faultOf(f, r, d, encoded);
        if (fault != Fault.None) revert InvalidLeaf(fault);
    }

    /// @return hash of the leaf
    function _checkIncluded(Round calldata d, Inclusion calldata inclusion) internal pure returns (bytes32 hash) {
        hash = LeafProof.hashOf(inclusion.leaf);
        if (!LeafProof.verify(d.root, hash, inclusion.index, d.count, inclusion.path)) revert NotIncluded();
    }

    /// @return what a leaf earns
    function _earned(Federation storage f, Leaf memory leaf) internal view returns (uint256) {
        if (f.rate == 0) return f.fee;
        uint256 metered = uint256(leaf.fuel) * f.rate / FUEL_UNIT;
        return metered < f.fee ? metered : f.fee;
    }

    /// @return the most that `count` leaves earn, with the protocol's fee on top, rounded up
    function _feesOf(Federation storage f, uint256 count) internal view returns (uint256) {
        return (count * f.fee * (BPS + feeBps) + BPS - 1) / BPS;
    }

    function _checksOf(Federation storage f, uint256 count) internal view returns (uint256) {
        return _drawnOf(f, count) * _level(f);
    }

    function _drawnOf(Federation storage f, uint256 count) internal view returns (uint256) {
        return (count * f.checkRate + BPS - 1) / BPS;
    }

    /// @return what one level of mediators costs
    function _level(Federation storage f) internal view returns (uint256) {
        return uint256(f.n) * f.mediatorFee;
    }

    function _checkInWindow(Federation storage f, RoundData storage r) internal view {
        uint256 until = uint256(r.committedAt) + f.checkWindow;
        if (block.timestamp > until) revert TooLate(until);
    }

    function _wait(RoundData storage r) internal {
        ++r.openCases;
    }

    function _quiet(RoundData storage r) internal {
        --r.openCases;
        r.quietSince = uint40(block.timestamp);
    }

    // --- claims ---

    /// @dev A false root costs half the stake: without it, false roots would only cost whoever disputes them.
    function _checkLiable(Federation storage f) internal view {
        if (f.bond < f.aggregatorStake / 2) revert Unbonded();
    }

    function _post(bytes32 id, Federation storage f, bytes32 root, uint256 total) internal {
        if (f.disputed) revert ClaimsPending();
        uint256 until = block.timestamp + f.claimsWindow;
        if (f.pendingUntil == 0) {
            f.pendingSince = uint40(block.timestamp);
        } else if (f.upheld || block.timestamp > uint256(f.pendingSince) + f.claimsWindow) {
            revert ClaimsPending();
        }
        uint256 active = f.activeTotal;
        uint256 most = active + f.allowance * BPS / (BPS + feeBps);
        if (total < active || total > most) revert WrongTotal(active, most);
        f.pendingUntil = uint40(until);
        f.pendingRoot = root;
        f.pendingTotal = uint128(total);
        f.found = 0;
        emit ClaimsPosted(id, root, total, until);
    }

    function _activate(bytes32 id, Federation storage f) internal {
        uint256 until = f.pendingUntil;
        if (until == 0 || f.disputed || (block.timestamp <= until && !f.upheld)) return;
        (f.pendingSince, f.pendingUntil, f.upheld) = (0, 0, false);
        ++f.batch;
        uint256 earned = f.pendingTotal - f.activeTotal;
        uint256 fee = earned * feeBps / BPS;
        if (fee != 0 && f.project != 0 && directory.waive(f.project, f.creator, fee)) fee = 0;
        f.activeRoot = f.pendingRoot;
        f.activeTotal = f.pendingTotal;
        // From here on, what is earned is owed and no part of the budget; what was not earned is free again.
        f.budget -= uint128(earned + fee);
        f.reserved -= f.allowance;
        f.allowance = 0;
        if (fee != 0) ledger.pay(f.creator, treasury, fee);
        emit ClaimsActive(id, f.activeRoot, f.activeTotal, fee);
    }

    // --- slashes ---

    /// @dev Takes half of the aggregator's stake, or what is left of it.
    function _slashAggregator(bytes32 id, Federation storage f, address challenger, uint256 spent) internal {
        uint256 amount = f.aggregatorStake - f.aggregatorStake / 2;
        amount = _takeBond(f, amount);
        _forfeit(f, f.aggregator, amount, challenger, spent);
        emit AggregatorSlashed(id, amount);
    }

    /// @return taken of the bond; the caller slashes it
    function _takeBond(Federation storage f, uint256 amount) internal returns (uint256 taken) {
        taken = amount < f.bond ? amount : f.bond;
        if (taken != 0) {
            // Safe cast: at most the bond.
            f.bond -= uint96(taken);
            f.bonded = false;
        }
    }

    /// @dev Slashes what was reserved: a fifth is burnt; a challenger gets its share, and its mediators' cost back; the
    /// rest compensates the creator, unless it is the one who is slashed.
    function _forfeit(Federation storage f, address account, uint256 amount, address challenger, uint256 spent) internal {
        if (amount == 0) return;
        uint256 reward = 0;
        if (challenger != address(0) && challenger != account) {
            uint256 most = amount * MEDIATORS_SHARE / BPS;
            reward = amount * CHALLENGER_SHARE / BPS + (spent < most ? spent : most);
        }
        uint256 kept = f.creator == account ? reward : MediationRules.keepable(amount);
        ledger.slash(account, amount, amount - kept, address(this));
        if (reward != 0) ledger.pay(address(this), challenger, reward);
        if (kept != reward) ledger.pay(address(this), f.creator, kept - reward);
    }

    /// @dev Rounds built on a void model are paid, but the line of models goes back behind them. The loop runs over voids
    /// since the round's commitment, each of which cost the aggregator half its stake.
    function _void(bytes32 id, uint32 round, Federation storage f, RoundData storage r, bytes32 baseModel) internal {
        if (r.voided) return;
        r.voided = true;
        bool cut = false;
        for (uint256 n = f.voids; n > r.voids && !cut; --n) {
            cut = cuts[id][n] <= round;
        }
        if (!cut) {
            cuts[id][++f.voids] = round;
            f.head = baseModel;
        }
        emit RoundVoided(id, round, f.head);
    }

    // --- accounts ---

    function _member(Federation storage f, address device) internal view returns (Member storage m) {
        m = members[f.name][device];
        if (m.federation == 0 || m.federation != f.number) revert NotMember(device);
    }

    function _checkOpen(Federation storage f) internal view {
        if (f.closesAt != 0 && block.timestamp >= f.closesAt) revert FederationClosed();
    }

    /// @dev Nobody judges its own case.
    function _terms(Federation storage f, address party, address other) internal view returns (MediationTerms memory) {
        return MediationTerms({
            pool: f.mediators & ~(_bitOf(f.creator) | _bitOf(f.aggregator) | _bitOf(party) | _bitOf(other)),
            n: f.n,
            commitWindow: f.commitWindow,
            revealWindow: f.revealWindow,
            fee: f.mediatorFee,
            deposit: f.mediatorDeposit
        });
    }

    /// @dev ECDSA first, so that an account may sign by its key even where it has code.
    function _checkSignature(address account, bytes32 digest, bytes calldata signature) internal view {
        if (_signer(digest, signature) == account) return;
        if (account.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature)) {
            return;
        }
        revert InvalidSignature(account);
    }

    /// @return signer zero where it is no signature; 65 bytes, low s, v 27 or 28
    function _signer(bytes32 digest, bytes calldata signature) internal pure returns (address signer) {
        (signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
    }

    function _bitOf(address account) internal view returns (uint256) {
        (bool is_, uint8 index) = directory.indexOf(account);
        return is_ ? 1 << index : 0;
    }
}
