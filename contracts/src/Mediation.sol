// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BlockRandomness} from "./BlockRandomness.sol";
import {ICaseSource, IMediation, MediationTerms, Verdict} from "./interfaces/IMediation.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Bits} from "./libraries/Bits.sol";
import {MediationRules} from "./libraries/MediationRules.sol";

/// @title Mediation: n mediators run a job once each and vote by commit and reveal
/// @notice A level whose mediators all reveal the same digest, and are more than half of those asked for, ends the case.
/// Any dissent, too few answers or an opened report of collusion brings a new, larger level of mediators who were not
/// asked before, until the pool is used up; then the majority of all reveals decides. Nobody can stop a case: every step
/// is open to anyone once its time is over.
/// @dev Amounts in wei, times in seconds. Loops run over at most 256 mediators and 9 levels.
contract Mediation is IMediation {
    /// @notice Only Deals and Rounds open cases.
    error NotSource(address caller);
    /// @notice The case is in another state than the call needs.
    error WrongState(bytes32 caseId, State state);
    /// @notice The seed block's hash can still be had: draw instead.
    error SeedAtHand(uint256 seedBlock);
    /// @notice The caller was not drawn for this level, or did this before.
    error NotDrawn(bytes32 caseId, address caller);
    /// @notice The window is over.
    error TooLate(uint256 until);
    /// @notice The window, or the commitments before it, are not complete.
    error TooEarly(uint256 until);
    /// @notice What is revealed is not what was committed to by this account for this case and level.
    error WrongReveal(bytes32 caseId, address caller);
    /// @notice Somebody else reported first at this level.
    error AlreadyReported(address reporter);

    event Reported(bytes32 indexed caseId, address indexed reporter, uint8 level);
    event ReportOpened(
        bytes32 indexed caseId, address indexed reporter, uint8 level, bytes32 digest, bytes32 evidenceHash
    );
    event ReportRewarded(bytes32 indexed caseId, address indexed reporter, uint8 level, uint256 reward);
    event Rearmed(bytes32 indexed caseId, uint256 seedBlock);

    enum State {
        None,
        /// waits for the randomness of its seed block
        Seeding,
        /// mediators commit, then reveal
        Voting,
        Closed
    }

    enum Step {
        None,
        Drawn,
        Committed,
        Revealed
    }

    struct Case {
        address source;
        State state;
        uint8 level; // from 1
        uint8 n;
        uint16 drawnCount; // of this level, as the next two
        uint16 committedCount;
        uint16 revealedCount;
        address payer;
        uint96 fee;
        uint96 deposit;
        uint32 commitWindow;
        uint32 revealWindow;
        uint48 commitBy; // the last second in which to commit
        uint48 revealBy; // the last second in which to reveal
        uint256 seedBlock;
        bytes32 subject;
        bytes32 claim; // SHA-256 of an answer
        uint256 pool;
        uint256 used; // bits of all levels
        uint256 drawn; // bits of this level
    }

    /// An index is drawn at most once a case, so (case, index) names a vote. The address is kept, since an index may in the
    /// end be given to somebody else.
    struct Vote {
        address mediator;
        uint8 level;
        Step step;
        bytes32 value; // the commitment, then the digest
    }

    struct Report {
        address reporter;
        Step step; // Committed, then Revealed
        bytes32 value; // the commitment, then the digest
    }

    /// How a case ends, worked out before money moves.
    struct Outcome {
        Verdict verdict;
        bytes32 found;
        bool decided; // there is a digest to be right or wrong about
        uint256 right; // who is paid a fee
        uint256 rightAtFirst; // of them, at the first level
        uint256 keepable; // of all slashes
        uint256 share; // fee per right vote
        uint256 spent; // of the payer's n x fee
        uint256 bonus; // to each who dissented rightly
        uint256 need; // what must be kept of the slashes, the rest is burnt
        uint256[10] rightAt;
        uint256[10] wrongAt;
        uint256[10] pardonedAt; // a wrong vote by who reported the right digest
        uint256[10] reward; // of a level's reporter
    }

    /// Blocks from opening to the seed block: nobody can know the seed's randomness when the case opens.
    uint256 private constant SEED_DELAY = 2;
    /// What an absent mediator loses of its deposit, in basis points; a wrong vote loses all.
    uint256 private constant ABSENT_SHARE = 2_500;

    ILedger public immutable ledger;
    IDirectory public immutable directory;
    address public immutable deals;
    address public immutable rounds;
    /// @notice Seconds; no window may be shorter, so that stuffing blocks for a whole window is dear.
    uint256 public immutable windowFloor;

    mapping(bytes32 caseId => Case) private cases;
    mapping(bytes32 caseId => mapping(uint256 index => Vote)) private votes;
    mapping(bytes32 caseId => mapping(uint256 level => Report)) private reports;
    mapping(address source => mapping(bytes32 subject => uint256)) private counters;

    constructor(ILedger ledger_, IDirectory directory_, address deals_, address rounds_, uint256 windowFloor_) {
        ledger = ledger_;
        directory = directory_;
        deals = deals_;
        rounds = rounds_;
        windowFloor = windowFloor_;
    }

    // --- open and draw ---

    /// @inheritdoc IMediation
    /// @dev The source has locked n x fee of `payer` and cleared the bits of the case's parties from the pool.
    function open(bytes32 subject, bytes32 claim, MediationTerms calldata terms, address payer)
        external
        returns (bytes32 caseId)
    {
        if (msg.sender != deals && msg.sender != rounds) revert NotSource(msg.sender);
        uint256 counter = ++counters[msg.sender][subject];
        caseId = keccak256(abi.encode(block.chainid, address(this), msg.sender, subject, claim, counter));
        Case storage c = cases[caseId];
        c.source = msg.sender;
        c.state = State.Seeding;
        c.level = 1;
        c.n = terms.n;
        c.payer = payer;
        c.fee = terms.fee;
        c.deposit = terms.deposit;
        c.commitWindow = terms.commitWindow;
        c.revealWindow = terms.revealWindow;
        c.seedBlock = block.number + SEED_DELAY;
        c.subject = subject;
        c.claim = claim;
        // Who joins later could choose to, knowing the seed.
        c.pool = terms.pool & directory.activeMediators();
        emit CaseOpened(caseId, msg.sender, subject, claim, c.seedBlock);
    }

    /// @inheritdoc IMediation
    /// @dev The seed puts the pool, as it was when the case opened, into an order, and the first who are still active and
    /// whose stake has room for the deposit are drawn. So whoever leaves or unstakes once the seed is known gives up its own
    /// place and moves nobody else out of theirs. With nobody left, the case ends by what was revealed so far.
    function draw(bytes32 caseId, bytes calldata header) external {
        Case storage c = _in(caseId, State.Seeding);
        bytes32 seed = keccak256(abi.encode(BlockRandomness.prevrandao(c.seedBlock, header), caseId, c.level));
        uint256 left = c.pool & ~c.used;
        uint256 active = directory.activeMediators();
        uint256 size = MediationRules.levelSize(c.n, c.level);
        uint256 drawn = 0;
        uint256 count = 0;
        for (uint256 i = 0; left != 0 && count < size; ++i) {
            uint256 rank = uint256(keccak256(abi.encode(seed, i))) % Bits.count(left);
            uint8 index = Bits.select(left, rank);
            left &= ~(1 << index);
            if (active & (1 << index) == 0 || !_seat(caseId, c, index)) continue;
            drawn |= 1 << index;
            ++count;
        }
        if (count == 0) return _finish(caseId, c);
        c.state = State.Voting;
        c.used |= drawn;
        c.drawn = drawn;
        c.drawnCount = uint16(count);
        c.commitBy = uint48(block.timestamp + c.commitWindow);
        c.revealBy = uint48(block.timestamp + c.commitWindow + c.revealWindow);
        emit MediatorsDrawn(caseId, c.level, drawn, c.commitBy, c.revealBy);
    }

    /// @inheritdoc IMediation
    function rearm(bytes32 caseId) external {
        Case storage c = _in(caseId, State.Seeding);
        if (!BlockRandomness.isGone(c.seedBlock)) revert SeedAtHand(c.seedBlock);
        c.seedBlock = block.number + SEED_DELAY;
        emit Rearmed(caseId, c.seedBlock);
    }

    // --- vote ---

    /// @inheritdoc IMediation
    function commit(bytes32 caseId, bytes32 commitment) external {
        Case storage c = _in(caseId, State.Voting);
        if (block.timestamp > c.commitBy) revert TooLate(c.commitBy);
        Vote storage v = _vote(caseId, c, Step.Drawn);
        v.step = Step.Committed;
        v.value = commitment;
        ++c.committedCount;
        emit Committed(caseId, msg.sender, c.level);
    }

    /// @inheritdoc IMediation
    /// @dev From the moment in which all drawn mediators have committed, or the commit window is over.
    function reveal(bytes32 caseId, bytes32 digest, bytes32 salt) external {
        Case storage c = _in(caseId, State.Voting);
        _checkRevealing(c);
        Vote storage v = _vote(caseId, c, Step.Committed);
        if (v.value != keccak256(abi.encode(caseId, c.level, msg.sender, digest, salt))) {
            revert WrongReveal(caseId, msg.sender);
        }
        v.step = Step.Revealed;
        v.value = digest;
        ++c.revealedCount;
        emit Revealed(caseId, msg.sender, c.level, digest);
    }

    // --- report ---

    /// @notice Anyone with stake: the first private report of a bribe or a copied answer at this level, before anything
    /// is revealed. The reporter bonds one deposit of its stake. If the case ends by the reported digest against a wrong
    /// vote of this level, it is rewarded and its own wrong vote is pardoned; else the bond is lost.
    /// @param commitment keccak256(abi.encode(caseId, level, msg.sender, digest, evidenceHash, salt))
    function report(bytes32 caseId, bytes32 commitment) external {
        Case storage c = _in(caseId, State.Voting);
        if (block.timestamp > c.commitBy) revert TooLate(c.commitBy);
        if (c.revealedCount != 0) revert TooLate(block.timestamp);
        Report storage r = reports[caseId][c.level];
        if (r.step != Step.None) revert AlreadyReported(r.reporter);
        ledger.expose(msg.sender, c.deposit);
        reports[caseId][c.level] = Report(msg.sender, Step.Committed, commitment);
        emit Reported(caseId, msg.sender, c.level);
    }

    /// @notice The reporter, while votes are revealed: opens the report. If all votes agree on another digest, this is
    /// dissent, and the case escalates.
    function openReport(bytes32 caseId, bytes32 digest, bytes32 evidenceHash, bytes32 salt) external {
        Case storage c = _in(caseId, State.Voting);
        _checkRevealing(c);
        Report storage r = reports[caseId][c.level];
        if (
            r.step != Step.Committed || r.reporter != msg.sender
                || r.value != keccak256(abi.encode(caseId, c.level, msg.sender, digest, evidenceHash, salt))
        ) revert WrongReveal(caseId, msg.sender);
        r.step = Step.Revealed;
        r.value = digest;
        emit ReportOpened(caseId, msg.sender, c.level, digest, evidenceHash);
    }

    // --- tally ---

    /// @inheritdoc IMediation
    /// @dev A report that waits to be opened keeps the window open, or those it accuses could close it at once.
    function tally(bytes32 caseId) external {
        Case storage c = _in(caseId, State.Voting);
        Report storage r = reports[caseId][c.level];
        bool complete = c.revealedCount == c.drawnCount && r.step != Step.Committed;
        if (!complete && block.timestamp <= c.revealBy) revert TooEarly(c.revealBy);

        (bool agree, bytes32 digest) = _unanimous(caseId, c.drawn);
        if (r.step == Step.Revealed && r.value != digest) agree = false;
        if (agree && c.revealedCount * 2 > MediationRules.levelSize(c.n, c.level)) {
            return _close(caseId, c, _verdict(c, digest), digest);
        }
        if (c.level == MediationRules.MAX_LEVEL || _left(c) == 0) return _finish(caseId, c);

        c.state = State.Seeding;
        c.level += 1;
        c.drawn = 0;
        c.drawnCount = 0;
        c.committedCount = 0;
        c.revealedCount = 0;
        c.seedBlock = block.number + SEED_DELAY;
        emit Escalated(caseId, c.level);
    }

    // --- views ---

    function caseOf(bytes32 caseId) external view returns (Case memory) {
        return cases[caseId];
    }

    function voteOf(bytes32 caseId, uint8 index) external view returns (Vote memory) {
        return votes[caseId][index];
    }

    function reportOf(bytes32 caseId, uint8 level) external view returns (Report memory) {
        return reports[caseId][level];
    }

    /// @return the least deposit, in wei, that `open` and Deals accept for n mediators of a pool with `size`
    function leastDeposit(uint8 n, uint16 size, uint96 fee) external pure returns (uint256) {
        return MediationRules.leastDeposit(n, size, fee);
    }

    // --- private: verdict ---

    /// @return seated false where the mediator's stake has no room for the deposit
    function _seat(bytes32 caseId, Case storage c, uint8 index) private returns (bool seated) {
        address mediator = directory.mediatorAt(index);
        uint256 deposit = c.deposit;
        if (ledger.exposable(mediator) < deposit) return false;
        ledger.expose(mediator, deposit);
        votes[caseId][index] = Vote(mediator, c.level, Step.Drawn, 0);
        return true;
    }

    /// @dev Nobody is left to ask: the majority of all reveals decides, if they are more than half of a first level.
    function _finish(bytes32 caseId, Case storage c) private {
        uint256 total = 0;
        uint256 lead = 0;
        bytes32 candidate = 0;
        // Boyer and Moore: whatever has a majority ends up as the candidate …
        for (uint256 bits = c.used; bits != 0; bits &= bits - 1) {
            Vote storage v = votes[caseId][Bits.lowest(bits)];
            if (v.step != Step.Revealed) continue;
            ++total;
            if (lead == 0) candidate = v.value;
            lead = v.value == candidate ? lead + 1 : lead - 1;
        }
        if (total * 2 <= c.n) return _close(caseId, c, Verdict.Unresolved, 0);
        // … and a count tells whether the candidate has one.
        uint256 count = 0;
        for (uint256 bits = c.used; bits != 0; bits &= bits - 1) {
            Vote storage v = votes[caseId][Bits.lowest(bits)];
            if (v.step == Step.Revealed && v.value == candidate) ++count;
        }
        if (count * 2 <= total) return _close(caseId, c, Verdict.NonDeterministic, 0);
        _close(caseId, c, _verdict(c, candidate), candidate);
    }

    /// @dev The claim is the answer's hash, so repeating what is claimed is one more wrong answer.
    function _verdict(Case storage c, bytes32 answer) private view returns (Verdict) {
        return sha256(abi.encode(answer)) == c.claim ? Verdict.Upheld : Verdict.Refuted;
    }

    function _close(bytes32 caseId, Case storage c, Verdict verdict, bytes32 found) private {
        c.state = State.Closed;
        emit CaseClosed(caseId, verdict, found);
        Outcome memory o;
        o.verdict = verdict;
        o.found = found;
        o.decided = verdict == Verdict.Upheld || verdict == Verdict.Refuted;
        _count(caseId, c, o);
        _divide(caseId, c, o);
        uint256 compensation = _takeDeposits(caseId, c, o);
        _payOut(caseId, c, o);
        ICaseSource(c.source).onVerdict(caseId, c.subject, verdict, found, o.spent, compensation);
    }

    // --- private: money ---

    /// @dev Who was right, who was wrong, and what the slashes bring at most.
    function _count(bytes32 caseId, Case storage c, Outcome memory o) private view {
        uint256 absent = 0;
        uint256 wrong = 0;
        for (uint256 bits = c.used; bits != 0; bits &= bits - 1) {
            Vote storage v = votes[caseId][Bits.lowest(bits)];
            uint256 level = v.level;
            if (v.step != Step.Revealed) ++absent;
            else if (!o.decided || v.value == o.found) ++o.rightAt[level];
            else if (_reportsRightly(caseId, level, o, v.mediator)) ++o.pardonedAt[level];
            else ++o.wrongAt[level];
        }
        for (uint256 level = 1; level <= c.level; ++level) {
            uint256 right = o.rightAt[level];
            // Without another's wrong vote there was nothing to report, and no pardon.
            if (o.wrongAt[level] != 0) right += o.pardonedAt[level];
            else wrong += o.pardonedAt[level];
            o.right += right;
            wrong += o.wrongAt[level];
            if (level == 1) o.rightAtFirst = right;
            if (_isBondLost(reports[caseId][level], level, o)) ++wrong;
        }
        // What absent mediators of an unresolved case lose goes to who waited in vain, not to the others.
        if (o.verdict == Verdict.Unresolved) absent = 0;
        o.keepable = wrong * MediationRules.keepable(c.deposit) + absent * MediationRules.keepable(_absence(c));
    }

    /// @dev Losers' deposits pay later levels first, then reporters, then those who dissented rightly; the rest is burnt.
    /// The payer's n x fee pays the first level, and helps out where too little was lost.
    function _divide(bytes32 caseId, Case storage c, Outcome memory o) private view {
        uint256 fund = uint256(c.n) * c.fee;
        o.share = c.fee;
        if (o.right * o.share > fund + o.keepable) o.share = (fund + o.keepable) / o.right;
        uint256 fees = o.right * o.share;
        uint256 fromSlashes = (o.right - o.rightAtFirst) * o.share;
        if (fromSlashes > o.keepable) fromSlashes = o.keepable;
        // At most the fund: the first level's fees are, and so is what the two pots have beyond the slashes.
        o.spent = fees - fromSlashes;
        o.need = fromSlashes;
        if (!o.decided) return;

        uint256 left = o.keepable - fromSlashes;
        uint256 dissenters = 0;
        for (uint256 level = 1; level <= c.level; ++level) {
            if (_isBorneOut(reports[caseId][level], level, o)) {
                o.reward[level] = left < c.deposit ? left : c.deposit;
                left -= o.reward[level];
                o.need += o.reward[level];
            }
            if (_stoodAgainst(o, level)) dissenters += o.rightAt[level];
        }
        if (dissenters == 0) return;
        o.bonus = left / dissenters;
        if (o.bonus > c.deposit) o.bonus = c.deposit;
        o.need += o.bonus * dissenters;
    }

    /// @dev Ends every reservation of the case; this contract's locked balance receives exactly `need`.
    function _takeDeposits(bytes32 caseId, Case storage c, Outcome memory o) private returns (uint256 compensation) {
        uint256 need = o.need;
        uint256 deposit = c.deposit;
        uint256 absence = _absence(c);
        bool unresolved = o.verdict == Verdict.Unresolved;
        for (uint256 bits = c.used; bits != 0; bits &= bits - 1) {
            Vote storage v = votes[caseId][Bits.lowest(bits)];
            if (v.step == Step.Revealed) {
                if (_isRight(caseId, v, o)) ledger.cover(v.mediator, deposit);
                else need -= _slash(v.mediator, deposit, need, address(this));
            } else {
                if (unresolved) compensation += _slash(v.mediator, absence, absence, c.source);
                else need -= _slash(v.mediator, absence, need, address(this));
                ledger.cover(v.mediator, deposit - absence);
            }
        }
        for (uint256 level = 1; level <= c.level; ++level) {
            Report storage r = reports[caseId][level];
            if (r.step == Step.None) continue;
            if (_isBondLost(r, level, o)) need -= _slash(r.reporter, deposit, need, address(this));
            else ledger.cover(r.reporter, deposit);
        }
    }

    function _payOut(bytes32 caseId, Case storage c, Outcome memory o) private {
        uint256 fund = o.spent;
        for (uint256 bits = c.used; bits != 0; bits &= bits - 1) {
            Vote storage v = votes[caseId][Bits.lowest(bits)];
            if (v.step != Step.Revealed || !_isRight(caseId, v, o)) continue;
            uint256 amount = o.share;
            if (o.decided && v.value == o.found && _stoodAgainst(o, v.level)) amount += o.bonus;
            uint256 fromFund = amount < fund ? amount : fund;
            fund -= fromFund;
            if (fromFund != 0) ledger.pay(c.payer, v.mediator, fromFund);
            if (amount != fromFund) ledger.pay(address(this), v.mediator, amount - fromFund);
        }
        for (uint256 level = 1; level <= c.level; ++level) {
            uint256 reward = o.reward[level];
            if (reward == 0) continue;
            address reporter = reports[caseId][level].reporter;
            ledger.pay(address(this), reporter, reward);
            emit ReportRewarded(caseId, reporter, uint8(level), reward);
        }
    }

    /// @return kept what `to` gets of the slash: at most `wanted`, and at most what need not be burnt
    function _slash(address account, uint256 amount, uint256 wanted, address to) private returns (uint256 kept) {
        kept = MediationRules.keepable(amount);
        if (kept > wanted) kept = wanted;
        ledger.slash(account, amount, amount - kept, to);
    }

    // --- private: questions ---

    function _in(bytes32 caseId, State state) private view returns (Case storage c) {
        c = cases[caseId];
        if (c.state != state) revert WrongState(caseId, c.state);
    }

    /// @return who can still be asked
    function _left(Case storage c) private view returns (uint256) {
        return c.pool & directory.activeMediators() & ~c.used;
    }

    function _vote(bytes32 caseId, Case storage c, Step step) private view returns (Vote storage v) {
        (, uint8 index) = directory.indexOf(msg.sender);
        v = votes[caseId][index];
        if (v.mediator != msg.sender || v.level != c.level || v.step != step) revert NotDrawn(caseId, msg.sender);
    }

    function _checkRevealing(Case storage c) private view {
        if (block.timestamp > c.revealBy) revert TooLate(c.revealBy);
        if (block.timestamp <= c.commitBy && c.committedCount != c.drawnCount) revert TooEarly(c.commitBy);
    }

    function _unanimous(bytes32 caseId, uint256 drawn) private view returns (bool agree, bytes32 digest) {
        for (uint256 bits = drawn; bits != 0; bits &= bits - 1) {
            Vote storage v = votes[caseId][Bits.lowest(bits)];
            if (v.step != Step.Revealed) continue;
            if (agree && v.value != digest) return (false, digest);
            (agree, digest) = (true, v.value);
        }
    }

    function _absence(Case storage c) private view returns (uint256) {
        return c.deposit * ABSENT_SHARE / MediationRules.BPS;
    }

    function _isRight(bytes32 caseId, Vote storage v, Outcome memory o) private view returns (bool) {
        if (!o.decided || v.value == o.found) return true;
        return o.wrongAt[v.level] != 0 && _reportsRightly(caseId, v.level, o, v.mediator);
    }

    function _reportsRightly(bytes32 caseId, uint256 level, Outcome memory o, address mediator)
        private
        view
        returns (bool)
    {
        Report storage r = reports[caseId][level];
        return r.step == Step.Revealed && r.reporter == mediator && r.value == o.found;
    }

    function _isBorneOut(Report storage r, uint256 level, Outcome memory o) private view returns (bool) {
        return r.step == Step.Revealed && o.decided && r.value == o.found && o.wrongAt[level] != 0;
    }

    function _isBondLost(Report storage r, uint256 level, Outcome memory o) private view returns (bool) {
        if (r.step == Step.None) return false;
        // Never opened is false alarm whatever the end; an undecided case bears nothing out and refutes nothing.
        return r.step == Step.Committed || (o.decided && !_isBorneOut(r, level, o));
    }

    /// @dev A level's right votes dissented where they were no majority of its reveals.
    function _stoodAgainst(Outcome memory o, uint256 level) private pure returns (bool) {
        uint256 wrong = o.wrongAt[level] + o.pardonedAt[level];
        return wrong != 0 && wrong >= o.rightAt[level];
    }
}
