// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Says true to one calldata, byte for byte, and false to all others.
contract ExactVerifier {
    bytes32 private _expected;

    function expect(bytes calldata data) external {
        _expected = keccak256(data);
    }

    fallback(bytes calldata data) external returns (bytes memory) {
        return abi.encode(keccak256(data) == _expected);
    }
}
