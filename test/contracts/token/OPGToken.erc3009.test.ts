import { expect } from "chai";
import { type Address, getAddress, type Hex, keccak256, parseSignature, toBytes, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { deployToken } from "./deployToken.ts";

const PAYMENT = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
] as const;
const TYPES = {
  TransferWithAuthorization: PAYMENT,
  ReceiveWithAuthorization: PAYMENT,
  CancelAuthorization: [
    { name: "authorizer", type: "address" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

const FOREVER = 2n ** 40n;
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const signer = privateKeyToAccount(generatePrivateKey());
const stranger = privateKeyToAccount(generatePrivateKey());

type Payment = {
  from: Address;
  to: Address;
  value: bigint;
  validAfter: bigint;
  validBefore: bigint;
  nonce: Hex;
};
type PaymentType = "TransferWithAuthorization" | "ReceiveWithAuthorization";
type Form = "bytes" | "vrs";

/** A chain where the key holder and his smart wallet have 1,000 wei of OPG each. */
async function deploy() {
  const fixture = await deployToken();
  const wallet = await fixture.viem.deployContract("SmartWallet", [signer.address]);
  await fixture.token.write.transfer([signer.address, 1_000n]);
  await fixture.token.write.transfer([wallet.address, 1_000n]);
  return { ...fixture, wallet };
}

describe("OPGToken: payments by signature (ERC-3009)", () => {
  let fixture: Awaited<ReturnType<typeof deploy>>;
  let nonces = 0;
  beforeEach(async () => {
    fixture = await deploy();
  });

  function payment(over: Partial<Payment> = {}): Payment {
    return {
      from: signer.address,
      to: getAddress(fixture.other.account.address),
      value: 10n,
      validAfter: 0n,
      validBefore: FOREVER,
      nonce: keccak256(toBytes(`nonce ${nonces++}`)),
      ...over,
    };
  }

  function sign(primaryType: PaymentType, message: Payment, key = signer, domain = fixture.domain) {
    return key.signTypedData({ domain, types: TYPES, primaryType, message });
  }

  /** Submits through the form with (v, r, s) or with bytes; `by` is the caller. */
  function submit(primaryType: PaymentType, p: Payment, signature: Hex, form: Form, by = fixture.relayer) {
    const { token } = fixture;
    const terms = [p.from, p.to, p.value, p.validAfter, p.validBefore, p.nonce] as const;
    const { r, s, yParity } = parseSignature(signature);
    const vrs = [...terms, 27 + yParity, r, s] as const;
    const options = { account: by.account };
    if (primaryType === "TransferWithAuthorization") {
      return form === "bytes"
        ? token.write.transferWithAuthorization([...terms, signature], options)
        : token.write.transferWithAuthorization(vrs, options);
    }
    return form === "bytes"
      ? token.write.receiveWithAuthorization([...terms, signature], options)
      : token.write.receiveWithAuthorization(vrs, options);
  }

  for (const form of ["bytes", "vrs"] as const) {
    describe(form === "bytes" ? "with the signature as bytes" : "with the signature as v, r, s", () => {
      it("moves what was signed, whoever submits it", async () => {
        const { token, viem } = fixture;
        const p = payment();
        const transaction = submit(
          "TransferWithAuthorization",
          p,
          await sign("TransferWithAuthorization", p),
          form,
        );
        await viem.assertions.emitWithArgs(transaction, token, "AuthorizationUsed", [p.from, p.nonce]);
        await viem.assertions.emitWithArgs(transaction, token, "Transfer", [p.from, p.to, p.value]);
        expect(await token.read.balanceOf([p.to])).to.equal(10n);
        expect(await token.read.balanceOf([p.from])).to.equal(990n);
        expect(await token.read.authorizationState([p.from, p.nonce])).to.equal(true);
      });

      it("lets the payee, and only the payee, receive", async () => {
        const { token, viem, other, relayer } = fixture;
        const p = payment();
        const signature = await sign("ReceiveWithAuthorization", p);
        await viem.assertions.revertWithCustomErrorWithArgs(
          submit("ReceiveWithAuthorization", p, signature, form, relayer),
          token,
          "ERC20InvalidReceiver",
          [p.to],
        );
        await viem.assertions.emitWithArgs(
          submit("ReceiveWithAuthorization", p, signature, form, other),
          token,
          "AuthorizationUsed",
          [p.from, p.nonce],
        );
        expect(await token.read.balanceOf([p.to])).to.equal(10n);
      });

      it("pays once for a nonce, and takes nonces in any order", async () => {
        const { token, viem } = fixture;
        const [first, second] = [payment(), payment()];
        await submit(
          "TransferWithAuthorization",
          second,
          await sign("TransferWithAuthorization", second),
          form,
        );
        const signature = await sign("TransferWithAuthorization", first);
        await submit("TransferWithAuthorization", first, signature, form);
        for (const again of ["bytes", "vrs"] as const) {
          await viem.assertions.revertWithCustomErrorWithArgs(
            submit("TransferWithAuthorization", first, signature, again),
            token,
            "ERC3009UsedAuthorization",
            [first.from, first.nonce],
          );
        }
      });

      it("refuses before and after its time, both bounds excluded", async () => {
        const { token, viem, networkHelpers } = fixture;
        const now = BigInt(await networkHelpers.time.latest()) + 100n;
        for (const [validAfter, validBefore, isValid] of [
          [now, FOREVER, false],
          [0n, now, false],
          [now - 1n, now + 1n, true],
        ] as const) {
          const p = payment({ validAfter, validBefore });
          const signature = await sign("TransferWithAuthorization", p);
          const snapshot = await networkHelpers.takeSnapshot();
          await networkHelpers.time.setNextBlockTimestamp(now);
          const transaction = submit("TransferWithAuthorization", p, signature, form);
          if (isValid) {
            await transaction;
          } else {
            await viem.assertions.revertWithCustomErrorWithArgs(
              transaction,
              token,
              "ERC3009InvalidAuthorizationTime",
              [validAfter, validBefore],
            );
          }
          await snapshot.restore();
        }
      });

      it("reads both bounds as block numbers when both have bit 47 set", async () => {
        const { token, viem } = fixture;
        const flag = 2n ** 47n;
        const publicClient = await viem.getPublicClient();
        const next = (await publicClient.getBlockNumber()) + 1n;
        const late = payment({ validAfter: flag + next, validBefore: flag + FOREVER });
        await viem.assertions.revertWithCustomError(
          submit("TransferWithAuthorization", late, await sign("TransferWithAuthorization", late), form),
          token,
          "ERC3009InvalidAuthorizationTime",
        );
        const good = payment({ validAfter: flag, validBefore: flag + FOREVER });
        await submit("TransferWithAuthorization", good, await sign("TransferWithAuthorization", good), form);
        expect(await token.read.balanceOf([good.to])).to.equal(good.value);
      });

      it("refuses another signer, an edited payment, and a signature made for another purpose", async () => {
        const { token, viem, other } = fixture;
        const p = payment();
        const forged = await sign("TransferWithAuthorization", p, stranger);
        const good = await sign("TransferWithAuthorization", p);
        const attempts = [
          () => submit("TransferWithAuthorization", p, forged, form),
          () => submit("TransferWithAuthorization", { ...p, value: 11n }, good, form),
          () => submit("TransferWithAuthorization", { ...p, to: stranger.address }, good, form),
          () => submit("ReceiveWithAuthorization", p, good, form, other),
        ];
        for (const attempt of attempts) {
          await viem.assertions.revertWithCustomError(attempt(), token, "ERC3009InvalidSignature");
        }
      });

      it("refuses a signature for another chain or another token", async () => {
        const { token, viem, domain, wallet } = fixture;
        for (const elsewhere of [
          { ...domain, chainId: domain.chainId + 1 },
          { ...domain, verifyingContract: wallet.address },
        ]) {
          const p = payment();
          const signature = await sign("TransferWithAuthorization", p, signer, elsewhere);
          await viem.assertions.revertWithCustomError(
            submit("TransferWithAuthorization", p, signature, form),
            token,
            "ERC3009InvalidSignature",
          );
        }
      });

      it("refuses the mirrored signature (high s)", async () => {
        const { token, viem } = fixture;
        const p = payment();
        const { r, s, yParity } = parseSignature(await sign("TransferWithAuthorization", p));
        const mirrored = toHex(CURVE_ORDER - BigInt(s), { size: 32 });
        const signature = `${r}${mirrored.slice(2)}${yParity === 0 ? "1c" : "1b"}` as Hex;
        await viem.assertions.revertWithCustomError(
          submit("TransferWithAuthorization", p, signature, form),
          token,
          form === "bytes" ? "ERC3009InvalidSignature" : "ECDSAInvalidSignatureS",
        );
      });

      it("cancels a nonce that was signed for and not used, once", async () => {
        const { token, viem, relayer } = fixture;
        const p = payment();
        const message = { authorizer: p.from, nonce: p.nonce };
        const cancel = async (key: typeof signer) => {
          const { domain } = fixture;
          const primaryType = "CancelAuthorization";
          const signature = await key.signTypedData({ domain, types: TYPES, primaryType, message });
          const { r, s, yParity } = parseSignature(signature);
          const options = { account: relayer.account };
          return form === "bytes"
            ? token.write.cancelAuthorization([p.from, p.nonce, signature], options)
            : token.write.cancelAuthorization([p.from, p.nonce, 27 + yParity, r, s], options);
        };
        await viem.assertions.revertWithCustomError(cancel(stranger), token, "ERC3009InvalidSignature");
        await viem.assertions.emitWithArgs(cancel(signer), token, "AuthorizationCanceled", [p.from, p.nonce]);
        expect(await token.read.authorizationState([p.from, p.nonce])).to.equal(true);
        const signature = await sign("TransferWithAuthorization", p);
        for (const attempt of [
          () => cancel(signer),
          () => submit("TransferWithAuthorization", p, signature, form),
        ]) {
          await viem.assertions.revertWithCustomErrorWithArgs(attempt(), token, "ERC3009UsedAuthorization", [
            p.from,
            p.nonce,
          ]);
        }
      });
    });
  }

  describe("from a smart wallet (ERC-1271)", () => {
    it("pays what the wallet's owner has signed", async () => {
      const { token, wallet } = fixture;
      const p = payment({ from: getAddress(wallet.address) });
      await submit("TransferWithAuthorization", p, await sign("TransferWithAuthorization", p), "bytes");
      expect(await token.read.balanceOf([p.to])).to.equal(10n);
      expect(await token.read.balanceOf([p.from])).to.equal(990n);
    });

    it("lets the payee receive from the wallet", async () => {
      const { token, wallet, other } = fixture;
      const p = payment({ from: getAddress(wallet.address) });
      const signature = await sign("ReceiveWithAuthorization", p);
      await submit("ReceiveWithAuthorization", p, signature, "bytes", other);
      expect(await token.read.balanceOf([p.to])).to.equal(10n);
    });

    it("cancels for the wallet", async () => {
      const { token, wallet, domain } = fixture;
      const message = { authorizer: getAddress(wallet.address), nonce: toHex(7n, { size: 32 }) };
      const signature = await signer.signTypedData({
        domain,
        types: TYPES,
        primaryType: "CancelAuthorization",
        message,
      });
      await token.write.cancelAuthorization([message.authorizer, message.nonce, signature]);
      expect(await token.read.authorizationState([message.authorizer, message.nonce])).to.equal(true);
    });

    it("refuses what the wallet refuses, and what it stopped accepting", async () => {
      const { token, wallet, viem } = fixture;
      const p = payment({ from: getAddress(wallet.address) });
      const forged = await sign("TransferWithAuthorization", p, stranger);
      const signature = await sign("TransferWithAuthorization", p);
      for (const [bytes, form] of [
        [forged, "bytes"],
        [signature, "vrs"],
      ] as const) {
        await viem.assertions.revertWithCustomError(
          submit("TransferWithAuthorization", p, bytes, form),
          token,
          "ERC3009InvalidSignature",
        );
      }
      await wallet.write.setOwner([stranger.address]);
      await viem.assertions.revertWithCustomError(
        submit("TransferWithAuthorization", p, signature, "bytes"),
        token,
        "ERC3009InvalidSignature",
      );
    });

    it("refuses an empty signature of an account without code, and any of a contract that is no wallet", async () => {
      const { token, viem } = fixture;
      for (const from of [signer.address, getAddress(token.address)]) {
        const p = payment({ from });
        await viem.assertions.revertWithCustomError(
          token.write.transferWithAuthorization([
            p.from,
            p.to,
            p.value,
            p.validAfter,
            p.validBefore,
            p.nonce,
            "0x",
          ]),
          token,
          "ERC3009InvalidSignature",
        );
      }
    });
  });
});
