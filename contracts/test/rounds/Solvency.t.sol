// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Federations} from "../../src/Federations.sol";
import {Mediation} from "../../src/Mediation.sol";
import {Round, RoundState} from "../../src/interfaces/IRounds.sol";
import {Inclusion, Leaf} from "../../src/libraries/LeafProof.sol";
import {vm} from "../utils/Vm.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Whatever is called in whatever order, books balance after every call, and in the end everybody is out.
contract SolvencyTest is Fixture {
    uint256 private constant STEPS = 40;
    uint8 private constant OMITTED_NONE = 255;

    event Steps(uint256 kind, uint256 done);

    struct Open {
        bytes32 caseId;
        bytes32 claim;
    }

    Round[] private ds; // ds[r - 1] is round r
    mapping(uint256 round => uint256 i) private omitted; // one device with a receipt that is left out; OMITTED_NONE
    Open[] private open;
    mapping(bytes32 subject => uint256) private cases;
    mapping(bytes32 root => uint256[3]) private sumsUnder;
    uint256[18] private done; // how often each kind of step was let through

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_anyOrder(bytes32 seed) public {
        walk(seed, STEPS);
        finish();
    }

    function walk(bytes32 seed, uint256 steps) private {
        for (uint256 n = 0; n < steps; ++n) {
            uint256 word = uint256(keccak256(abi.encode(seed, n)));
            try this.step(word % 18, word >> 16) {
                ++done[word % 18];
            } catch {}
            checkBooks();
            checkLocked();
        }
    }

    /// The walk above means something: every kind of step is let through now and then.
    function test_everyStepHappens() public {
        uint256 start = vm.snapshotState();
        uint256[18] memory sum;
        for (uint256 seed = 0; seed < 12; ++seed) {
            walk(bytes32(seed), 50);
            for (uint256 k = 0; k < 18; ++k) sum[k] += done[k];
            vm.revertToState(start);
        }
        for (uint256 k = 0; k < 18; ++k) {
            emit Steps(k, sum[k]);
        }
        (sum[6], sum[9]) = (sum[6] + sum[7], sum[1] + sum[9] + sum[10]);
        (sum[7], sum[1], sum[10]) = (sum[6], sum[9], sum[9]); // several numbers for one kind
        for (uint256 k = 0; k < 18; ++k) {
            check(sum[k] != 0, string.concat("never happens: ", text(k)));
        }
    }

    /// @dev external, so that a refused call leaves no trace
    function step(uint256 what, uint256 r) external {
        if (what == 0) return commitSome(r);
        if (what == 1) return bringHome(r);
        if (what == 2) return skip(r % 30 minutes);
        if (what == 3) {
            load(r);
            return drawIt(bytes32(r));
        }
        if (what == 4 || what == 5) return checkDrawn(r);
        if (what == 6 || what == 7) return checkByHand(r);
        if (what == 8) return decideOne(r);
        if (what == 9 || what == 10) return bringHome(r);
        if (what == 11) return claimSome(r);
        if (what == 12) return giveUp(r);
        if (what == 13) return payLeaf(r);
        if (what == 14) return omission(r);
        if (what == 15) return challenge(r);
        if (what == 16) return disputeOrPost(r);
        if (r % 2 == 0) vm.prank(aggregator);
        if (r % 2 == 0) return federation.bond(id);
        vm.prank(creator);
        federation.fund(id, 1 ether);
    }

    // --- steps ---

    function commitSome(uint256 r) private {
        uint256 out = r % 4 != 0 ? (r >> 8) % 10 : OMITTED_NONE;
        uint32 round = uint32(ds.length + 1);
        build(Round(id, round, head(), keccak256(abi.encode("model", round)), 0, 0, "blobs"), out);
        commitIt();
        ds.push(d);
        omitted[round] = out;
    }

    /// A round's straight way, which single steps would hardly ever find: drawn, checked, settled.
    function bringHome(uint256 r) private {
        loadIn(r, RoundState.Committed);
        (, bytes32 seed,, uint256 committedAt,,,) = market.roundOf(id, d.round);
        check(market.stateOf(id, d.round) == RoundState.Committed, "elsewhere");
        if (seed == 0) drawIt(bytes32(r));
        uint256 i = drawnAt(0);
        if (market.marksOf(id, d.round, leaves[i].device) & 2 == 0) {
            bytes32 c = openLeaf(i, 0);
            open.push(Open(c, leafClaim(i)));
            if (mediation.caseOf(c).state == Mediation.State.Seeding) decide(c, leafClaim(i));
        }
        if (block.timestamp <= committedAt + 1 hours) vm.warp(committedAt + 1 hours + 1);
        settleLoaded();
        if ((r >> 40) % 2 == 0) skip(50 minutes);
    }

    function checkDrawn(uint256 r) private {
        loadIn(r, RoundState.Committed);
        (, bytes32 seed,,,,,) = market.roundOf(id, d.round);
        if (seed == 0) drawIt(bytes32(r));
        uint32 j = uint32((r >> 32) % challenges.drawnOf(id, d.count));
        uint256 i = drawnAt(j);
        bytes32 c = openLeaf(i, j);
        open.push(Open(c, leafClaim(i)));
    }

    function checkByHand(uint256 r) private {
        loadIn(r, RoundState.Committed);
        uint256 i = (r >> 32) % leaves.length;
        bytes32 c = openLeaf(i, market.BY_HAND());
        open.push(Open(c, leafClaim(i)));
    }

    function decideOne(uint256 r) private {
        uint256 k = r % open.length;
        Open memory o = open[k];
        check(mediation.caseOf(o.caseId).state == Mediation.State.Seeding, "closed");
        uint256 how = (r >> 32) % 4;
        if (how == 0) starve(o.caseId);
        else decide(o.caseId, how == 1 ? keccak256("another") : o.claim);
    }

    function settleLoaded() private {
        uint256[3] memory sums = truth(d.round);
        bytes32 root = claimsRoot(sums);
        settleIt(root, sums[0] + sums[1] + sums[2]);
        sumsUnder[root] = sums;
    }

    function claimSome(uint256 r) private {
        if (r % 4 == 0) skip(1 hours + 1);
        market.activate(id);
        uint256[3] memory sums = sumsUnder[federation.federationOf(id).activeRoot];
        uint256 i = r % 3;
        uint256 money = free(owner(i));
        market.claim(id, owner(i), sums[i], claimsPath(sums, i));
        check(free(owner(i)) > money, "paid");
    }

    function giveUp(uint256 r) private {
        load(r);
        if ((r >> 200) % 4 == 0) skip(3 hours);
        if (market.stateOf(id, d.round) != RoundState.Abandoned) challenges.abandon(d);
        else challenges.closeRound(d);
    }

    function payLeaf(uint256 r) private {
        loadIn(r, RoundState.Abandoned);
        uint256 i = (r >> 32) % leaves.length;
        challenges.claimAbandoned(d, included(i));
    }

    function omission(uint256 r) private {
        loadIn(r, RoundState.Committed);
        uint256 i = omitted[d.round];
        check(i != OMITTED_NONE, "nobody");
        Leaf memory leaf = aLeaf(i, d.round, d.baseModel);
        if (r >> 255 == 0) {
            Inclusion memory left = i == 0 ? nothing() : included(i - 1);
            Inclusion memory right = i == leaves.length ? nothing() : included(i);
            challenges.proveOmission(d, abi.encode(leaf), receipt(leaf), left, right);
        } else if ((r >> 254) & 1 == 0) {
            challenges.demandLeaf(d, abi.encode(leaf), receipt(leaf));
        } else {
            challenges.closeDemand(d, abi.encode(leaf));
        }
    }

    function challenge(uint256 r) private {
        loadIn(r, RoundState.Committed);
        vm.prank(stranger);
        challenges.challengeFold(d);
        bytes32 subject = keccak256(abi.encode(id, d.round, "fold"));
        open.push(Open(caseId(subject, d.newModel, ++cases[subject]), d.newModel));
    }

    function disputeOrPost(uint256 r) private {
        Federations.Federation memory f = federation.federationOf(id);
        if (r % 2 == 0) {
            vm.prank(stranger);
            challenges.disputeClaims(id);
            bytes32 subject = keccak256(abi.encode(id, "claims", f.pendingRoot));
            bytes32 claim = keccak256(abi.encode(f.pendingRoot, f.pendingTotal));
            open.push(Open(caseId(subject, claim, ++cases[subject]), claim));
        } else {
            uint256[3] memory sums = truth(0);
            bytes32 root = claimsRoot(sums);
            vm.prank(aggregator);
            challenges.postClaims(id, root, sums[0] + sums[1] + sums[2]);
            sumsUnder[root] = sums;
        }
    }

    // --- the end ---

    /// Whatever state things are in, anyone can bring them to their end.
    function finish() private {
        for (uint256 k = 0; k < open.length; ++k) {
            if (mediation.caseOf(open[k].caseId).state == Mediation.State.Seeding) decide(open[k].caseId, open[k].claim);
        }
        skip(1 days);
        market.activate(id);
        for (uint256 r = 0; r < ds.length; ++r) {
            load(r);
            if (omitted[d.round] != OMITTED_NONE) {
                Leaf memory leaf = aLeaf(omitted[d.round], d.round, d.baseModel);
                (, uint256 until) = market.demands(id, d.round, leaf.device);
                if (until != 0 && market.stateOf(id, d.round) == RoundState.Committed) {
                    challenges.closeDemand(d, abi.encode(leaf));
                }
            }
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
        checkBooks();
    }

    // --- the model ---

    /// @return sums what each owner earned over all settled rounds, and over round `also`
    function truth(uint32 also) private view returns (uint256[3] memory sums) {
        for (uint256 k = 0; k < ds.length; ++k) {
            uint32 round = ds[k].round;
            if (round != also && market.stateOf(id, round) != RoundState.Settled) continue;
            for (uint256 i = 0; i < 10; ++i) {
                if (i != omitted[round] && market.marksOf(id, round, device(i)) & 12 == 0) sums[i % 3] += FEE;
            }
        }
    }

    /// The last round in this state, or with some chance any.
    function loadIn(uint256 r, RoundState state) private {
        for (uint256 k = ds.length; k > 0 && r % 4 != 0; --k) {
            if (market.stateOf(id, ds[k - 1].round) == state) return load(k - 1);
        }
        load(r);
    }

    function load(uint256 r) private {
        Round memory round = ds[r % ds.length];
        build(round, omitted[round.round]);
    }

    function build(Round memory round, uint256 out) private {
        d = round;
        delete leaves;
        for (uint256 i = 0; i < 10; ++i) if (i != out) leaves.push(aLeaf(i, d.round, d.baseModel));
        plant();
    }
}
