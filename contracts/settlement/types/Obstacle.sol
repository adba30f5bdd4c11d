// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice Why an order cannot be requested or charged now.
/// @dev The members stand in the order in which they are looked for, and their order is part of the ABI (`ItemSkipped`, `InferenceSettlement__NotPayable`).
enum Obstacle {
    /// Nothing: the order can be charged.
    None,
    /// The deadline has been reached.
    Expired,
    /// No signature was given and no such request is on chain.
    RequestUnknown,
    /// The request has been settled.
    RequestSettled,
    /// The request has been refunded.
    RequestRefunded,
    /// The version takes no new orders.
    VersionInactive,
    /// The version costs more than `maxFee`.
    PriceAboveFee,
    /// `mode` has bits that mean nothing.
    UnknownMode,
    /// The version takes another number of input words.
    InputCount,
    /// An input is not a field element, so that no proof can exist: looked for before a fee is locked up.
    InputOutOfField,
    /// The signature is not the payer's.
    BadSignature,
    /// The nonce was spent by another settlement, by a request, or by its owner.
    NonceSpent,
    /// The payer's deposit does not cover `maxFee`.
    Unfunded
}
