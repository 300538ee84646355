// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title ILedger: the one place that holds money
/// @notice Every coin of the market sits in this contract and belongs to exactly one account's `free`, `locked` or
/// `stake` (or to the burnt sum): their total equals the contract's balance after every call. Nothing is ever pushed to
/// a party; who is owed withdraws.
/// @dev Three modules (deals, mediation, rounds), fixed at construction, move money between accounts. There is no owner.
interface ILedger {
    error NotModule(address caller);
    error InsufficientFree(address account, uint256 has, uint256 needs);
    error InsufficientLocked(address account, uint256 has, uint256 needs);
    error InsufficientStake(address account, uint256 has, uint256 needs);
    error WithdrawalDelay(uint256 until);
    error TransferFailed(address to, uint256 amount);

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event Staked(address indexed account, uint256 amount);
    event UnstakeRequested(address indexed account, uint256 amount, uint256 from);
    event Unstaked(address indexed account, uint256 amount);
    event Paid(address indexed from, address indexed to, uint256 amount);
    event Slashed(address indexed account, uint256 amount, uint256 burnt);

    // --- anyone ---

    /// @notice Adds msg.value to `account`'s free balance.
    function deposit(address account) external payable;
    /// @notice Sends `amount` of the caller's free balance to `to`.
    function withdraw(address payable to, uint256 amount) external;
    /// @notice The same by the account's EIP-712 signature (EIP-1271 for contracts); `fee` of `amount` goes to the
    /// relaying caller's free balance, so an owner needs no coins for gas.
    function withdrawBySig(
        address account,
        address payable to,
        uint256 amount,
        uint256 fee,
        uint256 nonce,
        uint256 expiry,
        bytes calldata signature
    ) external;
    /// @notice Moves free balance to stake.
    function stake(uint256 amount) external;
    /// @notice Moves the caller's free balance to `account`'s stake (a sponsor's gift; only `account` can take it out).
    function stakeFor(address account, uint256 amount) external;
    /// @notice Announces that `amount` of stake is to leave. Open reservations must fit into what remains, so no slash ever
    /// needs what is leaving; nothing can be exposed against it any more.
    function requestUnstake(uint256 amount) external;
    /// @notice After the delay, moves the announced stake to free.
    function unstake() external;

    // --- modules ---

    /// @notice free -> locked.
    function lock(address account, uint256 amount) external;
    /// @notice locked -> free.
    function unlock(address account, uint256 amount) external;
    /// @notice `from`'s locked -> `to`'s free.
    function pay(address from, address to, uint256 amount) external;
    /// @notice Reserves `amount` of `account`'s stake against slashing; reverts above stake x cap.
    function expose(address account, uint256 amount) external;
    /// @notice Gives a reservation back.
    function cover(address account, uint256 amount) external;
    /// @notice lock, pay and expose in one call, for a match: `from` locks `amount` and pays `fee` to `feeTo` at once;
    /// `exposure` of `staker`'s stake is reserved.
    function engage(address from, uint256 amount, address feeTo, uint256 fee, address staker, uint256 exposure) external;
    /// @notice pay twice, unlock and cover in one call, for a settlement: of `from`'s locked balance `to` gets `amount`,
    /// `feeTo` gets `fee`, and `rest` is free again; `to` gets its reservation `exposure` back.
    function settle(
        address from,
        address to,
        uint256 amount,
        address feeTo,
        uint256 fee,
        uint256 rest,
        uint256 exposure
    ) external;
    /// @notice Takes up to `amount` (already exposed; the exposure ends) from `account`'s stake: the part `burn` is
    /// burnt, the rest goes to `to`'s locked balance, from which the module pays it on.
    /// @return taken what the stake held of it
    function slash(address account, uint256 amount, uint256 burn, address to) external returns (uint256 taken);

    // --- views ---

    function balanceOf(address account) external view returns (uint256 free, uint256 locked);
    function stakeOf(address account)
        external
        view
        returns (uint256 staked, uint256 exposed, uint256 leaving, uint256 leavingAt);
    /// @return what could be exposed of `account`'s stake now
    function exposable(address account) external view returns (uint256);
    function burnt() external view returns (uint256);
}
