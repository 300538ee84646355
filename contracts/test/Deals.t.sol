// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BlockRandomness} from "../src/BlockRandomness.sol";
import {Deals} from "../src/Deals.sol";
import {ILedger} from "../src/interfaces/ILedger.sol";
import {JobOffer, ResourceOffer, Result, Status} from "../src/interfaces/IDeals.sol";
import {Verdict} from "../src/interfaces/IMediation.sol";
import {MediationRules} from "../src/libraries/MediationRules.sol";
import {Offers} from "../src/libraries/Offers.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {Wallet} from "./Ledger.t.sol";
import {vm} from "./fixtures/CheatCodes.sol";

/// @notice Every row and every revert of the deal's table in market.md.
contract DealsTest is MarketFixture {
    JobOffer private job;
    ResourceOffer private resource;
    Result private result = aResult();
    uint256 private constant K = 200 ether;
    uint256 private constant CHECK_FUND = 0.3 ether;

    function setUp() public override {
        super.setUp();
        addMediators(12);
        job = jobOffer();
        resource = resourceOffer();
    }

    function agreed() private returns (bytes32) {
        return matched(job, resource);
    }

    function handedIn() private returns (bytes32) {
        return submitted(job, resource, result);
    }

    function missHeader(bytes32 dealId) private returns (bytes memory) {
        return mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, job.checkRate, false));
    }

    /// A deal in Checking by the draw, and its case.
    function checking() private returns (bytes32 dealId, bytes32 caseId) {
        dealId = handedIn();
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, job.checkRate, true));
        deals.draw(job, resource, result, header);
        caseId = caseOf(dealId, claimOf(result));
        eq(deals.statusOf(dealId), Status.Checking);
    }

    function caseOf(bytes32 dealId, bytes32 claim) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(mediation), address(deals), dealId, hashOf(claim), uint256(1)));
    }

    function expectMatch(bytes memory reason) private {
        bytes memory a = signJob(job);
        bytes memory b = signResource(resource);
        vm.expectRevert(reason);
        deals.matchOffers(job, a, resource, b);
    }

    // --- match ---

    function test_match_moves_what_was_signed_for() public {
        uint256 c = free(creator);
        uint256 s = free(solver);
        resource.matchFee = 0.02 ether;
        uint256 p = free(provider);
        bytes32 dealId = agreed();
        eq(locked(creator), 1 ether + CHECK_FUND, "price and check fund");
        eq(free(creator), c - 1 ether - CHECK_FUND - 0.01 ether, "creator");
        eq(free(solver), s + 0.03 ether, "the solver earns what both offered");
        eq(free(provider), p - 0.02 ether, "provider");
        eq(exposed(provider), K, "collateral");
        eq(dealId, deals.idOf(job, resource), "id");
        eq(deals.statusOf(dealId), Status.Agreed);
        checkSolvent(12);
    }

    function test_match_reverts_when_replayed() public {
        agreed();
        expectMatch(abi.encodeWithSelector(Deals.NonceUsed.selector, provider, 1));
        // The creator's offer with another provider's.
        resource.nonce = 2;
        expectMatch(abi.encodeWithSelector(Deals.NonceUsed.selector, creator, 1));
    }

    function test_match_reverts_when_cancelled() public {
        vm.prank(creator);
        deals.cancel(1);
        expectMatch(abi.encodeWithSelector(Deals.NonceUsed.selector, creator, 1));
        vm.expectRevert(abi.encodeWithSelector(Deals.NonceUsed.selector, creator, 1));
        vm.prank(creator);
        deals.cancel(1);
    }

    function test_match_reverts_when_expired() public {
        job.expiry = uint64(block.timestamp - 1);
        expectMatch(abi.encodeWithSelector(Deals.OfferExpired.selector, job.expiry));
        job.expiry += 1;
        resource.expiry = uint64(block.timestamp - 1);
        expectMatch(abi.encodeWithSelector(Deals.OfferExpired.selector, resource.expiry));
    }

    function test_match_reverts_on_another_chain_and_contract() public {
        bytes memory a = signJob(job);
        bytes memory b = signResource(resource);
        Deals other = new Deals(ledger, directory, mediation, address(requests), FLOOR);
        vm.expectRevert(abi.encodeWithSelector(Deals.InvalidSignature.selector, provider));
        other.matchOffers(job, a, resource, b);
        vm.chainId(99);
        vm.expectRevert(abi.encodeWithSelector(Deals.InvalidSignature.selector, provider));
        deals.matchOffers(job, a, resource, b);
    }

    function test_match_a_solver_can_alter_nothing(uint256 word, uint256 flip) public {
        // Any change in any word of an offer, and the signature does not hold.
        bytes memory a = signJob(job);
        bytes memory b = signResource(resource);
        bytes memory call_ = abi.encodeCall(deals.matchOffers, (job, a, resource, b));
        // Four head words hold the offers inline: 21 and an offset, then 9 and an offset.
        word = bound(word, 0, 29);
        if (word > 20) ++word;
        flip = bound(flip, 1, type(uint256).max);
        assembly {
            let at_ := add(add(call_, 36), mul(word, 32))
            mstore(at_, xor(mload(at_), flip))
        }
        (bool ok,) = address(deals).call(call_);
        check(!ok, "matched an altered offer");
    }

    function test_match_reverts_with_a_malleable_signature() public {
        bytes memory a = signJob(job);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PROVIDER_KEY, deals.hashResource(resource));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes memory high = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(Deals.InvalidSignature.selector, provider));
        deals.matchOffers(job, a, resource, high);
    }

    function test_match_of_contract_wallets() public {
        address c = address(new Wallet(creator));
        address p = address(new Wallet(provider));
        fund(c, 10 ether, 0);
        fund(p, 0, 1_000 ether);
        job.creator = c;
        resource.provider = p;
        agreed();
        eq(exposed(p), K, "collateral");
        resource.nonce = 2;
        bytes memory a = signJob(job);
        bytes memory wrong = signature(0xbad, deals.hashResource(resource));
        vm.expectRevert(abi.encodeWithSelector(Deals.InvalidSignature.selector, p));
        deals.matchOffers(job, a, resource, wrong);
    }

    function test_match_reverts_for_a_creator_that_provides() public {
        resource.provider = creator;
        expectMatch(abi.encodeWithSelector(Offers.Mismatch.selector, "a creator cannot provide for itself"));
    }

    function test_match_reverts_above_the_price() public {
        resource.price = job.price + 1;
        expectMatch(abi.encodeWithSelector(Offers.Mismatch.selector, "price"));
        resource.price = job.price;
        job.rate = 10;
        expectMatch(abi.encodeWithSelector(Offers.Mismatch.selector, "the provider does not meter"));
        resource.rate = 11;
        expectMatch(abi.encodeWithSelector(Offers.Mismatch.selector, "price"));
    }

    function test_match_reverts_below_the_multiple() public {
        job.multiple = 201;
        expectMatch(abi.encodeWithSelector(Offers.Mismatch.selector, "multiple"));
    }

    function test_match_reverts_where_cheating_would_pay() public {
        // f/p - f = 99 f at one percent.
        resource.multiple = 98;
        job.multiple = 0;
        expectMatch(abi.encodeWithSelector(Offers.CollateralTooSmall.selector, uint16(98), uint16(100)));
        resource.multiple = 99;
        agreed();
    }

    function test_match_reverts_without_any_check() public {
        job.checkRate = 99;
        expectMatch(abi.encodeWithSelector(Offers.BadOffer.selector, "checkRate"));
        job.checkRate = 10_001;
        expectMatch(abi.encodeWithSelector(Offers.BadOffer.selector, "checkRate"));
    }

    function test_match_reverts_with_windows_that_can_be_stuffed() public {
        job.submitWindow = uint32(FLOOR) - 1;
        expectMatch(abi.encodeWithSelector(Offers.BadOffer.selector, "submitWindow"));
        job.submitWindow = 8 days;
        expectMatch(abi.encodeWithSelector(Offers.BadOffer.selector, "submitWindow"));
        job.submitWindow = 1 hours;
        job.judgeWindow = uint32(FLOOR) - 1;
        expectMatch(abi.encodeWithSelector(Offers.BadOffer.selector, "judgeWindow"));
        job.judgeWindow = 1 hours;
        job.commitWindow = uint32(FLOOR) - 1;
        expectMatch(abi.encodeWithSelector(MediationRules.BadWindow.selector, FLOOR - 1));
        job.commitWindow = 1 hours;
        job.revealWindow = 8 days;
        expectMatch(abi.encodeWithSelector(MediationRules.BadWindow.selector, 8 days));
    }

    function test_match_reverts_with_terms_that_mediation_would_refuse() public {
        job.mediators = 3;
        expectMatch(abi.encodeWithSelector(MediationRules.PoolTooSmall.selector, 2, 3));
        job.mediators = type(uint256).max;
        job.n = 0;
        expectMatch(abi.encodeWithSelector(MediationRules.PoolTooSmall.selector, 64, 0));
        job.n = 3;
        // 64 in the pool: levels of 3, 7, 15, 31 and 8.
        uint256 needs = uint256(0.1 ether) * 32 * 5 / 4 + 1;
        eq(mediation.leastDeposit(3, 64, 0.1 ether), needs, "as anyone can ask");
        job.mediatorDeposit = uint96(needs - 1);
        expectMatch(abi.encodeWithSelector(MediationRules.DepositTooSmall.selector, needs - 1, needs));
        job.mediatorFee = type(uint96).max;
        expectMatch(abi.encodeWithSelector(Offers.BadOffer.selector, "mediatorFee"));
    }

    function test_match_reverts_where_money_or_stake_is_missing() public {
        resource.multiple = 8_001;
        expectMatch(
            abi.encodeWithSelector(ILedger.InsufficientStake.selector, provider, 8_000 ether, 8_001 ether)
        );
        resource.multiple = 200;
        uint256 has = free(creator);
        vm.prank(creator);
        ledger.withdraw(payable(creator), has);
        expectMatch(abi.encodeWithSelector(ILedger.InsufficientFree.selector, creator, 0, 1.31 ether));
    }

    // --- submit and expire ---

    function test_submit_until_the_last_second_and_no_later() public {
        bytes32 dealId = agreed();
        uint256 by = block.timestamp + 1 hours;
        vm.warp(by + 1);
        vm.expectRevert(abi.encodeWithSelector(Deals.TooLate.selector, by));
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        vm.warp(by);
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        check(deals.isResult(dealId, result), "result");
        check(!deals.isResult(dealId, Result(result.digest, 1)), "fuel is part of it");
    }

    function test_submit_reverts_for_others_and_twice() public {
        bytes32 dealId = agreed();
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, stranger));
        vm.prank(stranger);
        deals.submit(dealId, result.digest, result.fuel);
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, dealId, Status.Submitted));
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, bytes32(0), Status.None));
        deals.submit(0, 0, 0);
    }

    function test_exit_expire_by_anyone_when_the_provider_vanishes() public {
        uint256 before = free(creator);
        bytes32 dealId = agreed();
        uint256 by = block.timestamp + 1 hours;
        vm.warp(by);
        vm.expectRevert(abi.encodeWithSelector(Deals.TooEarly.selector, by));
        deals.expire(job, resource);
        vm.warp(by + 1);
        vm.prank(stranger);
        deals.expire(job, resource);
        eq(deals.statusOf(dealId), Status.Expired);
        eq(free(creator), before - 0.01 ether + 0.8 ether, "all but the match fee, and four fifths of a price");
        eq(staked(provider), 9_999 ether, "lateness costs one price");
        eq(exposed(provider), 0, "the rest is released");
        eq(ledger.burnt(), 0.2 ether, "a fifth is burnt");
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, dealId, Status.Expired));
        deals.expire(job, resource);
        checkSolvent(12);
    }

    // --- accept, draw, finalize ---

    function test_accept_pays_at_once() public {
        uint256 p = free(provider);
        uint256 c = free(creator);
        bytes32 dealId = handedIn();
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, stranger));
        vm.prank(stranger);
        deals.accept(job, resource, result);
        vm.prank(creator);
        deals.accept(job, resource, result);
        eq(deals.statusOf(dealId), Status.Accepted);
        eq(free(provider), p + 0.99 ether, "less one percent");
        eq(free(treasury), 1 ether + 0.01 ether, "fee");
        eq(free(creator), c - 1.01 ether, "price and match fee");
        eq(exposed(provider), 0, "released");
        eq(locked(creator), 0, "nothing stays");
        checkSolvent(12);
    }

    function test_accept_reverts_on_another_result() public {
        bytes32 dealId = handedIn();
        result.fuel = 1;
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongResult.selector, dealId));
        vm.prank(creator);
        deals.accept(job, resource, result);
    }

    function test_metered_price_is_fuel_times_rate_up_to_the_maximum(uint64 fuel, uint96 rate) public {
        rate = uint96(bound(rate, 1, 1 ether));
        job.rate = rate;
        resource.rate = rate;
        resource.multiple = 99;
        result.fuel = fuel;
        uint256 before = all(creator);
        handedIn();
        vm.prank(creator);
        deals.accept(job, resource, result);
        uint256 due = uint256(fuel) * rate / 1_000_000;
        if (due > job.price) due = job.price;
        eq(all(creator), before - 0.01 ether - due, "due");
        checkSolvent(12);
    }

    function test_exit_finalize_by_anyone_when_the_client_never_answers() public {
        uint256 p = free(provider);
        bytes32 dealId = handedIn();
        bytes memory header = missHeader(dealId);
        uint256 by = block.timestamp + 1 hours;
        vm.warp(by);
        vm.expectRevert(abi.encodeWithSelector(Deals.TooEarly.selector, by));
        deals.finalize(job, resource, result, header);
        vm.warp(by + 1);
        vm.prank(stranger);
        deals.finalize(job, resource, result, header);
        eq(deals.statusOf(dealId), Status.Accepted);
        eq(free(provider), p + 0.99 ether, "paid");
        checkSolvent(12);
    }

    function test_finalize_cannot_skip_the_draw() public {
        bytes32 dealId = handedIn();
        vm.warp(block.timestamp + 2 hours);
        vm.expectRevert(
            abi.encodeWithSelector(BlockRandomness.BlockNotYet.selector, block.number + 2, block.number)
        );
        deals.finalize(job, resource, result, "");
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, job.checkRate, true));
        deals.finalize(job, resource, result, header);
        eq(deals.statusOf(dealId), Status.Checking);
    }

    function test_draw_before_the_end_of_the_window_and_finalize_without_header() public {
        bytes32 dealId = handedIn();
        deals.draw(job, resource, result, missHeader(dealId));
        eq(deals.statusOf(dealId), Status.Submitted);
        vm.expectRevert(abi.encodeWithSelector(Deals.DrawDone.selector, dealId));
        deals.draw(job, resource, result, "");
        vm.expectRevert(abi.encodeWithSelector(Deals.DrawDone.selector, dealId));
        deals.rearm(dealId);
        vm.warp(block.timestamp + 2 hours);
        deals.finalize(job, resource, result, "");
        eq(deals.statusOf(dealId), Status.Accepted);
    }

    function test_draw_hits_as_often_as_agreed() public {
        job.checkRate = 2_500;
        bytes32 dealId = handedIn();
        uint256 hits = 0;
        for (uint256 i = 0; i < 400; ++i) {
            uint256 state = vm.snapshotState();
            deals.draw(job, resource, result, mineWith(deals.dealAt(dealId).seedBlock, keccak256(abi.encode(i))));
            bool hit = deals.statusOf(dealId) == Status.Checking;
            vm.revertToState(state);
            if (hit) ++hits;
        }
        check(hits > 70 && hits < 130, "a quarter of 400");
    }

    function test_exit_rearm_by_anyone_when_the_seed_is_gone() public {
        bytes32 dealId = handedIn();
        uint256 seedBlock = deals.dealAt(dealId).seedBlock;
        vm.expectRevert(abi.encodeWithSelector(Deals.SeedAtHand.selector, seedBlock));
        deals.rearm(dealId);
        vm.roll(seedBlock + 1);
        vm.expectRevert(abi.encodeWithSelector(Deals.SeedAtHand.selector, seedBlock));
        deals.rearm(dealId);
        vm.roll(seedBlock + 300);
        vm.warp(block.timestamp + 2 hours);
        vm.expectRevert(
            abi.encodeWithSelector(BlockRandomness.BlockhashGone.selector, seedBlock, block.number)
        );
        deals.finalize(job, resource, result, "");
        vm.prank(stranger);
        deals.rearm(dealId);
        deals.finalize(job, resource, result, missHeader(dealId));
        eq(deals.statusOf(dealId), Status.Accepted);
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, dealId, Status.Accepted));
        deals.rearm(dealId);
    }

    // --- checks ---

    function test_upheld_pays_provider_and_mediators() public {
        uint256 p = free(provider);
        uint256 c = free(creator);
        (bytes32 dealId, bytes32 caseId) = checking();
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(claimOf(result)));
        eq(deals.statusOf(dealId), Status.Upheld);
        eq(free(provider), p + 0.99 ether, "paid");
        eq(free(creator), c - 1.01 ether - CHECK_FUND, "the check is paid from the check fund");
        eq(locked(creator), 0, "nothing stays");
        eq(exposed(provider), 0, "released");
        checkSolvent(12);
    }

    function test_refuted_by_the_draw() public {
        uint256 c = free(creator);
        (bytes32 dealId, bytes32 caseId) = checking();
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(keccak256("the truth")));
        eq(deals.statusOf(dealId), Status.Refuted);
        eq(staked(provider), 10_000 ether - K, "all of K");
        eq(free(creator), c - 0.01 ether + K * 4 / 10, "damages, and the check fund back out of K");
        eq(ledger.burnt(), K * 6 / 10 - CHECK_FUND, "burnt");
        eq(locked(creator), 0, "nothing stays");
        checkSolvent(12);
    }

    function challenged(address by) private returns (bytes32 dealId, bytes32 caseId) {
        dealId = handedIn();
        vm.prank(by);
        deals.checkResult(job, resource, result);
        caseId = caseOf(dealId, claimOf(result));
        drawCase(caseId, keccak256("seed"));
    }

    function test_a_successful_challenger_is_rewarded() public {
        uint256 s = all(stranger);
        uint256 c = all(creator);
        (bytes32 dealId, bytes32 caseId) = challenged(stranger);
        eq(all(stranger), s, "a bond, not a payment");
        voteAll(caseId, list(keccak256("the truth")));
        eq(deals.statusOf(dealId), Status.Refuted);
        eq(free(stranger), s + K / 5, "reward, and the mediators' fees out of K");
        eq(free(creator), c - 0.01 ether + K * 4 / 10, "damages");
        check(ledger.burnt() >= K / 5, "a fifth");
        checkSolvent(12);
    }

    function test_a_failed_challenge_costs_the_challenger_its_fees_only() public {
        uint256 s = all(stranger);
        uint256 c = all(creator);
        (bytes32 dealId, bytes32 caseId) = challenged(stranger);
        voteAll(caseId, list(claimOf(result)));
        eq(deals.statusOf(dealId), Status.Upheld);
        eq(free(stranger), s - CHECK_FUND, "mediators");
        eq(free(creator), c - 1.01 ether, "the creator's fund is untouched");
        eq(locked(stranger) + locked(creator), 0, "nothing stays");
        checkSolvent(12);
    }

    function test_checkResult_never_slashes_the_creator() public {
        uint256 c = all(creator);
        (bytes32 dealId, bytes32 caseId) = challenged(creator);
        voteAll(caseId, list(claimOf(result)));
        eq(deals.statusOf(dealId), Status.Upheld);
        eq(free(creator), c - 1.01 ether - CHECK_FUND, "price, match fee and check fund, as signed");
        checkSolvent(12);
    }

    function test_checkResult_reverts_late_for_the_provider_and_twice() public {
        bytes32 dealId = handedIn();
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, provider));
        vm.prank(provider);
        deals.checkResult(job, resource, result);
        uint256 by = block.timestamp + 1 hours;
        vm.warp(by + 1);
        vm.expectRevert(abi.encodeWithSelector(Deals.TooLate.selector, by));
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
        vm.warp(by);
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, dealId, Status.Checking));
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
    }

    function test_probeDeterminism_is_the_providers_and_paid_by_it() public {
        bytes32 dealId = handedIn();
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, stranger));
        vm.prank(stranger);
        deals.probeDeterminism(job, resource, result);
        uint256 p = free(provider);
        vm.prank(provider);
        deals.probeDeterminism(job, resource, result);
        eq(free(provider), p - CHECK_FUND, "locked");
        bytes32 caseId = caseOf(dealId, claimOf(result));
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(claimOf(result)));
        eq(free(provider), p - CHECK_FUND + 0.99 ether, "paid the mediators, and was paid");
        checkSolvent(12);
    }

    function test_a_refuted_probe_gives_the_provider_nothing_back() public {
        bytes32 dealId = handedIn();
        uint256 p = free(provider);
        vm.prank(provider);
        deals.probeDeterminism(job, resource, result);
        bytes32 caseId = caseOf(dealId, claimOf(result));
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(keccak256("the truth")));
        eq(deals.statusOf(dealId), Status.Refuted);
        eq(free(provider), p - CHECK_FUND, "no reward for refuting oneself");
        checkSolvent(12);
    }

    function test_non_determinism_marks_the_module_and_slashes_nobody() public {
        job.mediators = 7;
        uint256 p = free(provider);
        uint256 c = free(creator);
        (bytes32 dealId, bytes32 caseId) = checking();
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(keccak256("a"), keccak256("b"), keccak256("c")));
        eq(deals.statusOf(dealId), Status.NonDeterministic);
        eq(deals.marks(job.module), 1, "marked");
        eq(free(provider), p + 0.8 ether, "its cost");
        eq(staked(provider), 10_000 ether, "not slashed");
        eq(free(creator), c - 0.01 ether - 0.8 ether - CHECK_FUND, "the rest");
        checkSolvent(12);
    }

    function test_exit_unresolved_when_no_mediator_answers() public {
        job.mediators = 7;
        uint256 p = free(provider);
        uint256 c = free(creator);
        (bytes32 dealId, bytes32 caseId) = checking();
        drawCase(caseId, keccak256("seed"));
        vm.warp(mediation.caseOf(caseId).revealBy + 1);
        vm.prank(stranger);
        mediation.tally(caseId);
        eq(deals.statusOf(dealId), Status.Unresolved);
        eq(free(creator), c - 0.01 ether, "refunded");
        eq(free(provider), p + 3 * 2 ether, "the absent compensate it");
        eq(exposed(provider), 0, "released");
        eq(locked(address(deals)), 0, "nothing stays");
        checkSolvent(12);
    }

    function test_nobody_judges_its_own_case() public {
        fund(creator, 0, 100 ether);
        fund(stranger, 0, 100 ether);
        address[3] memory parties = [creator, provider, stranger];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(parties[i]);
            directory.joinMediators();
        }
        bytes32 dealId = handedIn();
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
        bytes32 caseId = caseOf(dealId, claimOf(result));
        eq(mediation.caseOf(caseId).pool & (7 << 12), 0, "parties");
    }

    function test_onVerdict_reverts_for_others() public {
        (bytes32 dealId, bytes32 caseId) = checking();
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, address(this)));
        deals.onVerdict(caseId, dealId, Verdict.Upheld, 0, 0, 0);
        // Nor could a second verdict, or one about nothing, move money.
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, bytes32(0), Status.None));
        vm.prank(address(mediation));
        deals.onVerdict(caseId, 0, Verdict.Upheld, 0, 0, 0);
    }

    function test_block_stuffing_at_a_deadline_must_last_a_whole_window() public {
        // The party that waits for the last second takes the risk; the other has at least the floor, in every state.
        job.submitWindow = uint32(FLOOR);
        job.judgeWindow = uint32(FLOOR);
        bytes32 dealId = agreed();
        vm.warp(block.timestamp + FLOOR);
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        vm.warp(block.timestamp + FLOOR);
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
        eq(deals.statusOf(dealId), Status.Checking);
    }

    // --- waiver ---

    function test_a_listed_project_pays_no_fee() public {
        job.project = keccak256("project");
        vm.prank(lister);
        directory.listProject(job.project, creator, 1 ether, block.timestamp + 1 days);
        uint256 p = free(provider);
        handedIn();
        // What the lister does afterwards changes nothing.
        vm.prank(lister);
        directory.listProject(job.project, creator, 0, 0);
        vm.prank(creator);
        deals.accept(job, resource, result);
        eq(free(provider), p + 1 ether, "no fee");
    }

    function test_an_unlisted_project_pays_the_fee() public {
        job.project = keccak256("project");
        uint256 p = free(provider);
        handedIn();
        vm.prank(creator);
        deals.accept(job, resource, result);
        eq(free(provider), p + 0.99 ether, "fee");
    }

    // --- escrow ---

    function test_escrow_replaces_the_signature() public {
        uint256 c = free(creator);
        vm.prank(creator);
        bytes32 jobHash = deals.escrow(job);
        eq(free(creator), c - 1.56 ether, "the most it can cost");
        bytes memory b = signResource(resource);
        vm.prank(solver);
        bytes32 dealId = deals.matchOffers(job, "", resource, b);
        eq(deals.dealOf(jobHash), dealId, "deal");
        eq(free(creator), c - 1.31 ether, "what is too much comes back");
        checkSolvent(12);
    }

    function test_escrow_reverts_for_others_twice_and_late() public {
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, stranger));
        vm.prank(stranger);
        deals.escrow(job);
        vm.prank(creator);
        deals.escrow(job);
        vm.expectRevert(abi.encodeWithSelector(Deals.NonceUsed.selector, creator, 1));
        vm.prank(creator);
        deals.escrow(job);
        vm.warp(uint256(job.expiry) + 1);
        vm.expectRevert(abi.encodeWithSelector(Deals.OfferExpired.selector, job.expiry));
        vm.prank(creator);
        deals.escrow(job);
    }

    function test_without_escrow_an_empty_signature_is_nothing() public {
        bytes memory b = signResource(resource);
        vm.expectRevert(abi.encodeWithSelector(Deals.InvalidSignature.selector, creator));
        deals.matchOffers(job, "", resource, b);
    }

    function test_exit_reclaim_by_anyone_when_nobody_matches() public {
        uint256 c = free(creator);
        vm.prank(creator);
        bytes32 jobHash = deals.escrow(job);
        vm.expectRevert(abi.encodeWithSelector(Deals.TooEarly.selector, job.expiry));
        deals.reclaim(job);
        vm.warp(uint256(job.expiry) + 1);
        vm.prank(stranger);
        deals.reclaim(job);
        eq(free(creator), c, "all of it");
        vm.expectRevert(abi.encodeWithSelector(Deals.NotEscrowed.selector, jobHash));
        deals.reclaim(job);
        checkSolvent(12);
    }
}
