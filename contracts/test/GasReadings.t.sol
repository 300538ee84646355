// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Readings} from "../src/Readings.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {Vm, vm} from "./fixtures/CheatCodes.sol";

/// @notice What a commitment to a window costs, as a transaction of its own.
contract GasReadingsTest is MarketFixture {
    uint256 private constant COMMIT_LIMIT = 75_000;

    Readings private readings = new Readings();

    event Gas(string what, uint256 used);

    /// forge-config: default.isolate = true
    function test_gas_commit() public {
        readings.commit(keccak256("subject"), 1_700_000_000e9, 1_700_000_060e9, keccak256("root"));
        Vm.Gas memory gas = vm.lastCallGas();
        emit Gas("commit", gas.gasTotalUsed);
        check(gas.gasTotalUsed <= COMMIT_LIMIT, string.concat("a commitment costs ", text(gas.gasTotalUsed)));
    }
}
