// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Deals} from "../../src/Deals.sol";
import {Directory} from "../../src/Directory.sol";
import {Ledger} from "../../src/Ledger.sol";
import {Mediation} from "../../src/Mediation.sol";
import {Requests} from "../../src/Requests.sol";
import {ILedger} from "../../src/interfaces/ILedger.sol";
import {IMediation, ICaseSource, MediationTerms, Verdict} from "../../src/interfaces/IMediation.sol";
import {JobOffer, ResourceOffer, Result, Status} from "../../src/interfaces/IDeals.sol";
import {Bits} from "../../src/libraries/Bits.sol";
import {vm} from "./Vm.sol";

/// @notice Stands for the contract of federated rounds: opens cases with any terms and keeps what it is told.
contract Source is ICaseSource {
    error NotMediation();

    IMediation public mediation;
    ILedger public ledger;
    bytes32 public lastCase;
    Verdict public verdict;
    bytes32 public found;
    uint256 public spent;
    uint256 public compensation;
    uint256 public verdicts;

    function set(IMediation mediation_, ILedger ledger_) external {
        mediation = mediation_;
        ledger = ledger_;
    }

    function open(bytes32 subject, bytes32 claim, MediationTerms calldata terms, address payer)
        external
        returns (bytes32)
    {
        ledger.lock(payer, uint256(terms.n) * terms.fee);
        return lastCase = mediation.open(subject, claim, terms, payer);
    }

    function onVerdict(bytes32, bytes32, Verdict verdict_, bytes32 found_, uint256 spent_, uint256 compensation_)
        external
    {
        if (msg.sender != address(mediation)) revert NotMediation();
        (verdict, found, spent, compensation) = (verdict_, found_, spent_, compensation_);
        ++verdicts;
    }

    /// Any module call, so that tests can lock and reserve as Rounds would.
    function act(bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory answer) = address(ledger).call(data);
        if (!ok) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }
}

/// @notice The market as it is deployed, with a creator, a provider, a solver and mediators who have money and stake.
abstract contract Base {
    uint256 internal constant UNSTAKE_DELAY = 30 days;
    uint256 internal constant EXPOSURE_CAP = 8_000;
    uint256 internal constant LEAST_STAKE = 1 ether;
    uint256 internal constant REUSE_DELAY = 60 days;
    uint16 internal constant FEE_BPS = 100;
    uint256 internal constant FLOOR = 60;

    uint256 internal constant CREATOR_KEY = 0xc4ea;
    uint256 internal constant PROVIDER_KEY = 0x9407;

    address internal creator = vm.addr(CREATOR_KEY);
    address internal provider = vm.addr(PROVIDER_KEY);
    address internal solver = address(0x501);
    address internal stranger = address(0x5714);
    address internal treasury = address(0x74ea);
    address internal lister = address(0x115);

    Ledger internal ledger;
    Directory internal directory;
    Mediation internal mediation;
    Deals internal deals;
    Requests internal requests;
    Source internal rounds;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1_000);
        rounds = new Source();
        uint64 nonce = vm.getNonce(address(this));
        address mediation_ = vm.computeCreateAddress(address(this), nonce + 2);
        address deals_ = vm.computeCreateAddress(address(this), nonce + 3);
        address requests_ = vm.computeCreateAddress(address(this), nonce + 4);
        ledger = new Ledger(deals_, mediation_, address(rounds), UNSTAKE_DELAY, EXPOSURE_CAP);
        directory =
            new Directory(ledger, deals_, address(rounds), LEAST_STAKE, REUSE_DELAY, FEE_BPS, treasury, lister);
        mediation = new Mediation(ledger, directory, deals_, address(rounds), FLOOR);
        deals = new Deals(ledger, directory, mediation, requests_, FLOOR);
        requests = new Requests(ledger, deals);
        rounds.set(mediation, ledger);

        fund(creator, 1_000 ether, 0);
        fund(provider, 1_000 ether, 10_000 ether);
        fund(solver, 1 ether, 0);
        fund(treasury, 1 ether, 0);
        fund(stranger, 1_000 ether, 0);
    }

    // --- people ---

    function fund(address account, uint256 toFree, uint256 toStake) internal {
        vm.deal(address(this), toFree + toStake);
        ledger.deposit{value: toFree + toStake}(account);
        if (toStake != 0) {
            vm.prank(account);
            ledger.stake(toStake);
        }
    }

    function mediatorKey(uint256 i) internal pure returns (address) {
        return address(uint160(0x3ed1a70000 + i));
    }

    /// Joins `count` mediators, at indices 0 and up.
    function addMediators(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            fund(mediatorKey(i), 0, 100 ether);
            vm.prank(mediatorKey(i));
            directory.joinMediators();
        }
    }

    function free(address account) internal view returns (uint256 amount) {
        (amount,) = ledger.balanceOf(account);
    }

    function locked(address account) internal view returns (uint256 amount) {
        (, amount) = ledger.balanceOf(account);
    }

    function staked(address account) internal view returns (uint256 amount) {
        (amount,,,) = ledger.stakeOf(account);
    }

    function exposed(address account) internal view returns (uint256 amount) {
        (, amount,,) = ledger.stakeOf(account);
    }

    // --- offers ---

    function jobOffer() internal view returns (JobOffer memory job) {
        job.creator = creator;
        job.module = keccak256("module");
        job.inputs = keccak256("inputs");
        job.spec = keccak256("spec");
        job.price = 1.25 ether;
        job.matchFee = 0.01 ether;
        job.mediatorFee = 0.1 ether;
        job.mediatorDeposit = 10 ether;
        job.checkRate = 100;
        job.multiple = 99;
        job.n = 3;
        job.submitWindow = 1 hours;
        job.judgeWindow = 1 hours;
        job.commitWindow = 1 hours;
        job.revealWindow = 1 hours;
        job.mediators = type(uint256).max >> 192;
        job.nonce = 1;
        job.expiry = uint64(block.timestamp + 1 days);
    }

    function resourceOffer() internal view returns (ResourceOffer memory resource) {
        resource.provider = provider;
        resource.capabilities = keccak256("machine");
        resource.price = 1 ether;
        resource.multiple = 200;
        resource.mediators = type(uint256).max >> 192;
        resource.nonce = 1;
        resource.expiry = uint64(block.timestamp + 1 days);
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function signJob(JobOffer memory job) internal view returns (bytes memory) {
        return signature(CREATOR_KEY, deals.hashJob(job));
    }

    function signResource(ResourceOffer memory resource) internal view returns (bytes memory) {
        return signature(PROVIDER_KEY, deals.hashResource(resource));
    }

    function matched(JobOffer memory job, ResourceOffer memory resource) internal returns (bytes32) {
        bytes memory jobSignature = signJob(job);
        bytes memory resourceSignature = signResource(resource);
        vm.prank(solver);
        return deals.matchOffers(job, jobSignature, resource, resourceSignature);
    }

    function submitted(JobOffer memory job, ResourceOffer memory resource, Result memory result)
        internal
        returns (bytes32 dealId)
    {
        dealId = matched(job, resource);
        vm.prank(provider);
        deals.submit(dealId, result.digest, result.fuel);
    }

    function aResult() internal pure returns (Result memory) {
        return Result(keccak256("outputs"), 5_000_000);
    }

    function claimOf(Result memory result) internal pure returns (bytes32) {
        return keccak256(abi.encode(result.digest, result.fuel));
    }

    /// What a case claims is the hash of the answer that mediators vote with.
    function hashOf(bytes32 answer) internal pure returns (bytes32) {
        return sha256(abi.encode(answer));
    }

    // --- blocks ---

    function headerWith(bytes32 mix) internal pure returns (bytes memory) {
        bytes memory bloom = new bytes(256);
        bytes memory head = abi.encodePacked(
            hex"a0", keccak256("parent"), hex"a0", keccak256("ommers"), hex"94", bytes20(keccak256("beneficiary"))
        );
        head = abi.encodePacked(
            head, hex"a0", keccak256("state"), hex"a0", keccak256("txs"), hex"a0", keccak256("receipts")
        );
        head = abi.encodePacked(head, hex"b90100", bloom);
        // difficulty 0, number, gas limit, gas used, time, extra data
        head = abi.encodePacked(head, hex"80", hex"830f4240", hex"8401c9c380", hex"8389abcd", hex"846b49d200");
        head = abi.encodePacked(head, hex"8a746164706f6c652d6564", hex"a0", mix, hex"88", bytes8(0));
        // base fee, withdrawals root, blob gas twice, beacon root, requests hash
        head = abi.encodePacked(
            head, hex"843b9aca00", hex"a0", keccak256("w"), hex"80", hex"80", hex"a0", keccak256("b")
        );
        head = abi.encodePacked(head, hex"a0", keccak256("r"));
        return abi.encodePacked(hex"f9", uint16(head.length), head);
    }

    /// Mines up to the block after `number` and makes `mix` its randomness.
    function mineWith(uint256 number, bytes32 mix) internal returns (bytes memory header) {
        header = headerWith(mix);
        if (block.number <= number) vm.roll(number + 1);
        vm.setBlockhash(number, keccak256(header));
    }

    /// A seed with which the draw of a deal misses, or hits.
    function seedFor(bytes32 dealId, uint256 checkRate, bool hit) internal pure returns (bytes32 mix) {
        for (uint256 i = 0;; ++i) {
            mix = keccak256(abi.encode(i));
            if ((uint256(keccak256(abi.encode(mix, dealId))) % 10_000 < checkRate) == hit) return mix;
        }
    }

    // --- mediation ---

    /// Draws the case's present level by some seed and returns who was drawn.
    function drawCase(bytes32 caseId, bytes32 mix) internal returns (uint256 drawn) {
        bytes memory header = mineWith(mediation.caseOf(caseId).seedBlock, mix);
        mediation.draw(caseId, header);
        return mediation.caseOf(caseId).drawn;
    }

    function commitment(bytes32 caseId, address voter, bytes32 digest) internal view returns (bytes32) {
        return keccak256(abi.encode(caseId, mediation.caseOf(caseId).level, voter, digest, salt(voter)));
    }

    function salt(address voter) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", voter));
    }

    function commitVote(bytes32 caseId, address voter, bytes32 digest) internal {
        bytes32 c = commitment(caseId, voter, digest);
        vm.prank(voter);
        mediation.commit(caseId, c);
    }

    function revealVote(bytes32 caseId, address voter, bytes32 digest) internal {
        bytes32 s = salt(voter);
        vm.prank(voter);
        mediation.reveal(caseId, digest, s);
    }

    /// The i-th drawn mediator votes digests[i], or digests' last; zero stays away. Then the level is tallied.
    function voteAll(bytes32 caseId, bytes32[] memory digests) internal {
        address[] memory voters = drawnOf(caseId);
        bool absent = false;
        for (uint256 i = 0; i < voters.length; ++i) {
            bytes32 d = digests[i < digests.length ? i : digests.length - 1];
            if (d == 0) absent = true;
            else commitVote(caseId, voters[i], d);
        }
        if (absent) vm.warp(mediation.caseOf(caseId).commitBy + 1);
        for (uint256 i = 0; i < voters.length; ++i) {
            bytes32 d = digests[i < digests.length ? i : digests.length - 1];
            if (d != 0) revealVote(caseId, voters[i], d);
        }
        if (absent) vm.warp(mediation.caseOf(caseId).revealBy + 1);
        mediation.tally(caseId);
    }

    function drawnOf(bytes32 caseId) internal view returns (address[] memory voters) {
        uint256 bits = mediation.caseOf(caseId).drawn;
        voters = new address[](Bits.count(bits));
        for (uint256 i = 0; bits != 0; bits &= bits - 1) {
            voters[i++] = directory.mediatorAt(Bits.lowest(bits));
        }
    }

    function list(bytes32 a) internal pure returns (bytes32[] memory d) {
        d = new bytes32[](1);
        d[0] = a;
    }

    function list(bytes32 a, bytes32 b) internal pure returns (bytes32[] memory d) {
        d = new bytes32[](2);
        (d[0], d[1]) = (a, b);
    }

    function list(bytes32 a, bytes32 b, bytes32 c) internal pure returns (bytes32[] memory d) {
        d = new bytes32[](3);
        (d[0], d[1], d[2]) = (a, b, c);
    }

    // --- checks ---

    function eq(uint256 a, uint256 b, string memory what) internal pure {
        if (a != b) revert(string.concat(what, ": got ", text(a), ", want ", text(b)));
    }

    function eq(bytes32 a, bytes32 b, string memory what) internal pure {
        if (a != b) revert(string.concat(what, ": digests differ"));
    }

    function eq(Status a, Status b) internal pure {
        eq(uint256(a), uint256(b), "status");
    }

    function check(bool ok, string memory what) internal pure {
        if (!ok) revert(what);
    }

    function text(uint256 n) internal pure returns (string memory s) {
        if (n == 0) return "0";
        while (n != 0) {
            s = string.concat(string(abi.encodePacked(uint8(48 + n % 10))), s);
            n /= 10;
        }
    }

    /// The sum of the named ledgers and of what is burnt is the contract's balance.
    function checkSolvent(uint256 mediators) internal view {
        uint256 sum = ledger.burnt() + all(creator) + all(provider) + all(solver) + all(stranger) + all(treasury);
        sum += all(address(mediation)) + all(address(deals)) + all(address(rounds)) + all(address(this));
        for (uint256 i = 0; i < mediators; ++i) {
            sum += all(mediatorKey(i));
        }
        eq(sum, address(ledger).balance, "sum of ledgers");
    }

    function all(address account) internal view returns (uint256) {
        return free(account) + locked(account) + staked(account);
    }

    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + x % (high - low + 1);
    }
}
