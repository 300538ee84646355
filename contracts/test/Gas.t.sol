// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {JobOffer, ResourceOffer, Result, Status} from "../src/interfaces/IDeals.sol";
import {Vm, vm} from "./fixtures/CheatCodes.sol";

/// @notice What transactions cost in the steady state: accounts have balances, nonce words and stakes are not zero. Every
/// call is a transaction of its own (isolate), so 21,000, calldata, cold access and refunds are in the figures.
contract GasTest is MarketFixture {
    uint256 private constant DEAL_LIMIT = 230_000;
    uint256 private constant MEDIATED_LIMIT = 1_400_000;

    event Gas(string what, uint256 used);

    /// The happy path: match, submit, finalize with the draw in it, protocol fee and match fee paid.
    /// forge-config: default.isolate = true
    function test_gas_deal() public {
        addMediators(8);
        uint256 used = run(1, 1);
        used = run(2, 2);
        emit Gas("deal", used);
        check(used <= DEAL_LIMIT, string.concat("a deal costs ", text(used)));
    }

    /// A deal that the draw sends to three mediators, who agree: twelve transactions.
    /// forge-config: default.isolate = true
    function test_gas_mediated_deal() public {
        addMediators(8);
        JobOffer memory job = jobOffer();
        ResourceOffer memory resource = resourceOffer();
        Result memory result = aResult();
        bytes32 dealId = matched(job, resource);
        uint256 used = took("match");
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        used += took("submit");
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, job.checkRate, true));
        deals.draw(job, resource, result, header);
        used += took("draw of the deal");
        bytes32 claim = claimOf(result);
        bytes32 caseId = keccak256(
            abi.encode(block.chainid, address(mediation), address(deals), dealId, hashOf(claim), uint256(1))
        );
        header = mineWith(mediation.caseOf(caseId).seedBlock, keccak256("seed"));
        mediation.draw(caseId, header);
        used += took("draw of mediators");
        address[] memory voters = drawnOf(caseId);
        for (uint256 i = 0; i < 3; ++i) {
            commitVote(caseId, voters[i], claim);
            used += took("commit");
        }
        for (uint256 i = 0; i < 3; ++i) {
            revealVote(caseId, voters[i], claim);
            used += took("reveal");
        }
        mediation.tally(caseId);
        used += took("tally");
        eq(deals.statusOf(dealId), Status.Upheld);
        emit Gas("mediated deal", used);
        check(used <= MEDIATED_LIMIT, string.concat("a mediated deal costs ", text(used)));
    }

    function run(uint256 nonce, uint256 seed) private returns (uint256 sum) {
        JobOffer memory job = jobOffer();
        ResourceOffer memory resource = resourceOffer();
        job.nonce = nonce;
        resource.nonce = nonce;
        Result memory result = Result(keccak256(abi.encode(seed)), 5_000_000);
        bytes32 dealId = matched(job, resource);
        sum += took("match");
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
        sum += took("submit");
        bytes memory header = mineWith(deals.dealAt(dealId).seedBlock, seedFor(dealId, job.checkRate, false));
        vm.warp(block.timestamp + 2 hours);
        vm.prank(solver);
        deals.finalize(job, resource, result, header);
        sum += took("finalize");
        eq(deals.statusOf(dealId), Status.Accepted);
    }

    function took(string memory what) private returns (uint256) {
        Vm.Gas memory gas = vm.lastCallGas();
        emit Gas(what, gas.gasTotalUsed);
        return gas.gasTotalUsed;
    }
}
