// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { TestBase } from "../../test/TestBase.sol";
import { Order } from "./Order.sol";

/// @notice The assembly of {OrderHash} against the compiler's own encoding.
contract OrderTest is TestBase {
    bytes32 private constant TYPEHASH = keccak256(
        "Order(address payer,uint256 versionId,uint256[] inputs,uint256 maxFee,uint8 mode,uint64 deadline,uint256 salt,address callback)"
    );

    function testFuzz_hashIsThatOfEip712(Order calldata order) external pure {
        assertEq(order.hash(), _reference(order));
    }

    /// @dev Wherever it stands in calldata, whatever stands around it, and whatever the free memory holds before.
    function testFuzz_hashOfOneOfMany(
        uint256 before,
        Order calldata order,
        bytes calldata rest
    ) external pure {
        abi.encode(before, rest);
        assertEq(order.hash(), _reference(order));
    }

    function testFuzz_everyFieldCounts(Order calldata order, uint8 field, uint256 change) external view {
        Order memory changed = order;
        field %= 8;
        if (field == 0)
            changed.payer = address(uint160(order.payer) ^ uint160(bound(change, 1, type(uint160).max)));
        if (field == 1) changed.versionId ^= bound(change, 1, type(uint256).max);
        if (field == 2) changed.inputs = _withOneMore(order.inputs, change);
        if (field == 3) changed.maxFee ^= bound(change, 1, type(uint256).max);
        if (field == 4) changed.mode ^= uint8(bound(change, 1, type(uint8).max));
        if (field == 5) changed.deadline ^= uint64(bound(change, 1, type(uint64).max));
        if (field == 6) changed.salt ^= bound(change, 1, type(uint256).max);
        if (field == 7)
            changed.callback = address(
                uint160(order.callback) ^ uint160(bound(change, 1, type(uint160).max))
            );
        assertNotEq(this.hash(changed), order.hash());
    }

    function hash(Order calldata order) external pure returns (bytes32) {
        return order.hash();
    }

    function _reference(Order calldata order) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    TYPEHASH,
                    order.payer,
                    order.versionId,
                    keccak256(abi.encodePacked(order.inputs)),
                    order.maxFee,
                    order.mode,
                    order.deadline,
                    order.salt,
                    order.callback
                )
            );
    }

    function _withOneMore(
        uint256[] calldata values,
        uint256 last
    ) private pure returns (uint256[] memory more) {
        more = new uint256[](values.length + 1);
        for (uint256 i = 0; i < values.length; ++i) more[i] = values[i];
        more[values.length] = last;
    }
}
