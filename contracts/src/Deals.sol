// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BlockRandomness} from "./BlockRandomness.sol";
import {IDeals, JobOffer, ResourceOffer, Result, Status} from "./interfaces/IDeals.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {ICaseSource, IMediation, MediationTerms, Verdict} from "./interfaces/IMediation.sol";
import {MediationRules} from "./libraries/MediationRules.sol";
import {Offers} from "./libraries/Offers.sol";

/// @title Deals: one job, one provider, by two signed offers
/// @notice States and money as in IDeals; amounts in wei, times in seconds. A solver can join two offers and can alter
/// nothing in them; `dealId` is the hash of both, so it cannot be taken by anybody else. Nobody can lose more than it
/// signed for: the creator its price, check fund and match fee, the provider its collateral.
contract Deals is IDeals, ICaseSource, EIP712 {
    using Offers for JobOffer;
    using Offers for ResourceOffer;

    /// @notice The signature is not `account`'s over this offer, for this chain and contract.
    error InvalidSignature(address account);
    /// @notice The offer can no longer be matched.
    error OfferExpired(uint256 expiry);
    /// @notice The offer was matched, escrowed or cancelled.
    error NonceUsed(address account, uint256 nonce);
    /// @notice The deal is in another state than the call needs.
    error WrongStatus(bytes32 dealId, Status status);
    /// @notice The call is another's.
    error NotAllowed(address caller);
    /// @notice The result came after its deadline.
    error TooLate(uint256 deadline);
    /// @notice The window is still open.
    error TooEarly(uint256 deadline);
    /// @notice The result is not the one that was submitted.
    error WrongResult(bytes32 dealId);
    /// @notice The draw is done.
    error DrawDone(bytes32 dealId);
    /// @notice The seed block is ahead, or its hash can still be had: draw instead.
    error SeedAtHand(uint256 seedBlock);
    /// @notice No such offer waits in escrow.
    error NotEscrowed(bytes32 jobHash);

    /// One word. Whatever else a deal needs is in its offers, which its id binds.
    struct Deal {
        Status status;
        uint8 feeBps; // as it was at the match; zero where waived
        uint32 time; // Agreed: last second to submit; Submitted: when that was
        uint32 seedBlock; // Submitted: of the draw; zero once it missed
        // Agreed: the provider's address. From then on the claim's last 22 bytes: a second slot would cost a tenth of the
        // whole deal, and finding two results with one such claim takes 2^88 hashes for the one deal.
        uint176 party;
    }

    /// What a verdict needs, for mediation does not know the offers.
    struct Check {
        address creator;
        uint96 due;
        address payer; // of the mediators
        uint96 fund; // locked for the first level: the creator's, or the payer's own beside it
        address challenger; // zero for a draw
        uint96 ceiling;
        address provider;
        bytes32 module;
        uint256 collateral;
    }

    uint256 private constant BPS = 10_000;
    /// Blocks from submission to the seed block: its randomness is unknown when the result is fixed.
    uint256 private constant SEED_DELAY = 2;
    /// Shares of a refuted provider's collateral, in basis points. A fifth at least is burnt.
    uint256 private constant CREATOR_SHARE = 4_000;
    uint256 private constant CHALLENGER_SHARE = 2_000;
    uint256 private constant MEDIATORS_SHARE = 2_000;
    /// What running a job costs a provider, as a share of its price in basis points: paid where no result can be checked.
    uint256 private constant COST_SHARE = 8_000;

    ILedger public immutable ledger;
    IDirectory public immutable directory;
    IMediation public immutable mediation;
    /// @notice The contract through which contracts ask for jobs; it may escrow for its callers.
    address public immutable requests;
    /// @notice Seconds; no window of an offer may be shorter.
    uint256 public immutable windowFloor;
    uint8 private immutable feeBps;
    address private immutable treasury;

    mapping(bytes32 dealId => Deal) private deals;
    mapping(bytes32 dealId => Check) private checks;
    /// @notice Bit n & 255 of word n >> 8 = the account's offer with nonce n is used or cancelled.
    mapping(address account => mapping(uint256 word => uint256 bits)) public usedNonces;
    /// @dev 1 while an offer's money waits to be matched
    mapping(bytes32 jobHash => uint256) private escrows;
    /// @inheritdoc IDeals
    mapping(bytes32 jobHash => bytes32) public dealOf;
    /// @notice How many cases found no common result of this module.
    mapping(bytes32 module => uint256) public marks;

    constructor(ILedger ledger_, IDirectory directory_, IMediation mediation_, address requests_, uint256 windowFloor_)
        EIP712("Tadpole Deals", "1")
    {
        ledger = ledger_;
        directory = directory_;
        mediation = mediation_;
        requests = requests_;
        windowFloor = windowFloor_;
        uint16 bps;
        (bps, treasury) = directory_.protocolFee();
        // Safe cast: Directory.FEE_CAP is 200.
        feeBps = uint8(bps);
    }

    // --- offers ---

    /// @inheritdoc IDeals
    function cancel(uint256 nonce) external {
        _useNonce(msg.sender, nonce);
        emit NonceCancelled(msg.sender, nonce);
    }

    /// @inheritdoc IDeals
    function escrow(JobOffer calldata job) external returns (bytes32 jobHash) {
        if (msg.sender != job.creator && msg.sender != requests) revert NotAllowed(msg.sender);
        if (block.timestamp > job.expiry) revert OfferExpired(job.expiry);
        _useNonce(job.creator, job.nonce);
        jobHash = hashJob(job);
        escrows[jobHash] = 1;
        uint256 amount = job.most();
        ledger.lock(job.creator, amount);
        emit Escrowed(jobHash, job.creator, amount);
    }

    /// @inheritdoc IDeals
    function reclaim(JobOffer calldata job) external {
        bytes32 jobHash = hashJob(job);
        if (escrows[jobHash] == 0) revert NotEscrowed(jobHash);
        if (block.timestamp <= job.expiry) revert TooEarly(job.expiry);
        delete escrows[jobHash];
        uint256 amount = job.most();
        ledger.unlock(job.creator, amount);
        emit Reclaimed(jobHash, job.creator, amount);
    }

    // --- match ---

    /// @inheritdoc IDeals
    function matchOffers(
        JobOffer calldata job,
        bytes calldata jobSignature,
        ResourceOffer calldata resource,
        bytes calldata resourceSignature
    ) external returns (bytes32 dealId) {
        if (block.timestamp > job.expiry) revert OfferExpired(job.expiry);
        if (block.timestamp > resource.expiry) revert OfferExpired(resource.expiry);
        Offers.validate(job, resource, windowFloor);

        bytes32 jobHash = hashJob(job);
        bytes32 resourceHash = hashResource(resource);
        dealId = keccak256(abi.encode(jobHash, resourceHash));
        _checkSignature(resource.provider, resourceHash, resourceSignature);
        _useNonce(resource.provider, resource.nonce);
        uint256 submitBy = block.timestamp + job.submitWindow;
        deals[dealId] = Deal({
            status: Status.Agreed,
            feeBps: _fee(job, resource),
            time: uint32(submitBy),
            seedBlock: 0,
            party: uint160(resource.provider)
        });
        _engage(job, jobHash, jobSignature, resource, dealId);
        emit Matched(dealId, job.creator, resource.provider, msg.sender, submitBy);
    }

    // --- result ---

    /// @inheritdoc IDeals
    function submit(bytes32 dealId, bytes32 digest, uint64 fuel) external {
        Deal memory deal = deals[dealId];
        if (deal.status != Status.Agreed) revert WrongStatus(dealId, deal.status);
        if (uint160(msg.sender) != deal.party) revert NotAllowed(msg.sender);
        if (block.timestamp > deal.time) revert TooLate(deal.time);
        deal.status = Status.Submitted;
        deal.time = uint32(block.timestamp);
        deal.seedBlock = uint32(block.number + SEED_DELAY);
        deal.party = uint176(uint256(keccak256(abi.encode(digest, fuel))));
        deals[dealId] = deal;
        emit Submitted(dealId, digest, fuel, deal.seedBlock);
    }

    /// @inheritdoc IDeals
    /// @dev Lateness costs what the job would have earned, not the collateral, or an outage would ruin honest providers.
    function expire(JobOffer calldata job, ResourceOffer calldata resource) external {
        (bytes32 dealId, Deal memory deal) = _in(job, resource, Status.Agreed);
        if (block.timestamp <= deal.time) revert TooEarly(deal.time);
        deals[dealId].status = Status.Expired;
        uint256 ceiling = job.ceiling(resource);
        uint256 collateral = job.collateral(resource);
        uint256 late = ceiling < collateral ? ceiling : collateral;
        uint256 kept = MediationRules.keepable(late);
        ledger.slash(resource.provider, late, late - kept, job.creator);
        ledger.cover(resource.provider, collateral - late);
        ledger.unlock(job.creator, ceiling + job.checkFund() + kept);
        emit Settled(dealId, Status.Expired, 0);
    }

    // --- judgement ---

    /// @inheritdoc IDeals
    function accept(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result) external {
        if (msg.sender != job.creator) revert NotAllowed(msg.sender);
        (bytes32 dealId, Deal memory deal) = _submitted(job, resource, result);
        _settle(dealId, deal, job, resource, result);
    }

    /// @inheritdoc IDeals
    function draw(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result, bytes calldata header)
        external
    {
        (bytes32 dealId, Deal memory deal) = _submitted(job, resource, result);
        if (deal.seedBlock == 0) revert DrawDone(dealId);
        if (_isHit(dealId, deal.seedBlock, job.checkRate, header)) {
            _openCheck(dealId, job, resource, result, job.creator, address(0));
        } else {
            deals[dealId].seedBlock = 0;
            emit DrawMissed(dealId);
        }
    }

    /// @inheritdoc IDeals
    function rearm(bytes32 dealId) external {
        Deal memory deal = deals[dealId];
        if (deal.status != Status.Submitted) revert WrongStatus(dealId, deal.status);
        if (deal.seedBlock == 0) revert DrawDone(dealId);
        if (!BlockRandomness.isGone(deal.seedBlock)) revert SeedAtHand(deal.seedBlock);
        deals[dealId].seedBlock = uint32(block.number + SEED_DELAY);
        emit Rearmed(dealId, block.number + SEED_DELAY);
    }

    /// @inheritdoc IDeals
    function checkResult(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result) external {
        if (msg.sender == resource.provider) revert NotAllowed(msg.sender);
        _openByHand(job, resource, result);
    }

    /// @inheritdoc IDeals
    function probeDeterminism(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result)
        external
    {
        if (msg.sender != resource.provider) revert NotAllowed(msg.sender);
        _openByHand(job, resource, result);
    }

    /// @inheritdoc IDeals
    function finalize(
        JobOffer calldata job,
        ResourceOffer calldata resource,
        Result calldata result,
        bytes calldata header
    ) external {
        (bytes32 dealId, Deal memory deal) = _submitted(job, resource, result);
        uint256 judgeBy = uint256(deal.time) + job.judgeWindow;
        if (block.timestamp <= judgeBy) revert TooEarly(judgeBy);
        if (deal.seedBlock != 0 && _isHit(dealId, deal.seedBlock, job.checkRate, header)) {
            return _openCheck(dealId, job, resource, result, job.creator, address(0));
        }
        _settle(dealId, deal, job, resource, result);
    }

    // --- verdict ---

    /// @inheritdoc ICaseSource
    /// @dev Must not revert, or the case could never close; every amount below was locked or reserved for it.
    function onVerdict(bytes32, bytes32 dealId, Verdict verdict, bytes32, uint256 spent, uint256 compensation)
        external
    {
        if (msg.sender != address(mediation)) revert NotAllowed(msg.sender);
        Deal memory deal = deals[dealId];
        if (deal.status != Status.Checking) revert WrongStatus(dealId, deal.status);
        Check memory check = checks[dealId];
        delete checks[dealId];

        // What the creator has locked, less what its fund paid the mediators; another payer's rest goes back to it.
        uint256 locked = uint256(check.ceiling) + check.fund;
        if (check.payer == check.creator) locked -= spent;
        else ledger.unlock(check.payer, check.fund - spent);

        Status status;
        uint256 paid = 0;
        if (verdict == Verdict.Refuted) {
            status = Status.Refuted;
            ledger.unlock(check.creator, locked + _forfeit(check, spent));
        } else {
            uint256 due = 0;
            if (verdict == Verdict.Upheld) {
                status = Status.Upheld;
                due = check.due;
            } else if (verdict == Verdict.NonDeterministic) {
                status = Status.NonDeterministic;
                due = uint256(check.due) * COST_SHARE / BPS;
                deal.feeBps = 0;
                ++marks[check.module];
                emit ModuleMarked(check.module, dealId);
            } else {
                status = Status.Unresolved;
                if (compensation != 0) ledger.pay(address(this), check.provider, compensation);
            }
            paid = _pay(check.creator, check.provider, due, deal.feeBps, locked - due, check.collateral);
        }
        deals[dealId].status = status;
        emit Settled(dealId, status, paid);
    }

    // --- views ---

    /// @inheritdoc IDeals
    function statusOf(bytes32 dealId) external view returns (Status) {
        return deals[dealId].status;
    }

    /// @return whether the money of an offer waits for a match
    function escrowed(bytes32 jobHash) external view returns (bool) {
        return escrows[jobHash] != 0;
    }

    /// @inheritdoc IDeals
    function isResult(bytes32 dealId, Result calldata result) external view returns (bool) {
        Deal memory deal = deals[dealId];
        return deal.status >= Status.Submitted && deal.status != Status.Expired
            && deal.party == uint176(uint256(_claim(result)));
    }

    /// @return the deal's word; its terms are in its offers
    function dealAt(bytes32 dealId) external view returns (Deal memory) {
        return deals[dealId];
    }

    /// @return the EIP-712 digest that the creator signs
    function hashJob(JobOffer calldata job) public view returns (bytes32) {
        return _hashTypedDataV4(job.hash());
    }

    /// @return the EIP-712 digest that the provider signs
    function hashResource(ResourceOffer calldata resource) public view returns (bytes32) {
        return _hashTypedDataV4(resource.hash());
    }

    /// @return the id of the deal that these offers make
    function idOf(JobOffer calldata job, ResourceOffer calldata resource) public view returns (bytes32) {
        return keccak256(abi.encode(hashJob(job), hashResource(resource)));
    }

    // --- private: match ---

    /// @dev Uses up the job offer, by its signature or by the money that waits for it, and moves the match's money.
    function _engage(
        JobOffer calldata job,
        bytes32 jobHash,
        bytes calldata signature,
        ResourceOffer calldata resource,
        bytes32 dealId
    ) private {
        uint256 cost = job.ceiling(resource) + job.checkFund();
        if (signature.length == 0 && escrows[jobHash] != 0) {
            delete escrows[jobHash];
            dealOf[jobHash] = dealId;
            ledger.unlock(job.creator, job.most());
        } else {
            _checkSignature(job.creator, jobHash, signature);
            _useNonce(job.creator, job.nonce);
        }
        ledger.engage(
            job.creator, cost, msg.sender, job.matchFee, resource.provider, job.collateral(resource)
        );
        if (resource.matchFee != 0) {
            ledger.lock(resource.provider, resource.matchFee);
            ledger.pay(resource.provider, msg.sender, resource.matchFee);
        }
    }

    /// @dev A project's waiver covers the fee of the most that this deal can cost.
    function _fee(JobOffer calldata job, ResourceOffer calldata resource) private returns (uint8) {
        if (job.project == 0 || feeBps == 0) return feeBps;
        uint256 fee = job.ceiling(resource) * feeBps / BPS;
        return directory.waive(job.project, job.creator, fee) ? 0 : feeBps;
    }

    /// @dev ECDSA first: it needs no look at the account's code, which costs more than the recovery itself.
    function _checkSignature(address account, bytes32 hash, bytes calldata signature) private view {
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecoverCalldata(hash, signature);
        if (err == ECDSA.RecoverError.NoError && signer == account) return;
        if (account.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(account, hash, signature)) {
            return;
        }
        revert InvalidSignature(account);
    }

    function _useNonce(address account, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = usedNonces[account][nonce >> 8];
        if (bits & bit != 0) revert NonceUsed(account, nonce);
        usedNonces[account][nonce >> 8] = bits | bit;
    }

    // --- private: judgement ---

    function _in(JobOffer calldata job, ResourceOffer calldata resource, Status status)
        private
        view
        returns (bytes32 dealId, Deal memory deal)
    {
        dealId = idOf(job, resource);
        deal = deals[dealId];
        if (deal.status != status) revert WrongStatus(dealId, deal.status);
    }

    function _submitted(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result)
        private
        view
        returns (bytes32 dealId, Deal memory deal)
    {
        (dealId, deal) = _in(job, resource, Status.Submitted);
        if (deal.party != uint176(uint256(_claim(result)))) revert WrongResult(dealId);
    }

    function _claim(Result calldata result) private pure returns (bytes32) {
        return keccak256(abi.encode(result.digest, result.fuel));
    }

    function _isHit(bytes32 dealId, uint256 seedBlock, uint256 checkRate, bytes calldata header)
        private
        view
        returns (bool)
    {
        bytes32 seed = BlockRandomness.prevrandao(seedBlock, header);
        return uint256(keccak256(abi.encode(seed, dealId))) % BPS < checkRate;
    }

    function _openByHand(JobOffer calldata job, ResourceOffer calldata resource, Result calldata result) private {
        (bytes32 dealId, Deal memory deal) = _submitted(job, resource, result);
        uint256 judgeBy = uint256(deal.time) + job.judgeWindow;
        if (block.timestamp > judgeBy) revert TooLate(judgeBy);
        if (msg.sender != job.creator) ledger.lock(msg.sender, job.checkFund());
        _openCheck(dealId, job, resource, result, msg.sender, msg.sender);
    }

    function _openCheck(
        bytes32 dealId,
        JobOffer calldata job,
        ResourceOffer calldata resource,
        Result calldata result,
        address payer,
        address challenger
    ) private {
        deals[dealId].status = Status.Checking;
        // Safe casts: all three are at most a uint96, as Offers.validate saw.
        checks[dealId] = Check({
            creator: job.creator,
            due: uint96(job.due(resource, result.fuel)),
            payer: payer,
            fund: uint96(job.checkFund()),
            challenger: challenger,
            ceiling: uint96(job.ceiling(resource)),
            provider: resource.provider,
            module: job.module,
            collateral: job.collateral(resource)
        });
        MediationTerms memory terms = job.terms(resource);
        // Nobody judges its own case.
        terms.pool &= ~(_bitOf(job.creator) | _bitOf(resource.provider) | _bitOf(payer));
        bytes32 caseId = mediation.open(dealId, sha256(abi.encode(_claim(result))), terms, payer);
        emit Checked(dealId, caseId, challenger);
    }

    function _bitOf(address account) private view returns (uint256) {
        (bool is_, uint8 index) = directory.indexOf(account);
        return is_ ? 1 << index : 0;
    }

    // --- private: money ---

    function _settle(
        bytes32 dealId,
        Deal memory deal,
        JobOffer calldata job,
        ResourceOffer calldata resource,
        Result calldata result
    ) private {
        deals[dealId].status = Status.Accepted;
        uint256 due = job.due(resource, result.fuel);
        uint256 rest = job.ceiling(resource) + job.checkFund() - due;
        uint256 paid = _pay(job.creator, resource.provider, due, deal.feeBps, rest, job.collateral(resource));
        emit Settled(dealId, Status.Accepted, paid);
    }

    /// @return paid to the provider: `due` less the protocol's fee, which is rounded down
    function _pay(address creator, address provider, uint256 due, uint256 bps, uint256 rest, uint256 collateral)
        private
        returns (uint256 paid)
    {
        uint256 fee = due * bps / BPS;
        paid = due - fee;
        ledger.settle(creator, provider, paid, treasury, fee, rest, collateral);
    }

    /// @dev A refuted provider's collateral: the creator's damages, the mediators' fees to who paid them, a reward to a
    /// challenger; the rest, never less than a fifth, is burnt.
    /// @return damages in the creator's locked balance
    function _forfeit(Check memory check, uint256 spent) private returns (uint256 damages) {
        damages = check.collateral * CREATOR_SHARE / BPS;
        uint256 fees = check.collateral * MEDIATORS_SHARE / BPS;
        if (spent < fees) fees = spent;
        if (check.payer == check.provider) fees = 0;
        uint256 reward = 0;
        if (check.challenger != address(0) && check.challenger != check.provider && check.challenger != check.creator) {
            reward = check.collateral * CHALLENGER_SHARE / BPS;
        }
        uint256 kept = damages + fees + reward;
        ledger.slash(check.provider, check.collateral, check.collateral - kept, check.creator);
        uint256 others = reward + (check.payer == check.creator ? 0 : fees);
        if (others != 0) ledger.pay(check.creator, check.payer, others);
        damages = kept - others;
    }
}
