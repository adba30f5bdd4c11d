// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { TestBase } from "../test/TestBase.sol";
import { IOPGToken } from "./IOPGToken.sol";
import { OPGToken } from "./OPGToken.sol";
import { OPG_SUPPLY } from "./Supply.sol";
import { Allocation } from "./types/Allocation.sol";

/// @notice Properties of the token over random allocations and random signed payments.
contract OPGTokenTest is TestBase {
    bytes32 private constant _TRANSFER_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 private constant _NOW = 1_776_774_600;

    OPGToken private token;
    address private payer;
    uint256 private payerKey;

    function setUp() external {
        vm.warp(_NOW);
        (payer, payerKey) = makeAddrAndKey("payer");
        Allocation[] memory all = new Allocation[](1);
        all[0] = Allocation({ account: payer, amount: OPG_SUPPLY });
        token = new OPGToken(all);
    }

    function testFuzz_mintsExactlyTheSupplyOrNothing(uint96[4] memory parts, bool isExact) external {
        Allocation[] memory allocations = new Allocation[](5);
        uint256 sum = 0;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 amount = bound(parts[i], 0, OPG_SUPPLY / 4);
            allocations[i] = Allocation({ account: address(uint160(i + 1)), amount: amount });
            sum += amount;
        }
        uint256 last = OPG_SUPPLY - sum + (isExact ? 0 : 1 + uint256(parts[0]));
        allocations[4] = Allocation({ account: address(5), amount: last });
        if (!isExact) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IOPGToken.OPGToken__AllocationsDoNotSum.selector,
                    sum + last,
                    OPG_SUPPLY
                )
            );
            new OPGToken(allocations);
            return;
        }
        OPGToken minted = new OPGToken(allocations);
        assertEq(minted.totalSupply(), OPG_SUPPLY);
        for (uint256 i = 0; i < 5; ++i) {
            assertEq(minted.balanceOf(allocations[i].account), allocations[i].amount);
        }
    }

    function testFuzz_bothFormsOfASignaturePayTheSameOnce(
        address to,
        uint256 value,
        uint256 validBefore,
        bytes32 nonce,
        bool isBytesFirst
    ) external {
        vm.assume(to != address(0) && to != payer);
        value = bound(value, 0, OPG_SUPPLY);
        validBefore = bound(validBefore, _NOW + 1, type(uint256).max);
        (uint8 v, bytes32 r, bytes32 s) = _sign(payerKey, to, value, 0, validBefore, nonce);
        if (isBytesFirst) {
            token.transferWithAuthorization(
                payer,
                to,
                value,
                0,
                validBefore,
                nonce,
                abi.encodePacked(r, s, v)
            );
        } else {
            token.transferWithAuthorization(payer, to, value, 0, validBefore, nonce, v, r, s);
        }
        assertEq(token.balanceOf(to), value);
        assertEq(token.balanceOf(payer), OPG_SUPPLY - value);

        vm.expectPartialRevert(bytes4(keccak256("ERC3009UsedAuthorization(address,bytes32)")));
        token.transferWithAuthorization(payer, to, value, 0, validBefore, nonce, abi.encodePacked(r, s, v));
        vm.expectPartialRevert(bytes4(keccak256("ERC3009UsedAuthorization(address,bytes32)")));
        token.transferWithAuthorization(payer, to, value, 0, validBefore, nonce, v, r, s);
    }

    function testFuzz_anotherKeyNeverPays(uint256 key, address to, uint256 value, bytes32 nonce) external {
        key = bound(key, 1, type(uint128).max);
        vm.assume(key != payerKey);
        (uint8 v, bytes32 r, bytes32 s) = _sign(key, to, value, 0, type(uint256).max, nonce);
        vm.expectRevert(bytes4(keccak256("ERC3009InvalidSignature()")));
        token.transferWithAuthorization(
            payer,
            to,
            value,
            0,
            type(uint256).max,
            nonce,
            abi.encodePacked(r, s, v)
        );
    }

    function _sign(
        uint256 key,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(
            abi.encode(_TRANSFER_TYPEHASH, payer, to, value, validAfter, validBefore, nonce)
        );
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
    }
}
