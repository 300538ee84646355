// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ILedger} from "./interfaces/ILedger.sol";
import {Bits} from "./libraries/Bits.sol";

/// @title Directory: roles, keys to write to, the registry of mediators, and the list of public goods
/// @notice Content itself travels off chain by its hash. The lister may edit the public-goods list and nothing else; the
/// protocol's fee and treasury are fixed for ever at construction.
contract Directory is IDirectory {
    using SafeCast for uint256;

    /// @notice The caller plays another role.
    error NotAllowed(address caller);
    /// @notice An age recipient is at most 128 bytes long.
    error RecipientTooLong(uint256 length);
    /// @notice The caller's stake, without what leaves, is below the mediators' least.
    error StakeTooSmall(uint256 has, uint256 needs);
    /// @notice The caller holds an index, or has left it and it is not free yet.
    error AlreadyMediator(address account);
    /// @notice The account holds no active index.
    error NotMediator(address account);
    /// @notice All 256 indices are taken; `release` frees those whose delay is over, `evict` those without stake.
    error RegistryFull();
    /// @notice The index was left too short a time ago, or is in use.
    error NotReleasable(uint8 index, uint256 until);
    /// @notice The mediator still has the least stake.
    error StillStaked(uint8 index);
    /// @notice A fee above the cap, or a zero address.
    error BadParameter();

    event MediatorReleased(uint8 index);
    event ProjectListed(bytes32 indexed project, address indexed account, uint256 cap, uint256 expiry);
    event FeeWaived(bytes32 indexed project, address indexed account, uint256 fee);
    event ListerOffered(address indexed lister);
    event ListerChanged(address indexed lister);

    struct Profile {
        uint8 roles;
        /// index + 1 of a mediator; zero for none
        uint16 seat;
        bytes32 endpoint;
        string recipient;
    }

    struct Seat {
        address mediator;
        /// zero while active, else when the index becomes free
        uint64 freeAt;
    }

    /// The pair (project, account) pays no fee until `expiry`, up to `left` wei of waived fees.
    struct Waiver {
        uint128 left;
        uint64 expiry;
    }

    /// @notice No deployment can ask for more, in basis points; it also lets a deal keep its fee in one byte.
    uint16 public constant FEE_CAP = 200;
    uint256 private constant MAX_RECIPIENT = 128;

    ILedger public immutable ledger;
    address public immutable deals;
    address public immutable rounds;
    /// @notice Wei of stake, not leaving, that a mediator must hold.
    uint256 public immutable leastStake;
    /// @notice Seconds until a left index is given to another; longer than any case.
    uint256 public immutable reuseDelay;
    uint16 private immutable feeBps;
    address private immutable treasury;

    /// @notice May edit the public-goods list.
    address public lister;
    /// @notice Becomes the lister by accepting.
    address public nextLister;

    /// @inheritdoc IDirectory
    uint256 public activeMediators;
    /// @dev bits of active indices and of those not free yet
    uint256 private taken;
    mapping(uint256 index => Seat) private seats;
    mapping(address account => Profile) private profiles;
    mapping(bytes32 project => mapping(address account => Waiver)) public waivers;

    /// @param feeBps_ the protocol's fee in basis points, at most FEE_CAP
    constructor(
        ILedger ledger_,
        address deals_,
        address rounds_,
        uint256 leastStake_,
        uint256 reuseDelay_,
        uint16 feeBps_,
        address treasury_,
        address lister_
    ) {
        if (feeBps_ > FEE_CAP || treasury_ == address(0) || address(ledger_) == address(0)) revert BadParameter();
        ledger = ledger_;
        deals = deals_;
        rounds = rounds_;
        leastStake = leastStake_;
        reuseDelay = reuseDelay_;
        feeBps = feeBps_;
        treasury = treasury_;
        lister = lister_;
    }

    // --- anyone: profile ---

    /// @inheritdoc IDirectory
    function register(uint8 roles, string calldata recipient, bytes32 endpoint) external {
        if (bytes(recipient).length > MAX_RECIPIENT) revert RecipientTooLong(bytes(recipient).length);
        Profile storage profile = profiles[msg.sender];
        profile.roles = roles;
        profile.recipient = recipient;
        profile.endpoint = endpoint;
        emit Registered(msg.sender, roles, recipient, endpoint);
    }

    // --- mediators ---

    /// @inheritdoc IDirectory
    function joinMediators() external returns (uint8 index) {
        uint256 has = _lastingStake(msg.sender);
        if (has < leastStake) revert StakeTooSmall(has, leastStake);
        if (profiles[msg.sender].seat != 0) revert AlreadyMediator(msg.sender);
        if (taken == type(uint256).max) revert RegistryFull();
        index = Bits.lowest(~taken);
        uint256 bit = 1 << index;
        taken |= bit;
        activeMediators |= bit;
        seats[index] = Seat(msg.sender, 0);
        profiles[msg.sender].seat = uint16(index) + 1;
        emit MediatorJoined(msg.sender, index);
    }

    /// @inheritdoc IDirectory
    function leaveMediators() external {
        uint16 seat = profiles[msg.sender].seat;
        if (seat == 0 || activeMediators & (1 << (seat - 1)) == 0) revert NotMediator(msg.sender);
        _leave(uint8(seat - 1));
    }

    /// @notice Anyone: makes a mediator leave whose lasting stake fell below the least, so that it cannot hold a seat.
    function evict(uint8 index) external {
        address mediator = seats[index].mediator;
        if (activeMediators & (1 << index) == 0) revert NotMediator(mediator);
        if (_lastingStake(mediator) >= leastStake) revert StillStaked(index);
        _leave(index);
    }

    /// @notice Anyone: frees an index whose delay is over.
    function release(uint8 index) external {
        Seat memory seat = seats[index];
        if (seat.freeAt == 0 || block.timestamp < seat.freeAt) revert NotReleasable(index, seat.freeAt);
        delete seats[index];
        delete profiles[seat.mediator].seat;
        taken &= ~(1 << index);
        emit MediatorReleased(index);
    }

    // --- public goods ---

    /// @notice Lister only: `account` pays no protocol fee in `project` until `expiry`, up to `cap` wei of fees; zero for
    /// either takes it off. A pair is listed and not a project alone, since anyone may write a project's name in an offer.
    function listProject(bytes32 project, address account, uint256 cap, uint256 expiry) external {
        if (msg.sender != lister) revert NotAllowed(msg.sender);
        waivers[project][account] = Waiver(cap.toUint128(), expiry.toUint64());
        emit ProjectListed(project, account, cap, expiry);
    }

    /// @notice Lister only: offers the role; it moves when `next` accepts.
    function offerLister(address next) external {
        if (msg.sender != lister) revert NotAllowed(msg.sender);
        nextLister = next;
        emit ListerOffered(next);
    }

    function acceptLister() external {
        if (msg.sender != nextLister) revert NotAllowed(msg.sender);
        lister = msg.sender;
        delete nextLister;
        emit ListerChanged(msg.sender);
    }

    /// @inheritdoc IDirectory
    function waive(bytes32 project, address account, uint256 fee) external returns (bool waived) {
        if (msg.sender != deals && msg.sender != rounds) revert NotAllowed(msg.sender);
        Waiver storage waiver = waivers[project][account];
        if (block.timestamp > waiver.expiry || waiver.left < fee) return false;
        waiver.left -= fee.toUint128();
        emit FeeWaived(project, account, fee);
        return true;
    }

    // --- views ---

    /// @inheritdoc IDirectory
    function mediatorAt(uint8 index) external view returns (address mediator) {
        return seats[index].mediator;
    }

    /// @inheritdoc IDirectory
    function indexOf(address account) external view returns (bool is_, uint8 index) {
        uint16 seat = profiles[account].seat;
        return seat == 0 ? (false, 0) : (true, uint8(seat - 1));
    }

    /// @inheritdoc IDirectory
    function protocolFee() external view returns (uint16 bps, address to) {
        return (feeBps, treasury);
    }

    /// @inheritdoc IDirectory
    function recipientOf(address account) external view returns (string memory) {
        return profiles[account].recipient;
    }

    /// @return roles the bits, and endpoint the SHA-256, that `account` registered
    function profileOf(address account) external view returns (uint8 roles, bytes32 endpoint) {
        return (profiles[account].roles, profiles[account].endpoint);
    }

    // --- private ---

    function _leave(uint8 index) private {
        activeMediators &= ~(1 << index);
        Seat storage seat = seats[index];
        seat.freeAt = (block.timestamp + reuseDelay).toUint64();
        emit MediatorLeft(seat.mediator, index);
    }

    function _lastingStake(address account) private view returns (uint256) {
        (uint256 staked,, uint256 leaving,) = ledger.stakeOf(account);
        return staked - leaving;
    }
}
