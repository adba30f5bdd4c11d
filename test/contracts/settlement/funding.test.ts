import { expect } from "chai";
import {
  type Address,
  encodeFunctionData,
  type Hex,
  maxUint256,
  parseEther,
  parseSignature,
  toHex,
  zeroAddress,
} from "viem";
import { type Market, signer } from "../../support/market.ts";
import { expectNotPayable, loadMarket, viem } from "./fixture.ts";

const AMOUNT = parseEther("5");
const RECEIVE = {
  ReceiveWithAuthorization: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "validAfter", type: "uint256" },
    { name: "validBefore", type: "uint256" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;
const PERMIT = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

function tokenDomain(market: Market) {
  return { name: "OPG", version: "1", chainId: market.chainId, verifyingContract: market.token.address };
}

describe("InferenceSettlement funding", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  describe("deposit", () => {
    it("moves the caller's tokens into the caller's deposit", async () => {
      const { settlement, token, deployer } = market;
      const held = await token.read.balanceOf([settlement.address]);
      await viem.assertions.emitWithArgs(settlement.write.deposit([AMOUNT]), settlement, "Deposited", [
        deployer,
        deployer,
        AMOUNT,
      ]);
      expect(await settlement.read.depositOf([deployer])).to.equal(AMOUNT);
      expect(await token.read.balanceOf([settlement.address])).to.equal(held + AMOUNT);
    });

    it("fails with the token's error without an allowance", async () => {
      const { settlement, token, stranger } = market;
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([AMOUNT], { account: stranger }),
        token,
        "ERC20InsufficientAllowance",
        [settlement.address, 0n, AMOUNT],
      );
    });
  });

  describe("depositFor", () => {
    it("moves the caller's tokens into somebody else's deposit", async () => {
      const { settlement, deployer, stranger } = market;
      await viem.assertions.emitWithArgs(
        settlement.write.depositFor([stranger, AMOUNT]),
        settlement,
        "Deposited",
        [stranger, deployer, AMOUNT],
      );
      expect(await settlement.read.depositOf([stranger])).to.equal(AMOUNT);
      expect(await settlement.read.depositOf([deployer])).to.equal(0n);
    });

    it("refuses the zero address, from which nobody could withdraw", async () => {
      const { settlement } = market;
      await viem.assertions.revertWithCustomError(
        settlement.write.depositFor([zeroAddress, AMOUNT]),
        settlement,
        "InferenceSettlement__ZeroAccount",
      );
    });
  });

  describe("depositWithPermit", () => {
    type Permit = [amount: bigint, deadline: bigint, v: number, r: Hex, s: Hex];

    async function permitOf(owner: Address, deadline = maxUint256): Promise<Permit> {
      const { token, settlement } = market;
      const signature = await market.wallet(owner).signTypedData({
        domain: tokenDomain(market),
        types: PERMIT,
        primaryType: "Permit",
        message: {
          owner,
          spender: settlement.address,
          value: AMOUNT,
          nonce: await token.read.nonces([owner]),
          deadline,
        },
      });
      const { r, s, yParity } = parseSignature(signature);
      return [AMOUNT, deadline, 27 + yParity, r, s];
    }

    beforeEach(async () => {
      await market.token.write.transfer([market.stranger, AMOUNT]);
    });

    it("needs no earlier approval", async () => {
      const { settlement, stranger } = market;
      await settlement.write.depositWithPermit(await permitOf(stranger), { account: stranger });
      expect(await settlement.read.depositOf([stranger])).to.equal(AMOUNT);
    });

    it("goes on when somebody has submitted the permit first", async () => {
      const { settlement, token, stranger, deployer } = market;
      const [amount, deadline, v, r, s] = await permitOf(stranger);
      await token.write.permit([stranger, settlement.address, amount, deadline, v, r, s], {
        account: deployer,
      });
      await settlement.write.depositWithPermit([amount, deadline, v, r, s], { account: stranger });
      expect(await settlement.read.depositOf([stranger])).to.equal(AMOUNT);
    });

    it("refuses an expired permit", async () => {
      const { settlement, token, stranger } = market;
      const permit = await permitOf(stranger, (await market.now()) - 1n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositWithPermit(permit, { account: stranger }),
        token,
        "ERC20InsufficientAllowance",
        [settlement.address, 0n, AMOUNT],
      );
    });

    it("takes nothing from the signer when somebody else sends his permit", async () => {
      const { settlement, token, stranger, prover } = market;
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositWithPermit(await permitOf(stranger), { account: prover }),
        token,
        "ERC20InsufficientAllowance",
        [settlement.address, 0n, AMOUNT],
      );
      expect(await token.read.balanceOf([stranger])).to.equal(AMOUNT);
    });
  });

  describe("depositWithAuthorization", () => {
    const nonce = toHex("any 32 bytes", { size: 32 });
    type Authorization = [
      from: Address,
      amount: bigint,
      validAfter: bigint,
      validBefore: bigint,
      nonce: Hex,
      signature: Hex,
    ];

    async function authorizationOf(
      from: Address,
      { account = signer("holder"), validBefore = maxUint256 } = {},
    ): Promise<Authorization> {
      const signature = await account.signTypedData!({
        domain: tokenDomain(market),
        types: RECEIVE,
        primaryType: "ReceiveWithAuthorization",
        message: { from, to: market.settlement.address, value: AMOUNT, validAfter: 0n, validBefore, nonce },
      });
      return [from, AMOUNT, 0n, validBefore, nonce, signature];
    }

    it("credits the signer, whoever submits it", async () => {
      const { settlement, token, stranger } = market;
      const { address } = signer("holder");
      await token.write.transfer([address, AMOUNT]);
      await viem.assertions.emitWithArgs(
        settlement.write.depositWithAuthorization(await authorizationOf(address), { account: stranger }),
        settlement,
        "Deposited",
        [address, address, AMOUNT],
      );
      expect(await settlement.read.depositOf([address])).to.equal(AMOUNT);
      expect(await settlement.read.depositOf([stranger])).to.equal(0n);
    });

    it("takes a smart wallet's signature", async () => {
      const { settlement, token } = market;
      const wallet = await viem.deployContract("SmartWallet", [signer("holder").address]);
      await token.write.transfer([wallet.address, AMOUNT]);
      await settlement.write.depositWithAuthorization(await authorizationOf(wallet.address));
      expect(await settlement.read.depositOf([wallet.address])).to.equal(AMOUNT);
    });

    it("works once", async () => {
      const { settlement, token } = market;
      const { address } = signer("holder");
      await token.write.transfer([address, 2n * AMOUNT]);
      const authorization = await authorizationOf(address);
      await settlement.write.depositWithAuthorization(authorization);
      await viem.assertions.revertWithCustomError(
        settlement.write.depositWithAuthorization(authorization),
        token,
        "ERC3009UsedAuthorization",
      );
    });

    it("refuses an expired authorization", async () => {
      const { settlement, token } = market;
      const { address } = signer("holder");
      await token.write.transfer([address, AMOUNT]);
      await viem.assertions.revertWithCustomError(
        settlement.write.depositWithAuthorization(await authorizationOf(address, { validBefore: 1n })),
        token,
        "ERC3009InvalidAuthorizationTime",
      );
    });

    it("refuses another amount than was signed", async () => {
      const { settlement, token } = market;
      const { address } = signer("holder");
      await token.write.transfer([address, 2n * AMOUNT]);
      const [from, amount, ...rest] = await authorizationOf(address);
      await viem.assertions.revertWithCustomError(
        settlement.write.depositWithAuthorization([from, amount + 1n, ...rest]),
        token,
        "ERC3009InvalidSignature",
      );
    });
  });

  describe("withdraw", () => {
    it("pays out of the caller's deposit to any address", async () => {
      const { settlement, token, payer, stranger } = market;
      const before = await settlement.read.depositOf([payer]);
      await viem.assertions.emitWithArgs(
        settlement.write.withdraw([AMOUNT, stranger], { account: payer }),
        settlement,
        "Withdrawn",
        [payer, stranger, AMOUNT],
      );
      expect(await settlement.read.depositOf([payer])).to.equal(before - AMOUNT);
      expect(await token.read.balanceOf([stranger])).to.equal(AMOUNT);
    });

    it("pays no more than the deposit", async () => {
      const { settlement, payer } = market;
      const balance = await settlement.read.depositOf([payer]);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([balance + 1n, payer], { account: payer }),
        settlement,
        "InferenceSettlement__InsufficientDeposit",
        [payer, balance, balance + 1n],
      );
    });

    it("does not pay out what is in escrow", async () => {
      const { settlement, payer } = market;
      const balance = await settlement.read.depositOf([payer]);
      await settlement.write.request([await market.makeOrder({ maxFee: balance })], { account: payer });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([1n, payer], { account: payer }),
        settlement,
        "InferenceSettlement__InsufficientDeposit",
        [payer, 0n, 1n],
      );
    });
  });

  describe("multicall", () => {
    function encode(functionName: "deposit", args: [bigint]): Hex;
    function encode(functionName: "request", args: [object]): Hex;
    function encode(functionName: string, args: unknown[]): Hex {
      return encodeFunctionData({ abi: market.settlement.abi as never, functionName, args } as never);
    }

    it("funds and requests in one transaction", async () => {
      const { settlement, deployer } = market;
      const order = await market.makeOrder({ payer: deployer });
      await settlement.write.multicall([[encode("deposit", [order.maxFee]), encode("request", [order])]]);
      expect(await settlement.read.depositOf([deployer])).to.equal(0n);
      const { escrow } = await settlement.read.requestOf([market.requestIdOf(order)]);
      expect(escrow).to.equal(order.maxFee);
    });

    it("undoes the funding when the request fails", async () => {
      const { settlement, deployer } = market;
      const order = await market.makeOrder({ payer: deployer });
      await expectNotPayable(
        market,
        settlement.write.multicall([[encode("deposit", [order.maxFee - 1n]), encode("request", [order])]]),
        market.requestIdOf(order),
        "Unfunded",
      );
      expect(await settlement.read.depositOf([deployer])).to.equal(0n);
    });

    it("takes no ether, so that none can be counted twice", async () => {
      const { settlement, deployer } = market;
      await viem.assertions.revert(
        market.wallet(deployer).sendTransaction({
          to: settlement.address,
          data: encodeFunctionData({ abi: settlement.abi, functionName: "multicall", args: [[]] }),
          value: 1n,
        }),
      );
    });
  });
});
