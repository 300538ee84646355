// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {JobOffer, ResourceOffer} from "../interfaces/IDeals.sol";
import {MediationTerms} from "../interfaces/IMediation.sol";
import {MediationRules} from "./MediationRules.sol";

/// @title Offers: hashes, prices and fitness of two offers
/// @notice Pure arithmetic on what both parties signed. Divisions round down, so nobody pays for less than a unit.
library Offers {
    /// @notice The windows, rates or parties of one offer are outside what the protocol allows.
    error BadOffer(string what);
    /// @notice The two offers do not fit together.
    error Mismatch(string what);
    /// @notice K >= (c - c_d)/p - f does not hold: a provider would gain by cheating.
    error CollateralTooSmall(uint256 multiple, uint256 checkRate);

    bytes32 internal constant JOB_TYPEHASH = keccak256(
        "JobOffer(address creator,bytes32 module,bytes32 inputs,bytes32 spec,uint96 price,uint96 rate,"
        "uint96 matchFee,uint96 mediatorFee,uint96 mediatorDeposit,uint16 checkRate,uint16 multiple,uint8 n,"
        "uint32 submitWindow,uint32 judgeWindow,uint32 commitWindow,uint32 revealWindow,uint256 mediators,"
        "bytes32 project,address callback,uint256 nonce,uint64 expiry)"
    );
    bytes32 internal constant RESOURCE_TYPEHASH = keccak256(
        "ResourceOffer(address provider,bytes32 capabilities,uint96 price,uint96 rate,uint96 matchFee,"
        "uint16 multiple,uint256 mediators,uint256 nonce,uint64 expiry)"
    );
    uint256 internal constant BPS = 10_000;
    /// Prices per unit of fuel are given for this many units.
    uint256 internal constant FUEL_UNIT = 1_000_000;
    /// No deal goes unchecked: where a provider knows that nobody looks, it cheats. In basis points.
    uint256 internal constant LEAST_CHECK_RATE = 100;

    /// @dev The words are hashed as they came. Whoever pads a narrow field with dirt gets another hash, which nobody signed,
    /// and a revert where the field is read.
    function hash(JobOffer calldata job) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = JOB_TYPEHASH;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, typeHash)
            calldatacopy(add(start, 32), job, 672) // 21 words
            structHash := keccak256(start, 704)
        }
    }

    function hash(ResourceOffer calldata resource) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = RESOURCE_TYPEHASH;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, typeHash)
            calldatacopy(add(start, 32), resource, 288) // 9 words
            structHash := keccak256(start, 320)
        }
    }

    /// @return the most the provider can be paid, in wei: what the creator locks
    function ceiling(JobOffer calldata job, ResourceOffer calldata resource) internal pure returns (uint256) {
        return job.rate == 0 ? resource.price : job.price;
    }

    /// @return what `fuel` is worth, in wei: the provider's fixed price, or its rate up to the creator's maximum
    function due(JobOffer calldata job, ResourceOffer calldata resource, uint64 fuel) internal pure returns (uint256) {
        if (job.rate == 0) return resource.price;
        uint256 metered = uint256(fuel) * resource.rate / FUEL_UNIT;
        return metered < job.price ? metered : job.price;
    }

    /// @return what the provider puts at risk, in wei
    function collateral(JobOffer calldata job, ResourceOffer calldata resource) internal pure returns (uint256) {
        return ceiling(job, resource) * resource.multiple;
    }

    /// @return what pays the first level of mediators, in wei
    function checkFund(JobOffer calldata job) internal pure returns (uint256) {
        return uint256(job.n) * job.mediatorFee;
    }

    /// @return what an unmatched offer can cost its creator at most, in wei
    function most(JobOffer calldata job) internal pure returns (uint256) {
        return uint256(job.price) + job.matchFee + checkFund(job);
    }

    function terms(JobOffer calldata job, ResourceOffer calldata resource)
        internal
        pure
        returns (MediationTerms memory)
    {
        return MediationTerms({
            pool: job.mediators & resource.mediators,
            n: job.n,
            commitWindow: job.commitWindow,
            revealWindow: job.revealWindow,
            fee: job.mediatorFee,
            deposit: job.mediatorDeposit
        });
    }

    /// @notice Reverts unless a deal of these offers can go through every state.
    /// @dev The collateral rule takes the worst case c_d = 0 and c = f: K >= f/p - f, and f falls out.
    /// @param floor the least of every window, in seconds
    function validate(JobOffer calldata job, ResourceOffer calldata resource, uint256 floor) internal pure {
        if (job.creator == resource.provider) revert Mismatch("a creator cannot provide for itself");
        if (job.submitWindow < floor || job.submitWindow > MediationRules.MAX_WINDOW) revert BadOffer("submitWindow");
        if (job.judgeWindow < floor || job.judgeWindow > MediationRules.MAX_WINDOW) revert BadOffer("judgeWindow");
        if (job.checkRate < LEAST_CHECK_RATE || job.checkRate > BPS) revert BadOffer("checkRate");
        if (job.rate == 0 ? resource.price > job.price : resource.rate > job.rate) revert Mismatch("price");
        if (job.rate != 0 && resource.rate == 0) revert Mismatch("the provider does not meter");
        if (resource.multiple < job.multiple) revert Mismatch("multiple");
        if (uint256(resource.multiple) * job.checkRate + job.checkRate < BPS) {
            revert CollateralTooSmall(resource.multiple, job.checkRate);
        }
        // So that a deal can keep it in a uint96.
        if (checkFund(job) > type(uint96).max) revert BadOffer("mediatorFee");
        MediationRules.validate(terms(job, resource), floor);
    }
}
