// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {JobOffer, ResourceOffer, Result, Status} from "../src/interfaces/IDeals.sol";
import {Mediation} from "../src/Mediation.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

/// @notice Makes random calls for random parties in random order, most of them sensible enough to get somewhere: deals in
/// all states, cases with honest, lying and absent mediators, reports, stakes that come and go, time that passes.
contract Handler is MarketFixture {
    uint256 internal constant MEDIATORS = 9;
    bytes32 internal constant TRUE = keccak256("truth");
    bytes32 internal constant LIE = keccak256("lie");

    struct Open {
        JobOffer job;
        ResourceOffer resource;
        Result result;
        bytes32 dealId;
    }

    Open[] private open;
    uint256 private nonce;
    /// How often each thing was reached, so that a run that tests nothing can be seen.
    mapping(bytes32 what => uint256) public reached;

    constructor() {
        setUp();
        addMediators(MEDIATORS);
        fund(stranger, 0, 100 ether);
    }

    // --- money ---

    function moveMoney(uint256 who, uint256 amount, uint256 what) external {
        address account = person(who);
        vm.prank(account);
        if (what % 4 == 0) ledger.withdraw(payable(address(0xbeef)), bound(amount, 0, free(account) / 10));
        else if (what % 4 == 1) ledger.stake(bound(amount, 0, free(account) / 10));
        else if (what % 4 == 2) ledger.requestUnstake(bound(amount, 0, staked(account) / 10));
        else ledger.unstake();
        hit("money");
    }

    function deposit(uint256 who, uint256 amount) external {
        fund(person(who), bound(amount, 0, 100 ether), 0);
    }

    function changeSeats(uint256 who) external {
        address account = mediatorKey(who % MEDIATORS);
        (bool is_, uint8 index) = directory.indexOf(account);
        if (!is_) {
            vm.prank(account);
            directory.joinMediators();
        } else if (who % 8 == 0 && directory.activeMediators() & (1 << index) != 0) {
            vm.prank(account);
            directory.leaveMediators();
        } else {
            directory.release(index);
        }
        hit("seats");
    }

    // --- deals ---

    function matchDeal(uint256 seed) external {
        Open storage o = open.push();
        JobOffer memory job = jobOffer();
        ResourceOffer memory resource = resourceOffer();
        job.nonce = resource.nonce = ++nonce;
        job.checkRate = seed % 2 == 0 ? 5_000 : 10_000;
        resource.price = uint96(bound(seed >> 8, 1, 1.25 ether));
        if (seed % 3 == 0) {
            job.rate = resource.rate = uint96(bound(seed >> 16, 1, 1 ether));
            resource.multiple = 99;
        }
        job.n = uint8(bound(seed >> 24, 1, 4));
        job.matchFee = uint96(bound(seed >> 32, 0, 0.1 ether));
        resource.matchFee = uint96(bound(seed >> 40, 0, 0.1 ether));
        o.job = job;
        o.resource = resource;
        o.result = Result(seed % 5 == 0 ? LIE : TRUE, uint64(seed >> 48));
        if (seed % 7 == 0) {
            vm.prank(creator);
            deals.escrow(job);
            bytes memory s = signResource(resource);
            vm.prank(solver);
            o.dealId = deals.matchOffers(job, "", resource, s);
            hit("escrow");
        } else {
            o.dealId = matched(job, resource);
        }
        hit("match");
    }

    function submitDeal(uint256 i) external {
        Open storage o = pick(i, Status.Agreed);
        vm.prank(provider);
        deals.submit(o.dealId, o.result.digest, o.result.fuel);
        hit("submit");
    }

    function judge(uint256 i, uint256 how) external {
        how %= 6;
        Open storage o = pick(i, how == 5 ? Status.Agreed : Status.Submitted);
        if (how == 0) {
            vm.prank(creator);
            deals.accept(o.job, o.resource, o.result);
        } else if (how == 1) {
            vm.prank(i % 2 == 0 ? stranger : creator);
            deals.checkResult(o.job, o.resource, o.result);
        } else if (how == 2) {
            vm.prank(provider);
            deals.probeDeterminism(o.job, o.resource, o.result);
        } else if (how == 3) {
            deals.draw(o.job, o.resource, o.result, headerOf(deals.dealAt(o.dealId).seedBlock, i));
        } else if (how == 4) {
            uint256 seedBlock = deals.dealAt(o.dealId).seedBlock;
            deals.finalize(o.job, o.resource, o.result, seedBlock == 0 ? bytes("") : headerOf(seedBlock, i));
        } else {
            deals.expire(o.job, o.resource);
        }
        hit("judge");
        tellEnd(o);
    }

    // --- cases ---

    function drawNext(uint256 i) external {
        bytes32 caseId = caseOf(pick(i, Status.Checking));
        mediation.draw(caseId, headerOf(mediation.caseOf(caseId).seedBlock, i));
        hit("draw");
    }

    /// A whole level at once: each drawn mediator is honest, lies, or stays away; perhaps somebody reports.
    function vote(uint256 i, uint256 how) external {
        Open storage o = pick(i, Status.Checking);
        bytes32 caseId = caseOf(o);
        needVoting(caseId);
        address[] memory voters = drawnOf(caseId);
        bytes32 claim = claimOf(o.result);
        bool report = how % 4 == 0;
        bytes32 reported = how % 8 == 0 ? TRUE : claim;
        address reporter = how % 3 == 0 ? stranger : voters[0];
        if (report) {
            bytes32 c = keccak256(
                abi.encode(caseId, mediation.caseOf(caseId).level, reporter, reported, bytes32(0), bytes32("s"))
            );
            vm.prank(reporter);
            mediation.report(caseId, c);
            hit("report");
        }
        for (uint256 j = 0; j < voters.length; ++j) {
            uint256 mood = (how >> (8 + 4 * j)) % 16;
            if (mood < 13) commitVote(caseId, voters[j], ballot(mood, claim));
        }
        later(mediation.caseOf(caseId).commitBy + 1);
        if (report && how % 5 != 0) {
            vm.prank(reporter);
            mediation.openReport(caseId, reported, 0, bytes32("s"));
        }
        for (uint256 j = 0; j < voters.length; ++j) {
            uint256 mood = (how >> (8 + 4 * j)) % 16;
            if (mood < 12) revealVote(caseId, voters[j], ballot(mood, claim));
        }
        hit("vote");
    }

    function tallyLevel(uint256 i) external {
        Open storage o = pick(i, Status.Checking);
        bytes32 caseId = caseOf(o);
        needVoting(caseId);
        later(mediation.caseOf(caseId).revealBy + 1);
        mediation.tally(caseId);
        if (mediation.caseOf(caseId).state == Mediation.State.Seeding) hit("escalated");
        tellEnd(o);
    }

    // --- time ---

    function pass(uint256 time, uint256 blocks) external {
        vm.warp(block.timestamp + bound(time, 0, 2 hours));
        vm.roll(block.number + bound(blocks, 1, 5));
    }

    // --- what must hold ---

    function checkAll() external view {
        checkSolvent(MEDIATORS);
        checkReservations();
    }

    /// Everything locked or reserved belongs to a deal or case that is open, to the last coin.
    function checkReservations() private view {
        uint256 moneyOfCreator = 0;
        uint256 moneyOfOthers = 0;
        uint256 stakeOfProvider = 0;
        uint256 stakeOfMediators = 0;
        for (uint256 i = 0; i < open.length; ++i) {
            Open storage o = open[i];
            Status status = deals.statusOf(o.dealId);
            if (status == Status.None || status > Status.Checking) continue;
            uint256 most = o.job.rate == 0 ? o.resource.price : o.job.price;
            uint256 checkFund = uint256(o.job.n) * o.job.mediatorFee;
            moneyOfCreator += most + checkFund;
            stakeOfProvider += most * o.resource.multiple;
            if (status != Status.Checking) continue;
            bytes32 caseId = caseOf(o);
            Mediation.Case memory c = mediation.caseOf(caseId);
            if (c.payer != creator) moneyOfOthers += checkFund;
            for (uint8 index = 0; index < MEDIATORS; ++index) {
                if (c.used & (1 << index) != 0) stakeOfMediators += c.deposit;
            }
            for (uint8 level = 1; level <= c.level; ++level) {
                if (mediation.reportOf(caseId, level).reporter != address(0)) stakeOfMediators += c.deposit;
            }
        }
        eq(locked(creator), moneyOfCreator, "creator's locked");
        eq(locked(stranger) + locked(provider), moneyOfOthers, "payers' locked");
        eq(locked(address(mediation)) + locked(address(deals)) + locked(solver), 0, "locked with nobody's deal");
        eq(exposed(provider), stakeOfProvider, "provider's reservations");
        uint256 sum = exposed(stranger);
        for (uint256 i = 0; i < MEDIATORS; ++i) {
            sum += exposed(mediatorKey(i));
        }
        eq(sum, stakeOfMediators, "mediators' reservations");
        check(exposed(provider) <= staked(provider), "more at stake than there is");
    }

    // --- private ---

    function person(uint256 who) private view returns (address) {
        address[5] memory people = [creator, provider, solver, stranger, mediatorKey(who % MEDIATORS)];
        return people[(who >> 128) % 5];
    }

    error NoSuchDeal();

    /// Some deal in this state out of the newest.
    function pick(uint256 i, Status status) private view returns (Open storage o) {
        uint256 found = 0;
        o = open[0];
        for (uint256 j = open.length; j > 0 && j + 16 > open.length; --j) {
            if (deals.statusOf(open[j - 1].dealId) != status) continue;
            ++found;
            // Each of those found is as likely to stay.
            if (uint256(keccak256(abi.encode(i, j))) % found == 0) o = open[j - 1];
        }
        if (found == 0) revert NoSuchDeal();
    }

    error NotVoting();

    /// Before time is moved, which a revert would not undo.
    function needVoting(bytes32 caseId) private view {
        if (mediation.caseOf(caseId).state != Mediation.State.Voting) revert NotVoting();
    }

    function later(uint256 time) private {
        if (block.timestamp < time) vm.warp(time);
    }

    function ballot(uint256 mood, bytes32 claim) private pure returns (bytes32) {
        if (mood < 5) return claim;
        if (mood < 9) return TRUE;
        return mood < 11 ? LIE : keccak256("another lie");
    }

    function caseOf(Open storage o) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid, address(mediation), address(deals), o.dealId, hashOf(claimOf(o.result)), uint256(1)
            )
        );
    }

    function headerOf(uint256 number, uint256 seed) private returns (bytes memory) {
        return mineWith(number, keccak256(abi.encode(seed, number)));
    }

    function tellEnd(Open storage o) private {
        Status status = deals.statusOf(o.dealId);
        if (status > Status.Checking) hit(bytes32(uint256(status)));
    }

    function hit(bytes32 what) private {
        ++reached[what];
    }
}

contract InvariantTest {
    Handler private handler;

    function setUp() public {
        handler = new Handler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        bytes4[] memory s = new bytes4[](10);
        s[0] = Handler.moveMoney.selector;
        s[1] = Handler.deposit.selector;
        s[2] = Handler.changeSeats.selector;
        s[3] = Handler.matchDeal.selector;
        s[4] = Handler.submitDeal.selector;
        s[5] = Handler.judge.selector;
        s[6] = Handler.drawNext.selector;
        s[7] = Handler.vote.selector;
        s[8] = Handler.tallyLevel.selector;
        s[9] = Handler.pass.selector;
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// The sum of all ledgers is the balance, and nothing is locked or reserved but for what is open.
    function invariant_solvent() public view {
        handler.checkAll();
    }

    /// A long run by a fixed seed must get to every end, or the invariant would say little.
    function test_random_runs_reach_every_end() public {
        uint256 seed = 7;
        for (uint256 i = 0; i < 6_000; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 a = uint256(keccak256(abi.encode(seed, 1)));
            uint256 b = uint256(keccak256(abi.encode(seed, 2)));
            uint256 what = seed % 14;
            bytes memory call_;
            if (what == 0) call_ = abi.encodeCall(Handler.moveMoney, (a, b, seed >> 8));
            else if (what == 1) call_ = abi.encodeCall(Handler.deposit, (a, b));
            else if (what == 2) call_ = abi.encodeCall(Handler.changeSeats, (a));
            else if (what == 3) call_ = abi.encodeCall(Handler.pass, (a, b));
            else if (what < 6) call_ = abi.encodeCall(Handler.matchDeal, (a));
            else if (what < 8) call_ = abi.encodeCall(Handler.submitDeal, (a));
            else if (what < 10) call_ = abi.encodeCall(Handler.judge, (a, b));
            else if (what < 11) call_ = abi.encodeCall(Handler.drawNext, (a));
            else if (what < 13) call_ = abi.encodeCall(Handler.vote, (a, b));
            else call_ = abi.encodeCall(Handler.tallyLevel, (a));
            (bool ok,) = address(handler).call(call_);
            if (ok && i % 20 == 0) handler.checkAll();
        }
        handler.checkAll();
        Status[6] memory ends = [
            Status.Accepted,
            Status.Expired,
            Status.Upheld,
            Status.Refuted,
            Status.NonDeterministic,
            Status.Unresolved
        ];
        for (uint256 i = 0; i < 6; ++i) {
            if (handler.reached(bytes32(uint256(ends[i]))) == 0) revert NeverReached(ends[i]);
        }
        if (handler.reached("escalated") == 0) revert NeverReached(Status.Checking);
    }

    error NeverReached(Status end);
}
