// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Directory} from "../src/Directory.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

contract DirectoryTest is MarketFixture {
    bytes32 private constant PROJECT = keccak256("project");

    // --- construction and profile ---

    function test_reverts_with_a_fee_above_the_cap() public {
        vm.expectRevert(Directory.BadParameter.selector);
        new Directory(ledger, address(1), address(1), 1, 1, 201, treasury, lister);
        vm.expectRevert(Directory.BadParameter.selector);
        new Directory(ledger, address(1), address(1), 1, 1, 200, address(0), lister);
    }

    function test_register_keeps_roles_recipient_and_endpoint() public {
        bytes32 want = sha256("endpoint");
        vm.prank(stranger);
        directory.register(6, "age1abc", want);
        (uint8 roles, bytes32 endpoint) = directory.profileOf(stranger);
        eq(roles, 6, "roles");
        eq(endpoint, want, "endpoint");
        eq(keccak256(bytes(directory.recipientOf(stranger))), keccak256("age1abc"), "recipient");
    }

    function test_register_reverts_with_a_long_recipient() public {
        vm.expectRevert(abi.encodeWithSelector(Directory.RecipientTooLong.selector, 129));
        directory.register(0, string(new bytes(129)), 0);
    }

    function test_register_keeps_a_mediators_seat() public {
        addMediators(2);
        vm.prank(mediatorKey(1));
        directory.register(8, "age1abc", 0);
        (bool is_, uint8 index) = directory.indexOf(mediatorKey(1));
        check(is_ && index == 1, "seat");
    }

    // --- mediators ---

    function test_join_gives_the_lowest_free_index() public {
        addMediators(3);
        eq(directory.activeMediators(), 7, "active");
        check(directory.mediatorAt(2) == mediatorKey(2), "third");
    }

    function test_join_reverts_below_the_least_stake() public {
        vm.expectRevert(abi.encodeWithSelector(Directory.StakeTooSmall.selector, 0, LEAST_STAKE));
        vm.prank(stranger);
        directory.joinMediators();
    }

    function test_join_does_not_count_what_is_leaving() public {
        fund(stranger, 0, LEAST_STAKE);
        vm.prank(stranger);
        ledger.requestUnstake(1);
        vm.expectRevert(abi.encodeWithSelector(Directory.StakeTooSmall.selector, LEAST_STAKE - 1, LEAST_STAKE));
        vm.prank(stranger);
        directory.joinMediators();
    }

    function test_join_reverts_twice_and_before_the_old_index_is_free() public {
        addMediators(1);
        vm.expectRevert(abi.encodeWithSelector(Directory.AlreadyMediator.selector, mediatorKey(0)));
        vm.prank(mediatorKey(0));
        directory.joinMediators();
        vm.prank(mediatorKey(0));
        directory.leaveMediators();
        vm.expectRevert(abi.encodeWithSelector(Directory.AlreadyMediator.selector, mediatorKey(0)));
        vm.prank(mediatorKey(0));
        directory.joinMediators();
    }

    function test_join_reverts_when_all_indices_are_taken() public {
        addMediators(256);
        eq(directory.activeMediators(), type(uint256).max, "all");
        fund(stranger, 0, LEAST_STAKE);
        vm.expectRevert(Directory.RegistryFull.selector);
        vm.prank(stranger);
        directory.joinMediators();
        // Leaving makes room after the delay.
        vm.prank(mediatorKey(255));
        directory.leaveMediators();
        vm.warp(block.timestamp + REUSE_DELAY);
        directory.release(255);
        vm.prank(stranger);
        eq(directory.joinMediators(), 255, "index");
    }

    function test_leave_ends_draws_at_once_and_frees_the_index_later() public {
        addMediators(2);
        vm.prank(mediatorKey(0));
        directory.leaveMediators();
        eq(directory.activeMediators(), 2, "active");
        check(directory.mediatorAt(0) == mediatorKey(0), "open cases still find it");
        uint256 until = block.timestamp + REUSE_DELAY;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(Directory.NotReleasable.selector, uint8(0), until));
        directory.release(0);
        vm.warp(until);
        vm.prank(stranger);
        directory.release(0);
        check(directory.mediatorAt(0) == address(0), "free");
        (bool is_,) = directory.indexOf(mediatorKey(0));
        check(!is_, "no seat");
        vm.prank(mediatorKey(0));
        eq(directory.joinMediators(), 0, "index");
    }

    function test_release_reverts_for_an_index_in_use_or_free() public {
        addMediators(1);
        vm.expectRevert(abi.encodeWithSelector(Directory.NotReleasable.selector, uint8(0), uint256(0)));
        directory.release(0);
        vm.expectRevert(abi.encodeWithSelector(Directory.NotReleasable.selector, uint8(9), uint256(0)));
        directory.release(9);
    }

    function test_leave_reverts_for_others_and_twice() public {
        vm.expectRevert(abi.encodeWithSelector(Directory.NotMediator.selector, stranger));
        vm.prank(stranger);
        directory.leaveMediators();
        addMediators(1);
        vm.prank(mediatorKey(0));
        directory.leaveMediators();
        vm.expectRevert(abi.encodeWithSelector(Directory.NotMediator.selector, mediatorKey(0)));
        vm.prank(mediatorKey(0));
        directory.leaveMediators();
    }

    function test_evict_frees_a_seat_without_stake() public {
        addMediators(1);
        vm.expectRevert(abi.encodeWithSelector(Directory.StillStaked.selector, uint8(0)));
        directory.evict(0);
        vm.prank(mediatorKey(0));
        ledger.requestUnstake(100 ether);
        vm.prank(stranger);
        directory.evict(0);
        eq(directory.activeMediators(), 0, "active");
        vm.expectRevert(abi.encodeWithSelector(Directory.NotMediator.selector, mediatorKey(0)));
        directory.evict(0);
    }

    // --- public goods ---

    function listed(uint256 cap, uint256 expiry) private {
        vm.prank(lister);
        directory.listProject(PROJECT, creator, cap, expiry);
    }

    function waive(uint256 fee) private returns (bool) {
        vm.prank(address(deals));
        return directory.waive(PROJECT, creator, fee);
    }

    function test_waive_up_to_cap_and_expiry() public {
        check(!waive(1), "not listed");
        listed(10, block.timestamp + 1 days);
        check(waive(6), "within");
        check(!waive(5), "above what is left");
        check(waive(4), "the rest");
        listed(10, block.timestamp + 1 days);
        vm.warp(block.timestamp + 1 days + 1);
        check(!waive(1), "over");
    }

    function test_waive_is_for_the_listed_pair_only() public {
        listed(10, block.timestamp + 1 days);
        vm.prank(address(deals));
        check(!directory.waive(PROJECT, stranger, 1), "anyone may write a project's name");
    }

    function test_waive_reverts_for_others() public {
        vm.expectRevert(abi.encodeWithSelector(Directory.NotAllowed.selector, stranger));
        vm.prank(stranger);
        directory.waive(PROJECT, creator, 1);
    }

    function test_the_lister_touches_nothing_but_the_list() public {
        vm.expectRevert(abi.encodeWithSelector(Directory.NotAllowed.selector, stranger));
        vm.prank(stranger);
        directory.listProject(PROJECT, creator, 1, 1);
        // Of all functions that change something, these are all that look at the lister.
        vm.expectRevert(abi.encodeWithSelector(Directory.NotAllowed.selector, stranger));
        vm.prank(stranger);
        directory.offerLister(stranger);
        vm.prank(lister);
        directory.offerLister(solver);
        vm.expectRevert(abi.encodeWithSelector(Directory.NotAllowed.selector, stranger));
        vm.prank(stranger);
        directory.acceptLister();
        vm.prank(solver);
        directory.acceptLister();
        check(directory.lister() == solver, "lister");
        (uint16 bps, address to) = directory.protocolFee();
        check(bps == FEE_BPS && to == treasury, "fee");
    }
}
