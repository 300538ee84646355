// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

// solhint-disable use-forbidden-name

import {Fault, IRounds, Join, Round, RoundState} from "../../src/interfaces/IRounds.sol";
import {Verdict} from "../../src/interfaces/IMediation.sol";
import {Inclusion, Leaf} from "../../src/libraries/LeafProof.sol";
import {vm} from "../fixtures/CheatCodes.sol";
import {Tree} from "./Tree.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Devices, aggregators and challengers who lie, and what it costs them.
contract AdversariesTest is Fixture {
    // --- devices ---

    /// A device that did not train: its owner loses the collateral and earns nothing for the round.
    function test_refutedLeaf() public {
        committed(10);
        drawIt("mix");
        uint256 i = drawnAt(0);
        address cheat = leaves[i].owner;
        (uint256 stake, uint256 money, uint256 burnt) = (staked(cheat), free(creator), ledger.burnt());
        decide(openLeaf(i, 0), keccak256("what it should have been"));
        eq(stake - staked(cheat), collateral(), "slashed");
        check(ledger.burnt() - burnt >= collateral() / 5, "a fifth is burnt");
        eq(free(creator) - money, uint256(collateral()) * 8 / 10, "compensation");
        eq(uint256(market.marksOf(id, 1, leaves[i].device)), 7, "marks");
        checkBooks();
        checkLocked();
        // Out of the federation: the next round may contain it for a check window only.
        check(federation.memberOf(sha256("mnist"), leaves[i].device).leftAt != 0, "expelled");
        // In an abandoned round too, it earns nothing.
        skip(3 hours + 1);
        challenges.abandon(d);
        Inclusion memory inclusion = included(i);
        vm.expectRevert(IRounds.Done.selector);
        challenges.claimAbandoned(d, inclusion);
    }

    /// A false claim of work is found like a false result.
    function test_falseFuelIsRefuted() public {
        committed(10);
        bytes32 case_ = openLeaf(3, market.BY_HAND());
        uint256 money = free(stranger);
        decide(case_, keccak256(abi.encode(leaves[3].update, leaves[3].samples, leaves[3].fuel / 2)));
        // The bond back (it was locked before), a fifth of the collateral, and what the mediators cost.
        eq(free(stranger) - money, uint256(collateral()) / 5 + 0.0036 ether, "reward");
        checkBooks();
        checkLocked();
    }

    function test_upheldLeafCostsTheChallenger() public {
        committed(10);
        uint256 money = free(stranger);
        decide(openLeaf(3, market.BY_HAND()), leafClaim(3));
        eq(money - free(stranger), 0.03 ether, "mediators paid");
        // It cannot be challenged twice.
        Inclusion memory inclusion = included(3);
        bytes memory s = claimSignature(3);
        uint32 byHand = market.BY_HAND();
        vm.prank(stranger);
        vm.expectRevert(IRounds.Done.selector);
        market.openCheck(d, inclusion, s, byHand);
        checkBooks();
    }

    /// A check by hand counts for the draw that hits the leaf later.
    function test_checkByHandCountsForTheDraw() public {
        committed(1);
        decide(openLeaf(0, market.BY_HAND()), leafClaim(0));
        drawIt("mix");
        openLeaf(0, 0);
        skip(1 hours + 1);
        settleIt(claimsRoot(sumsOf(1)), FEE);
        eq(budget(), 10 ether, "nothing spent");
        skip(1 hours + 1);
        market.claim(id, owner(0), FEE, claimsPath(sumsOf(1), 0));
        checkLocked();
    }

    function test_nonDeterministicLeafIsPaid_nobodySlashed() public {
        committed(10);
        uint256 stake = staked(owner(3));
        bytes32 case_ = openLeaf(3, market.BY_HAND());
        drawCase(case_, "mix");
        voteAll(case_, list("a", "b", "c"));
        while (uint256(mediation.caseOf(case_).state) != 3) {
            drawCase(case_, "mix");
            if (uint256(mediation.caseOf(case_).state) == 3) break;
            bytes32[] memory ds = new bytes32[](drawnOf(case_).length);
            for (uint256 k = 0; k < ds.length; ++k) ds[k] = keccak256(abi.encode(case_, mediation.caseOf(case_).level, k));
            voteAll(case_, ds);
        }
        eq(staked(owner(3)), stake, "stake");
        eq(uint256(market.marksOf(id, 1, leaves[3].device)), 1, "still earns");
        eq(market.marks(sha256("module")), 1, "module marked");
        checkBooks();
    }

    /// Mediators who stay away: the device is not paid by the creator, not slashed, and compensated by them.
    function test_unresolvedLeaf() public {
        committed(10);
        uint256 stake = staked(owner(3));
        uint256 money = free(owner(3));
        uint256 bondMoney = free(stranger);
        starve(openLeaf(3, market.BY_HAND()));
        eq(staked(owner(3)), stake, "stake");
        check(free(owner(3)) > money, "compensated");
        eq(free(stranger), bondMoney, "bond back");
        eq(uint256(market.marksOf(id, 1, leaves[3].device)), 5, "earns nothing");
        checkBooks();
        checkLocked();
    }

    /// Nobody is checked, let alone slashed, for a leaf it did not sign for this chain, contract and round.
    function test_checkNeedsTheDevicesSignature() public {
        committed(10);
        Inclusion memory inclusion = included(3);
        bytes memory another = claimSignature(4);
        bytes memory asReceipt = signature(keys[3], market.receiptHash(hashOf(leaves[3])));
        uint32 byHand = market.BY_HAND();
        bytes memory expected = abi.encodeWithSelector(IRounds.InvalidSignature.selector, device(3));
        vm.expectRevert(expected);
        market.openCheck(d, inclusion, another, byHand);
        vm.expectRevert(expected);
        market.openCheck(d, inclusion, asReceipt, byHand);
        bytes memory good = claimSignature(3);
        vm.chainId(5);
        expectInvalidLeaf(Fault.Chain);
        market.openCheck(d, inclusion, good, byHand);
    }

    function test_onlyDrawnLeavesArePaidByTheBudget() public {
        committed(10);
        drawIt("mix");
        uint256 i = drawnAt(0);
        uint256 other = (i + 1) % 10;
        Inclusion memory inclusion = included(other);
        bytes memory s = claimSignature(other);
        vm.expectRevert(abi.encodeWithSelector(IRounds.NotDrawn.selector, other));
        market.openCheck(d, inclusion, s, 0);
        vm.expectRevert(abi.encodeWithSelector(IRounds.NotDrawn.selector, other));
        market.openCheck(d, inclusion, s, 1);
        openLeaf(i, 0);
        inclusion = included(i);
        s = claimSignature(i);
        vm.expectRevert(IRounds.Done.selector);
        market.openCheck(d, inclusion, s, 0);
    }

    // --- aggregators: bad leaves ---

    /// Each binding that can be wrong condemns the round; the leaf can neither be checked nor paid.
    function testFuzz_badLeaf(uint256 what) public {
        what = 1 + what % 10;
        prepare(10);
        Leaf storage l = leaves[4];
        if (what == 2) l.chain = 1;
        if (what == 3) l.market = address(1);
        if (what == 4) l.federation = sha256("other");
        if (what == 5) l.round = 9;
        if (what == 6) l.baseModel = "older";
        if (what == 7) l.module = sha256("cheap module");
        if (what == 8) l.device = address(uint160(device(4)) + 1);
        if (what == 9) l.owner = aggregator;
        if (what == 10) l.data = "other data";
        plant();
        Inclusion memory bad = included(4);
        if (what == 1) {
            bad.leaf = bytes.concat(bad.leaf, hex"00");
            hashes[4] = sha256(bytes.concat(hex"00", bad.leaf));
            d.root = Tree.root(hashes, 0, 10);
            bad.path = Tree.path(hashes, 0, 10, 4);
        }
        commitIt();
        bytes memory s = signature(keys[4], market.claimHash(sha256(bytes.concat(hex"00", bad.leaf))));
        uint32 byHand = market.BY_HAND();
        expectInvalidLeaf(Fault(what));
        market.openCheck(d, bad, s, byHand);
        uint256 money = free(stranger);
        vm.prank(stranger);
        challenges.refuteLeaf(d, bad);
        eq(free(stranger) - money, 0.2 ether, "reward");
        eq(bondLeft(), 1 ether, "half the stake");
        eq(head(), MODEL, "the model is void");
        vm.expectRevert(IRounds.Done.selector);
        challenges.refuteLeaf(d, bad);
        checkBooks();
        // No further round before the stake is made good.
        prepare(10);
        vm.prank(aggregator);
        vm.expectRevert(IRounds.Unbonded.selector);
        market.commitRound(d);
        vm.prank(aggregator);
        federation.bond(id);
        commitIt();
    }

    function test_goodLeafCannotBeRefuted() public {
        committed(10);
        for (uint256 i = 0; i < 10; ++i) {
            Inclusion memory inclusion = included(i);
            vm.expectRevert(IRounds.ValidLeaf.selector);
            challenges.refuteLeaf(d, inclusion);
        }
    }

    function test_leafBeforeJoining_isRefuted() public {
        prepare(1);
        leaves[0].device = vm.addr(0xf00);
        plant();
        commitIt();
        skip(1);
        // Joining after the commitment does not heal it.
        Join memory j = aJoin(0);
        j.device = vm.addr(0xf00);
        bytes32 digest = federation.joinHash(j);
        federation.join(j, signature(0xf00, digest), signature(OWNER_KEY, digest));
        Inclusion memory inclusion = included(0);
        challenges.refuteLeaf(d, inclusion);
        eq(bondLeft(), 1 ether, "slashed");
    }

    function test_leafLongAfterLeaving_isRefuted() public {
        vm.prank(owner(0));
        federation.leave(id, device(0));
        skip(1 hours);
        committed(1); // still in time
        Inclusion memory inclusion = included(0);
        vm.expectRevert(IRounds.ValidLeaf.selector);
        challenges.refuteLeaf(d, inclusion);
        skip(1);
        committed(1);
        challenges.refuteLeaf(d, included(0));
        eq(bondLeft(), 1 ether, "slashed");
    }

    function test_unsortedLeaves() public {
        prepare(10);
        (leaves[2], leaves[3]) = (leaves[3], leaves[2]);
        plant();
        commitIt();
        Inclusion memory a = included(2);
        Inclusion memory b = included(3);
        challenges.refuteOrder(d, a, b);
        checkBooks();
    }

    function test_doubleLeaf() public {
        prepare(10);
        leaves[7] = leaves[6];
        plant();
        commitIt();
        Inclusion memory a = included(6);
        Inclusion memory b = included(7);
        challenges.refuteOrder(d, a, b);
        eq(bondLeft(), 1 ether, "slashed");
    }

    function test_sortedLeavesCannotBeRefuted() public {
        committed(10);
        for (uint256 i = 0; i < 9; ++i) {
            Inclusion memory a = included(i);
            Inclusion memory b = included(i + 1);
            vm.expectRevert(IRounds.NotProven.selector);
            challenges.refuteOrder(d, a, b);
        }
        Inclusion memory later = included(5);
        Inclusion memory earlier = included(2);
        vm.expectRevert(IRounds.NotProven.selector);
        challenges.refuteOrder(d, later, earlier);
    }

    // --- aggregators: omissions ---

    /// Wherever the omitted device would stand, its neighbours prove that it does not.
    function testFuzz_omission(uint256 i) public {
        i = i % 10;
        Leaf memory l = omit(i);
        Inclusion memory left = i == 0 ? nothing() : included(i - 1);
        Inclusion memory right = i == 9 ? nothing() : included(i);
        uint256 money = free(l.owner);
        bytes memory r = receipt(l);
        challenges.proveOmission(d, abi.encode(l), r, left, right);
        eq(free(l.owner) - money, FEE, "paid");
        vm.expectRevert(IRounds.Done.selector);
        challenges.proveOmission(d, abi.encode(l), r, left, right);
        checkBooks();
    }

    /// No neighbours, or the wrong ones, prove the omission of a leaf that is there.
    function testFuzz_noFalseOmission(uint256 i, uint256 a, uint256 b) public {
        committed(10);
        i = i % 10;
        Leaf memory l = leaves[i];
        bytes memory r = receipt(l);
        Inclusion memory left = a % 11 == 10 ? nothing() : included(a % 11);
        Inclusion memory right = b % 11 == 10 ? nothing() : included(b % 11);
        vm.expectRevert(IRounds.NotProven.selector);
        challenges.proveOmission(d, abi.encode(l), r, left, right);
    }

    /// The aggregator put another leaf of the device than it gave the receipt for.
    function test_alteredLeaf() public {
        prepare(10);
        Leaf memory l = leaves[5];
        leaves[5].update = "another";
        plant();
        commitIt();
        uint256 money = free(l.owner);
        challenges.proveOmission(d, abi.encode(l), receipt(l), included(5), nothing());
        eq(free(l.owner) - money, FEE, "paid");
    }

    function test_receiptIsTheAggregators_forThisRound() public {
        Leaf memory l = omit(4);
        Inclusion memory left = included(3);
        Inclusion memory right = included(4);
        bytes memory forged = signature(keys[4], market.receiptHash(hashOf(l)));
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidSignature.selector, aggregator));
        challenges.proveOmission(d, abi.encode(l), forged, left, right);
        l.round = 2;
        bytes memory r = receipt(l);
        expectInvalidLeaf(Fault.Round);
        challenges.proveOmission(d, abi.encode(l), r, left, right);
        l.round = 1;
        r = receipt(l);
        skip(1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooLate.selector, block.timestamp - 1));
        challenges.proveOmission(d, abi.encode(l), r, left, right);
    }

    /// The tree is withheld: the aggregator must show the leaf, or pay.
    function test_demandUnanswered() public {
        Leaf memory l = omit(4);
        bytes memory r = receipt(l);
        challenges.demandLeaf(d, abi.encode(l), r);
        vm.expectRevert(IRounds.Done.selector);
        challenges.demandLeaf(d, abi.encode(l), r);
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, block.timestamp + 10 minutes));
        challenges.closeDemand(d, abi.encode(l));
        skip(10 minutes + 1);
        uint256 money = free(l.owner);
        challenges.closeDemand(d, abi.encode(l));
        eq(free(l.owner) - money, FEE, "paid");
        vm.expectRevert(IRounds.Done.selector);
        challenges.closeDemand(d, abi.encode(l));
        checkBooks();
    }

    function test_demandAnswered() public {
        committed(10);
        Leaf memory l = leaves[4];
        challenges.demandLeaf(d, abi.encode(l), receipt(l));
        Inclusion memory another = included(5);
        vm.expectRevert(IRounds.Done.selector);
        challenges.answerDemand(d, another);
        challenges.answerDemand(d, included(4));
        skip(10 minutes + 1);
        vm.expectRevert(IRounds.Done.selector);
        challenges.closeDemand(d, abi.encode(l));
    }

    /// A count above the leaves: some draw hits a leaf that nobody can show, and the round cannot be settled.
    function test_falseCount() public {
        prepare(10);
        d.count = 20;
        commitIt();
        drawIt("mix");
        uint256 hit;
        for (uint256 j = 0; j < 2; ++j) if (drawnAt(j) >= 10) hit = j;
        check(drawnAt(hit) >= 10, "the second stratum has no leaf");
        Inclusion memory inclusion = included(9);
        inclusion.index = uint32(drawnAt(hit));
        bytes memory s = claimSignature(9);
        vm.expectRevert(IRounds.NotIncluded.selector);
        market.openCheck(d, inclusion, s, uint32(hit));
    }

    // --- aggregators: folds ---

    /// A false fold: the aggregator is slashed, the model void, and devices are paid all the same.
    function test_falseFold() public {
        committed(10);
        uint256 money = free(stranger);
        vm.prank(stranger);
        challenges.challengeFold(d);
        decide(foldCase(), "the true model");
        eq(free(stranger) - money, 0.2 ether, "reward; the bond and the mediators' cost are back");
        eq(bondLeft(), 1 ether, "half the stake");
        eq(head(), MODEL, "back to the base");
        checkAll();
        skip(1 hours + 1);
        settleIt(claimsRoot(sumsOf(10)), 10 * FEE);
        skip(1 hours + 1);
        market.claim(id, owner(0), earnedBy(0, 10), claimsPath(sumsOf(10), 0));
        checkBooks();
        checkLocked();
    }

    function test_trueFoldCostsTheChallenger() public {
        committed(10);
        uint256 money = free(stranger);
        vm.prank(stranger);
        challenges.challengeFold(d);
        vm.expectRevert(IRounds.Done.selector);
        challenges.challengeFold(d);
        decide(foldCase(), d.newModel);
        eq(money - free(stranger), 0.03 ether, "mediators");
        eq(bondLeft(), 2 ether, "stake");
        vm.expectRevert(IRounds.Done.selector);
        challenges.challengeFold(d);
        checkBooks();
    }

    /// Nobody answers: the bond is back, the aggregator unharmed, and the fold can be challenged again.
    function test_undecidedFold() public {
        committed(10);
        uint256 money = free(stranger);
        vm.prank(stranger);
        challenges.challengeFold(d);
        starve(foldCase());
        eq(free(stranger), money, "bond back");
        eq(bondLeft(), 2 ether, "stake");
        checkBooks();
    }

    /// Rounds built on a void model do not bring it back, in whatever order voids come.
    function test_voidsCutTheLineOfModels() public {
        Round[4] memory ds;
        for (uint256 k = 1; k <= 3; ++k) {
            committed(10);
            ds[k] = d;
        }
        voidFold(ds[2]);
        eq(head(), ds[1].newModel, "behind round 2");
        voidFold(ds[3]);
        eq(head(), ds[1].newModel, "round 3 was cut off already");
        vm.prank(aggregator);
        federation.bond(id);
        committed(10);
        eq(d.baseModel, ds[1].newModel, "round 4 starts there");
        voidFold(ds[1]);
        eq(head(), MODEL, "behind round 1");
        voidFold(d);
        eq(head(), MODEL, "round 4 was cut off already");
        checkBooks();
    }

    // --- aggregators: claims ---

    /// A false claims root: refuted, replaced by what was found, and paid by that.
    function test_falseClaimsRoot() public {
        checkedRound(10);
        uint256[3] memory stolen = sumsOf(10);
        (stolen[0], stolen[1]) = (stolen[0] + stolen[1], 0);
        settleIt(claimsRoot(stolen), 10 * FEE);
        uint256 money = free(stranger);
        vm.prank(stranger);
        challenges.disputeClaims(id);
        skip(2 hours);
        // Not while it is disputed.
        vm.expectRevert(IRounds.InvalidProof.selector);
        market.claim(id, owner(0), stolen[0], claimsPath(stolen, 0));
        decide(claimsCase(claimsRoot(stolen), 10 * FEE), keccak256(abi.encode(claimsRoot(sumsOf(10)), 10 * FEE)));
        eq(free(stranger) - money, 0.2 ether, "reward");
        eq(bondLeft(), 1 ether, "half the stake");
        vm.expectRevert(IRounds.InvalidProof.selector);
        challenges.correctClaims(id, claimsRoot(stolen), 10 * FEE);
        challenges.correctClaims(id, claimsRoot(sumsOf(10)), 10 * FEE);
        for (uint256 i = 0; i < 3; ++i) market.claim(id, owner(i), earnedBy(i, 10), claimsPath(sumsOf(10), i));
        checkBooks();
        checkLocked();
    }

    /// False roots end with the stake: nobody has to dispute them for nothing.
    function test_noRootWithoutStake() public {
        checkedRound(10);
        uint256[3] memory stolen = [10 * uint256(FEE), 0, 0];
        bytes32 root = claimsRoot(stolen);
        settleIt(root, 10 * FEE);
        for (uint256 k = 1; k <= 2; ++k) {
            uint256 money = free(stranger);
            vm.prank(stranger);
            challenges.disputeClaims(id);
            bytes32 subject = keccak256(abi.encode(id, "claims", root));
            decide(caseId(subject, keccak256(abi.encode(root, 10 * FEE)), k), "true root");
            check(free(stranger) > money, "the challenger gains");
            if (k == 2) break;
            vm.prank(aggregator);
            challenges.postClaims(id, root, 10 * FEE);
        }
        vm.prank(aggregator);
        vm.expectRevert(IRounds.Unbonded.selector);
        challenges.postClaims(id, root, 10 * FEE);
        vm.prank(aggregator);
        federation.bond(id);
        vm.prank(aggregator);
        challenges.postClaims(id, claimsRoot(sumsOf(10)), 10 * FEE);
        checkBooks();
    }

    function test_trueClaimsRootIsActiveAtOnce() public {
        settled(10);
        bytes32 root = claimsRoot(sumsOf(10));
        vm.prank(stranger);
        challenges.disputeClaims(id);
        decide(claimsCase(root, 10 * FEE), keccak256(abi.encode(root, 10 * FEE)));
        market.claim(id, owner(0), earnedBy(0, 10), claimsPath(sumsOf(10), 0));
        vm.expectRevert(IRounds.NoClaims.selector);
        challenges.disputeClaims(id);
        checkBooks();
        checkLocked();
    }

    /// Nobody recomputes it: the root is dropped, nobody slashed; the aggregator may post again, or owners are paid by leaf.
    function test_undecidedClaims() public {
        settled(10);
        bytes32 root = claimsRoot(sumsOf(10));
        vm.prank(stranger);
        challenges.disputeClaims(id);
        starve(claimsCase(root, 10 * FEE));
        eq(bondLeft(), 2 ether, "stake");
        uint256 snapshot = vm.snapshotState();
        vm.prank(aggregator);
        challenges.postClaims(id, root, 10 * FEE);
        skip(1 hours + 1);
        market.claim(id, owner(0), earnedBy(0, 10), claimsPath(sumsOf(10), 0));
        checkBooks();
        vm.revertToState(snapshot);
        skip(2 hours + 1);
        challenges.abandon(d);
        payAllByLeaf();
        skip(2 hours + 1);
        challenges.closeRound(d);
        eq(reserved(), 0, "reserved");
        eq(bondLeft(), 1 ether, "half the stake");
        checkBooks();
        checkLocked();
    }

    /// However false a root that nobody disputes, it pays no more than the settled rounds could earn.
    function test_undisputedRootIsBounded() public {
        checkedRound(10);
        uint256[3] memory stolen = [uint256(9 ether), 0, 0];
        settleIt(claimsRoot(stolen), 10 * FEE);
        skip(1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongTotal.selector, 0, 10 * FEE));
        market.claim(id, owner(0), 9 ether, claimsPath(stolen, 0));
    }

    function test_claimIsTheOwners() public {
        settled(10);
        skip(1 hours + 1);
        uint256 sum = earnedBy(0, 10);
        bytes32[] memory path = claimsPath(sumsOf(10), 0);
        vm.expectRevert(IRounds.InvalidProof.selector);
        market.claim(id, stranger, sum, path);
        vm.expectRevert(IRounds.InvalidProof.selector);
        market.claim(id, owner(0), sum + 1, path);
        vm.expectRevert(IRounds.InvalidProof.selector);
        market.claim(keccak256("another"), owner(0), sum, path);
        vm.chainId(5);
        vm.expectRevert(IRounds.InvalidProof.selector);
        market.claim(id, owner(0), sum, path);
        vm.chainId(31337);
        vm.prank(stranger);
        market.claim(id, owner(0), sum, path);
    }

    // --- aggregators: silence ---

    function test_abandon() public {
        committed(10);
        uint256 until = block.timestamp + 3 hours;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, until));
        challenges.abandon(d);
        skip(1);
        challenges.abandon(d);
        expectState(RoundState.Abandoned);
        eq(bondLeft(), 1 ether, "half the stake");
        eq(head(), MODEL, "the model is void");
        payAllByLeaf();
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, block.timestamp + 2 hours));
        challenges.closeRound(d);
        skip(2 hours + 1);
        challenges.closeRound(d);
        expectState(RoundState.Closed);
        eq(budget(), 10 ether - 10 * FEE, "budget");
        eq(reserved(), 0, "reserved");
        checkBooks();
        checkLocked();
    }

    /// A root of nothing: receipts pay, from the budget as far as it was reserved, then from the aggregator's stake.
    function test_abandonedWithoutLeaves_receiptsPay() public {
        prepare(10);
        (d.root, d.count) = ("garbage", 2);
        commitIt();
        skip(3 hours + 1);
        challenges.abandon(d);
        for (uint256 i = 0; i < 10; ++i) {
            Leaf memory l = leaves[i];
            uint256 money = free(l.owner);
            bytes memory r = receipt(l);
            challenges.claimByReceipt(d, abi.encode(l), r);
            eq(free(l.owner) - money, FEE, "paid");
            vm.expectRevert(IRounds.Done.selector);
            challenges.claimByReceipt(d, abi.encode(l), r);
        }
        eq(budget(), 10 ether - 2 * FEE, "budget");
        eq(bondLeft(), 1 ether - 8 * (FEE + FEE / 4), "stake");
        checkBooks();
        checkLocked();
    }

    /// A case that ends late leaves the aggregator its whole settle window.
    function test_openCaseHoldsAbandonOff() public {
        committed(10);
        drawIt("mix");
        uint256 i = drawnAt(0);
        skip(3 hours);
        bytes32 case_ = openLeaf(i, 0);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IRounds.Unchecked.selector, 1, 1, 1));
        challenges.abandon(d);
        decide(case_, leafClaim(i));
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, block.timestamp + 2 hours));
        challenges.abandon(d);
        settleIt(claimsRoot(sumsOf(10)), 10 * FEE);
    }

    /// What was settled and can be claimed is paid once.
    function test_settledRoundCannotBeAbandoned() public {
        settled(10);
        skip(30 days);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongState.selector, RoundState.Settled));
        challenges.abandon(d);
        market.activate(id);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongState.selector, RoundState.Settled));
        challenges.abandon(d);
        Inclusion memory inclusion = included(0);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongState.selector, RoundState.Settled));
        challenges.claimAbandoned(d, inclusion);
    }

    function test_onlyMediationTellsVerdicts() public {
        vm.expectRevert(abi.encodeWithSelector(IRounds.NotAllowed.selector, address(this)));
        market.onVerdict(0, 0, Verdict.Upheld, 0, 0, 0);
    }

    // --- helpers ---

    function omit(uint256 i) private returns (Leaf memory l) {
        prepare(10);
        l = leaves[i];
        for (uint256 k = i; k < 9; ++k) leaves[k] = leaves[k + 1];
        leaves.pop();
        plant();
        commitIt();
    }

    function payAllByLeaf() private {
        for (uint256 i = 0; i < 10; ++i) {
            uint256 money = free(owner(i));
            Inclusion memory inclusion = included(i);
            challenges.claimAbandoned(d, inclusion);
            eq(free(owner(i)) - money, FEE, "paid");
            vm.expectRevert(IRounds.Done.selector);
            challenges.claimAbandoned(d, inclusion);
        }
    }

    function voidFold(Round memory round) private {
        vm.prank(stranger);
        challenges.challengeFold(round);
        bytes32 subject = keccak256(abi.encode(id, round.round, "fold"));
        decide(caseId(subject, round.newModel, 1), "another");
    }
}
