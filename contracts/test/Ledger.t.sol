// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Ledger} from "../src/Ledger.sol";
import {ILedger} from "../src/interfaces/ILedger.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

/// Refuses every coin.
contract Refuser {
    error No();

    receive() external payable {
        revert No();
    }
}

/// Tries to withdraw again while it is paid, by each door.
contract Reentrant {
    Ledger private ledger;
    bytes4 public seen;

    constructor(Ledger ledger_) {
        ledger = ledger_;
    }

    function go(uint256 amount) external {
        ledger.withdraw(payable(address(this)), amount);
    }

    receive() external payable {
        try ledger.withdraw(payable(address(this)), 1) {}
        catch (bytes memory reason) {
            seen = bytes4(reason);
        }
    }
}

/// A wallet whose signatures are its owner's (EIP-1271).
contract Wallet {
    address private owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s) = abi.decode(signature[:64], (bytes32, bytes32));
        return ecrecover(hash, uint8(signature[64]), r, s) == owner ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

contract LedgerTest is MarketFixture {
    uint256 private constant EXPIRY = 2_000_000_000;

    // --- construction ---

    function test_reverts_without_modules() public {
        vm.expectRevert(Ledger.BadParameter.selector);
        new Ledger(address(0), address(1), address(1), 1, 1);
    }

    function test_reverts_with_a_cap_above_the_stake() public {
        vm.expectRevert(Ledger.BadParameter.selector);
        new Ledger(address(1), address(1), address(1), 1, 10_001);
    }

    // --- in and out ---

    function test_deposit_credits_the_account(uint96 amount) public {
        uint256 before = free(stranger);
        fund(stranger, amount, 0);
        eq(free(stranger), before + amount, "free");
        checkSolvent(0);
    }

    function test_deposit_reverts_for_nobody() public {
        vm.expectRevert(Ledger.ZeroAddress.selector);
        ledger.deposit(address(0));
    }

    function test_withdraw_pays_to_whom_the_account_says(uint256 amount) public {
        amount = bound(amount, 0, free(creator));
        uint256 before = free(creator);
        vm.prank(creator);
        ledger.withdraw(payable(address(0xbeef)), amount);
        eq(address(0xbeef).balance, amount, "paid");
        eq(free(creator), before - amount, "free");
        checkSolvent(0);
    }

    function test_withdraw_reverts_above_free() public {
        uint256 has = free(creator);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientFree.selector, creator, has, has + 1));
        vm.prank(creator);
        ledger.withdraw(payable(creator), has + 1);
    }

    function test_withdraw_reverts_to_nobody() public {
        vm.expectRevert(Ledger.ZeroAddress.selector);
        vm.prank(creator);
        ledger.withdraw(payable(address(0)), 1);
    }

    function test_a_reverting_receiver_harms_only_itself() public {
        address refuser = address(new Refuser());
        vm.expectRevert(abi.encodeWithSelector(ILedger.TransferFailed.selector, refuser, 1));
        vm.prank(creator);
        ledger.withdraw(payable(refuser), 1);
        vm.prank(creator);
        ledger.withdraw(payable(creator), 1);
    }

    function test_a_reentrant_receiver_gets_its_own_once() public {
        Reentrant thief = new Reentrant(ledger);
        fund(address(thief), 2 ether, 0);
        thief.go(1 ether);
        eq(address(thief).balance, 1 ether, "paid once");
        eq(bytes32(thief.seen()), bytes32(bytes4(keccak256("ReentrancyGuardReentrantCall()"))), "refused");
        eq(free(address(thief)), 1 ether, "free");
    }

    // --- by signature ---

    function sign(uint256 amount, uint256 fee, uint256 nonce, uint256 expiry) private view returns (bytes memory) {
        return signature(CREATOR_KEY, ledger.withdrawalHash(creator, creator, amount, fee, nonce, expiry));
    }

    function test_by_signature_the_relay_earns_the_fee() public {
        bytes memory s = sign(10, 3, 7, EXPIRY);
        uint256 before = free(solver);
        vm.prank(solver);
        ledger.withdrawBySig(creator, payable(creator), 10, 3, 7, EXPIRY, s);
        eq(creator.balance, 7, "paid");
        eq(free(solver), before + 3, "fee");
        checkSolvent(0);
    }

    function test_by_signature_reverts_when_replayed() public {
        bytes memory s = sign(10, 3, 7, EXPIRY);
        ledger.withdrawBySig(creator, payable(creator), 10, 3, 7, EXPIRY, s);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NonceUsed.selector, creator, 7));
        ledger.withdrawBySig(creator, payable(creator), 10, 3, 7, EXPIRY, s);
    }

    function test_by_signature_nonces_have_no_order(uint256 first, uint256 second) public {
        vm.assume(first != second);
        ledger.withdrawBySig(creator, payable(creator), 1, 0, first, EXPIRY, sign(1, 0, first, EXPIRY));
        ledger.withdrawBySig(creator, payable(creator), 1, 0, second, EXPIRY, sign(1, 0, second, EXPIRY));
        eq(creator.balance, 2, "paid");
    }

    function test_by_signature_reverts_when_cancelled() public {
        vm.prank(creator);
        ledger.cancelNonce(7);
        bytes memory s = sign(10, 3, 7, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NonceUsed.selector, creator, 7));
        ledger.withdrawBySig(creator, payable(creator), 10, 3, 7, EXPIRY, s);
    }

    function test_by_signature_reverts_on_any_other_value() public {
        bytes memory s = sign(10, 3, 7, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(Ledger.InvalidSignature.selector, creator));
        ledger.withdrawBySig(creator, payable(creator), 11, 3, 7, EXPIRY, s);
        vm.expectRevert(abi.encodeWithSelector(Ledger.InvalidSignature.selector, creator));
        ledger.withdrawBySig(creator, payable(solver), 10, 3, 7, EXPIRY, s);
        vm.expectRevert(abi.encodeWithSelector(Ledger.InvalidSignature.selector, creator));
        ledger.withdrawBySig(creator, payable(creator), 10, 4, 7, EXPIRY, s);
        vm.expectRevert(abi.encodeWithSelector(Ledger.InvalidSignature.selector, provider));
        ledger.withdrawBySig(provider, payable(creator), 10, 3, 7, EXPIRY, s);
    }

    function test_by_signature_reverts_when_expired() public {
        bytes memory s = sign(10, 3, 7, 1);
        vm.expectRevert(abi.encodeWithSelector(Ledger.SignatureExpired.selector, 1));
        ledger.withdrawBySig(creator, payable(creator), 10, 3, 7, 1, s);
    }

    function test_by_signature_reverts_with_a_fee_above_the_amount() public {
        bytes memory s = sign(10, 11, 7, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(Ledger.FeeAboveAmount.selector, 11, 10));
        ledger.withdrawBySig(creator, payable(creator), 10, 11, 7, EXPIRY, s);
    }

    function test_by_signature_is_worthless_on_another_chain_and_contract() public {
        bytes memory s = sign(10, 3, 7, EXPIRY);
        Ledger other = new Ledger(address(1), address(1), address(1), 1, 1);
        vm.expectRevert(abi.encodeWithSelector(Ledger.InvalidSignature.selector, creator));
        other.withdrawBySig(creator, payable(creator), 10, 3, 7, EXPIRY, s);
        vm.chainId(99);
        vm.expectRevert(abi.encodeWithSelector(Ledger.InvalidSignature.selector, creator));
        ledger.withdrawBySig(creator, payable(creator), 10, 3, 7, EXPIRY, s);
    }

    function test_by_signature_of_a_contract() public {
        address wallet = address(new Wallet(creator));
        fund(wallet, 10, 0);
        bytes memory s =
            signature(CREATOR_KEY, ledger.withdrawalHash(wallet, address(0xbeef), 10, 0, 1, EXPIRY));
        ledger.withdrawBySig(wallet, payable(address(0xbeef)), 10, 0, 1, EXPIRY, s);
        eq(address(0xbeef).balance, 10, "paid");
    }

    // --- stake ---

    function test_stake_moves_free(uint256 amount) public {
        amount = bound(amount, 0, free(creator));
        vm.prank(creator);
        ledger.stake(amount);
        eq(staked(creator), amount, "staked");
        checkSolvent(0);
    }

    function test_stake_reverts_above_free() public {
        uint256 has = free(creator);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientFree.selector, creator, has, has + 1));
        vm.prank(creator);
        ledger.stake(has + 1);
    }

    function test_stakeFor_is_a_gift() public {
        vm.prank(creator);
        ledger.stakeFor(stranger, 5);
        eq(staked(stranger), 5, "staked");
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientStake.selector, creator, 0, 5));
        vm.prank(creator);
        ledger.requestUnstake(5);
        vm.expectRevert(Ledger.ZeroAddress.selector);
        vm.prank(creator);
        ledger.stakeFor(address(0), 5);
    }

    function test_unstake_after_the_delay_only() public {
        vm.prank(provider);
        ledger.requestUnstake(100);
        uint256 until = block.timestamp + UNSTAKE_DELAY;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(ILedger.WithdrawalDelay.selector, until));
        vm.prank(provider);
        ledger.unstake();
        vm.warp(until);
        uint256 before = free(provider);
        vm.prank(provider);
        ledger.unstake();
        eq(free(provider), before + 100, "free");
        vm.prank(provider);
        ledger.unstake();
        eq(free(provider), before + 100, "only once");
        checkSolvent(0);
    }

    function test_a_new_request_starts_the_delay_again() public {
        vm.prank(provider);
        ledger.requestUnstake(100);
        vm.warp(block.timestamp + UNSTAKE_DELAY - 1);
        vm.prank(provider);
        ledger.requestUnstake(50);
        vm.expectRevert(abi.encodeWithSelector(ILedger.WithdrawalDelay.selector, block.timestamp + UNSTAKE_DELAY));
        vm.prank(provider);
        ledger.unstake();
        (uint256 all_,, uint256 leaving,) = ledger.stakeOf(provider);
        eq(all_, 10_000 ether, "all");
        eq(leaving, 50, "leaving");
    }

    function test_requestUnstake_reverts_where_reservations_would_not_fit() public {
        rounds.act(abi.encodeCall(ILedger.expose, (provider, 4_000 ether)));
        // 4,000 is 80 % of 5,000.
        vm.prank(provider);
        ledger.requestUnstake(5_000 ether);
        vm.expectRevert(
            abi.encodeWithSelector(ILedger.InsufficientStake.selector, provider, 4_000 ether - 1, 4_000 ether)
        );
        vm.prank(provider);
        ledger.requestUnstake(5_000 ether + 1);
    }

    function test_what_leaves_is_no_basis_for_exposure() public {
        vm.prank(provider);
        ledger.requestUnstake(5_000 ether);
        eq(ledger.exposable(provider), 4_000 ether, "room");
        vm.expectRevert(
            abi.encodeWithSelector(ILedger.InsufficientStake.selector, provider, 4_000 ether, 4_000 ether + 1)
        );
        rounds.act(abi.encodeCall(ILedger.expose, (provider, 4_000 ether + 1)));
    }

    // --- modules ---

    function test_only_modules_move_money() public {
        bytes[8] memory calls = [
            abi.encodeCall(ILedger.lock, (creator, 1)),
            abi.encodeCall(ILedger.unlock, (creator, 1)),
            abi.encodeCall(ILedger.pay, (creator, stranger, 1)),
            abi.encodeCall(ILedger.expose, (provider, 1)),
            abi.encodeCall(ILedger.cover, (provider, 1)),
            abi.encodeCall(ILedger.slash, (provider, 1, 1, stranger)),
            abi.encodeCall(ILedger.engage, (creator, 1, stranger, 1, provider, 1)),
            abi.encodeCall(ILedger.settle, (creator, stranger, 1, stranger, 1, 1, 1))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(stranger);
            (bool ok, bytes memory reason) = address(ledger).call(calls[i]);
            check(!ok, "a stranger moved money");
            eq(keccak256(reason), keccak256(abi.encodeWithSelector(ILedger.NotModule.selector, stranger)), "error");
        }
    }

    function test_modules_cannot_overdraw() public {
        uint256 has = free(creator);
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientFree.selector, creator, has, has + 1));
        rounds.act(abi.encodeCall(ILedger.lock, (creator, has + 1)));
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientLocked.selector, creator, 0, 1));
        rounds.act(abi.encodeCall(ILedger.unlock, (creator, 1)));
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientLocked.selector, creator, 0, 1));
        rounds.act(abi.encodeCall(ILedger.pay, (creator, stranger, 1)));
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientStake.selector, provider, 0, 1));
        rounds.act(abi.encodeCall(ILedger.cover, (provider, 1)));
        vm.expectRevert(abi.encodeWithSelector(ILedger.InsufficientStake.selector, provider, 0, 1));
        rounds.act(abi.encodeCall(ILedger.slash, (provider, 1, 1, stranger)));
        vm.expectRevert();
        rounds.act(abi.encodeCall(ILedger.settle, (creator, stranger, type(uint256).max, stranger, 2, 0, 0)));
    }

    function test_slash_burns_its_part_and_locks_the_rest(uint256 amount, uint256 burn) public {
        amount = bound(amount, 0, 8_000 ether);
        burn = bound(burn, 0, 9_000 ether);
        rounds.act(abi.encodeCall(ILedger.expose, (provider, amount)));
        rounds.act(abi.encodeCall(ILedger.slash, (provider, amount, burn, creator)));
        uint256 burnt = burn < amount ? burn : amount;
        eq(ledger.burnt(), burnt, "burnt");
        eq(locked(creator), amount - burnt, "locked");
        eq(staked(provider), 10_000 ether - amount, "staked");
        eq(exposed(provider), 0, "exposed");
        checkSolvent(0);
    }
}
