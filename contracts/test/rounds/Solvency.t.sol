// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Handler} from "./Handler.sol";

/// @notice Whatever is called in whatever order, books balance and nobody is paid twice after every call; and in the end
/// everybody is out.
abstract contract RoundsInvariant {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error NeverReached(bytes32 what);
    error Reached(bytes32 what);

    Handler internal handler;

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), steps());
    }

    function invariant_solvent_paidOnce() public view {
        handler.checkBooksAndPay();
    }

    /// No state without an exit.
    function afterInvariant() public {
        handler.finish();
    }

    /// @dev Those that seldom succeed by themselves, or that others need first, are there more than once.
    function steps() internal pure returns (bytes4[] memory s) {
        s = new bytes4[](25);
        s[0] = Handler.commitSome.selector;
        s[1] = Handler.commitSome.selector;
        s[2] = Handler.bringHome.selector;
        s[3] = Handler.bringHome.selector;
        s[4] = Handler.draw.selector;
        s[5] = Handler.checkDrawn.selector;
        s[6] = Handler.checkDrawn.selector;
        s[7] = Handler.checkByHand.selector;
        s[8] = Handler.checkByHand.selector;
        s[9] = Handler.decideOne.selector;
        s[10] = Handler.omission.selector;
        s[11] = Handler.demand.selector;
        s[12] = Handler.answer.selector;
        s[13] = Handler.closeDemand.selector;
        s[14] = Handler.refuteLeaf.selector;
        s[15] = Handler.refuteOrder.selector;
        s[16] = Handler.challengeFold.selector;
        s[17] = Handler.dispute.selector;
        s[18] = Handler.post.selector;
        s[19] = Handler.claim.selector;
        s[20] = Handler.abandon.selector;
        s[21] = Handler.closeRound.selector;
        s[22] = Handler.payLeaf.selector;
        s[23] = Handler.refill.selector;
        s[24] = Handler.pass.selector;
    }
}

contract RoundsInvariantTest is RoundsInvariant {
    function setUp() public {
        handler = new Handler(0);
    }

    /// The invariant means something: each kind of step is let through now and then.
    function test_everyStepHappens() public {
        bytes4[] memory s = steps();
        for (uint256 n = 0; n < 800; ++n) {
            uint256 word = uint256(keccak256(abi.encode("walk", n)));
            (bool ok,) = address(handler).call(abi.encodePacked(s[word % s.length], uint256(keccak256(abi.encode(word)))));
            if (ok && n % 10 == 0) handler.checkBooksAndPay();
        }
        handler.finish();
        bytes32[20] memory all = [
            bytes32("commit"),
            "draw",
            "settle",
            "checkDrawn",
            "checkByHand",
            "starve",
            "refute",
            "uphold",
            "omission",
            "demand",
            "answer",
            "closeDemand",
            "refuteLeaf",
            "challengeFold",
            "dispute",
            "post",
            "claim",
            "abandon",
            "closeRound",
            "payLeaf"
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            if (handler.reached(all[i]) == 0) revert NeverReached(all[i]);
        }
        bytes32[2] memory never = [bytes32("sorted leaves were refuted"), "a good leaf was refuted"];
        for (uint256 i = 0; i < never.length; ++i) {
            if (handler.reached(never[i]) != 0) revert Reached(never[i]);
        }
    }
}

/// @notice The same where leaves earn by their fuel: some less than the fee, some the fee.
contract MeteredRoundsInvariantTest is RoundsInvariant {
    function setUp() public {
        handler = new Handler(0.00011 ether);
    }
}
