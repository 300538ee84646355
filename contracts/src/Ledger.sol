// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILedger} from "./interfaces/ILedger.sol";

/// @title Ledger: the one place that holds money
/// @notice See ILedger. Amounts are in wei, times in seconds. There is no owner, no pause and no upgrade: the three
/// modules are fixed at construction and can only move what their own rules let them, and nobody else can touch another's
/// balance without its signature.
/// @dev Coins forced into the contract (by a block reward or a self-destruct) belong to nobody, so the balance may be above
/// the sum of the ledgers, never below.
contract Ledger is ILedger, EIP712, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @notice The signature is not `account`'s over these very values.
    error InvalidSignature(address account);
    /// @notice The signed order's time is over.
    error SignatureExpired(uint256 expiry);
    /// @notice The signed order was carried out or cancelled.
    error NonceUsed(address account, uint256 nonce);
    /// @notice Of a construction that could never work.
    error BadParameter();
    /// @notice The relay's fee is more than what is withdrawn.
    error FeeAboveAmount(uint256 fee, uint256 amount);
    /// @notice Coins sent to no one; pull them with withdraw instead.
    error ZeroAddress();

    event NonceCancelled(address indexed account, uint256 nonce);

    struct Purse {
        uint128 free;
        uint128 locked;
    }

    struct Pledge {
        /// does not contain what is leaving
        uint128 staked;
        /// never above staked, so every slash that was reserved can be carried out in full
        uint128 exposed;
    }

    struct Leaving {
        uint128 amount;
        uint64 due;
    }

    bytes32 private constant WITHDRAWAL_TYPEHASH =
        keccak256("Withdrawal(address account,address to,uint256 amount,uint256 fee,uint256 nonce,uint256 expiry)");
    uint256 private constant BPS = 10_000;

    address public immutable deals;
    address public immutable mediation;
    address public immutable rounds;
    /// @notice Seconds from requestUnstake to unstake; longer than the longest window of a deal, case or round.
    uint256 public immutable unstakeDelay;
    /// @notice Basis points of an account's stake that open deals and cases may put at risk together.
    uint256 public immutable exposureCap;

    /// @inheritdoc ILedger
    uint256 public burnt;
    mapping(address account => Purse) private purses;
    mapping(address account => Pledge) private pledges;
    mapping(address account => Leaving) private leavings;
    /// @notice Bit n & 255 of word n >> 8 = withdrawal nonce n is used; the order of nonces is free.
    mapping(address account => mapping(uint256 word => uint256 bits)) public usedNonces;

    modifier onlyModule() {
        _checkModule();
        _;
    }

    /// @param deals_ the modules; their addresses follow from deployer and nonce, so they may be deployed later
    constructor(address deals_, address mediation_, address rounds_, uint256 unstakeDelay_, uint256 exposureCap_)
        EIP712("Tadpole Ledger", "1")
    {
        if (deals_ == address(0) || mediation_ == address(0) || rounds_ == address(0)) revert BadParameter();
        // Above the whole stake, slashes could fail; a delay past a year is a mistake in units.
        if (exposureCap_ == 0 || exposureCap_ > BPS || unstakeDelay_ > 365 days) revert BadParameter();
        deals = deals_;
        mediation = mediation_;
        rounds = rounds_;
        unstakeDelay = unstakeDelay_;
        exposureCap = exposureCap_;
    }

    // --- anyone: in and out ---

    /// @inheritdoc ILedger
    function deposit(address account) external payable {
        if (account == address(0)) revert ZeroAddress();
        purses[account].free += msg.value.toUint128();
        emit Deposited(account, msg.sender, msg.value);
    }

    /// @inheritdoc ILedger
    function withdraw(address payable to, uint256 amount) external nonReentrant {
        _withdraw(msg.sender, to, amount, 0);
    }

    /// @inheritdoc ILedger
    function withdrawBySig(
        address account,
        address payable to,
        uint256 amount,
        uint256 fee,
        uint256 nonce,
        uint256 expiry,
        bytes calldata signature
    ) external nonReentrant {
        if (block.timestamp > expiry) revert SignatureExpired(expiry);
        if (fee > amount) revert FeeAboveAmount(fee, amount);
        bytes32 digest = withdrawalHash(account, to, amount, fee, nonce, expiry);
        if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert InvalidSignature(account);
        _useNonce(account, nonce);
        _withdraw(account, to, amount, fee);
    }

    /// @notice Makes the caller's signed withdrawal with this nonce worthless.
    function cancelNonce(uint256 nonce) external {
        _useNonce(msg.sender, nonce);
        emit NonceCancelled(msg.sender, nonce);
    }

    // --- anyone: stake ---

    /// @inheritdoc ILedger
    function stake(uint256 amount) external {
        _stake(msg.sender, msg.sender, amount);
    }

    /// @inheritdoc ILedger
    function stakeFor(address account, uint256 amount) external {
        if (account == address(0)) revert ZeroAddress();
        _stake(msg.sender, account, amount);
    }

    /// @inheritdoc ILedger
    /// @dev The request replaces an earlier one, whose delay starts again; zero takes it back. It may not leave open
    /// reservations above the cap: an account winds down first. What leaves is no basis for new exposure.
    function requestUnstake(uint256 amount) external {
        Pledge storage pledge = pledges[msg.sender];
        Leaving storage leaving = leavings[msg.sender];
        uint256 all = uint256(pledge.staked) + leaving.amount;
        if (amount > all) revert InsufficientStake(msg.sender, all, amount);
        uint256 remains = all - amount;
        if (pledge.exposed > _cap(remains)) revert InsufficientStake(msg.sender, _cap(remains), pledge.exposed);
        pledge.staked = remains.toUint128();
        leaving.amount = amount.toUint128();
        leaving.due = (block.timestamp + unstakeDelay).toUint64();
        emit UnstakeRequested(msg.sender, amount, leaving.due);
    }

    /// @inheritdoc ILedger
    function unstake() external {
        Leaving memory leaving = leavings[msg.sender];
        if (block.timestamp < leaving.due) revert WithdrawalDelay(leaving.due);
        delete leavings[msg.sender];
        purses[msg.sender].free += leaving.amount;
        emit Unstaked(msg.sender, leaving.amount);
    }

    // --- modules ---

    /// @inheritdoc ILedger
    function lock(address account, uint256 amount) external onlyModule {
        _lock(account, amount, 0);
    }

    /// @inheritdoc ILedger
    function unlock(address account, uint256 amount) external onlyModule {
        _release(account, amount, 0);
    }

    /// @inheritdoc ILedger
    function pay(address from, address to, uint256 amount) external onlyModule {
        _release(from, 0, amount);
        _credit(from, to, amount);
    }

    /// @inheritdoc ILedger
    function expose(address account, uint256 amount) external onlyModule {
        _expose(account, amount);
    }

    /// @inheritdoc ILedger
    function cover(address account, uint256 amount) external onlyModule {
        _cover(account, amount);
    }

    /// @inheritdoc ILedger
    function engage(address from, uint256 amount, address feeTo, uint256 fee, address staker, uint256 exposure)
        external
        onlyModule
    {
        _lock(from, amount, fee);
        if (fee != 0) _credit(from, feeTo, fee);
        _expose(staker, exposure);
    }

    /// @inheritdoc ILedger
    function settle(
        address from,
        address to,
        uint256 amount,
        address feeTo,
        uint256 fee,
        uint256 rest,
        uint256 exposure
    ) external onlyModule {
        _release(from, rest, amount + fee);
        _credit(from, to, amount);
        if (fee != 0) _credit(from, feeTo, fee);
        _cover(to, exposure);
    }

    /// @inheritdoc ILedger
    /// @dev `exposed` is never above `staked`, so what was reserved is always there.
    function slash(address account, uint256 amount, uint256 burn, address to) external onlyModule returns (uint256 taken) {
        Pledge memory pledge = pledges[account];
        if (pledge.exposed < amount) revert InsufficientStake(account, pledge.exposed, amount);
        if (burn > amount) burn = amount;
        taken = amount;
        unchecked {
            pledges[account] = Pledge(uint128(pledge.staked - amount), uint128(pledge.exposed - amount));
            burnt += burn;
            purses[to].locked += uint128(amount - burn);
        }
        emit Slashed(account, amount, burn);
    }

    // --- views ---

    /// @inheritdoc ILedger
    function balanceOf(address account) external view returns (uint256 free, uint256 locked) {
        Purse memory purse = purses[account];
        return (purse.free, purse.locked);
    }

    /// @inheritdoc ILedger
    /// @dev `staked` contains what is `leaving`.
    function stakeOf(address account)
        external
        view
        returns (uint256 staked, uint256 exposed, uint256 leaving, uint256 leavingAt)
    {
        Pledge memory pledge = pledges[account];
        Leaving memory left = leavings[account];
        return (uint256(pledge.staked) + left.amount, pledge.exposed, left.amount, left.due);
    }

    /// @inheritdoc ILedger
    function exposable(address account) external view returns (uint256) {
        return _room(pledges[account]);
    }

    /// @return the EIP-712 digest that withdrawBySig wants signed
    function withdrawalHash(address account, address to, uint256 amount, uint256 fee, uint256 nonce, uint256 expiry)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(WITHDRAWAL_TYPEHASH, account, to, amount, fee, nonce, expiry)));
    }

    // --- private ---

    function _withdraw(address account, address payable to, uint256 amount, uint256 fee) private {
        if (to == address(0)) revert ZeroAddress();
        uint256 free = purses[account].free;
        if (free < amount) revert InsufficientFree(account, free, amount);
        purses[account].free = (free - amount).toUint128();
        if (fee > 0) {
            purses[msg.sender].free += fee.toUint128();
            emit Paid(account, msg.sender, fee);
        }
        emit Withdrawn(account, to, amount - fee);
        // The receiver gets all the gas: it is the account's own choice, and state is final by now.
        (bool ok,) = to.call{value: amount - fee}("");
        if (!ok) revert TransferFailed(to, amount - fee);
    }

    function _stake(address from, address account, uint256 amount) private {
        uint256 free = purses[from].free;
        if (free < amount) revert InsufficientFree(from, free, amount);
        purses[from].free = (free - amount).toUint128();
        pledges[account].staked += amount.toUint128();
        emit Staked(account, amount);
    }

    // The casts below are safe: each amount is at most a balance it is taken from, and no balance exceeds the coins that
    // exist. Sums of two such amounts are checked by the compiler.

    /// @dev `amount` stays locked, `fee` leaves the account.
    function _lock(address account, uint256 amount, uint256 fee) private {
        Purse memory purse = purses[account];
        uint256 sum = amount + fee;
        if (purse.free < sum) revert InsufficientFree(account, purse.free, sum);
        unchecked {
            purses[account] = Purse(purse.free - uint128(sum), purse.locked + uint128(amount));
        }
    }

    /// @dev Of what is locked, `amount` is free again and `spent` leaves the account.
    function _release(address account, uint256 amount, uint256 spent) private {
        Purse memory purse = purses[account];
        uint256 sum = amount + spent;
        if (purse.locked < sum) revert InsufficientLocked(account, purse.locked, sum);
        unchecked {
            purses[account] = Purse(purse.free + uint128(amount), purse.locked - uint128(sum));
        }
    }

    function _credit(address from, address to, uint256 amount) private {
        unchecked {
            purses[to].free += uint128(amount);
        }
        emit Paid(from, to, amount);
    }

    function _expose(address account, uint256 amount) private {
        Pledge memory pledge = pledges[account];
        uint256 room = _room(pledge);
        if (amount > room) revert InsufficientStake(account, room, amount);
        unchecked {
            pledges[account].exposed = uint128(pledge.exposed + amount);
        }
    }

    function _cover(address account, uint256 amount) private {
        uint256 exposed = pledges[account].exposed;
        if (exposed < amount) revert InsufficientStake(account, exposed, amount);
        unchecked {
            pledges[account].exposed = uint128(exposed - amount);
        }
    }

    function _useNonce(address account, uint256 nonce) private {
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = usedNonces[account][nonce >> 8];
        if (bits & bit != 0) revert NonceUsed(account, nonce);
        usedNonces[account][nonce >> 8] = bits | bit;
    }

    function _checkModule() private view {
        if (msg.sender != deals && msg.sender != mediation && msg.sender != rounds) revert NotModule(msg.sender);
    }

    function _cap(uint256 staked) private view returns (uint256) {
        return staked * exposureCap / BPS;
    }

    function _room(Pledge memory pledge) private view returns (uint256) {
        uint256 cap = _cap(pledge.staked);
        return cap > pledge.exposed ? cap - pledge.exposed : 0;
    }
}
