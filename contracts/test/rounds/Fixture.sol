// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

// solhint-disable use-forbidden-name

import {Challenges} from "../../src/Challenges.sol";
import {Directory} from "../../src/Directory.sol";
import {Federations} from "../../src/Federations.sol";
import {Ledger} from "../../src/Ledger.sol";
import {Mediation} from "../../src/Mediation.sol";
import {Rounds} from "../../src/Rounds.sol";
import {Fault, FederationTerms, IRounds, Join, Round, RoundState} from "../../src/interfaces/IRounds.sol";
import {Inclusion, Leaf, LeafProof} from "../../src/libraries/LeafProof.sol";
import {MarketFixture} from "../fixtures/MarketFixture.sol";
import {vm} from "../fixtures/CheatCodes.sol";
import {Tree} from "./Tree.sol";

/// @notice The market with real federated rounds: one federation, its aggregator, owners and devices.
abstract contract Fixture is MarketFixture {
    uint256 internal constant AGGREGATOR_KEY = 0xa66;
    uint256 internal constant OWNER_KEY = 0x0437;
    uint96 internal constant FEE = 0.001 ether;
    uint256 internal constant DEVICES = 10;
    bytes32 internal constant MODEL = keccak256("model 0");

    address internal aggregator = vm.addr(AGGREGATOR_KEY);
    Rounds internal market;
    // The same address, for the functions whose code is elsewhere.
    Challenges internal challenges;
    Federations internal federation;
    bytes32 internal id;
    uint256[] internal keys; // of the devices, in the order of their addresses
    address[] private devices;

    // The last round.
    Round internal d;
    Leaf[] internal leaves;
    bytes32[] internal hashes;

    function setUp() public virtual override {
        vm.warp(1_800_000_000);
        vm.roll(1_000);
        uint64 nonce = vm.getNonce(address(this));
        address mediation_ = vm.computeCreateAddress(address(this), nonce + 2);
        address market_ = vm.computeCreateAddress(address(this), nonce + 5);
        ledger = new Ledger(address(0xdea15), mediation_, market_, UNSTAKE_DELAY, EXPOSURE_CAP);
        directory = new Directory(
            ledger, address(0xdea15), market_, LEAST_STAKE, REUSE_DELAY, FEE_BPS, treasury, lister
        );
        mediation = new Mediation(ledger, directory, address(0xdea15), market_, FLOOR);
        Federations federations_ = new Federations(ledger, directory, mediation, FLOOR);
        market = new Rounds(new Challenges(federations_));
        check(address(market) == market_, "address");
        challenges = Challenges(market_);
        federation = Federations(market_);

        fund(creator, 100 ether, 0);
        fund(aggregator, 0, 20 ether);
        fund(stranger, 100 ether, 0);
        for (uint256 i = 0; i < 3; ++i) fund(owner(i), 0, 50 ether);
        addMediators(12);
        makeKeys(DEVICES);
        id = create(aTerms());
        for (uint256 i = 0; i < DEVICES; ++i) joinDevice(i);
    }

    // --- people ---

    function makeKeys(uint256 n) internal {
        for (uint256 i = keys.length; i < n; ++i) {
            uint256 key = uint256(keccak256(abi.encode("device", i)));
            address at = vm.addr(key);
            keys.push(key);
            devices.push(at);
            for (uint256 j = i; j > 0 && devices[j - 1] > at; --j) {
                (keys[j], keys[j - 1]) = (keys[j - 1], key);
                (devices[j], devices[j - 1]) = (devices[j - 1], at);
            }
        }
    }

    function device(uint256 i) internal view returns (address) {
        return devices[i];
    }

    function owner(uint256 i) internal pure returns (address) {
        return vm.addr(OWNER_KEY + i % 3);
    }

    function data(uint256 i) internal view returns (bytes32) {
        return keccak256(abi.encode("data", keys[i]));
    }

    // --- federation ---

    function aTerms() internal view returns (FederationTerms memory t) {
        t.name = sha256("mnist");
        t.aggregator = aggregator;
        t.fee = FEE;
        t.rate = ratePerFuel();
        t.aggregatorStake = 2 ether;
        t.module = sha256("module");
        t.configuration = sha256("configuration");
        t.model = MODEL;
        t.mediators = type(uint256).max >> 192;
        t.mediatorFee = 0.01 ether;
        t.mediatorDeposit = 1 ether;
        t.checkRate = 1_000;
        t.n = 3;
        t.checkWindow = 1 hours;
        t.settleWindow = 2 hours;
        t.claimsWindow = 1 hours;
        t.commitWindow = 10 minutes;
        t.revealWindow = 10 minutes;
        t.expiry = uint64(block.timestamp + 1 days);
    }

    /// Wei per million units of fuel; zero: each leaf earns the fee.
    function ratePerFuel() internal view virtual returns (uint96) {
        return 0;
    }

    /// What a leaf of device i earns.
    function earned(uint256 i) internal view returns (uint256) {
        uint256 metered = uint256(fuelOf(i)) * ratePerFuel() / 1_000_000;
        return ratePerFuel() == 0 || metered > FEE ? FEE : metered;
    }

    function fuelOf(uint256 i) internal pure returns (uint64) {
        return uint64(1_999_999 + i * 1_000_000);
    }

    function create(FederationTerms memory t) internal returns (bytes32) {
        bytes memory s = signature(AGGREGATOR_KEY, federation.federationHash(t, creator));
        vm.prank(creator);
        return federation.createFederation(t, 10 ether, s);
    }

    function aJoin(uint256 i) internal view returns (Join memory) {
        return Join(id, device(i), owner(i), data(i), collateral(), uint64(block.timestamp + 1 days), 0);
    }

    function joinDevice(uint256 i) internal {
        Join memory j = aJoin(i);
        bytes32 digest = federation.joinHash(j);
        federation.join(j, signature(keys[i], digest), signature(OWNER_KEY + i % 3, digest));
    }

    function collateral() internal view returns (uint96) {
        return federation.federationOf(id).collateral;
    }

    function budget() internal view returns (uint256) {
        return federation.federationOf(id).budget;
    }

    function reserved() internal view returns (uint256) {
        return federation.federationOf(id).reserved;
    }

    function bondLeft() internal view returns (uint256) {
        return federation.federationOf(id).bond;
    }

    function head() internal view returns (bytes32) {
        return federation.federationOf(id).head;
    }

    // --- rounds ---

    function aLeaf(uint256 i, uint32 round, bytes32 base) internal view returns (Leaf memory l) {
        l.chain = block.chainid;
        l.market = address(market);
        l.federation = sha256("mnist");
        l.round = round;
        l.device = device(i);
        l.owner = owner(i);
        l.baseModel = base;
        l.module = sha256("module");
        l.configuration = keccak256(abi.encode("configuration", round, i));
        l.data = data(i);
        l.update = sha256(abi.encode(leafAnswer(round, i)));
        l.samples = 600;
        l.fuel = fuelOf(i);
    }

    /// Prepares the next round with the leaves of the first `n` devices; tests may spoil it before they commit.
    function prepare(uint256 n) internal {
        delete leaves;
        uint32 round = d.round + 1;
        for (uint256 i = 0; i < n; ++i) leaves.push(aLeaf(i, round, head()));
        d = Round(id, round, head(), keccak256(abi.encode("model", round)), 0, 0, keccak256("blobs"));
        plant();
    }

    /// The tree over `leaves` as they are.
    function plant() internal {
        delete hashes;
        for (uint256 i = 0; i < leaves.length; ++i) hashes.push(hashOf(leaves[i]));
        d.root = Tree.root(hashes, 0, hashes.length);
        d.count = uint32(leaves.length);
    }

    function hashOf(Leaf memory l) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0), abi.encode(l)));
    }

    function commitIt() internal {
        vm.prank(aggregator);
        market.commitRound(d);
    }

    function committed(uint256 n) internal {
        prepare(n);
        commitIt();
    }

    function drawIt(bytes32 mix) internal {
        (,, uint256 seedBlock,,,,) = market.roundOf(id, d.round);
        bytes memory header = mineWith(seedBlock, mix);
        market.draw(d, header);
    }

    function included(uint256 i) internal view returns (Inclusion memory) {
        return Inclusion(abi.encode(leaves[i]), uint32(i), Tree.path(hashes, 0, hashes.length, i));
    }

    function nothing() internal pure returns (Inclusion memory) {
        return Inclusion("", 0, new bytes32[](0));
    }

    function claimSignature(uint256 i) internal view returns (bytes memory) {
        return signature(keys[deviceAt(i)], market.claimHash(hashOf(leaves[i])));
    }

    /// @return the number of the device of leaf i; i, where it is nobody's
    function deviceAt(uint256 i) internal view returns (uint256) {
        for (uint256 k = 0; k < keys.length; ++k) if (device(k) == leaves[i].device) return k;
        return i;
    }

    function receipt(Leaf memory l) internal view returns (bytes memory) {
        return signature(AGGREGATOR_KEY, market.receiptHash(hashOf(l)));
    }

    /// @return the index that stratum j draws
    function drawnAt(uint256 j) internal view returns (uint256) {
        (, bytes32 seed,,,,,) = market.roundOf(id, d.round);
        return LeafProof.drawnIndex(seed, d.count, challenges.drawnOf(id, d.count), j);
    }

    /// Opens a check of leaf i, drawn or by the stranger's hand.
    function openLeaf(uint256 i, uint32 stratum) internal returns (bytes32 caseId) {
        Inclusion memory inclusion = included(i);
        bytes memory s = claimSignature(i);
        vm.prank(stranger);
        market.openCheck(d, inclusion, s, stratum);
        return leafCase(i);
    }

    function leafCase(uint256 i) internal view returns (bytes32) {
        return caseId(keccak256(abi.encode(id, d.round, leaves[i].device)), leafClaim(i), 1);
    }

    function leafClaim(uint256 i) internal view returns (bytes32) {
        return leafAnswer(d.round, deviceAt(i));
    }

    /// What running the job gives: a leaf shows its hash only.
    function leafAnswer(uint32 round, uint256 i) internal pure returns (bytes32) {
        return keccak256(abi.encode("answer", round, i));
    }

    function foldCase() internal view returns (bytes32) {
        return caseId(keccak256(abi.encode(id, d.round, "fold")), d.newModel, 1);
    }

    function claimsCase(bytes32 root, uint256 total) internal view returns (bytes32) {
        return caseId(keccak256(abi.encode(id, "claims", root)), keccak256(abi.encode(root, total)), 1);
    }

    function caseId(bytes32 subject, bytes32 answer, uint256 counter) internal view returns (bytes32) {
        bytes32 claim = hashOf(answer);
        return keccak256(abi.encode(block.chainid, address(mediation), address(market), subject, claim, counter));
    }

    function decide(bytes32 case_, bytes32 found) internal {
        drawCase(case_, keccak256(abi.encode("case", case_)));
        voteAll(case_, list(found));
    }

    /// Nobody answers, at any level.
    function starve(bytes32 case_) internal {
        for (uint256 level = 0; level < 9; ++level) {
            drawCase(case_, keccak256(abi.encode(level)));
            if (mediation.caseOf(case_).state == Mediation.State.Closed) return;
            vm.warp(mediation.caseOf(case_).revealBy + 1);
            mediation.tally(case_);
            if (mediation.caseOf(case_).state == Mediation.State.Closed) return;
        }
    }

    /// Draws, and has every drawn leaf upheld.
    function checkAll() internal {
        drawIt(keccak256(abi.encode("round", d.round)));
        uint256 drawn = challenges.drawnOf(id, d.count);
        for (uint32 j = 0; j < drawn; ++j) {
            uint256 i = drawnAt(j);
            decide(openLeaf(i, j), leafClaim(i));
        }
    }

    function settleIt(bytes32 root, uint256 total) internal {
        vm.prank(aggregator);
        market.settle(d, root, total);
    }

    /// A round of `n` leaves, checked; its window over.
    function checkedRound(uint256 n) internal {
        committed(n);
        checkAll();
        skip(1 hours + 1);
    }

    function skip(uint256 time) internal {
        vm.warp(block.timestamp + time);
    }

    // --- claims ---

    /// What owner i earns by `n` leaves of the first devices.
    function earnedBy(uint256 i, uint256 n) internal pure returns (uint256) {
        return ((n + 2 - i) / 3) * FEE;
    }

    /// The claims tree over three owners.
    function claimsRoot(uint256[3] memory sums) internal view returns (bytes32) {
        bytes32[3] memory h;
        for (uint256 i = 0; i < 3; ++i) h[i] = claimLeaf(owner(i), sums[i]);
        return pair(pair(h[0], h[1]), h[2]);
    }

    function claimsPath(uint256[3] memory sums, uint256 i) internal view returns (bytes32[] memory path) {
        bytes32[3] memory h;
        for (uint256 k = 0; k < 3; ++k) h[k] = claimLeaf(owner(k), sums[k]);
        path = new bytes32[](i == 2 ? 1 : 2);
        path[0] = i == 2 ? pair(h[0], h[1]) : h[1 - i];
        if (i != 2) path[1] = h[2];
    }

    function claimLeaf(address account, uint256 sum) internal view returns (bytes32) {
        bytes32 inner = keccak256(abi.encode(block.chainid, address(market), id, account, sum));
        return keccak256(bytes.concat(inner));
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function sumsOf(uint256 n) internal pure returns (uint256[3] memory sums) {
        for (uint256 i = 0; i < 3; ++i) sums[i] = earnedBy(i, n);
    }

    function settled(uint256 n) internal {
        checkedRound(n);
        settleIt(claimsRoot(sumsOf(n)), n * FEE);
    }

    // --- checks ---

    /// Solvency of the ledger, and of the federation within it.
    function checkBooks() internal view {
        uint256 sum = ledger.burnt() + all(creator) + all(aggregator) + all(stranger) + all(treasury)
            + all(address(mediation)) + all(address(market)) + all(address(this));
        for (uint256 i = 0; i < 3; ++i) sum += all(owner(i));
        for (uint256 i = 0; i < 12; ++i) sum += all(mediatorKey(i));
        eq(sum, address(ledger).balance, "sum of ledgers");
        Federations.Federation memory f = federation.federationOf(id);
        check(f.reserved <= f.budget, "reserved above the budget");
        check(f.claimed <= f.activeTotal, "claimed more than earned");
        check(f.bond <= exposed(aggregator), "bond not reserved");
        eq(locked(address(market)), 0, "left in the market");
    }

    /// The creator's locked balance is exactly what its federation may still spend (no challenge of its own open).
    function checkLocked() internal view {
        Federations.Federation memory f = federation.federationOf(id);
        eq(locked(creator), uint256(f.budget) + f.activeTotal - f.claimed, "creator's locked balance");
    }

    function expectInvalidLeaf(Fault fault) internal {
        vm.expectRevert(abi.encodeWithSelector(IRounds.InvalidLeaf.selector, fault));
    }

    function expectState(RoundState state) internal view {
        eq(uint256(market.stateOf(id, d.round)), uint256(state), "state");
    }
}
