// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { LibCall } from "solady/src/utils/LibCall.sol";

/// @notice A token that calls sender and receiver on every transfer, as ERC-777 does: the way in for reentrancy.
contract HookedToken is ERC20 {
    constructor() ERC20("Hooked", "HOOK") {}

    function mint(address to, uint256 value) external {
        _mint(to, value);
    }

    /// @dev The sender is called before the tokens move and the receiver after, as ERC-777 orders it.
    function _update(address from, address to, uint256 value) internal override {
        _call(from, "tokensToSend()");
        super._update(from, to, value);
        _call(to, "tokensReceived()");
    }

    function _call(address account, string memory signature) private {
        if (account.code.length == 0) return;
        // An account that does not listen is not an error.
        LibCall.tryCall({
            target: account,
            value: 0,
            gasStipend: gasleft(),
            maxCopy: 0,
            data: abi.encodeWithSignature(signature)
        });
    }
}
