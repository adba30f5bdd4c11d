// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { SSTORE2 } from "solady/src/utils/SSTORE2.sol";
import { IModelRegistry } from "./IModelRegistry.sol";
import { Payee } from "./types/Payee.sol";

/// @title PayeeSet
/// @notice A checked list of payees, kept as the code of a contract (SSTORE2): 22 bytes each, account and share.
library PayeeSet {
    /// @dev Largest number of payees.
    uint256 private constant MAX_PAYEES = 16;

    /// @dev Basis points of the whole.
    uint256 private constant WHOLE = 10_000;

    uint256 private constant PAYEE_BYTES = 22;

    /// @notice Checks and stores a list.
    function write(Payee[] calldata payees) internal returns (address) {
        uint256 count = payees.length;
        if (count == 0 || count > MAX_PAYEES) revert IModelRegistry.ModelRegistry__PayeeCount(count);
        bytes memory list;
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            Payee calldata payee = payees[i];
            if (payee.account == address(0) || payee.bps == 0)
                revert IModelRegistry.ModelRegistry__EmptyPayee(i);
            for (uint256 j = 0; j < i; ++j) {
                if (payees[j].account == payee.account) {
                    revert IModelRegistry.ModelRegistry__DuplicatePayee(payee.account);
                }
            }
            sum += payee.bps;
            list = bytes.concat(list, abi.encodePacked(payee.account, payee.bps));
        }
        if (sum != WHOLE) revert IModelRegistry.ModelRegistry__SharesSum(sum);
        return SSTORE2.write(list);
    }

    /// @notice The list at `pointer`.
    function read(address pointer) internal view returns (Payee[] memory payees) {
        payees = new Payee[](length(pointer));
        for (uint256 i = 0; i < payees.length; ++i) payees[i] = at(pointer, i);
    }

    /// @notice Number of payees in the list at `pointer`.
    function length(address pointer) internal view returns (uint256) {
        return pointer.code.length / PAYEE_BYTES; // the STOP byte of SSTORE2 is rounded away
    }

    /// @notice The payee at `index`, which is below {length}, of the list at `pointer`.
    function at(address pointer, uint256 index) internal view returns (Payee memory) {
        bytes memory entry = SSTORE2.read({
            pointer: pointer,
            start: index * PAYEE_BYTES,
            end: (index + 1) * PAYEE_BYTES
        });
        bytes22 packed = bytes22(entry);
        return Payee({ account: address(bytes20(packed)), bps: uint16(uint176(packed)) });
    }
}
