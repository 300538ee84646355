// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Federations} from "../../src/Federations.sol";
import {Mediation} from "../../src/Mediation.sol";
import {Round, RoundState} from "../../src/interfaces/IRounds.sol";
import {Inclusion, Leaf} from "../../src/libraries/LeafProof.sol";
import {vm} from "../fixtures/CheatCodes.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Makes the calls of a federation's life in whatever order it is told, for whoever may make them: rounds with a
/// leaf left out or a bad one, checks, challenges, disputes, demands, abandoned rounds, claims; honest, lying and absent
/// mediators. It keeps the model against which books are checked: what each owner may have been paid at most.
contract Handler is Fixture {
    uint8 private constant NONE = 255;

    struct Open {
        bytes32 caseId;
        bytes32 claim;
    }

    uint96 private immutable perFuel;
    Round[] private ds; // ds[r - 1] is round r
    mapping(uint256 round => uint256 i) private omitted; // one device with a receipt that is left out, or NONE
    mapping(uint256 round => uint256 i) private spoilt; // one device whose leaf has other data than it joined with, or NONE
    Open[] private open;
    mapping(bytes32 subject => uint256) private cases;
    mapping(bytes32 root => uint256[3]) private sumsUnder;
    uint256[3] private received; // by each owner, beside what slashed mediators paid it
    /// How often each thing was done, so that a run that tests nothing can be seen.
    mapping(bytes32 what => uint256) public reached;

    /// @param rate wei per million units of fuel; zero: each leaf earns the fee
    constructor(uint96 rate) {
        perFuel = rate;
        setUp();
    }

    function ratePerFuel() internal view override returns (uint96) {
        return perFuel;
    }

    // --- rounds ---

    function commitSome(uint256 r) external {
        uint256 out = r % 4 != 0 ? (r >> 8) % DEVICES : NONE;
        uint256 bad = (r >> 16) % 5 == 0 ? (r >> 32) % DEVICES : NONE;
        uint32 round = uint32(ds.length + 1);
        (omitted[round], spoilt[round]) = (out, bad == out ? NONE : bad);
        build(Round(id, round, head(), keccak256(abi.encode("model", round)), 0, 0, "blobs"));
        commitIt();
        ds.push(d);
        hit("commit");
    }

    function draw(uint256 r) external {
        load(r);
        drawIt(bytes32(r));
        hit("draw");
    }

    /// A round's straight way, which single steps would hardly ever find: drawn, checked, settled.
    function bringHome(uint256 r) external {
        loadIn(r, RoundState.Committed);
        (, bytes32 seed,, uint256 committedAt,,,) = market.roundOf(id, d.round);
        expectState(RoundState.Committed);
        if (seed == 0) drawIt(bytes32(r));
        uint256 i = drawnAt(0);
        if (market.marksOf(id, d.round, leaves[i].device) & 2 == 0) {
            bytes32 c = openLeaf(i, 0);
            open.push(Open(c, leafClaim(i)));
            if (mediation.caseOf(c).state == Mediation.State.Seeding) decide(c, leafClaim(i));
        }
        if (block.timestamp <= committedAt + 1 hours) vm.warp(committedAt + 1 hours + 1);
        uint256[3] memory sums = truth(d.round);
        bytes32 root = claimsRoot(sums);
        settleIt(root, sums[0] + sums[1] + sums[2]);
        sumsUnder[root] = sums;
        if ((r >> 40) % 2 == 0) skip(50 minutes);
        hit("settle");
    }

    function checkDrawn(uint256 r) external {
        loadIn(r, RoundState.Committed);
        (, bytes32 seed,,,,,) = market.roundOf(id, d.round);
        if (seed == 0) drawIt(bytes32(r));
        uint32 j = uint32((r >> 32) % challenges.drawnOf(id, d.count));
        uint256 i = drawnAt(j);
        open.push(Open(openLeaf(i, j), leafClaim(i)));
        hit("checkDrawn");
    }

    function checkByHand(uint256 r) external {
        loadIn(r, RoundState.Committed);
        uint256 i = (r >> 32) % leaves.length;
        open.push(Open(openLeaf(i, market.BY_HAND()), leafClaim(i)));
        hit("checkByHand");
    }

    function decideOne(uint256 r) external {
        Open memory o = open[r % open.length];
        check(mediation.caseOf(o.caseId).state == Mediation.State.Seeding, "closed");
        uint256 how = (r >> 32) % 4;
        if (how == 0) starve(o.caseId);
        else decide(o.caseId, how == 1 ? keccak256("another") : o.claim);
        hit(how == 0 ? bytes32("starve") : how == 1 ? bytes32("refute") : bytes32("uphold"));
    }

    // --- challenges ---

    function omission(uint256 r) external {
        loadIn(r, RoundState.Committed);
        uint256 i = omitted[d.round];
        check(i != NONE, "nobody");
        Leaf memory leaf = aLeaf(i, d.round, d.baseModel);
        Inclusion memory left = i == 0 ? nothing() : included(i - 1);
        Inclusion memory right = i == leaves.length ? nothing() : included(i);
        uint256[3] memory before = moneyOfOwners();
        challenges.proveOmission(d, abi.encode(leaf), receipt(leaf), left, right);
        take(before);
        hit("omission");
    }

    function demand(uint256 r) external {
        loadIn(r, RoundState.Committed);
        uint256 i = omitted[d.round];
        if (i == NONE || (r >> 32) % 2 == 0) i = (r >> 40) % DEVICES;
        Leaf memory leaf = aLeaf(i, d.round, d.baseModel);
        challenges.demandLeaf(d, abi.encode(leaf), receipt(leaf));
        hit("demand");
    }

    /// What is demanded, or is demanded here, and can be shown.
    function answer(uint256 r) external {
        loadIn(r, RoundState.Committed);
        uint256 k = (r >> 32) % leaves.length;
        bool open_ = false;
        for (uint256 i = 0; i < leaves.length && !open_; ++i) {
            (, uint256 until) = market.demands(id, d.round, leaves[i].device);
            if (until != 0) (k, open_) = (i, true);
        }
        if (!open_) challenges.demandLeaf(d, abi.encode(leaves[k]), receipt(leaves[k]));
        challenges.answerDemand(d, included(k));
        hit("answer");
    }

    function closeDemand(uint256 r) external {
        loadIn(r, RoundState.Committed);
        if (r >> 255 == 0) skip(11 minutes);
        uint256 k = (r >> 32) % DEVICES;
        for (uint256 i = 0; i < DEVICES; ++i) {
            (, uint256 until) = market.demands(id, d.round, device(i));
            if (until != 0) k = i;
        }
        uint256[3] memory before = moneyOfOwners();
        challenges.closeDemand(d, abi.encode(aLeaf(k, d.round, d.baseModel)));
        take(before);
        hit("closeDemand");
    }

    /// The bad leaf of some round that has one; or another, which must stand.
    function refuteLeaf(uint256 r) external {
        for (uint256 k = ds.length; k > 0; --k) {
            load(k - 1);
            if (spoilt[d.round] != NONE && market.stateOf(id, d.round) == RoundState.Committed) break;
        }
        uint256 i = (r >> 32) % leaves.length;
        for (uint256 k = 0; k < leaves.length && r % 8 != 0; ++k) if (deviceAt(k) == spoilt[d.round]) i = k;
        Inclusion memory leaf = included(i);
        vm.prank(stranger);
        challenges.refuteLeaf(d, leaf);
        hit(deviceAt(i) == spoilt[d.round] ? bytes32("refuteLeaf") : bytes32("a good leaf was refuted"));
    }

    /// Leaves are always sorted here.
    function refuteOrder(uint256 r) external {
        loadIn(r, RoundState.Committed);
        uint256 i = (r >> 32) % (leaves.length - 1);
        (Inclusion memory left, Inclusion memory right) = (included(i), included(i + 1));
        challenges.refuteOrder(d, left, right);
        hit("sorted leaves were refuted");
    }

    function challengeFold(uint256 r) external {
        loadIn(r, RoundState.Committed);
        vm.prank(stranger);
        challenges.challengeFold(d);
        bytes32 subject = keccak256(abi.encode(id, d.round, "fold"));
        open.push(Open(caseId(subject, d.newModel, ++cases[subject]), d.newModel));
        hit("challengeFold");
    }

    function dispute() external {
        Federations.Federation memory f = federation.federationOf(id);
        vm.prank(stranger);
        challenges.disputeClaims(id);
        bytes32 subject = keccak256(abi.encode(id, "claims", f.pendingRoot));
        bytes32 claim = keccak256(abi.encode(f.pendingRoot, f.pendingTotal));
        open.push(Open(caseId(subject, claim, ++cases[subject]), claim));
        hit("dispute");
    }

    function post() external {
        uint256[3] memory sums = truth(0);
        bytes32 root = claimsRoot(sums);
        vm.prank(aggregator);
        challenges.postClaims(id, root, sums[0] + sums[1] + sums[2]);
        sumsUnder[root] = sums;
        hit("post");
    }

    function rearm(uint256 r) external {
        load(r);
        challenges.rearm(id, d.round);
        hit("rearm");
    }

    // --- money ---

    function claim(uint256 r) external {
        if (r % 4 == 0) skip(1 hours + 1);
        market.activate(id);
        uint256[3] memory sums = sumsUnder[federation.federationOf(id).activeRoot];
        uint256[3] memory before = moneyOfOwners();
        market.claim(id, owner(r % 3), sums[r % 3], claimsPath(sums, r % 3));
        take(before);
        hit("claim");
    }

    function abandon(uint256 r) external {
        load(r);
        if ((r >> 200) % 4 == 0) skip(3 hours);
        challenges.abandon(d);
        hit("abandon");
    }

    function closeRound(uint256 r) external {
        loadIn(r, RoundState.Abandoned);
        if ((r >> 200) % 4 == 0) skip(2 hours);
        challenges.closeRound(d);
        hit("closeRound");
    }

    function payLeaf(uint256 r) external {
        loadIn(r, RoundState.Abandoned);
        uint256[3] memory before = moneyOfOwners();
        if ((r >> 48) % 3 == 0) {
            Leaf memory leaf = aLeaf((r >> 32) % DEVICES, d.round, d.baseModel);
            challenges.claimByReceipt(d, abi.encode(leaf), receipt(leaf));
        } else {
            challenges.claimAbandoned(d, included((r >> 32) % leaves.length));
        }
        take(before);
        hit("payLeaf");
    }

    function refill(uint256 r) external {
        vm.prank(r % 2 == 0 ? aggregator : creator);
        if (r % 2 == 0) federation.bond(id);
        else federation.fund(id, 1 ether);
        hit("refill");
    }

    function pass(uint256 r) external {
        skip(r % 30 minutes);
        vm.roll(block.number + (r >> 32) % 5);
        hit("pass");
    }

    // --- what must hold ---

    /// After every call: the ledgers add up, and nobody was paid twice.
    function checkBooksAndPay() external view {
        checkBooks();
        checkLocked();
        uint256[3] memory most = owed();
        for (uint256 i = 0; i < 3; ++i) check(received[i] <= most[i], string.concat("paid twice: owner ", text(i)));
        check(reached["sorted leaves were refuted"] == 0 && reached["a good leaf was refuted"] == 0, "false accusation");
    }

    /// Whatever state things are in, anyone can bring them to their end.
    function finish() external {
        for (uint256 k = 0; k < open.length; ++k) {
            if (mediation.caseOf(open[k].caseId).state == Mediation.State.Seeding) decide(open[k].caseId, open[k].claim);
        }
        skip(1 days);
        for (uint256 r = 0; r < ds.length; ++r) {
            load(r);
            for (uint256 i = 0; i < DEVICES; ++i) {
                (, uint256 until) = market.demands(id, d.round, device(i));
                if (until == 0 || market.stateOf(id, d.round) != RoundState.Committed) continue;
                challenges.closeDemand(d, abi.encode(aLeaf(i, d.round, d.baseModel)));
            }
        }
        skip(1 days);
        market.activate(id);
        for (uint256 r = 0; r < ds.length; ++r) {
            load(r);
            bool unclaimed = federation.federationOf(id).allowance != 0;
            RoundState state = market.stateOf(id, d.round);
            if (state == RoundState.Committed) challenges.abandon(d);
            else if (state == RoundState.Settled && unclaimed) try challenges.abandon(d) {} catch {}
            checkBooks();
        }
        skip(1 days);
        for (uint256 r = 0; r < ds.length; ++r) {
            load(r);
            if (market.stateOf(id, d.round) == RoundState.Abandoned) challenges.closeRound(d);
        }
        vm.prank(creator);
        federation.closeFederation(id);
        skip(1 hours);
        federation.reclaim(id);
        Federations.Federation memory f = federation.federationOf(id);
        eq(locked(creator), f.activeTotal - f.claimed, "only what is owed stays");
        eq(exposed(aggregator), 0, "the aggregator is out");
        uint256[3] memory sums = sumsUnder[f.activeRoot];
        for (uint256 i = 0; i < 3; ++i) {
            if (sums[i] > market.claimedBy(id, owner(i))) market.claim(id, owner(i), sums[i], claimsPath(sums, i));
        }
        eq(locked(creator), 0, "all is paid");
        for (uint256 i = 0; i < DEVICES; ++i) leaveBehind(i);
        for (uint256 i = 0; i < 3; ++i) eq(exposed(owner(i)), 0, "an owner is out");
        checkBooks();
    }

    // --- the model ---

    /// Takes a device out, unless it was expelled; its owner's stake is free after the exit delay.
    function leaveBehind(uint256 i) private {
        if (federation.memberOf(sha256("mnist"), device(i)).leftAt == 0) {
            vm.prank(owner(i));
            federation.leave(id, device(i));
        }
        skip(federation.exitDelay(id));
        federation.finishLeave(id, device(i));
    }

    /// @return sums what each owner earned over all settled rounds, and over round `also`
    function truth(uint32 also) private view returns (uint256[3] memory sums) {
        for (uint256 k = 0; k < ds.length; ++k) {
            uint32 round = ds[k].round;
            if (round != also && market.stateOf(id, round) != RoundState.Settled) continue;
            for (uint256 i = 0; i < DEVICES; ++i) {
                if (i == omitted[round] || i == spoilt[round]) continue;
                if (market.marksOf(id, round, device(i)) & 12 == 0) sums[i % 3] += earned(i);
            }
        }
    }

    /// @return sums what each owner may have been paid at most: each device once a round, by claim or beside the claims
    function owed() private view returns (uint256[3] memory sums) {
        sums = truth(0);
        for (uint256 k = 0; k < ds.length; ++k) {
            for (uint256 i = 0; i < DEVICES; ++i) {
                if (market.marksOf(id, ds[k].round, device(i)) & 8 != 0) sums[i % 3] += earned(i);
            }
        }
    }

    function moneyOfOwners() private view returns (uint256[3] memory money) {
        for (uint256 i = 0; i < 3; ++i) money[i] = free(owner(i));
    }

    function take(uint256[3] memory before) private {
        uint256 more = 0;
        for (uint256 i = 0; i < 3; ++i) {
            received[i] += free(owner(i)) - before[i];
            more += free(owner(i)) - before[i];
        }
        check(more != 0, "paid nothing");
    }

    /// The last round in this state, or with some chance any.
    function loadIn(uint256 r, RoundState state) private {
        for (uint256 k = ds.length; k > 0 && r % 4 != 0; --k) {
            if (market.stateOf(id, ds[k - 1].round) == state) return load(k - 1);
        }
        load(r);
    }

    function load(uint256 r) private {
        build(ds[r % ds.length]);
    }

    function build(Round memory round) private {
        d = round;
        delete leaves;
        for (uint256 i = 0; i < DEVICES; ++i) {
            if (i == omitted[d.round]) continue;
            leaves.push(aLeaf(i, d.round, d.baseModel));
            if (i == spoilt[d.round]) leaves[leaves.length - 1].data = "other";
        }
        plant();
    }

    function hit(bytes32 what) private {
        ++reached[what];
    }
}
