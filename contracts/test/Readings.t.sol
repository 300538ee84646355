// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Readings} from "../src/Readings.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

contract ReadingsTest is MarketFixture {
    bytes32 private constant SUBJECT = keccak256("air temperature of hall 3");
    bytes32 private constant ROOT = keccak256("evidence");
    int64 private constant START = 1_700_000_000e9;
    int64 private constant END = START + 60e9;

    Readings private readings = new Readings();

    function test_commit_keeps_root_and_time(address sender, bytes32 subject, int64 start, int64 end, bytes32 root) public {
        vm.assume(root != 0 && start < end);
        vm.warp(1_800_000_000);
        vm.prank(sender);
        readings.commit(subject, start, end, root);
        expect(sender, subject, start, end, root, 1_800_000_000);
    }

    function test_nothing_is_committed_at_first(address sender, bytes32 subject, int64 start, int64 end) public view {
        expect(sender, subject, start, end, 0, 0);
    }

    function test_commit_reverts_a_second_time(bytes32 other) public {
        vm.assume(other != 0);
        vm.warp(1_800_000_000);
        readings.commit(SUBJECT, START, END, ROOT);
        vm.warp(1_900_000_000);
        vm.expectRevert(abi.encodeWithSelector(Readings.AlreadyCommitted.selector, ROOT, 1_800_000_000));
        readings.commit(SUBJECT, START, END, other);
        vm.expectRevert(abi.encodeWithSelector(Readings.AlreadyCommitted.selector, ROOT, 1_800_000_000));
        readings.commit(SUBJECT, START, END, ROOT);
        expect(address(this), SUBJECT, START, END, ROOT, 1_800_000_000);
    }

    function test_commit_takes_nobody_elses_place() public {
        vm.prank(stranger);
        readings.commit(SUBJECT, START, END, keccak256("a lie"));
        expect(creator, SUBJECT, START, END, 0, 0);
        vm.prank(creator);
        readings.commit(SUBJECT, START, END, ROOT);
        expect(creator, SUBJECT, START, END, ROOT, uint64(block.timestamp));
        expect(stranger, SUBJECT, START, END, keccak256("a lie"), uint64(block.timestamp));
    }

    function test_commit_is_to_one_subject_and_window() public {
        readings.commit(SUBJECT, START, END, ROOT);
        expect(address(this), keccak256("another"), START, END, 0, 0);
        expect(address(this), SUBJECT, START - 1, END, 0, 0);
        expect(address(this), SUBJECT, START, END + 1, 0, 0);
        readings.commit(SUBJECT, END, END + 60e9, keccak256("the next"));
        expect(address(this), SUBJECT, START, END, ROOT, uint64(block.timestamp));
    }

    function test_commit_reverts_without_a_root() public {
        vm.expectRevert(Readings.NoRoot.selector);
        readings.commit(SUBJECT, START, END, 0);
    }

    function test_commit_reverts_without_a_window(int64 start, int64 end) public {
        vm.assume(end <= start);
        vm.expectRevert(abi.encodeWithSelector(Readings.NoWindow.selector, start, end));
        readings.commit(SUBJECT, start, end, ROOT);
    }

    function expect(address sender, bytes32 subject, int64 start, int64 end, bytes32 root, uint64 time) private view {
        (bytes32 gotRoot, uint64 gotTime) = readings.commitmentOf(sender, subject, start, end);
        eq(gotRoot, root, "root");
        eq(gotTime, time, "time");
    }
}
