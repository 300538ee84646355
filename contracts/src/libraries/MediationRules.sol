// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {MediationTerms} from "../interfaces/IMediation.sol";
import {Bits} from "./Bits.sol";

/// @title MediationRules: which terms of a mediation can work, and how large its levels are
/// @notice Pure, so that a deal can be refused when it is matched and never fails to open its case later.
library MediationRules {
    /// @notice The pool has fewer mediators than the first level asks for, or none is asked for.
    error PoolTooSmall(uint256 has, uint256 needs);
    /// @notice A commit or reveal window below the protocol's floor or above a week.
    error BadWindow(uint256 window);
    /// @notice One wrong vote would not pay for the next level: lying or colluding could be worth it.
    error DepositTooSmall(uint256 deposit, uint256 needs);

    /// Longer windows would outlast the delay of stakes.
    uint256 internal constant MAX_WINDOW = 7 days;
    /// Sizes 1, 3, 7, … reach past 256 mediators by the ninth level, so no pool needs more.
    uint256 internal constant MAX_LEVEL = 9;
    /// Of every slash at least this part is burnt, so that slashing oneself can never pay. In basis points.
    uint256 internal constant BURN_SHARE = 2_000;
    uint256 internal constant BPS = 10_000;

    /// @notice Reverts unless the windows are within bounds, the pool can fill a level, and d > c + ch holds.
    /// @dev Dong et al. 2017: a mediator is better off honest, and a colluder better off betraying, if and only if its
    /// deposit d is above its cost c plus the arbitration's cost ch. Here c is at most the fee (else nobody would work), and
    /// arbitration is the next level. Of a lost deposit a fifth is burnt, so the rest must exceed
    /// fee x (1 + size of the largest level this pool can come to): a single wrong vote then pays every level in full.
    /// @param floor the least commit and reveal window, in seconds
    function validate(MediationTerms memory terms, uint256 floor) internal pure {
        uint256 size = Bits.count(terms.pool);
        if (terms.n == 0 || size < terms.n) revert PoolTooSmall(size, terms.n);
        if (terms.commitWindow < floor || terms.commitWindow > MAX_WINDOW) revert BadWindow(terms.commitWindow);
        if (terms.revealWindow < floor || terms.revealWindow > MAX_WINDOW) revert BadWindow(terms.revealWindow);
        uint256 needs = leastDeposit(terms.n, size, terms.fee);
        if (terms.deposit < needs) revert DepositTooSmall(terms.deposit, needs);
    }

    /// @return the least deposit, in wei, for `n` mediators at the first level out of a pool of `size`
    function leastDeposit(uint256 n, uint256 size, uint256 fee) internal pure returns (uint256) {
        return fee * (1 + largestLevel(n, size)) * BPS / (BPS - BURN_SHARE) + 1;
    }

    /// @return largest the size of the largest level after the first that a pool of `size` can come to
    function largestLevel(uint256 n, uint256 size) internal pure returns (uint256 largest) {
        uint256 level = n;
        uint256 left = size > n ? size - n : 0;
        while (left > 0) {
            level = 2 * level + 1;
            uint256 drawn = level < left ? level : left;
            if (drawn > largest) largest = drawn;
            left -= drawn;
        }
    }

    /// @param level from 1
    /// @return how many mediators a level asks for: n, 2n+1, 2(2n+1)+1, …
    function levelSize(uint256 n, uint256 level) internal pure returns (uint256) {
        return ((n + 1) << (level - 1)) - 1;
    }

    /// @return the most of a slashed `amount` that is not burnt
    function keepable(uint256 amount) internal pure returns (uint256) {
        return amount * (BPS - BURN_SHARE) / BPS;
    }
}
