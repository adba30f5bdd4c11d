// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { LibCall } from "solady/src/utils/LibCall.sol";
import { IInferenceConsumer } from "../../settlement/IInferenceConsumer.sol";
import { Executor } from "./Executor.sol";

/// @notice Calls back into settlement whenever it is given control: as consumer, as owner of hooked tokens, as payee.
contract Reenterer is Executor, IInferenceConsumer {
    /// @notice What became of one reentrant call: one slot, because a consumer's gas is capped.
    /// @param word The beginning of what it returned.
    struct Attempt {
        bool success;
        uint128 word;
    }

    address private _target;
    bool private _armed;
    bytes[] private _calls;
    Attempt[] private _attempts;

    /// @notice The calls to make at the next chance; each is made once, at that chance.
    function plan(address target, bytes[] calldata calls) external {
        _target = target;
        _armed = true;
        delete _calls;
        for (uint256 i = 0; i < calls.length; ++i) _calls.push(calls[i]);
    }

    function onInference(bytes32, uint256, uint256[] calldata) external {
        _reenter();
    }

    function tokensToSend() external {
        _reenter();
    }

    function tokensReceived() external {
        _reenter();
    }

    function attempts() external view returns (Attempt[] memory) {
        return _attempts;
    }

    function _reenter() private {
        if (!_armed) return;
        _armed = false;
        for (uint256 i = 0; i < _calls.length; ++i) {
            (bool success, , bytes memory result) = LibCall.tryCall({
                target: _target,
                value: 0,
                gasStipend: gasleft(),
                maxCopy: 32,
                data: _calls[i]
            });
            _attempts.push(Attempt({ success: success, word: uint128(uint256(bytes32(result))) }));
        }
    }
}
