import { expect } from "chai";
import hre from "hardhat";
import { getAddress, hashDomain, parseEther, parseSignature, toHex, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { deployToken, SUPPLY } from "./deployToken.ts";

const PERMIT = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

type Fixture = Awaited<ReturnType<typeof deployToken>>;

describe("OPGToken", () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await deployToken();
  });

  describe("at deployment", () => {
    it("mints the whole supply to the allocations and to nobody else", async () => {
      const { viem, holder, other } = fixture;
      const token = await viem.deployContract("OPGToken", [
        [
          { account: holder.account.address, amount: SUPPLY - 1n },
          { account: other.account.address, amount: 1n },
        ],
      ]);
      expect(await token.read.totalSupply()).to.equal(SUPPLY);
      expect(await token.read.balanceOf([holder.account.address])).to.equal(SUPPLY - 1n);
      expect(await token.read.balanceOf([other.account.address])).to.equal(1n);
    });

    it("says what it is", async () => {
      const { token } = fixture;
      expect(await token.read.name()).to.equal("OPG");
      expect(await token.read.symbol()).to.equal("OPG");
      expect(await token.read.decimals()).to.equal(18);
      expect(await token.read.SUPPLY()).to.equal(SUPPLY);
      const [fields, name, version, chainId, verifyingContract] = await token.read.eip712Domain();
      expect([fields, name, version]).to.deep.equal(["0x0f", "OPG", "1"]);
      expect({ chainId: Number(chainId), verifyingContract }).to.deep.equal({
        chainId: fixture.domain.chainId,
        verifyingContract: getAddress(token.address),
      });
    });

    for (const [words, sum] of [
      ["one wei too few", SUPPLY - 1n],
      ["one wei too many", SUPPLY + 1n],
    ] as const) {
      it(`refuses allocations of ${words}`, async () => {
        const { viem, token, holder } = fixture;
        await viem.assertions.revertWithCustomErrorWithArgs(
          viem.deployContract("OPGToken", [[{ account: holder.account.address, amount: sum }]]),
          token,
          "OPGToken__AllocationsDoNotSum",
          [sum, SUPPLY],
        );
      });
    }

    it("refuses to mint to nobody, and to mint nothing", async () => {
      const { viem, token } = fixture;
      await viem.assertions.revertWithCustomErrorWithArgs(
        viem.deployContract("OPGToken", [[{ account: zeroAddress, amount: SUPPLY }]]),
        token,
        "ERC20InvalidReceiver",
        [zeroAddress],
      );
      await viem.assertions.revertWithCustomErrorWithArgs(
        viem.deployContract("OPGToken", [[]]),
        token,
        "OPGToken__AllocationsDoNotSum",
        [0n, SUPPLY],
      );
    });

    it("has no function that could mint, pause, freeze, upgrade or name an owner", async () => {
      const { abi } = await hre.artifacts.readArtifact("OPGToken");
      const writes = abi.flatMap((item) =>
        item.type === "function" &&
        (item.stateMutability as string) !== "view" &&
        (item.stateMutability as string) !== "pure"
          ? [item.name as string]
          : [],
      );
      expect([...new Set(writes)].sort()).to.deep.equal([
        "approve",
        "burn",
        "burnFrom",
        "cancelAuthorization",
        "permit",
        "receiveWithAuthorization",
        "transfer",
        "transferFrom",
        "transferWithAuthorization",
      ]);
    });
  });

  describe("burning", () => {
    it("destroys the caller's tokens and lowers the total supply, not SUPPLY", async () => {
      const { token, holder, viem } = fixture;
      await viem.assertions.emitWithArgs(token.write.burn([5n]), token, "Transfer", [
        getAddress(holder.account.address),
        zeroAddress,
        5n,
      ]);
      expect(await token.read.totalSupply()).to.equal(SUPPLY - 5n);
      expect(await token.read.balanceOf([holder.account.address])).to.equal(SUPPLY - 5n);
      expect(await token.read.SUPPLY()).to.equal(SUPPLY);
    });

    it("destroys another account's tokens only within its allowance", async () => {
      const { token, holder, other, viem } = fixture;
      await token.write.approve([other.account.address, 7n]);
      await token.write.burnFrom([holder.account.address, 4n], { account: other.account });
      expect(await token.read.totalSupply()).to.equal(SUPPLY - 4n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        token.write.burnFrom([holder.account.address, 4n], { account: other.account }),
        token,
        "ERC20InsufficientAllowance",
        [getAddress(other.account.address), 3n, 4n],
      );
    });

    it("refuses to burn more than there is", async () => {
      const { token, other, viem } = fixture;
      await viem.assertions.revertWithCustomErrorWithArgs(
        token.write.burn([1n], { account: other.account }),
        token,
        "ERC20InsufficientBalance",
        [getAddress(other.account.address), 0n, 1n],
      );
    });
  });

  describe("permit", () => {
    const owner = privateKeyToAccount(generatePrivateKey());

    async function sign({ domain, other }: Fixture, over: { nonce?: bigint; deadline?: bigint } = {}) {
      const message = {
        owner: owner.address,
        spender: other.account.address,
        value: parseEther("3"),
        nonce: 0n,
        deadline: 2n ** 256n - 1n,
        ...over,
      };
      const signature = await owner.signTypedData({ domain, types: PERMIT, primaryType: "Permit", message });
      const { r, s, yParity } = parseSignature(signature);
      return { ...message, v: 27 + yParity, r, s };
    }

    it("gives the signed allowance once, whoever submits it", async () => {
      const { token, relayer, other, viem } = fixture;
      const p = await sign(fixture);
      const args = [p.owner, p.spender, p.value, p.deadline, p.v, p.r, p.s] as const;
      await viem.assertions.emitWithArgs(
        token.write.permit(args, { account: relayer.account }),
        token,
        "Approval",
        [p.owner, getAddress(p.spender), p.value],
      );
      expect(await token.read.allowance([p.owner, other.account.address])).to.equal(p.value);
      expect(await token.read.nonces([p.owner])).to.equal(1n);
      await viem.assertions.revertWithCustomError(token.write.permit(args), token, "ERC2612InvalidSigner");
    });

    it("refuses an expired permit", async () => {
      const { token, viem } = fixture;
      const p = await sign(fixture, { deadline: 1n });
      await viem.assertions.revertWithCustomErrorWithArgs(
        token.write.permit([p.owner, p.spender, p.value, p.deadline, p.v, p.r, p.s]),
        token,
        "ERC2612ExpiredSignature",
        [1n],
      );
    });

    it("refuses the mirrored signature (high s)", async () => {
      const { token, viem } = fixture;
      const p = await sign(fixture);
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const mirrored = toHex(order - BigInt(p.s), { size: 32 });
      await viem.assertions.revertWithCustomError(
        token.write.permit([p.owner, p.spender, p.value, p.deadline, p.v === 27 ? 28 : 27, p.r, mirrored]),
        token,
        "ECDSAInvalidSignatureS",
      );
    });

    it("signs in the domain it publishes", async () => {
      const { token, domain } = fixture;
      const separator = hashDomain({
        domain: { ...domain, chainId: BigInt(domain.chainId) },
        types: {
          EIP712Domain: [
            { name: "name", type: "string" },
            { name: "version", type: "string" },
            { name: "chainId", type: "uint256" },
            { name: "verifyingContract", type: "address" },
          ],
        },
      });
      expect(await token.read.DOMAIN_SEPARATOR()).to.equal(separator);
    });
  });
});
