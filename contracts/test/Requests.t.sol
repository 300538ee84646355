// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Requests} from "../src/Requests.sol";
import {Consumer} from "../src/examples/Consumer.sol";
import {JobOffer, ResourceOffer, Result, Status} from "../src/interfaces/IDeals.sol";
import {ILedger} from "../src/interfaces/ILedger.sol";
import {IResultReceiver} from "../src/interfaces/IResultReceiver.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

/// Asks for a job and misbehaves when it is called back.
contract BadConsumer is IResultReceiver {
    error Unwilling();

    Requests private requests;
    uint256 private how;
    uint256 public got;
    bytes4 public seen;

    constructor(Requests requests_, uint256 how_) {
        requests = requests_;
        how = how_;
    }

    function ask(JobOffer calldata job, uint32 gas_) external payable returns (uint256) {
        return requests.requestJob{value: msg.value}(job, gas_);
    }

    function onResult(uint256 id, Status, bytes32, string calldata) external {
        if (how == 0) revert Unwilling();
        if (how == 1) {
            while (true) ++got;
        }
        if (how == 2) {
            assembly {
                return(0, 1000000)
            }
        }
        if (how == 3) {
            try requests.deliver(id, Result(0, 0)) {}
            catch (bytes memory reason) {
                seen = bytes4(reason);
            }
        }
        got = gasleft();
    }
}

contract RequestsTest is MarketFixture {
    Consumer private consumer;
    ResourceOffer private resource;
    Result private result = aResult();

    function setUp() public override {
        super.setUp();
        addMediators(8);
        consumer = new Consumer(requests);
        resource = resourceOffer();
    }

    function asked() private returns (uint256 id, JobOffer memory job) {
        vm.deal(address(this), 2 ether);
        id = consumer.ask{value: 1.56 ether}(jobOffer());
        job = filled(address(consumer), id);
    }

    /// The offer as the event Requested has it.
    function filled(address by, uint256 id) private view returns (JobOffer memory job) {
        job = jobOffer();
        job.creator = by;
        job.callback = by;
        job.nonce = (1 << 255) + id;
    }

    /// Matched, submitted and accepted for lack of an objection.
    function done(JobOffer memory job) private returns (bytes32 dealId) {
        bytes memory b = signResource(resource);
        vm.prank(solver);
        dealId = deals.matchOffers(job, "", resource, b);
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, job.checkRate, false));
        vm.warp(block.timestamp + 2 hours);
        deals.finalize(job, resource, result, header);
    }

    function test_a_contract_has_a_job_run() public {
        (uint256 id, JobOffer memory job) = asked();
        eq(locked(address(consumer)), 1.56 ether, "escrowed");
        eq(free(address(consumer)), 0, "all of it");
        done(job);
        vm.prank(provider);
        requests.publish(id, job, resource, "https://provider/outputs");
        vm.prank(stranger);
        requests.deliver(id, result);
        eq(consumer.digestOf(id), result.digest, "called back");
        eq(consumer.statusOf(id), Status.Accepted);
        Requests.Request memory r = requests.result(id);
        check(r.called && r.delivered, "recorded");
        eq(keccak256(bytes(r.uri)), keccak256("https://provider/outputs"), "uri");
        uint256 before = address(this).balance;
        consumer.collect();
        eq(address(this).balance, before + 1.56 ether - 1.01 ether, "what is left");
    }

    function test_only_requests_calls_back_and_only_the_owner_collects() public {
        vm.expectRevert(abi.encodeWithSelector(Consumer.NotRequests.selector, address(this)));
        consumer.onResult(1, Status.Accepted, 0, "");
        vm.expectRevert(abi.encodeWithSelector(Consumer.NotOwner.selector, stranger));
        vm.prank(stranger);
        consumer.collect();
    }

    function test_request_reverts_without_its_money() public {
        vm.expectRevert(
            abi.encodeWithSelector(ILedger.InsufficientFree.selector, address(consumer), 0, 1.56 ether)
        );
        consumer.ask(jobOffer());
    }

    function test_request_reverts_with_too_much_callback_gas() public {
        vm.expectRevert(abi.encodeWithSelector(Requests.CallbackGasTooHigh.selector, 5_000_001, 5_000_000));
        requests.requestJob(jobOffer(), 5_000_001);
    }

    function test_deliver_reverts_before_the_end_twice_and_with_another_result() public {
        (uint256 id, JobOffer memory job) = asked();
        vm.expectRevert(abi.encodeWithSelector(Requests.NotFinal.selector, id));
        requests.deliver(id, result);
        vm.expectRevert(abi.encodeWithSelector(Requests.NotFinal.selector, 99));
        requests.deliver(99, result);
        done(job);
        vm.expectRevert(abi.encodeWithSelector(Requests.WrongResult.selector, id));
        requests.deliver(id, Result(result.digest, 1));
        requests.deliver(id, result);
        vm.expectRevert(abi.encodeWithSelector(Requests.AlreadyDelivered.selector, id));
        requests.deliver(id, result);
    }

    function test_publish_is_the_providers_short_and_in_time() public {
        (uint256 id, JobOffer memory job) = asked();
        vm.expectRevert(abi.encodeWithSelector(Requests.CannotPublish.selector, id, provider));
        vm.prank(provider);
        requests.publish(id, job, resource, "too early");
        done(job);
        vm.expectRevert(abi.encodeWithSelector(Requests.CannotPublish.selector, id, stranger));
        vm.prank(stranger);
        requests.publish(id, job, resource, "");
        ResourceOffer memory mine = resourceOffer();
        mine.provider = stranger;
        vm.expectRevert(abi.encodeWithSelector(Requests.CannotPublish.selector, id, stranger));
        vm.prank(stranger);
        requests.publish(id, job, mine, "");
        vm.expectRevert(abi.encodeWithSelector(Requests.CannotPublish.selector, id, provider));
        vm.prank(provider);
        requests.publish(id, job, resource, string(new bytes(257)));
        requests.deliver(id, result);
        vm.expectRevert(abi.encodeWithSelector(Requests.CannotPublish.selector, id, provider));
        vm.prank(provider);
        requests.publish(id, job, resource, "too late");
    }

    function test_a_failed_job_is_told_without_a_digest() public {
        (uint256 id, JobOffer memory job) = asked();
        bytes memory b = signResource(resource);
        deals.matchOffers(job, "", resource, b);
        vm.warp(block.timestamp + 2 hours);
        deals.expire(job, resource);
        requests.deliver(id, result);
        eq(consumer.statusOf(id), Status.Expired);
        eq(consumer.digestOf(id), 0, "no digest");
    }

    function test_exit_giveUp_when_nobody_matches() public {
        (uint256 id, JobOffer memory job) = asked();
        vm.expectRevert(abi.encodeWithSelector(Requests.NotFinal.selector, id));
        requests.giveUp(id, job);
        vm.expectRevert(abi.encodeWithSelector(Requests.WrongOffer.selector, id));
        requests.giveUp(id, jobOffer());
        vm.warp(uint256(job.expiry) + 1);
        vm.prank(stranger);
        requests.giveUp(id, job);
        eq(consumer.statusOf(id), Status.Expired);
        eq(free(address(consumer)), 1.56 ether, "all of it");
    }

    function test_giveUp_after_somebody_reclaimed() public {
        (uint256 id, JobOffer memory job) = asked();
        vm.warp(uint256(job.expiry) + 1);
        deals.reclaim(job);
        requests.giveUp(id, job);
        eq(free(address(consumer)), 1.56 ether, "once");
    }

    // --- callbacks that misbehave ---

    function bad(uint256 how, uint32 gas_) private returns (BadConsumer b, uint256 id) {
        b = new BadConsumer(requests, how);
        vm.deal(address(this), 2 ether);
        id = b.ask{value: 1.56 ether}(jobOffer(), gas_);
        done(filled(address(b), id));
    }

    function test_a_reverting_callback_stops_nothing() public {
        (, uint256 id) = bad(0, 100_000);
        requests.deliver(id, result);
        Requests.Request memory r = requests.result(id);
        check(r.delivered && !r.called, "recorded as failed");
        eq(r.digest, result.digest, "the result can still be had");
        eq(r.status, Status.Accepted);
    }

    function test_an_endless_callback_costs_its_own_gas_only() public {
        (, uint256 id) = bad(1, 100_000);
        uint256 before = gasleft();
        requests.deliver(id, result);
        check(before - gasleft() < 250_000, "capped");
        check(!requests.result(id).called, "recorded as failed");
    }

    function test_returned_bytes_are_not_copied() public {
        (, uint256 id) = bad(2, 5_000_000);
        uint256 before = gasleft();
        requests.deliver(id, result);
        check(before - gasleft() < 5_300_000, "a return bomb");
    }

    function test_a_reentrant_callback_is_delivered_once() public {
        (BadConsumer b, uint256 id) = bad(3, 200_000);
        requests.deliver(id, result);
        check(requests.result(id).called, "delivered");
        check(b.seen() == Requests.WrongResult.selector || b.seen() == Requests.AlreadyDelivered.selector, "refused");
    }

    function test_a_miser_cannot_make_a_callback_fail(uint256 gas_) public {
        (BadConsumer b, uint256 id) = bad(4, 1_000_000);
        gas_ = bound(gas_, 30_000, 1_400_000);
        (bool ok,) = address(requests).call{gas: gas_}(abi.encodeCall(requests.deliver, (id, result)));
        if (!ok) return check(!requests.result(id).delivered, "nothing happened");
        check(requests.result(id).called, "called");
        check(b.got() > 950_000, "with all of its gas");
    }

    receive() external payable {}
}
