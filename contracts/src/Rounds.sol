// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BlockRandomness} from "./BlockRandomness.sol";
import {Challenges} from "./Challenges.sol";
import {Continued} from "./Continued.sol";
import {RoundsBase} from "./RoundsBase.sol";
import {CaseKind, Round, RoundState} from "./interfaces/IRounds.sol";
import {ICaseSource, Verdict} from "./interfaces/IMediation.sol";
import {Claims} from "./libraries/Claims.sol";
import {Inclusion, Leaf, LeafProof} from "./libraries/LeafProof.sol";

/// @title Rounds: federated rounds, from a federation's beginning to its owners' pay
/// @notice Amounts in wei, times in seconds. Fees are cumulative: one root tells what each owner earned over all settled
/// rounds, and replaces the last, so an owner claims what all its devices earned with one proof. The root is a pure function
/// of what is on chain and of the committed leaves: over the rounds that are Settled, each leaf without a fault, whose
/// device was not refuted, left unresolved or compensated in that round, earns its fee for its owner.
/// @dev No function's cost depends on the number of devices, owners or rounds. There is no owner and no upgrade: what is
/// not here runs the code of Challenges and Federations, fixed at construction.
contract Rounds is RoundsBase, Continued, ICaseSource {
    using SafeCast for uint256;

    /// @notice Instead of a stratum: the check is paid by the caller.
    uint32 public constant BY_HAND = type(uint32).max;
    /// @param challenges whose ledger, directory, mediation and floor are this contract's too
    constructor(Challenges challenges)
        Continued(address(challenges))
        RoundsBase(challenges.ledger(), challenges.directory(), challenges.mediation(), challenges.windowFloor())
    {}

    // --- commit and draw ---

    /// @notice Aggregator only: commits a round, and reserves what it can cost of the budget.
    function commitRound(Round calldata d) external {
        Federation storage f = federations[d.federation];
        if (msg.sender != f.aggregator) revert NotAllowed(msg.sender);
        if (!f.bonded) revert Unbonded();
        if (d.round <= f.lastRound || d.count == 0) revert BadRound();
        if (d.baseModel != f.head) revert WrongBaseModel(f.head);
        _checkOpen(f);
        uint256 reserve = _feesOf(f, d.count) + _checksOf(f, d.count);
        uint256 left = f.budget - f.reserved;
        if (reserve > left) revert BudgetTooSmall(left, reserve);

        f.reserved += reserve.toUint128();
        f.lastRound = d.round;
        ++f.openRounds;
        f.head = d.newModel;
        RoundData storage r = rounds[d.federation][d.round];
        r.details = _hash(d);
        r.state = RoundState.Committed;
        r.committedAt = uint40(block.timestamp);
        r.seedBlock = uint48(block.number + SEED_DELAY);
        r.voids = f.voids;
        emit RoundCommitted(d.federation, d.round, d.baseModel, d.newModel, d.root, d.count, d.blobs);
    }

    /// @notice Anyone, once the seed block is past: fixes which leaves must be checked.
    /// @param header the seed block's, in RLP
    function draw(Round calldata d, bytes calldata header) external {
        (Federation storage f, RoundData storage r) = _in(d, RoundState.Committed);
        if (r.seed != 0) revert DrawDone();
        bytes32 mix = BlockRandomness.prevrandao(r.seedBlock, header);
        r.seed = keccak256(abi.encode(mix, d.federation, d.round));
        emit Drawn(d.federation, d.round, r.seed, _drawnOf(f, d.count));
    }

    // --- checks ---

    /// @notice Anyone: has a leaf re-executed. Its `update` is the hash of the answer that mediators vote with, which binds
    /// update, samples and fuel; they vote for nothing where the leaf's own samples or fuel, by which it is paid, differ. So
    /// a false claim of work is found like a false result.
    /// @param signature the device's over Claim(leaf hash); no leaf without one is checked, so no device is slashed for
    /// what it never said
    /// @param stratum which draw hit the leaf: the budget pays; or BY_HAND, in the check window: the caller pays
    function openCheck(Round calldata d, Inclusion calldata inclusion, bytes calldata signature, uint32 stratum)
        external
    {
        (Federation storage f, RoundData storage r) = _in(d, RoundState.Committed);
        Leaf memory leaf = _validLeaf(f, r, d, inclusion.leaf);
        bytes32 hash = _checkIncluded(d, inclusion);
        if (_signer(claimHash(hash), signature) != leaf.device) revert InvalidSignature(leaf.device);
        uint8 mark = r.marks[leaf.device];
        bool byHand = stratum == BY_HAND;
        if (byHand) {
            _checkInWindow(f, r);
            if (mark & CHECKED != 0) revert Done();
            ledger.lock(msg.sender, _level(f));
        } else {
            uint256 drawn = _drawnOf(f, d.count);
            if (
                r.seed == 0 || stratum >= drawn
                    || LeafProof.drawnIndex(r.seed, d.count, drawn, stratum) != inclusion.index
            ) revert NotDrawn(inclusion.index);
            if (mark & DRAWN != 0) revert Done();
            mark |= DRAWN;
            ++r.drawnChecks;
        }
        r.marks[leaf.device] = mark | CHECKED;
        // Somebody paid for this check already.
        if (mark & CHECKED != 0) return;
        _open(
            f,
            Case(d.federation, d.round, CaseKind.Leaf, byHand, byHand ? msg.sender : f.creator, leaf.device, leaf.owner, 0),
            keccak256(abi.encode(d.federation, d.round, leaf.device)),
            leaf.update
        );
        _wait(r);
    }

    // --- settle ---

    /// @notice Aggregator only, after the check window, when every drawn leaf is checked and no case open: the round's fees
    /// become part of the claims. The root can be disputed for a claims window; a later round's root may replace it in the
    /// meantime, but not for longer than one window, so that owners never wait for more than two.
    /// @param root of the claims, over all settled rounds including this one
    /// @param total wei of all claims since the federation began
    function settle(Round calldata d, bytes32 root, uint256 total) external {
        (Federation storage f, RoundData storage r) = _in(d, RoundState.Committed);
        if (msg.sender != f.aggregator) revert NotAllowed(msg.sender);
        _checkLiable(f);
        uint256 checkedBy = uint256(r.committedAt) + f.checkWindow;
        if (block.timestamp <= checkedBy) revert TooEarly(checkedBy);
        uint256 drawn = _drawnOf(f, d.count);
        if (r.seed == 0 || r.drawnChecks != drawn || r.openCases != 0) {
            revert Unchecked(r.drawnChecks, drawn, r.openCases);
        }
        _activate(d.federation, f);
        r.state = RoundState.Settled;
        r.batch = f.batch;
        --f.openRounds;
        f.allowance += _feesOf(f, d.count).toUint128();
        // The fees stay reserved as the allowance; what checks did not cost is free again.
        f.reserved -= uint128(_checksOf(f, d.count) - r.spent);
        emit RoundSettled(d.federation, d.round);
        _post(d.federation, f, root, total);
    }

    // --- claim ---

    /// @notice Anyone, for the owner: pays into the owner's ledger what it earned and has not claimed yet.
    /// @param cumulative wei that the owner earned since the federation began, as in the active root
    function claim(bytes32 id, address owner, uint256 cumulative, bytes32[] calldata proof) external {
        Federation storage f = federations[id];
        _activate(id, f);
        if (!Claims.verify(f.activeRoot, id, owner, cumulative, proof)) revert InvalidProof();
        uint256 before = claimedBy[id][owner];
        if (cumulative <= before) revert NothingToClaim();
        claimedBy[id][owner] = cumulative;
        uint256 amount = cumulative - before;
        // No root, however false, pays more than the rounds that were settled could earn.
        if (f.claimed + amount > f.activeTotal) revert WrongTotal(f.claimed, f.activeTotal);
        f.claimed += uint128(amount);
        ledger.pay(f.creator, owner, amount);
        emit Claimed(id, owner, amount);
    }

    /// @notice Anyone: makes the pending root active when its window is over; `claim` and `settle` do so by themselves.
    function activate(bytes32 id) external {
        _activate(id, federations[id]);
    }

    // --- verdict ---

    /// @inheritdoc ICaseSource
    /// @dev Must not revert, or the case could never close; every amount below was locked or reserved for it.
    function onVerdict(
        bytes32 caseId,
        bytes32,
        Verdict verdict,
        bytes32 found,
        uint256 spent,
        uint256 compensation
    ) external {
        if (msg.sender != address(mediation)) revert NotAllowed(msg.sender);
        Case memory c = cases[caseId];
        delete cases[caseId];
        Federation storage f = federations[c.federation];
        RoundData storage r = rounds[c.federation][c.round];
        if (c.byHand) {
            ledger.unlock(c.payer, _level(f) - spent);
        } else {
            f.budget -= uint128(spent);
            f.reserved -= uint128(spent);
            r.spent += uint96(spent);
        }
        if (c.kind == CaseKind.Claims) {
            _onClaims(f, c, verdict, found, spent);
        } else {
            _quiet(r);
            if (c.kind == CaseKind.Leaf) _onLeaf(f, r, c, verdict, spent);
            else _onFold(f, r, c, verdict, spent);
        }
        // Who waited in vain: the device's owner, or the aggregator.
        if (compensation != 0) {
            ledger.pay(address(this), c.kind == CaseKind.Leaf ? c.owner : f.aggregator, compensation);
        }
    }

    // --- views ---

    function stateOf(bytes32 id, uint32 round) external view returns (RoundState) {
        return rounds[id][round].state;
    }

    function roundOf(bytes32 id, uint32 round)
        external
        view
        returns (
            bytes32 details,
            bytes32 seed,
            uint256 seedBlock,
            uint256 committedAt,
            uint256 openCases,
            uint256 drawnChecks,
            bool voided
        )
    {
        RoundData storage r = rounds[id][round];
        return (r.details, r.seed, r.seedBlock, r.committedAt, r.openCases, r.drawnChecks, r.voided);
    }

    /// @return bits: 1 checked, 2 drawn, 4 earns nothing, 8 paid beside the claims
    function marksOf(bytes32 id, uint32 round, address device) external view returns (uint8) {
        return rounds[id][round].marks[device];
    }

    function caseOf(bytes32 caseId) external view returns (Case memory) {
        return cases[caseId];
    }

    // --- private ---

    function _onLeaf(Federation storage f, RoundData storage r, Case memory c, Verdict verdict, uint256 spent) private {
        if (verdict == Verdict.Upheld) {
            emit LeafUpheld(c.federation, c.round, c.device);
        } else if (verdict == Verdict.NonDeterministic) {
            ++marks[f.module];
            emit ModuleMarked(f.module, c.federation, c.round, c.device);
        } else {
            r.marks[c.device] |= EXCLUDED;
            if (verdict == Verdict.Refuted) {
                emit LeafRefuted(c.federation, c.round, c.device, _expel(f, c, spent));
            } else {
                emit LeafUnresolved(c.federation, c.round, c.device);
            }
        }
    }

    /// @dev The device's collateral goes, and the device with it. Another of its leaves may have been refuted before.
    function _expel(Federation storage f, Case memory c, uint256 spent) private returns (uint256 amount) {
        Member storage m = members[f.name][c.device];
        if (m.federation != f.number || m.owner != c.owner) return 0;
        amount = m.collateral;
        m.collateral = 0;
        if (m.leftAt == 0) m.leftAt = uint40(block.timestamp);
        _forfeit(f, c.owner, amount, c.byHand ? c.payer : address(0), spent);
    }

    function _onFold(Federation storage f, RoundData storage r, Case memory c, Verdict verdict, uint256 spent) private {
        if (verdict == Verdict.Upheld) {
            emit FoldUpheld(c.federation, c.round);
        } else if (verdict == Verdict.Refuted) {
            _slashAggregator(c.federation, f, c.payer, spent);
            _void(c.federation, c.round, f, r, c.baseModel);
        } else {
            r.folded = false;
            emit FoldUndecided(c.federation, c.round);
        }
    }

    function _onClaims(Federation storage f, Case memory c, Verdict verdict, bytes32 found, uint256 spent)
        private
    {
        f.disputed = false;
        f.disputeClosedAt = uint40(block.timestamp);
        if (verdict == Verdict.Upheld) {
            f.upheld = true;
            return;
        }
        emit ClaimsDropped(c.federation, f.pendingRoot, found);
        (f.pendingSince, f.pendingUntil, f.pendingRoot, f.pendingTotal) = (0, 0, 0, 0);
        if (verdict != Verdict.Refuted) return;
        f.found = found;
        _slashAggregator(c.federation, f, c.payer, spent);
    }
}
