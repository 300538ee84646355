// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Federations} from "../../src/Federations.sol";
import {FederationTerms, IRounds, Join, Round, RoundState} from "../../src/interfaces/IRounds.sol";
import {ILedger} from "../../src/interfaces/ILedger.sol";
import {BlockRandomness} from "../../src/BlockRandomness.sol";
import {vm} from "../fixtures/CheatCodes.sol";
import {Fixture} from "./Fixture.sol";

contract Signer {
    bytes32 public good;

    function set(bytes32 good_) external {
        good = good_;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == good ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

/// @notice The regular course: federations, members, rounds, claims, and every exit on the way.
contract CourseTest is Fixture {
    function test_course() public {
        settled(10);
        expectState(RoundState.Settled);
        vm.expectRevert(IRounds.InvalidProof.selector); // before the claims window is over
        market.claim(id, owner(0), 4 * FEE, claimsPath(sumsOf(10), 0));
        skip(1 hours + 1);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 before = free(owner(i));
            market.claim(id, owner(i), earnedBy(i, 10), claimsPath(sumsOf(10), i));
            eq(free(owner(i)) - before, earnedBy(i, 10), "paid");
        }
        eq(free(treasury), 10 * FEE / 100, "protocol fee");
        eq(budget(), 10 ether - 10 * FEE - 10 * FEE / 100 - 3 * 0.01 ether, "budget");
        eq(reserved(), 0, "reserved");
        checkBooks();
        checkLocked();
    }

    /// The second root carries both rounds; whoever claimed the first gets the difference.
    function test_claimsAreCumulative() public {
        settled(10);
        skip(1 hours + 1);
        market.claim(id, owner(0), earnedBy(0, 10), claimsPath(sumsOf(10), 0));
        checkedRound(10);
        uint256[3] memory sums = sumsOf(10);
        for (uint256 i = 0; i < 3; ++i) sums[i] *= 2;
        settleIt(claimsRoot(sums), 20 * FEE);
        skip(1 hours + 1);
        uint256 before = free(owner(0));
        market.claim(id, owner(0), sums[0], claimsPath(sums, 0));
        eq(free(owner(0)) - before, earnedBy(0, 10), "difference");
        vm.expectRevert(IRounds.NothingToClaim.selector);
        market.claim(id, owner(0), sums[0], claimsPath(sums, 0));
        market.claim(id, owner(1), sums[1], claimsPath(sums, 1));
        checkBooks();
        checkLocked();
    }

    /// Rounds settled within a claims window share one root; then the root must come to its end, so owners wait for two
    /// windows at most however often the aggregator settles.
    function test_pendingRootsReplaceEachOther_butNotForEver() public {
        Round[3] memory ds;
        for (uint256 k = 0; k < 3; ++k) {
            committed(10);
            checkAll();
            ds[k] = d;
        }
        skip(1 hours + 1);
        uint256 start = block.timestamp;
        for (uint256 k = 0; k < 2; ++k) {
            vm.warp(start + k * 40 minutes);
            vm.prank(aggregator);
            market.settle(ds[k], claimsRoot(times(k + 1)), (k + 1) * 10 * FEE);
        }
        vm.warp(start + 70 minutes);
        bytes32 third = claimsRoot(times(3));
        vm.prank(aggregator);
        vm.expectRevert(IRounds.ClaimsPending.selector);
        market.settle(ds[2], third, 30 * FEE);
        vm.warp(start + 101 minutes);
        vm.prank(aggregator);
        market.settle(ds[2], third, 30 * FEE);
        eq(federation.federationOf(id).activeTotal, 20 * FEE, "two rounds are active");
        market.claim(id, owner(1), times(2)[1], claimsPath(times(2), 1));
        skip(61 minutes);
        market.claim(id, owner(1), times(3)[1], claimsPath(times(3), 1));
        checkBooks();
        checkLocked();
    }

    /// A metered federation pays by fuel, up to the maximum, and an aggregator cannot ask for more than the maximum.
    function test_totalIsBounded() public {
        checkedRound(10);
        vm.prank(aggregator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongTotal.selector, 0, 10 * FEE));
        market.settle(d, bytes32(0), 10 * FEE + 1);
    }

    // --- what may not be ---

    function test_onlyTheAggregatorCommitsAndSettles() public {
        prepare(10);
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.NotAllowed.selector, creator));
        market.commitRound(d);
        commitIt();
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.NotAllowed.selector, creator));
        market.settle(d, 0, 0);
    }

    function test_roundsRise_fromTheLastModel() public {
        committed(10);
        Round memory last = d;
        vm.prank(aggregator);
        vm.expectRevert(IRounds.BadRound.selector);
        market.commitRound(last);
        last.round = 2;
        vm.prank(aggregator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongBaseModel.selector, last.newModel));
        market.commitRound(last);
        (last.baseModel, last.count) = (last.newModel, 0);
        vm.prank(aggregator);
        vm.expectRevert(IRounds.BadRound.selector);
        market.commitRound(last);
    }

    function test_roundIsFundedInFull() public {
        prepare(10);
        d.count = 10_000;
        uint256 needs = challenges.reserveOf(id, 10_000);
        vm.prank(aggregator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.BudgetTooSmall.selector, 10 ether, needs));
        market.commitRound(d);
    }

    function test_settleNeedsDrawsAndWindow() public {
        committed(10);
        vm.prank(aggregator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, block.timestamp + 1 hours));
        market.settle(d, 0, 0);
        skip(1 hours + 1);
        vm.prank(aggregator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.Unchecked.selector, 0, 1, 0));
        market.settle(d, 0, 0);
        drawIt("mix");
        openLeaf(drawnAt(0), 0);
        vm.prank(aggregator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.Unchecked.selector, 1, 1, 1));
        market.settle(d, 0, 0);
    }

    function test_drawRearms() public {
        committed(10);
        (,, uint256 seedBlock,,,,) = market.roundOf(id, 1);
        vm.expectRevert(abi.encodeWithSelector(IRounds.SeedAtHand.selector, seedBlock));
        challenges.rearm(id, 1);
        vm.roll(seedBlock + 300);
        vm.expectRevert(abi.encodeWithSelector(BlockRandomness.BlockhashGone.selector, seedBlock, block.number));
        market.draw(d, "");
        challenges.rearm(id, 1);
        drawIt("later");
        vm.expectRevert(IRounds.DrawDone.selector);
        market.draw(d, "");
    }

    // --- federations and members ---

    function test_termsHaveFloors() public {
        FederationTerms memory t = aTerms();
        t.name = "another";
        t.checkRate = 99;
        expectBadTerms(t, "checkRate");
        t.checkRate = 100;
        t.collateral = 99 * FEE - 1; // K >= f/p - f
        expectBadTerms(t, "collateral");
        t.collateral = 0;
        t.checkWindow = uint32(FLOOR - 1);
        expectBadTerms(t, "checkWindow");
        t.checkWindow = 1 hours;
        t.settleWindow = t.claimsWindow;
        expectBadTerms(t, "settleWindow");
        t.settleWindow = 2 hours;
        t.aggregatorStake = 0.1 ether;
        expectBadTerms(t, "aggregatorStake");
        t.aggregatorStake = 2 ether;
        eq(federation.federationOf(create(t)).collateral, 2 * 99 * FEE, "twice the threshold");
    }

    function test_namesAreBoundToTheirCreator() public {
        FederationTerms memory t = aTerms();
        bytes memory s = signature(AGGREGATOR_KEY, federation.federationHash(t, creator));
        vm.prank(creator);
        vm.expectRevert(IRounds.NameTaken.selector);
        federation.createFederation(t, 0, s);
        // The aggregator's signature is for one creator.
        t.name = "another";
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidSignature.selector, aggregator));
        federation.createFederation(t, 0, s);
        check(federation.federationId(creator, t.name) != federation.federationId(stranger, t.name), "same id");
    }

    function test_joinNeedsBothSignatures() public {
        makeKeys(11);
        Join memory j = aJoin(10);
        j.device = vm.addr(0xf00);
        bytes32 digest = federation.joinHash(j);
        bytes memory good = signature(0xf00, digest);
        bytes memory byOwner = signature(OWNER_KEY + 1, digest);
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidSignature.selector, j.device));
        federation.join(j, byOwner, byOwner);
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidSignature.selector, j.owner));
        federation.join(j, good, good);
        vm.chainId(5);
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidSignature.selector, j.device));
        federation.join(j, good, byOwner);
        vm.chainId(31337);
        federation.join(j, good, byOwner);
        vm.expectRevert(abi.encodeWithSelector(IRounds.AlreadyMember.selector, j.device));
        federation.join(j, good, byOwner);
    }

    function test_contractOwnsByItsOwnRule() public {
        Signer wallet = new Signer();
        fund(address(wallet), 0, 10 ether);
        Join memory j = aJoin(0);
        (j.device, j.owner) = (vm.addr(0xf00), address(wallet));
        bytes32 digest = federation.joinHash(j);
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidSignature.selector, j.owner));
        federation.join(j, signature(0xf00, digest), "");
        wallet.set(digest);
        federation.join(j, signature(0xf00, digest), "");
        eq(exposed(address(wallet)), collateral(), "exposed");
    }

    function test_leave() public {
        uint256 before = exposed(owner(0));
        vm.expectRevert(abi.encodeWithSelector(IRounds.NotAllowed.selector, address(this)));
        federation.leave(id, device(0));
        vm.prank(owner(0));
        federation.leave(id, device(0));
        uint256 until = block.timestamp + federation.exitDelay(id);
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, until));
        federation.finishLeave(id, device(0));
        vm.warp(until);
        federation.finishLeave(id, device(0));
        eq(before - exposed(owner(0)), collateral(), "covered");
        // The old signatures do not bring it back.
        Join memory j = aJoin(0);
        bytes32 digest = federation.joinHash(j);
        vm.expectRevert(abi.encodeWithSelector(IRounds.WrongNonce.selector, 1));
        federation.join(j, signature(keys[0], digest), signature(OWNER_KEY, digest));
        j.nonce = 1;
        digest = federation.joinHash(j);
        federation.join(j, signature(keys[0], digest), signature(OWNER_KEY, digest));
    }

    function test_closeAndReclaim() public {
        settled(10);
        vm.prank(creator);
        federation.closeFederation(id);
        vm.expectRevert(abi.encodeWithSelector(IRounds.TooEarly.selector, block.timestamp + 1 hours));
        federation.reclaim(id);
        skip(1 hours);
        prepare(10);
        vm.prank(aggregator);
        vm.expectRevert(IRounds.FederationClosed.selector);
        market.commitRound(d);
        vm.expectRevert(IRounds.ClaimsPending.selector);
        federation.reclaim(id);
        skip(1);
        federation.reclaim(id);
        eq(exposed(aggregator), 0, "aggregator's stake");
        eq(locked(creator), 10 * FEE, "what is owed");
        for (uint256 i = 0; i < 3; ++i) market.claim(id, owner(i), earnedBy(i, 10), claimsPath(sumsOf(10), i));
        eq(locked(creator), 0, "all paid");
        checkBooks();
    }

    function test_partsMoveNothingByThemselves() public {
        Federations part = Federations(challenges.continuation());
        FederationTerms memory t = aTerms();
        t.aggregator = aggregator;
        bytes memory s = signature(AGGREGATOR_KEY, part.federationHash(t, creator));
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(ILedger.NotModule.selector, address(part)));
        part.createFederation(t, 1, s);
    }

    function expectBadTerms(FederationTerms memory t, string memory what) private {
        bytes memory s = signature(AGGREGATOR_KEY, federation.federationHash(t, creator));
        vm.prank(creator);
        vm.expectRevert(abi.encodeWithSelector(IRounds.BadTerms.selector, what));
        federation.createFederation(t, 0, s);
    }

    function times(uint256 k) private pure returns (uint256[3] memory sums) {
        sums = sumsOf(10);
        for (uint256 i = 0; i < 3; ++i) sums[i] *= k;
    }
}
