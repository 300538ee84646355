// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IRounds} from "../../src/interfaces/IRounds.sol";
import {Inclusion, Leaf} from "../../src/libraries/LeafProof.sol";
import {vm} from "../fixtures/CheatCodes.sol";
import {Fixture} from "./Fixture.sol";

/// @notice A federation that pays by fuel: each leaf earns its fuel times the rate, rounded down, and the fee at most.
contract RateTest is Fixture {
    /// A third of the fee for three million units; devices 0 to 7 earn less than the fee, 8 and 9 the fee.
    uint96 private constant RATE = FEE / 9;

    function ratePerFuel() internal pure override returns (uint96) {
        return RATE;
    }

    function sums(uint256 n) private view returns (uint256[3] memory s, uint256 total) {
        for (uint256 i = 0; i < n; ++i) {
            s[i % 3] += earned(i);
            total += earned(i);
        }
    }

    function test_whatDevicesEarn() public view {
        eq(earned(0), uint256(RATE) * 1_999_999 / 1_000_000, "rounded down");
        check(earned(0) < uint256(RATE) * 2 && earned(7) < FEE, "less than the fee");
        eq(earned(8), FEE, "at most the fee");
        eq(earned(9), FEE, "at most the fee");
    }

    function test_claimsByFuel_andTheRestIsTheCreatorsAgain() public {
        uint256 budgetBefore = budget();
        checkedRound(10);
        eq(reserved() + 3 * 0.01 ether, challenges.reserveOf(id, 10), "the fee of each is reserved");
        (uint256[3] memory s, uint256 total) = sums(10);
        settleIt(claimsRoot(s), total);
        skip(1 hours + 1);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 money = free(owner(i));
            market.claim(id, owner(i), s[i], claimsPath(s, i));
            eq(free(owner(i)) - money, s[i], "what its devices earned");
        }
        eq(reserved(), 0, "nothing is reserved");
        uint256 spent = 3 * 0.01 ether; // one drawn leaf, three mediators
        uint256 fee = total * FEE_BPS / 10_000;
        eq(budget(), budgetBefore - total - fee - spent, "what nobody earned is free again");
        checkBooks();
        checkLocked();
    }

    function test_omission_paysWhatTheFuelEarned() public {
        prepare(10);
        Leaf memory missing = leaves[3];
        for (uint256 i = 3; i < 9; ++i) leaves[i] = leaves[i + 1];
        leaves.pop();
        plant();
        commitIt();
        uint256 money = free(owner(3));
        uint256 bond = bondLeft();
        challenges.proveOmission(d, abi.encode(missing), receipt(missing), included(2), included(3));
        eq(free(owner(3)) - money, earned(3), "its fuel's worth");
        uint256 taken = (earned(3) * 10_000 + 7_999) / 8_000;
        eq(bond - bondLeft(), taken, "and a quarter, which is burnt");
        checkBooks();
    }

    function test_abandoned_paysWhatTheFuelEarned() public {
        committed(10);
        skip(3 hours + 1);
        challenges.abandon(d);
        for (uint256 i = 0; i < 10; ++i) {
            uint256 money = free(owner(i));
            challenges.claimAbandoned(d, included(i));
            eq(free(owner(i)) - money, earned(i), "its fuel's worth");
        }
        skip(2 hours + 1);
        challenges.closeRound(d);
        eq(reserved(), 0, "nothing is reserved");
        checkBooks();
        checkLocked();
    }

    /// Whoever claims more fuel than its job took is refuted like one with a false result: the answer binds both.
    function test_falseFuelEarnsNothing() public {
        prepare(10);
        leaves[0].fuel = type(uint64).max;
        plant();
        commitIt();
        drawIt("any");
        bytes32 c = openLeaf(0, market.BY_HAND());
        decide(c, "less fuel");
        check(market.marksOf(id, d.round, device(0)) & 4 != 0, "earns nothing");
        check(federation.memberOf(sha256("mnist"), device(0)).collateral == 0, "and lost its collateral");
    }

    /// Any fuel and rate: never more than the fee, and no overflow on the way.
    function testFuzz_neverMoreThanTheFee(uint64 fuel) public {
        prepare(2);
        Leaf memory missing = aLeaf(5, d.round, d.baseModel);
        missing.fuel = fuel;
        commitIt();
        uint256 want = uint256(fuel) * RATE / 1_000_000;
        if (want > FEE) want = FEE;
        bytes memory r = receipt(missing);
        Inclusion memory left = included(1);
        uint256 money = free(owner(5));
        if (want == 0) vm.expectRevert(IRounds.NothingToClaim.selector);
        challenges.proveOmission(d, abi.encode(missing), r, left, nothing());
        eq(free(owner(5)) - money, want, "min(fuel x rate, fee)");
    }
}
