// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {BlockRandomness} from "../src/BlockRandomness.sol";
import {MarketFixture} from "./fixtures/MarketFixture.sol";
import {vm} from "./fixtures/CheatCodes.sol";

contract Reader {
    function prevrandao(uint256 number, bytes calldata header) external view returns (bytes32) {
        return BlockRandomness.prevrandao(number, header);
    }

    function mixHash(bytes calldata header) external pure returns (bytes32) {
        return BlockRandomness.mixHash(header);
    }

    function isGone(uint256 number) external view returns (bool) {
        return BlockRandomness.isGone(number);
    }
}

/// Answers as the contract of EIP-2935 does, for one block.
contract History {
    fallback(bytes calldata input) external returns (bytes memory) {
        uint256 number = abi.decode(input, (uint256));
        return number == 1_000 ? abi.encode(keccak256("old")) : bytes("");
    }
}

contract BlockRandomnessTest is MarketFixture {
    Reader private reader = new Reader();

    function test_reads_the_mix(bytes32 mix) public {
        bytes memory header = mineWith(1_000, mix);
        eq(reader.prevrandao(1_000, header), mix, "mix");
    }

    function test_reverts_when_the_block_is_not_mined() public {
        vm.expectRevert(abi.encodeWithSelector(BlockRandomness.BlockNotYet.selector, 1_000, 1_000));
        reader.prevrandao(1_000, headerWith(0));
    }

    function test_reverts_when_the_hash_is_gone() public {
        bytes memory header = mineWith(1_000, 0);
        vm.roll(1_257);
        check(reader.isGone(1_000), "gone");
        vm.expectRevert(abi.encodeWithSelector(BlockRandomness.BlockhashGone.selector, 1_000, 1_257));
        reader.prevrandao(1_000, header);
    }

    function test_asks_the_history_contract_where_there_is_one() public {
        vm.etch(BlockRandomness.HISTORY, address(new History()).code);
        vm.roll(5_000);
        check(!reader.isGone(1_000), "the history has it");
        check(reader.isGone(1_001), "the history has it not");
        vm.expectRevert(abi.encodeWithSelector(BlockRandomness.WrongHeader.selector, 1_000));
        reader.prevrandao(1_000, headerWith(0));
    }

    function test_reverts_on_another_header() public {
        mineWith(1_000, bytes32(uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(BlockRandomness.WrongHeader.selector, 1_000));
        reader.prevrandao(1_000, headerWith(bytes32(uint256(2))));
    }

    function test_reads_longer_extra_data() public view {
        // Clique and development chains put more than 55 bytes there: one, then two bytes of length.
        eq(reader.mixHash(withExtra(hex"b861", 97)), keccak256("mix"), "one byte of length");
        eq(reader.mixHash(withExtra(hex"b90123", 291)), keccak256("mix"), "two bytes of length");
    }

    function test_reverts_on_any_truncation(uint256 length) public {
        bytes memory header = headerWith(keccak256("mix"));
        length = bound(length, 0, header.length - 1);
        assembly {
            mstore(header, length)
        }
        vm.expectRevert(BlockRandomness.MalformedHeader.selector);
        reader.mixHash(header);
    }

    function test_never_reads_past_the_end(bytes calldata tail) public view {
        vm.assume(tail.length < 480);
        // Any items at all, behind a list prefix with the right length: at best a mix within the bytes.
        bytes memory header = abi.encodePacked(hex"f9", uint16(tail.length), tail);
        try reader.mixHash(header) returns (bytes32 mix) {
            bool within = false;
            for (uint256 i = 0; i + 32 <= tail.length; ++i) {
                if (bytes32(tail[i:i + 32]) == mix) within = true;
            }
            check(within, "mix is not in the header");
        } catch (bytes memory reason) {
            eq(bytes32(bytes4(reason)), bytes32(BlockRandomness.MalformedHeader.selector), "error");
        }
    }

    function withExtra(bytes memory prefix, uint256 length) private pure returns (bytes memory) {
        bytes memory items;
        for (uint256 i = 0; i < 12; ++i) {
            items = abi.encodePacked(items, hex"8401020304");
        }
        items = abi.encodePacked(items, prefix, new bytes(length), hex"a0", keccak256("mix"), hex"880000000000000000");
        return abi.encodePacked(hex"f9", uint16(items.length), items);
    }
}
