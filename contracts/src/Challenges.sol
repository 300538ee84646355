// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BlockRandomness} from "./BlockRandomness.sol";
import {Continued} from "./Continued.sol";
import {Federations} from "./Federations.sol";
import {RoundsBase} from "./RoundsBase.sol";
import {CaseKind, Fault, Round, RoundState} from "./interfaces/IRounds.sol";
import {Claims} from "./libraries/Claims.sol";
import {Inclusion, Leaf, LeafProof} from "./libraries/LeafProof.sol";
import {MediationRules} from "./libraries/MediationRules.sol";

/// @title Challenges: the part of Rounds that is not its daily course
/// @notice What a round stands for can be challenged, an omission proven, an aggregator that fell silent done without.
/// Amounts in wei, times in seconds. `d` is always the round as RoundCommitted told it. Whoever challenges by hand locks one
/// level of mediators' fees and gets back what they did not earn, with a share of the slash where the challenge was right.
/// @dev Rounds runs this code on its own state; call these functions at its address. By itself this contract is no module of
/// the ledger and can move nothing.
contract Challenges is RoundsBase, Continued {
    constructor(Federations federations_)
        Continued(address(federations_))
        RoundsBase(federations_.ledger(), federations_.directory(), federations_.mediation(), federations_.windowFloor())
    {}

    // --- draws ---

    /// @notice Anyone, when nobody drew while the seed block's hash could be had: a later seed block.
    function rearm(bytes32 id, uint32 round) external {
        RoundData storage r = rounds[id][round];
        if (r.state != RoundState.Committed) revert WrongState(r.state);
        if (r.seed != 0) revert DrawDone();
        if (!BlockRandomness.isGone(r.seedBlock)) revert SeedAtHand(r.seedBlock);
        r.seedBlock = uint48(block.number + SEED_DELAY);
        emit Rearmed(id, round, r.seedBlock);
    }

    // --- bad leaves ---

    /// @notice Anyone, in the check window: shows a leaf that could never be paid. It condemns the whole round, whose
    /// aggregator is slashed, once; the caller gets a share.
    function refuteLeaf(Round calldata d, Inclusion calldata inclusion) external {
        (Federation storage f, RoundData storage r) = _challengeable(d);
        _checkIncluded(d, inclusion);
        (Fault fault,) = _faultOf(f, r, d, inclusion.leaf);
        if (fault == Fault.None) revert ValidLeaf();
        emit LeafFaulty(d.federation, d.round, inclusion.index, fault);
        _condemn(f, r, d);
    }

    /// @notice Anyone, in the check window: shows two neighbours of which the first's device is not below the second's.
    function refuteOrder(Round calldata d, Inclusion calldata left, Inclusion calldata right) external {
        (Federation storage f, RoundData storage r) = _challengeable(d);
        _checkIncluded(d, left);
        _checkIncluded(d, right);
        if (uint256(left.index) + 1 != right.index || _deviceOf(left) < _deviceOf(right)) revert NotProven();
        emit LeavesUnsorted(d.federation, d.round, left.index);
        _condemn(f, r, d);
    }

    // --- omissions ---

    /// @notice Anyone, in the check window: shows a leaf that the aggregator gave a receipt for and left out. Its owner is
    /// paid from the aggregator's stake.
    /// @param receipt the aggregator's signature over Receipt(leaf hash)
    /// @param left the neighbour below; without a leaf where `right` is the first. With the device's own leaf, but another
    /// one than the receipt's, no other neighbour is needed
    /// @param right the neighbour above; without a leaf where `left` is the last
    function proveOmission(
        Round calldata d,
        bytes calldata leaf,
        bytes calldata receipt,
        Inclusion calldata left,
        Inclusion calldata right
    ) external {
        (Federation storage f, RoundData storage r) = _challengeable(d);
        (Leaf memory leaf_, bytes32 hash) = _receipted(f, r, d, leaf, receipt);
        uint256 below = left.index;
        if (left.leaf.length != 0) {
            bytes32 neighbour = _checkIncluded(d, left);
            if (_deviceOf(left) == leaf_.device && neighbour != hash) return _compensate(f, r, d, leaf_, true);
            if (_deviceOf(left) >= leaf_.device) revert NotProven();
        } else if (right.index != 0) {
            revert NotProven();
        }
        if (right.leaf.length != 0) {
            _checkIncluded(d, right);
            if (_deviceOf(right) <= leaf_.device) revert NotProven();
            if (left.leaf.length != 0 && below + 1 != right.index) revert NotProven();
        } else if (left.leaf.length == 0 || below + 1 != d.count) {
            revert NotProven();
        }
        _compensate(f, r, d, leaf_, true);
    }

    /// @notice Anyone, in the check window, where the tree is withheld and nobody can show neighbours: the aggregator must
    /// show the leaf within a reveal window. It cannot settle before.
    function demandLeaf(Round calldata d, bytes calldata leaf, bytes calldata receipt) external {
        (Federation storage f, RoundData storage r) = _challengeable(d);
        (Leaf memory leaf_, bytes32 hash) = _receipted(f, r, d, leaf, receipt);
        Demand storage demand = demands[d.federation][d.round][leaf_.device];
        if (demand.leaf != 0) revert Done();
        (demand.leaf, demand.until) = (hash, block.timestamp + f.revealWindow);
        _wait(r);
        emit Demanded(d.federation, d.round, leaf_.device, hash, demand.until);
    }

    /// @notice Anyone: shows the demanded leaf in its place.
    function answerDemand(Round calldata d, Inclusion calldata inclusion) external {
        (, RoundData storage r) = _in(d, RoundState.Committed);
        bytes32 hash = _checkIncluded(d, inclusion);
        Demand storage demand = demands[d.federation][d.round][_deviceOf(inclusion)];
        if (demand.leaf != hash || demand.until == 0) revert Done();
        demand.until = 0;
        _quiet(r);
        emit Answered(d.federation, d.round, _deviceOf(inclusion));
    }

    /// @notice Anyone, after an unanswered demand's time: the owner is paid as for an omission.
    function closeDemand(Round calldata d, bytes calldata leaf) external {
        (Federation storage f, RoundData storage r) = _in(d, RoundState.Committed);
        (, Leaf memory leaf_) = LeafProof.decode(leaf);
        Demand storage demand = demands[d.federation][d.round][leaf_.device];
        if (demand.leaf != LeafProof.hashOf(leaf) || demand.until == 0) revert Done();
        if (block.timestamp <= demand.until) revert TooEarly(demand.until);
        demand.until = 0;
        _quiet(r);
        // By now the omission may be proven, or the stake used up: the round must go on all the same.
        if (r.marks[leaf_.device] & PAID == 0) _compensate(f, r, d, leaf_, false);
    }

    // --- the fold ---

    /// @notice Anyone, in the check window: has the fold of the committed blobs re-executed; the claim is the new model's
    /// hash. If it is refuted, the round's model is void and the aggregator slashed; devices are paid all the same.
    function challengeFold(Round calldata d) external {
        (Federation storage f, RoundData storage r) = _challengeable(d);
        if (r.folded || r.voided) revert Done();
        r.folded = true;
        ledger.lock(msg.sender, _level(f));
        _open(
            f,
            Case(d.federation, d.round, CaseKind.Fold, true, msg.sender, address(0), address(0), d.baseModel),
            keccak256(abi.encode(d.federation, d.round, "fold")),
            sha256(abi.encode(d.newModel))
        );
        _wait(r);
    }

    // --- claims roots ---

    /// @notice Aggregator only: posts a root anew, where the last one was dropped.
    function postClaims(bytes32 id, bytes32 root, uint256 total) external {
        Federation storage f = federations[id];
        if (msg.sender != f.aggregator) revert NotAllowed(msg.sender);
        if (f.pendingUntil != 0 || f.allowance == 0) revert NoClaims();
        _checkLiable(f);
        _post(id, f, root, total);
    }

    /// @notice Anyone, while the root is pending: has it recomputed, and locks one level of mediators' fees. The mediators'
    /// digest is keccak256(abi.encode(root, total)).
    function disputeClaims(bytes32 id) external {
        Federation storage f = federations[id];
        if (f.pendingUntil == 0 || f.disputed || f.upheld) revert NoClaims();
        if (block.timestamp > f.pendingUntil) revert TooLate(f.pendingUntil);
        f.disputed = true;
        ledger.lock(msg.sender, _level(f));
        _open(
            f,
            Case(id, 0, CaseKind.Claims, true, msg.sender, address(0), address(0), 0),
            keccak256(abi.encode(id, "claims", f.pendingRoot)),
            sha256(abi.encode(Claims.digestOf(f.pendingRoot, f.pendingTotal)))
        );
    }

    /// @notice Anyone: puts what the mediators found in the place of a refuted root; it can be claimed against at once.
    function correctClaims(bytes32 id, bytes32 root, uint256 total) external {
        Federation storage f = federations[id];
        if (f.found == 0 || Claims.digestOf(root, total) != f.found) revert InvalidProof();
        _post(id, f, root, total);
        f.upheld = true;
        f.pendingUntil = uint40(block.timestamp);
        _activate(id, f);
    }

    // --- abandon ---

    /// @notice Anyone, the aggregator silent past the settle window: its stake is slashed, and owners are paid by leaf. Also
    /// for a settled round, when its root was dropped and none came in its place for a settle window.
    function abandon(Round calldata d) external {
        RoundData storage r = rounds[d.federation][d.round];
        bool settled = r.state == RoundState.Settled;
        Federation storage f;
        (f, r) = _in(d, settled ? RoundState.Settled : RoundState.Committed);
        _activate(d.federation, f);
        if (f.disputed) revert ClaimsPending();
        if (r.openCases != 0) revert Unchecked(r.drawnChecks, _drawnOf(f, d.count), r.openCases);
        if (settled && (r.batch != f.batch || f.pendingUntil != 0)) revert WrongState(r.state);
        uint256 since = uint256(r.committedAt) + f.checkWindow;
        if (r.quietSince > since) since = r.quietSince;
        // While a root is disputed, none can be posted.
        if (f.disputeClosedAt > since) since = f.disputeClosedAt;
        if (block.timestamp <= since + f.settleWindow) revert TooEarly(since + f.settleWindow);

        r.state = RoundState.Abandoned;
        r.abandonedAt = uint40(block.timestamp);
        emit RoundAbandoned(d.federation, d.round, block.timestamp + f.settleWindow);
        if (settled) {
            ++f.openRounds;
            f.allowance -= uint128(_feesOf(f, d.count));
            r.spent = uint96(_checksOf(f, d.count));
            // What was found counts this round in.
            f.found = 0;
        } else {
            _void(d.federation, d.round, f, r, d.baseModel);
        }
        _slashAggregator(d.federation, f, address(0), 0);
    }

    /// @notice Anyone, within a settle window after `abandon`: pays a leaf of the root to its owner.
    function claimAbandoned(Round calldata d, Inclusion calldata inclusion) external {
        (Federation storage f, RoundData storage r) = _payable(d);
        Leaf memory leaf = _validLeaf(f, r, d, inclusion.leaf);
        _checkIncluded(d, inclusion);
        _payLeaf(f, r, d, leaf);
    }

    /// @notice The same by the aggregator's receipt, for a root that has no leaves to show.
    function claimByReceipt(Round calldata d, bytes calldata leaf, bytes calldata receipt) external {
        (Federation storage f, RoundData storage r) = _payable(d);
        (Leaf memory leaf_,) = _receipted(f, r, d, leaf, receipt);
        _payLeaf(f, r, d, leaf_);
    }

    /// @notice Anyone, after the time for leaves: frees what nobody asked for.
    function closeRound(Round calldata d) external {
        (Federation storage f, RoundData storage r) = _in(d, RoundState.Abandoned);
        uint256 until = uint256(r.abandonedAt) + f.settleWindow;
        if (block.timestamp <= until) revert TooEarly(until);
        r.state = RoundState.Closed;
        --f.openRounds;
        f.reserved -= uint128(_feesOf(f, d.count) - r.paid + _checksOf(f, d.count) - r.spent);
        emit RoundClosed(d.federation, d.round);
    }

    // --- views ---

    /// @return drawn how many leaves are drawn of `count`
    function drawnOf(bytes32 id, uint32 count) external view returns (uint256 drawn) {
        return _drawnOf(federations[id], count);
    }

    /// @return what `count` leaves can cost of the budget: fees with the protocol's, and checks
    function reserveOf(bytes32 id, uint32 count) external view returns (uint256) {
        Federation storage f = federations[id];
        return _feesOf(f, count) + _checksOf(f, count);
    }

    // --- private ---

    function _challengeable(Round calldata d) private view returns (Federation storage f, RoundData storage r) {
        (f, r) = _in(d, RoundState.Committed);
        _checkInWindow(f, r);
    }

    function _condemn(Federation storage f, RoundData storage r, Round calldata d) private {
        if (r.faulted) revert Done();
        r.faulted = true;
        _slashAggregator(d.federation, f, msg.sender, 0);
        _void(d.federation, d.round, f, r, d.baseModel);
    }

    /// @dev A receipt for a valid leaf whose device is not paid yet.
    function _receipted(
        Federation storage f,
        RoundData storage r,
        Round calldata d,
        bytes calldata leaf,
        bytes calldata receipt
    ) private view returns (Leaf memory leaf_, bytes32 hash) {
        leaf_ = _validLeaf(f, r, d, leaf);
        if (r.marks[leaf_.device] & (PAID | EXCLUDED) != 0) revert Done();
        hash = LeafProof.hashOf(leaf);
        _checkSignature(f.aggregator, receiptHash(hash), receipt);
    }

    /// @dev What the leaf would have earned; a fifth of the slash comes on top and is burnt.
    function _compensate(Federation storage f, RoundData storage r, Round calldata d, Leaf memory leaf, bool must)
        private
    {
        r.marks[leaf.device] |= PAID;
        uint256 paid = _payFromBond(f, leaf.owner, _earned(f, leaf));
        if (must && paid == 0) revert NothingToClaim();
        emit Omitted(d.federation, d.round, leaf.device, paid);
    }

    /// @return paid at most `amount`, of the aggregator's stake to `owner`
    function _payFromBond(Federation storage f, address owner, uint256 amount) private returns (uint256 paid) {
        uint256 share = BPS - MediationRules.BURN_SHARE;
        uint256 taken = _takeBond(f, (amount * BPS + share - 1) / share);
        paid = MediationRules.keepable(taken);
        if (paid > amount) paid = amount;
        if (taken == 0) return 0;
        ledger.slash(f.aggregator, taken, taken - paid, owner);
        ledger.unlock(owner, paid);
    }

    function _deviceOf(Inclusion calldata inclusion) private pure returns (address) {
        (, Leaf memory leaf) = LeafProof.decode(inclusion.leaf);
        return leaf.device;
    }

    function _payable(Round calldata d) private view returns (Federation storage f, RoundData storage r) {
        (f, r) = _in(d, RoundState.Abandoned);
        uint256 until = uint256(r.abandonedAt) + f.settleWindow;
        if (block.timestamp > until) revert TooLate(until);
    }

    /// @dev The budget has room for `count` leaves; receipts beyond that are the aggregator's debt.
    function _payLeaf(Federation storage f, RoundData storage r, Round calldata d, Leaf memory leaf) private {
        if (r.marks[leaf.device] & (PAID | EXCLUDED) != 0) revert Done();
        r.marks[leaf.device] |= PAID;
        uint256 amount = _earned(f, leaf);
        if (r.paid + amount <= d.count * uint256(f.fee)) {
            r.paid += uint128(amount);
            f.budget -= uint128(amount);
            f.reserved -= uint128(amount);
            ledger.pay(f.creator, leaf.owner, amount);
        } else {
            amount = _payFromBond(f, leaf.owner, amount);
            if (amount == 0) revert NothingToClaim();
        }
        emit LeafPaid(d.federation, d.round, leaf.device, amount);
    }
}
