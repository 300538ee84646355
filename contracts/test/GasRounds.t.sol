// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Round} from "../src/interfaces/IRounds.sol";
import {Inclusion} from "../src/libraries/LeafProof.sol";
import {vm} from "./fixtures/CheatCodes.sol";
import {Fixture} from "./rounds/Fixture.sol";

/// @notice What a round and a claim cost, each call a transaction of its own, with 21,000 and calldata.
contract GasRoundsTest is Fixture {
    uint256 private constant ROUND_LIMIT = 95_000;
    uint256 private constant CLAIM_LIMIT = 75_000;

    event Gas(string what, uint256 used);

    /// The first round of a federation and a later one, of ten leaves and of two thousand.
    /// forge-config: default.isolate = true
    function test_gas_commitRound() public {
        vm.prank(creator);
        federation.fund(id, 85 ether);
        uint32[3] memory counts = [uint32(10), 1_000, 2_000];
        for (uint32 i = 0; i < 3; ++i) {
            d = Round(id, i + 1, head(), keccak256(abi.encode(i)), keccak256(abi.encode(i, "root")), counts[i], sha256("b"));
            Round memory round = d;
            vm.prank(aggregator);
            market.commitRound(round);
            uint256 used = took("commitRound");
            check(used <= ROUND_LIMIT, string.concat("commitRound costs ", text(used)));
        }
    }

    /// Ten hashes of proof stand for a thousand owners. An owner's first claim fills two words that were empty.
    /// forge-config: default.isolate = true
    function test_gas_claim() public {
        vm.prank(creator);
        federation.fund(id, 50 ether);
        uint256 first = claimOnce(2 * FEE, 10);
        uint256 second = claimOnce(5 * FEE, 10);
        uint256 third = claimOnce(6 * FEE, 0);
        check(second <= CLAIM_LIMIT, string.concat("a claim costs ", text(second)));
        // Whoever is first after a window is over makes the root active for all.
        emit Gas("claim and activate", third);
        emit Gas("first", first);
    }

    /// forge-config: default.isolate = true
    function test_gas_others() public {
        committed(10);
        (,, uint256 seedBlock,,,,) = market.roundOf(id, d.round);
        bytes memory header = mineWith(seedBlock, keccak256("mix"));
        market.draw(d, header);
        took("draw");
        uint256 i = drawnAt(0);
        Inclusion memory inclusion = included(i);
        bytes memory s = claimSignature(i);
        market.openCheck(d, inclusion, s, 0);
        took("openCheck of ten");
        decide(leafCase(i), leafClaim(i));
        skip(1 hours + 1);
        vm.prank(aggregator);
        market.settle(d, keccak256("root"), 0);
        took("settle");
        skip(1 hours + 1);
        market.activate(id);
        took("activate");
    }

    /// A round, its root active by another's call before, and one owner's claim.
    function claimOnce(uint256 cumulative, uint256 n) private returns (uint256) {
        bytes32[] memory proof = new bytes32[](10);
        bytes32 root = claimLeaf(owner(0), cumulative);
        for (uint256 i = 0; i < 10; ++i) {
            proof[i] = keccak256(abi.encode("sibling", i));
            root = pair(root, proof[i]);
        }
        checkedRound(n == 0 ? 10 : n);
        settleIt(root, cumulative);
        skip(1 hours + 1);
        if (n != 0) market.activate(id);
        market.claim(id, owner(0), cumulative, proof);
        return took(n != 0 ? "claim" : "claim that activates");
    }

    function took(string memory what) private returns (uint256) {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        emit Gas(what, used);
        return used;
    }
}
