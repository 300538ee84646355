// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Bits: counting and picking the set bits of a word
library Bits {
    /// @return n the number of set bits
    function count(uint256 word) internal pure returns (uint256 n) {
        unchecked {
            if (word == type(uint256).max) return 256; // the sum below would overflow its last byte
            word -= (word >> 1) & 0x5555555555555555555555555555555555555555555555555555555555555555;
            word = (word & 0x3333333333333333333333333333333333333333333333333333333333333333)
                + ((word >> 2) & 0x3333333333333333333333333333333333333333333333333333333333333333);
            word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
            return (word * 0x0101010101010101010101010101010101010101010101010101010101010101) >> 248;
        }
    }

    /// @param word not zero
    /// @return the position of the lowest set bit
    function lowest(uint256 word) internal pure returns (uint8) {
        unchecked {
            return uint8(count((word & (0 - word)) - 1));
        }
    }

    /// @param rank below count(word)
    /// @return the position of the set bit that has `rank` set bits below it
    function select(uint256 word, uint256 rank) internal pure returns (uint8) {
        unchecked {
            uint256 position = 0;
            for (uint256 width = 128; width > 0; width >>= 1) {
                uint256 low = count(word & ((1 << width) - 1));
                if (rank >= low) {
                    rank -= low;
                    word >>= width;
                    position += width;
                }
            }
            return uint8(position);
        }
    }
}
