// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title BlockRandomness: the RANDAO mix of a past block, proven by its header
/// @notice A contract can read the RANDAO mix of its own block only, so whoever sends the transaction would choose the
/// block and with it the draw. Here the block is fixed beforehand and its mix is proven: the caller hands in the RLP
/// header, which must hash to the block's hash.
library BlockRandomness {
    /// @notice The block is not mined yet: come back in a later one.
    error BlockNotYet(uint256 number, uint256 current);
    /// @notice Neither the last 256 hashes nor the history contract hold this block's hash any more: re-arm.
    error BlockhashGone(uint256 number, uint256 current);
    /// @notice The bytes are not the RLP header of that block.
    error WrongHeader(uint256 number);
    /// @notice The header's RLP has not the shape of an Ethereum header.
    error MalformedHeader();

    /// The contract of EIP-2935, which serves the hashes of the last 8191 blocks where a chain has it: whoever dislikes a
    /// draw must then hold back every caller for a day, not for an hour, until the block may be replaced.
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// Position of mixHash among a header's items; in front of it stands extraData, the one item of free length.
    uint256 private constant MIX_HASH = 13;

    /// @param number a block before the current one
    /// @param header its RLP header
    /// @return the block's RANDAO mix (header item mixHash)
    function prevrandao(uint256 number, bytes calldata header) internal view returns (bytes32) {
        if (number >= block.number) revert BlockNotYet(number, block.number);
        bytes32 expected = hashOf(number);
        if (expected == 0) revert BlockhashGone(number, block.number);
        if (keccak256(header) != expected) revert WrongHeader(number);
        return mixHash(header);
    }

    /// @return whether the block is past and its hash can no longer be had
    function isGone(uint256 number) internal view returns (bool) {
        return number < block.number && hashOf(number) == 0;
    }

    /// @return hash of the block, zero where it is not to be had
    function hashOf(uint256 number) internal view returns (bytes32 hash) {
        hash = blockhash(number);
        if (hash == 0 && number < block.number && HISTORY.code.length != 0) {
            (bool ok, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
            if (ok && answer.length == 32) hash = abi.decode(answer, (bytes32));
        }
    }

    /// @dev Every item moves `pos` forward, and what lies past the calldata reads as zero, so one check against the end,
    /// after the last item, catches whatever ran over it.
    function mixHash(bytes calldata header) internal pure returns (bytes32 mix) {
        // A header is a list of more than 255 and, by far, less than 65,536 bytes: 0xf9 and two bytes of length.
        if (header.length < 3 || uint8(header[0]) != 0xf9) revert MalformedHeader();
        uint256 end = header.length;
        if (((uint256(uint8(header[1])) << 8) | uint8(header[2])) + 3 != end) revert MalformedHeader();
        uint256 pos = 3;
        for (uint256 item = 0; item < MIX_HASH; ++item) {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(add(header.offset, pos))
            }
            unchecked {
                uint256 prefix = word >> 248;
                if (prefix < 0x80) pos += 1; // a byte that stands for itself
                else if (prefix < 0xb8) pos += prefix - 0x7f; // up to 55 bytes
                else if (prefix == 0xb8) pos += 2 + ((word >> 240) & 0xff); // one byte of length
                else if (prefix == 0xb9) pos += 3 + ((word >> 232) & 0xffff); // two
                else revert MalformedHeader();
            }
        }
        uint256 tag;
        assembly ("memory-safe") {
            tag := byte(0, calldataload(add(header.offset, pos)))
            mix := calldataload(add(header.offset, add(pos, 1)))
        }
        // 0xa0: a string of 32 bytes
        if (pos + 33 > end || tag != 0xa0) revert MalformedHeader();
    }
}
