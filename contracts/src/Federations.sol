// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {RoundsBase} from "./RoundsBase.sol";
import {FederationTerms, Join} from "./interfaces/IRounds.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {IMediation, MediationTerms} from "./interfaces/IMediation.sol";
import {MediationRules} from "./libraries/MediationRules.sol";

/// @title Federations: who takes part in federated rounds, and with what at risk
/// @notice A federation's creator brings the budget, its aggregator and the owners of its devices bring stake, each by its
/// own transaction or signature: nobody can be exposed without one. Amounts in wei, times in seconds.
/// @dev Rounds runs this code on its own state; call these functions at its address. By itself this contract is no module of
/// the ledger and can move nothing.
contract Federations is RoundsBase {
    using SafeCast for uint256;

    bytes32 private constant FEDERATION_TYPEHASH = keccak256(
        // solhint-disable-next-line max-line-length
        "Federation(address creator,bytes32 name,address aggregator,uint96 fee,uint96 rate,uint96 collateral,uint96 aggregatorStake,bytes32 module,bytes32 configuration,bytes32 model,bytes32 project,uint256 mediators,uint96 mediatorFee,uint96 mediatorDeposit,uint16 checkRate,uint8 n,uint32 checkWindow,uint32 settleWindow,uint32 claimsWindow,uint32 commitWindow,uint32 revealWindow,uint64 expiry)"
    );
    bytes32 private constant JOIN_TYPEHASH = keccak256(
        "Join(bytes32 federation,address device,address owner,bytes32 data,uint96 collateral,uint64 expiry,uint32 nonce)"
    );
    /// Where nobody looks, devices cheat. In basis points, as for deals.
    uint256 internal constant LEAST_CHECK_RATE = 100;
    /// The default collateral, in multiples of the threshold: learned cheaters misjudge what is near it.
    uint256 internal constant COLLATERAL_MARGIN = 2;

    constructor(ILedger ledger_, IDirectory directory_, IMediation mediation_, uint256 windowFloor_)
        RoundsBase(ledger_, directory_, mediation_, windowFloor_)
    {}

    // --- federations ---

    /// @notice Anyone, as the creator: begins a federation and locks `budget` of the caller's free balance.
    /// @param signature the aggregator's over the terms and the caller; empty if it is the caller
    /// @return id binds name and creator, so a name cannot be squatted
    function createFederation(FederationTerms calldata terms, uint256 budget, bytes calldata signature)
        external
        returns (bytes32 id)
    {
        id = federationId(msg.sender, terms.name);
        Federation storage f = federations[id];
        // Two federations of one aggregator and name would accept each other's receipts.
        if (f.creator != address(0) || names[terms.aggregator][terms.name]) revert NameTaken();
        names[terms.aggregator][terms.name] = true;
        if (terms.aggregator != msg.sender) {
            _checkFresh(terms.expiry);
            _checkSignature(terms.aggregator, federationHash(terms, msg.sender), signature);
        }
        uint96 collateral = _validate(terms);
        _store(f, terms, collateral);
        ledger.expose(terms.aggregator, terms.aggregatorStake);
        ledger.lock(msg.sender, budget);
        f.budget = budget.toUint128();
        emit FederationCreated(
            id, msg.sender, terms.aggregator, terms.name, terms.model, collateral, budget, terms.project
        );
    }

    /// @notice Creator only: locks `amount` more for the budget.
    function fund(bytes32 id, uint256 amount) external {
        Federation storage f = federations[id];
        if (msg.sender != f.creator) revert NotAllowed(msg.sender);
        ledger.lock(msg.sender, amount);
        f.budget += amount.toUint128();
        emit Funded(id, amount);
    }

    /// @notice Aggregator only: makes good what was slashed, so that it may commit and post again.
    function bond(bytes32 id) external {
        Federation storage f = federations[id];
        if (msg.sender != f.aggregator) revert NotAllowed(msg.sender);
        uint256 missing = f.aggregatorStake - f.bond;
        ledger.expose(msg.sender, missing);
        f.bond = f.aggregatorStake;
        f.bonded = true;
        emit Bonded(id, missing);
    }

    /// @notice Creator or aggregator: after one more check window, in which work under way can still be committed, the
    /// federation takes nothing new.
    function closeFederation(bytes32 id) external {
        Federation storage f = federations[id];
        if (msg.sender != f.creator && msg.sender != f.aggregator) revert NotAllowed(msg.sender);
        if (f.closesAt != 0) revert FederationClosed();
        f.closesAt = uint40(block.timestamp + f.checkWindow);
        emit Closing(id, f.closesAt);
    }

    /// @notice Anyone, when a closed federation's last round is paid: the creator gets the unspent budget back, the
    /// aggregator its reservation. What owners have not claimed yet stays for them, without an end.
    function reclaim(bytes32 id) external {
        Federation storage f = federations[id];
        if (f.closesAt == 0 || block.timestamp < f.closesAt) revert TooEarly(f.closesAt);
        _activate(id, f);
        if (f.openRounds != 0 || f.allowance != 0) revert ClaimsPending();
        (uint256 budget, uint256 stake) = (f.budget, f.bond);
        (f.budget, f.bond, f.bonded) = (0, 0, false);
        ledger.unlock(f.creator, budget);
        ledger.cover(f.aggregator, stake);
        emit Reclaimed(id, budget);
    }

    // --- members ---

    /// @notice Anyone: joins a device with its own and its owner's signature, and reserves the owner's stake.
    /// @param ownerSignature empty if the owner is the caller
    function join(Join calldata j, bytes calldata deviceSignature, bytes calldata ownerSignature) external {
        _join(j, deviceSignature, ownerSignature);
    }

    /// @notice Anyone: the same for many devices, of any owners.
    function joinBatch(Join[] calldata js, bytes[] calldata deviceSignatures, bytes[] calldata ownerSignatures)
        external
    {
        for (uint256 i = 0; i < js.length; ++i) {
            _join(js[i], deviceSignatures[i], ownerSignatures[i]);
        }
    }

    /// @notice Owner only: takes a device out. What it did before, or within a check window from now, still counts.
    function leave(bytes32 id, address device) external {
        Federation storage f = federations[id];
        Member storage m = _member(f, device);
        if (msg.sender != m.owner) revert NotAllowed(msg.sender);
        if (m.leftAt != 0) revert Done();
        m.leftAt = uint40(block.timestamp);
        emit Leaving(id, device, block.timestamp + exitDelay(id));
    }

    /// @notice Anyone, after the exit delay: gives the owner's reservation back.
    function finishLeave(bytes32 id, address device) external {
        Federation storage f = federations[id];
        Member storage m = _member(f, device);
        uint256 until = m.leftAt + exitDelay(id);
        if (m.leftAt == 0 || block.timestamp < until) revert TooEarly(until);
        (address owner, uint256 collateral) = (m.owner, m.collateral);
        members[f.name][device] = Member(address(0), 0, 0, 0, 0, 0, m.nonce);
        ledger.cover(owner, collateral);
        emit Left(id, device);
    }

    // --- views ---

    function federationOf(bytes32 id) external view returns (Federation memory) {
        return federations[id];
    }

    /// @return the device's membership of whichever federation of this name it is in
    function memberOf(bytes32 name, address device) external view returns (Member memory) {
        return members[name][device];
    }

    function federationId(address creator, bytes32 name) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), creator, name));
    }

    /// @return seconds from `leave` until no leaf of the device can be checked or paid any more
    function exitDelay(bytes32 id) public view returns (uint256) {
        Federation storage f = federations[id];
        return 2 * uint256(f.checkWindow) + 3 * uint256(f.settleWindow) + 2 * uint256(f.claimsWindow)
            + MediationRules.MAX_LEVEL * (uint256(f.commitWindow) + f.revealWindow);
    }

    /// @return the EIP-712 digest that the aggregator signs
    function federationHash(FederationTerms calldata terms, address creator) public view returns (bytes32) {
        bytes32 typeHash = FEDERATION_TYPEHASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, typeHash)
            mstore(add(at, 32), creator)
            calldatacopy(add(at, 64), terms, 672) // 21 words
            structHash := keccak256(at, 736)
        }
        return _hashTypedData(structHash);
    }

    /// @return the EIP-712 digest that device and owner sign
    function joinHash(Join calldata j) public view returns (bytes32) {
        bytes32 typeHash = JOIN_TYPEHASH;
        bytes32 structHash;
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, typeHash)
            calldatacopy(add(at, 32), j, 224) // 7 words
            structHash := keccak256(at, 256)
        }
        return _hashTypedData(structHash);
    }

    // --- private ---

    function _validate(FederationTerms calldata terms) private view returns (uint96 collateral) {
        _checkWindow(terms.checkWindow, "checkWindow");
        _checkWindow(terms.settleWindow, "settleWindow");
        _checkWindow(terms.claimsWindow, "claimsWindow");
        // A pending root can bar `settle` for a claims window; the aggregator must still be in time after it.
        if (terms.settleWindow < 2 * terms.claimsWindow) revert BadTerms("settleWindow");
        if (terms.checkRate < LEAST_CHECK_RATE || terms.checkRate > BPS) revert BadTerms("checkRate");
        // K >= (c - c_d)/p - f with c_d = 0 and c = f. One leaf of ceil(1/p) at least is drawn.
        uint256 threshold = terms.fee * ((BPS + terms.checkRate - 1) / terms.checkRate - 1);
        collateral = terms.collateral == 0 ? (COLLATERAL_MARGIN * threshold).toUint96() : terms.collateral;
        if (collateral < threshold) revert BadTerms("collateral");
        if (terms.aggregatorStake < collateral || terms.aggregatorStake == 0) revert BadTerms("aggregatorStake");
        MediationRules.validate(
            MediationTerms({
                pool: terms.mediators,
                n: terms.n,
                commitWindow: terms.commitWindow,
                revealWindow: terms.revealWindow,
                fee: terms.mediatorFee,
                deposit: terms.mediatorDeposit
            }),
            windowFloor
        );
    }

    function _store(Federation storage f, FederationTerms calldata terms, uint96 collateral) private {
        f.aggregator = terms.aggregator;
        f.bonded = true;
        f.fee = terms.fee;
        f.mediatorFee = terms.mediatorFee;
        f.checkRate = terms.checkRate;
        f.n = terms.n;
        f.head = terms.model;
        f.creator = msg.sender;
        f.rate = terms.rate;
        f.collateral = collateral;
        f.number = ++federationCount;
        f.bond = terms.aggregatorStake;
        f.aggregatorStake = terms.aggregatorStake;
        f.mediatorDeposit = terms.mediatorDeposit;
        f.checkWindow = terms.checkWindow;
        f.settleWindow = terms.settleWindow;
        f.claimsWindow = terms.claimsWindow;
        f.commitWindow = terms.commitWindow;
        f.revealWindow = terms.revealWindow;
        f.mediators = terms.mediators;
        f.name = terms.name;
        f.module = terms.module;
        f.project = terms.project;
    }

    function _join(Join calldata j, bytes calldata deviceSignature, bytes calldata ownerSignature) private {
        _checkFresh(j.expiry);
        Federation storage f = federations[j.federation];
        if (f.creator == address(0)) revert UnknownFederation(j.federation);
        if (f.closesAt != 0) revert FederationClosed();
        Member storage m = members[f.name][j.device];
        if (m.federation != 0) revert AlreadyMember(j.device);
        if (j.nonce != m.nonce) revert WrongNonce(m.nonce);
        if (j.collateral != f.collateral) revert WrongCollateral(f.collateral);
        bytes32 digest = joinHash(j);
        // A device is a bare key: later on, its leaves are judged by that key alone.
        if (j.device == address(0) || _signer(digest, deviceSignature) != j.device) revert InvalidSignature(j.device);
        if (j.owner != msg.sender) _checkSignature(j.owner, digest, ownerSignature);
        members[f.name][j.device] =
            Member(j.owner, j.collateral, j.data, f.number, uint40(block.timestamp), 0, j.nonce + 1);
        ledger.expose(j.owner, j.collateral);
        emit Joined(j.federation, j.device, j.owner, j.data);
    }

    function _checkWindow(uint256 window, string memory what) private view {
        if (window < windowFloor || window > MediationRules.MAX_WINDOW) revert BadTerms(what);
    }

    function _checkFresh(uint256 expiry) private view {
        if (block.timestamp > expiry) revert SignatureExpired(expiry);
    }
}
