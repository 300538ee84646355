// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Deals} from "../src/Deals.sol";
import {Mediation} from "../src/Mediation.sol";
import {ILedger} from "../src/interfaces/ILedger.sol";
import {JobOffer, ResourceOffer, Result, Status} from "../src/interfaces/IDeals.sol";
import {BlockRandomness} from "../src/BlockRandomness.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

/// Calls for a party that starts the transaction, as a phishing page would.
contract Phisher {
    function take(Deals deals, JobOffer calldata job, ResourceOffer calldata resource, Result calldata result)
        external
    {
        deals.accept(job, resource, result);
    }

    function withdraw(ILedger ledger) external {
        ledger.withdraw(payable(address(this)), 1);
    }

    receive() external payable {}
}

/// @notice The faults found in Lilypad v1's contracts, one test each, by their number in the notes on earlier systems.
contract LilypadTest is MarketFixture {
    JobOffer private job;
    ResourceOffer private resource;
    Result private result = aResult();

    function setUp() public override {
        super.setUp();
        addMediators(10);
        job = jobOffer();
        resource = resourceOffer();
    }

    function caseOf(bytes32 dealId) private view returns (bytes32) {
        return keccak256(
            abi.encode(block.chainid, address(mediation), address(deals), dealId, hashOf(claimOf(result)), uint256(1))
        );
    }

    /// 1. Two of four timeouts always revert. Here, each state that waits for a party is left by a stranger.
    function test_lilypad_01_every_timeout_works() public {
        matched(job, resource);
        vm.warp(block.timestamp + 1 hours + 1);
        vm.prank(stranger);
        deals.expire(job, resource);
        eq(exposed(provider) + locked(creator), 0, "a provider that vanishes locks nothing");

        job.nonce = resource.nonce = 2;
        bytes32 dealId = submitted(job, resource, result);
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, 100, false));
        vm.warp(block.timestamp + 1 hours + 1);
        vm.prank(stranger);
        deals.finalize(job, resource, result, header);
        eq(exposed(provider) + locked(creator), 0, "nor does a client that vanishes");
    }

    /// 2. A late check lets a cheat take its collateral back at once. Here, a case has its own windows, from its draw on.
    function test_lilypad_02_a_check_in_the_last_second_cannot_be_escaped() public {
        bytes32 dealId = submitted(job, resource, result);
        vm.warp(block.timestamp + 1 hours);
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
        vm.warp(block.timestamp + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, dealId, Status.Checking));
        vm.prank(provider);
        deals.finalize(job, resource, result, "");
        vm.expectRevert(abi.encodeWithSelector(Deals.WrongStatus.selector, dealId, Status.Checking));
        vm.prank(provider);
        deals.expire(job, resource);
        eq(exposed(provider), 200 ether, "still at stake");
        bytes32 caseId = caseOf(dealId);
        drawCase(caseId, keccak256("seed"));
        eq(mediation.caseOf(caseId).commitBy, block.timestamp + 1 hours, "a full window");
        vm.expectRevert(abi.encodeWithSelector(Mediation.TooEarly.selector, block.timestamp + 2 hours));
        mediation.tally(caseId);
    }

    /// 3. A late result is accepted.
    function test_lilypad_03_a_late_result_reverts() public {
        bytes32 dealId = matched(job, resource);
        uint256 by = block.timestamp + 1 hours;
        vm.warp(by + 1);
        vm.expectRevert(abi.encodeWithSelector(Deals.TooLate.selector, by));
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
    }

    /// 4. The provider reports its own instruction count: zero, and nothing is at stake; too many, and all is paid. Here,
    /// collateral does not depend on it, and fuel is part of what mediators must find.
    function test_lilypad_04_a_false_claim_of_work_is_refuted() public {
        job.rate = resource.rate = 100 gwei;
        resource.price = 0;
        Result memory honest = Result(result.digest, 5_000_000);
        result.fuel = type(uint64).max;
        bytes32 dealId = submitted(job, resource, result);
        eq(exposed(provider), 250 ether, "collateral follows the maximum, whatever the fuel");
        vm.prank(stranger);
        deals.checkResult(job, resource, result);
        bytes32 caseId = caseOf(dealId);
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(claimOf(honest)));
        eq(deals.statusOf(dealId), Status.Refuted);
    }

    /// 5. Whoever calls first fixes a deal's members. Here, its id is the hash of what both signed.
    function test_lilypad_05_a_deal_id_cannot_be_squatted() public {
        bytes memory good = signResource(resource);
        JobOffer memory squat = job;
        squat.creator = stranger;
        bytes memory forged = signature(0xbad, deals.hashJob(squat));
        vm.expectRevert(abi.encodeWithSelector(Deals.InvalidSignature.selector, stranger));
        vm.prank(stranger);
        deals.matchOffers(squat, forged, resource, good);
        check(deals.idOf(squat, resource) != deals.idOf(jobOffer(), resource), "another id anyway");
        job = jobOffer();
        eq(matched(job, resource), deals.idOf(job, resource), "id");
    }

    /// 6. A timeout gives back another sum than was paid in.
    function test_lilypad_06_refunds_are_what_was_locked(uint96 price, uint96 fee) public {
        job.price = resource.price = uint96(bound(price, 1, 30 ether));
        job.mediatorFee = uint96(bound(fee, 1, 0.1 ether));
        uint256 c = all(creator);
        matched(job, resource);
        vm.warp(block.timestamp + 1 hours + 1);
        deals.expire(job, resource);
        eq(all(creator), c - job.matchFee + uint256(job.price) * 8 / 10, "all of it, and damages");
        eq(locked(creator), 0, "nothing is left behind");
    }

    /// 7. When the client never judges, the provider is not paid and the payment sticks.
    function test_lilypad_07_a_silent_client_pays() public {
        uint256 p = free(provider);
        bytes32 dealId = submitted(job, resource, result);
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, 100, false));
        vm.warp(block.timestamp + 1 hours + 1);
        deals.finalize(job, resource, result, header);
        eq(free(provider), p + 0.99 ether, "paid");
        eq(locked(creator), 0, "nothing sticks");
    }

    /// 8. tx.origin is asked who one is. Here, only msg.sender is.
    function test_lilypad_08_the_origin_of_a_transaction_means_nothing() public {
        submitted(job, resource, result);
        Phisher phisher = new Phisher();
        vm.expectRevert(abi.encodeWithSelector(Deals.NotAllowed.selector, address(phisher)));
        vm.prank(creator, creator);
        phisher.take(deals, job, resource, result);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientFree.selector, address(phisher), 0, 1));
        vm.prank(creator, creator);
        phisher.withdraw(ledger);
    }

    /// 9. One unstaked mediator, drawn by the block's time, sees the answer and judges alone. Here, the block is fixed
    /// before its randomness exists, nobody can choose another, and n who are staked vote in secret.
    function test_lilypad_09_the_draw_cannot_be_ground() public {
        bytes32 dealId = submitted(job, resource, result);
        uint256 seedBlock = deals.dealAt(dealId).seedBlock;
        check(seedBlock > block.number, "not known at submission");
        bytes memory liked = headerWith(seedFor(dealId, 100, false));
        bytes memory real = headerWith(seedFor(dealId, 100, true));
        vm.roll(seedBlock + 1);
        vm.setBlockhash(seedBlock, keccak256(real));
        vm.expectRevert(abi.encodeWithSelector(BlockRandomness.WrongHeader.selector, seedBlock));
        deals.draw(job, resource, result, liked);
        // Later transactions, other callers and times: the same draw.
        vm.roll(seedBlock + 200);
        vm.setBlockhash(seedBlock, keccak256(real));
        vm.warp(block.timestamp + 33 minutes);
        vm.prank(provider);
        deals.draw(job, resource, result, real);
        eq(deals.statusOf(dealId), Status.Checking);
        bytes32 caseId = caseOf(dealId);
        drawCase(caseId, keccak256("seed"));
        eq(exposed(drawnOf(caseId)[0]), job.mediatorDeposit, "mediators are staked");
    }

    /// 10. What is slashed goes to the owner, so a client has no reason to check.
    function test_lilypad_10_the_victim_is_compensated() public {
        uint256 c = all(creator);
        bytes32 dealId = submitted(job, resource, result);
        vm.prank(creator);
        deals.checkResult(job, resource, result);
        bytes32 caseId = caseOf(dealId);
        drawCase(caseId, keccak256("seed"));
        voteAll(caseId, list(keccak256("the truth")));
        eq(deals.statusOf(dealId), Status.Refuted);
        check(all(creator) > c, "checking paid");
    }

    /// 11. Escrow is kept by address, so one deal's error drains another. Here, a deal moves what it locked.
    function test_lilypad_11_deals_of_one_account_do_not_mix() public {
        submitted(job, resource, result);
        JobOffer memory second = jobOffer();
        ResourceOffer memory other = resourceOffer();
        second.nonce = other.nonce = 2;
        other.price = 0.5 ether;
        bytes32 open = submitted(second, other, result);
        vm.prank(creator);
        deals.accept(job, resource, result);
        eq(locked(creator), 0.5 ether + 0.3 ether, "the other deal's money");
        eq(exposed(provider), 100 ether, "and collateral");
        vm.prank(creator);
        deals.accept(second, other, result);
        eq(deals.statusOf(open), Status.Accepted);
        eq(locked(creator) + exposed(provider), 0, "both are done");
    }

    /// 12. A contract's request only looks at an allowance, which can be taken away. Here, its money is locked.
    function test_lilypad_12_a_requests_money_cannot_be_taken_away() public {
        fund(address(this), 0, 0);
        vm.deal(address(this), 2 ether);
        requests.requestJob{value: 1.56 ether}(job, 0);
        eq(locked(address(this)), 1.56 ether, "locked at once");
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientFree.selector, address(this), 0, 1));
        ledger.withdraw(payable(address(this)), 1);
    }

    /// 13. A list of users is shifted with every change. Here, no cost depends on how many there are.
    function test_lilypad_13_no_loop_over_users() public {
        uint256 before = gasleft();
        matched(job, resource);
        uint256 alone = before - gasleft();
        for (uint256 i = 0; i < 200; ++i) {
            vm.prank(address(uint160(0x1000 + i)));
            directory.register(1, "age1", 0);
        }
        job.nonce = resource.nonce = 257;
        before = gasleft();
        matched(job, resource);
        check(before - gasleft() <= alone, "more users, more gas");
    }

    /// 14. Ids and contents are strings. Here, a submission is two words.
    function test_lilypad_14_no_strings_in_a_deal() public {
        bytes32 dealId = matched(job, resource);
        vm.prank(provider);
        uint256 before = gasleft();
        deals.submit(dealId, result.digest, result.fuel);
        check(before - gasleft() < 20_000, "a submission is one word of storage and an event");
    }
}
