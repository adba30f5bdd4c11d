import { expect } from "chai";
import { type Address, getAddress, keccak256, slice, toBytes, toHex, zeroAddress, zeroHash } from "viem";
import { makeModelKey, productionCeremony } from "../../support/simulator.ts";
import {
  CEREMONY_SETUP,
  DEV_SETUP,
  type Payee,
  SetupKind,
  type TensorSpec,
  type VersionConfig,
  VersionStatus,
  Visibility,
  versionConfig,
  versionId,
} from "../../support/versions.ts";
import { deployVerifier } from "../verify/deployVerifier.ts";

const FIRST = versionId(1n, 1n);

/** The `index`th of a row of accounts that hold nothing. */
function accountOf(index: number): Address {
  return getAddress(slice(keccak256(toHex(index)), 12));
}

/** A registry with one model of two payees, owned by the first account. */
async function deployRegistry({ allowDev = true } = {}) {
  const base = await deployVerifier();
  const registry = await base.viem.deployContract("ModelRegistry", [base.verifier.address, allowDev]);
  const [owner, other] = await base.viem.getWalletClients();
  if (!owner || !other) throw new Error("the simulated chain has too few accounts");
  const payees: Payee[] = [
    { account: getAddress(owner.account.address), bps: 9_000 },
    { account: accountOf(1), bps: 1_000 },
  ];
  await registry.write.registerModel(["Breast cancer", "Apache-2.0", payees]);
  const model = makeModelKey({ ceremony: base.production, seed: "model" });
  const devModel = makeModelKey({ ceremony: base.dev, seed: "model" });

  type Errors = Extract<(typeof registry.abi)[number], { type: "error" }>["name"];
  const asOther = { account: other.account };
  async function refuses(call: Promise<unknown>, error: Errors, args: readonly unknown[]) {
    await base.viem.assertions.revertWithCustomErrorWithArgs(call, registry, error, args as never);
  }
  return { ...base, registry, owner, other, asOther, payees, model, devModel, refuses };
}

describe("ModelRegistry", () => {
  describe("construction", () => {
    it("keeps the verifier and whether dev setups are allowed", async () => {
      for (const allowDev of [true, false]) {
        const { registry, verifier } = await deployRegistry({ allowDev });
        expect(getAddress(await registry.read.verifier())).to.equal(getAddress(verifier.address));
        expect(await registry.read.allowDev()).to.equal(allowDev);
      }
    });

    it("refuses dev setups on a verifier that refuses them", async () => {
      const { viem, verifier } = await deployVerifier({ allowDev: false });
      const message = await viem.deployContract("ModelRegistry", [verifier.address, true]).then(
        () => "deployed",
        (error: Error) => error.message,
      );
      expect(message).to.include("ModelRegistry__DevSetupRefused");
      await viem.deployContract("ModelRegistry", [verifier.address, false]);
    });

    it("names its proof system as ERC-7992 asks", async () => {
      const { registry } = await deployRegistry();
      expect(await registry.read.proofSystemId()).to.equal(
        slice(keccak256(toBytes("groth16-bn254-v1")), 0, 4),
      );
    });
  });

  describe("registerModel", () => {
    it("counts models from 1, gives them to the caller and says so", async () => {
      const { viem, registry, other, asOther } = await deployRegistry();
      const payees = [{ account: accountOf(7), bps: 10_000 }];
      const { result } = await registry.simulate.registerModel(["MNIST", "MIT", payees], {
        account: other.account.address,
      });
      expect(result).to.equal(2n);
      const call = () => registry.write.registerModel(["MNIST", "MIT", payees], asOther);
      const owner = getAddress(other.account.address);
      await viem.assertions.emitWithArgs(call(), registry, "ModelRegistered", [2n, owner, "MNIST", "MIT"]);
      await viem.assertions.emitWithArgs(call(), registry, "PayeesSet", [3n, payees]);
      expect(await registry.read.modelCount()).to.equal(3n);
      expect(await registry.read.model([2n])).to.deep.equal({
        owner,
        proposedOwner: zeroAddress,
        versionCount: 0,
        name: "MNIST",
        licence: "MIT",
        payees,
      });
    });

    it("takes up to 16 payees and texts of up to 128 bytes", async () => {
      const { registry } = await deployRegistry();
      const payees = Array.from({ length: 16 }, (_, index) => ({ account: accountOf(index), bps: 625 }));
      const [name, licence] = ["n".repeat(128), "ü".repeat(64)];
      await registry.write.registerModel([name, licence, payees]);
      const model = await registry.read.model([2n]);
      expect(model.payees).to.deep.equal(payees);
      expect([model.name, model.licence]).to.deep.equal([name, licence]);
    });

    it("refuses empty and longer texts", async () => {
      const { registry, payees, refuses } = await deployRegistry();
      for (const [text, length] of [
        ["", 0n],
        ["x".repeat(129), 129n],
      ] as const) {
        const error = ["ModelRegistry__TextLength", [length, 128n]] as const;
        await refuses(registry.write.registerModel([text, "MIT", payees]), ...error);
        await refuses(registry.write.registerModel(["name", text, payees]), ...error);
      }
    });

    describe("refuses payees", () => {
      async function refusesPayees(payees: Payee[], error: string, args: readonly unknown[]) {
        const { registry, refuses } = await deployRegistry();
        await refuses(registry.write.registerModel(["name", "MIT", payees]), error as never, args);
        await refuses(registry.write.setPayees([1n, payees]), error as never, args);
      }
      const [a, b] = [accountOf(1), accountOf(2)];

      it("that are none or more than 16", async () => {
        await refusesPayees([], "ModelRegistry__PayeeCount", [0n]);
        const many = Array.from({ length: 17 }, (_, index) => ({ account: accountOf(index), bps: 588 }));
        await refusesPayees(many, "ModelRegistry__PayeeCount", [17n]);
      });

      it("that are the zero address or have no share", async () => {
        const whole = { account: a, bps: 10_000 };
        await refusesPayees([whole, { account: zeroAddress, bps: 1 }], "ModelRegistry__EmptyPayee", [1n]);
        await refusesPayees([whole, { account: b, bps: 0 }], "ModelRegistry__EmptyPayee", [1n]);
      });

      it("listed twice", async () => {
        const half = { account: a, bps: 4_000 };
        await refusesPayees([half, { account: b, bps: 2_000 }, half], "ModelRegistry__DuplicatePayee", [a]);
      });

      it("whose shares do not sum to the whole, also past 16 bits", async () => {
        for (const bps of [5_000, 4_998, 5_002, 60_000]) {
          const pair = [
            { account: a, bps },
            { account: b, bps: 4_999 },
          ];
          await refusesPayees(pair, "ModelRegistry__SharesSum", [BigInt(bps + 4_999)]);
        }
        const wrapping = [
          { account: a, bps: 65_535 },
          { account: b, bps: 10_001 },
        ];
        await refusesPayees(wrapping, "ModelRegistry__SharesSum", [75_536n]);
      });
    });
  });

  describe("registerVersion", () => {
    it("registers the key and an immutable record, and says so", async () => {
      const { viem, registry, verifier, client, model } = await deployRegistry();
      const config = versionConfig();
      const { result } = await registry.simulate.registerVersion([1n, config, model.key]);
      expect(result).to.equal(FIRST);
      const call = registry.write.registerVersion([1n, config, model.key]);
      await viem.assertions.emitWithArgs(call, registry, "VersionRegistered", [
        FIRST,
        1n,
        model.vkHash,
        config.modelHash,
        config.circuitHash,
        SetupKind.Ceremony,
        config.price,
        config.uri,
      ]);
      expect(await verifier.read.isRegistered([model.vkHash])).to.equal(true);
      const { timestamp } = await client.getBlock();
      expect(await registry.read.version([FIRST])).to.deep.equal({
        ...config,
        modelId: 1n,
        vkHash: model.vkHash,
        inputWords: 1,
        outputWords: 1,
        status: VersionStatus.Active,
        registeredAt: Number(timestamp),
      });
      expect(await registry.read.settlementTerms([FIRST])).to.deep.equal([
        model.vkHash,
        config.price,
        1n,
        1n,
        true,
      ]);
    });

    it("numbers the versions of each model from 1", async () => {
      const { registry, payees, model, devModel } = await deployRegistry();
      await registry.write.registerModel(["Second", "MIT", payees]);
      const dev = versionConfig({ setup: DEV_SETUP });
      for (const [modelId, config, key] of [
        [1n, versionConfig(), model.key],
        [2n, dev, devModel.key],
        [1n, dev, devModel.key],
      ] as const) {
        await registry.write.registerVersion([modelId, config, key]);
      }
      expect(await registry.read.versionCount([1n])).to.equal(2n);
      expect(await registry.read.versionCount([2n])).to.equal(1n);
      expect(await registry.read.versionCount([3n])).to.equal(0n);
      expect((await registry.read.version([versionId(1n, 2n)])).vkHash).to.equal(devModel.vkHash);
      expect((await registry.read.version([versionId(2n, 1n)])).modelId).to.equal(2n);
    });

    it("lets a key serve versions of several models: blocking one by registering its key first is no use", async () => {
      const { registry, payees, model, asOther } = await deployRegistry();
      await registry.write.registerModel(["Front-runner", "MIT", payees], asOther);
      await registry.write.registerVersion([2n, versionConfig(), model.key], asOther);
      await registry.write.registerVersion([1n, versionConfig(), model.key]);
      expect((await registry.read.version([FIRST])).vkHash).to.equal(model.vkHash);
    });

    it("keeps every field of any record", async () => {
      const { registry, model, devModel } = await deployRegistry();
      const extreme: TensorSpec = {
        count: 2 ** 32 - 1,
        bits: 248,
        isSigned: true,
        scale: -32_768,
        visibility: 0,
      };
      const configs: VersionConfig[] = [
        versionConfig({ input: extreme, output: { ...extreme, isSigned: false, scale: 32_767 } }),
        versionConfig({ price: 0n, uri: "x", setup: { ...CEREMONY_SETUP, contributions: 2 ** 32 - 1 } }),
        versionConfig({
          price: ((2n ** 96n - 1n) / 10_000n) * 10_000n,
          uri: "ü".repeat(512),
          setup: DEV_SETUP,
        }),
      ];
      for (const [index, config] of configs.entries()) {
        const { key } = config.setup.kind === SetupKind.Dev ? devModel : model;
        await registry.write.registerVersion([1n, config, key]);
        const stored = await registry.read.version([versionId(1n, BigInt(index + 1))]);
        const { modelHash, circuitHash, input, output, setup, price, uri } = stored;
        expect({ modelHash, circuitHash, input, output, setup, price, uri }).to.deep.equal(config);
      }
    });

    it("derives how many values of the statement the tensors take", async () => {
      const { registry, model } = await deployRegistry();
      const tensor = { isSigned: true, scale: 0, visibility: Visibility.Public };
      const committed = Visibility.Committed;
      const cases = [
        [{ ...tensor, count: 784, bits: 8 }, 26n],
        [{ ...tensor, count: 784, bits: 8, visibility: committed }, 1n],
        [{ ...tensor, count: 31, bits: 8 }, 1n],
        [{ ...tensor, count: 32, bits: 8 }, 2n],
        [{ ...tensor, count: 12, bits: 20 }, 1n],
        [{ ...tensor, count: 13, bits: 20 }, 2n],
        [{ ...tensor, count: 3, bits: 125 }, 3n],
        [{ ...tensor, count: 1, bits: 1 }, 1n],
      ] as const;
      for (const [index, [input, words]] of cases.entries()) {
        const output = { ...input, visibility: Visibility.Public };
        await registry.write.registerVersion([1n, versionConfig({ input, output }), model.key]);
        const id = versionId(1n, BigInt(index + 1));
        const [, , inputWords, outputWords] = await registry.read.settlementTerms([id]);
        const packed = BigInt(Math.ceil(input.count / Math.floor(248 / input.bits)));
        expect([inputWords, outputWords]).to.deep.equal([words, packed]);
      }
    });

    it("is only for the model's owner", async () => {
      const { registry, other, asOther, model, refuses } = await deployRegistry();
      const call = registry.write.registerVersion([1n, versionConfig(), model.key], asOther);
      await refuses(call, "ModelRegistry__NotOwner", [1n, getAddress(other.account.address)]);
      await refuses(
        registry.write.registerVersion([2n, versionConfig(), model.key]),
        "ModelRegistry__UnknownModel",
        [2n],
      );
    });

    describe("refuses", () => {
      async function refusesConfig(changes: Partial<VersionConfig>, error: string, args: readonly unknown[]) {
        const { registry, model, refuses } = await deployRegistry();
        const call = registry.write.registerVersion([1n, versionConfig(changes), model.key]);
        await refuses(call, error as never, args);
      }
      const { input, output } = versionConfig();

      it("a zero hash", async () => {
        await refusesConfig({ modelHash: zeroHash }, "ModelRegistry__ZeroHash", []);
        await refusesConfig({ circuitHash: zeroHash }, "ModelRegistry__ZeroHash", []);
      });

      it("an empty uri and one above 1,024 bytes", async () => {
        await refusesConfig({ uri: "" }, "ModelRegistry__TextLength", [0n, 1_024n]);
        await refusesConfig({ uri: "x".repeat(1_025) }, "ModelRegistry__TextLength", [1_025n, 1_024n]);
      });

      it("a price that is no multiple of 10,000", async () => {
        for (const price of [1n, 9_999n, 10_001n, 2n ** 96n - 1n]) {
          await refusesConfig({ price }, "ModelRegistry__PriceNotMultiple", [price]);
        }
      });

      it("an empty tensor", async () => {
        await refusesConfig({ input: { ...input, count: 0 } }, "ModelRegistry__EmptyTensor", []);
        await refusesConfig({ output: { ...output, count: 0 } }, "ModelRegistry__EmptyTensor", []);
      });

      it("lanes of no bits or more than a word holds, also behind a commitment", async () => {
        for (const bits of [0, 249, 255]) {
          await refusesConfig({ input: { ...input, bits } }, "Statement__BitsOutOfRange", [bits]);
          await refusesConfig({ output: { ...output, bits } }, "Statement__BitsOutOfRange", [bits]);
        }
      });

      it("an output behind a commitment", async () => {
        const hidden = { ...output, visibility: Visibility.Committed };
        await refusesConfig({ output: hidden }, "ModelRegistry__CommittedOutput", []);
      });

      it("a ceremony without its hashes or contributions", async () => {
        const error = ["ModelRegistry__SetupFields", [SetupKind.Ceremony]] as const;
        for (const missing of [{ ptauHash: zeroHash }, { transcriptHash: zeroHash }, { contributions: 0 }]) {
          await refusesConfig({ setup: { ...CEREMONY_SETUP, ...missing } }, ...error);
        }
      });

      it("a dev setup that claims a ceremony's hashes or contributions", async () => {
        const { registry, devModel, refuses } = await deployRegistry();
        const { ptauHash, transcriptHash, contributions } = CEREMONY_SETUP;
        for (const claim of [{ ptauHash }, { transcriptHash }, { contributions }]) {
          const config = versionConfig({ setup: { ...DEV_SETUP, ...claim } });
          const call = registry.write.registerVersion([1n, config, devModel.key]);
          await refuses(call, "ModelRegistry__SetupFields", [SetupKind.Dev]);
        }
      });

      it("a dev key called a ceremony's, and a ceremony's key called dev", async () => {
        const { registry, model, devModel, refuses } = await deployRegistry();
        await refuses(
          registry.write.registerVersion([1n, versionConfig(), devModel.key]),
          "ModelRegistry__SetupKindMismatch",
          [SetupKind.Ceremony, devModel.ceremony.id],
        );
        await refuses(
          registry.write.registerVersion([1n, versionConfig({ setup: DEV_SETUP }), model.key]),
          "ModelRegistry__SetupKindMismatch",
          [SetupKind.Dev, model.ceremony.id],
        );
      });

      it("a dev setup where it is not allowed, though the verifier would take the key", async () => {
        const { registry, devModel, refuses } = await deployRegistry({ allowDev: false });
        const call = registry.write.registerVersion([1n, versionConfig({ setup: DEV_SETUP }), devModel.key]);
        await refuses(call, "ModelRegistry__DevSetupRefused", []);
      });

      it("a key that the verifier refuses, with its error", async () => {
        const { viem, registry, verifier, model } = await deployRegistry();
        const foreign = makeModelKey({ ceremony: productionCeremony("another"), seed: "model" });
        for (const [key, error, args] of [
          [foreign.key, "ProofVerifier__UnknownCeremony", [foreign.ceremony.id]],
          [{ ...model.key, ic: model.key.ic.slice(2) }, "ProofVerifier__IcLength", [6n]],
        ] as const) {
          await viem.assertions.revertWithCustomErrorWithArgs(
            registry.write.registerVersion([1n, versionConfig(), key]),
            verifier,
            error,
            args as never,
          );
        }
      });
    });
  });

  describe("setVersionStatus", () => {
    it("deprecates a version and makes it active again, and says so", async () => {
      const { viem, registry, model } = await deployRegistry();
      await registry.write.registerVersion([1n, versionConfig(), model.key]);
      for (const status of [VersionStatus.Deprecated, VersionStatus.Active, VersionStatus.Deprecated]) {
        const call = registry.write.setVersionStatus([FIRST, status]);
        await viem.assertions.emitWithArgs(call, registry, "VersionStatusSet", [FIRST, status]);
        expect((await registry.read.version([FIRST])).status).to.equal(status);
        const [vkHash, , , , active] = await registry.read.settlementTerms([FIRST]);
        expect([vkHash, active]).to.deep.equal([model.vkHash, status === VersionStatus.Active]);
      }
    });

    it("refuses strangers, unknown versions and the status it has", async () => {
      const { registry, model, other, asOther, refuses } = await deployRegistry();
      const { Active, Deprecated } = VersionStatus;
      await refuses(registry.write.setVersionStatus([FIRST, Deprecated]), "ModelRegistry__UnknownVersion", [
        FIRST,
      ]);
      await registry.write.registerVersion([1n, versionConfig(), model.key]);
      await refuses(registry.write.setVersionStatus([FIRST, Active]), "ModelRegistry__SameStatus", [
        FIRST,
        Active,
      ]);
      await refuses(
        registry.write.setVersionStatus([FIRST, Deprecated], asOther),
        "ModelRegistry__NotOwner",
        [1n, getAddress(other.account.address)],
      );
    });
  });

  describe("setPayees", () => {
    it("changes who is paid for later versions, never for earlier ones", async () => {
      const { viem, registry, model, payees } = await deployRegistry();
      await registry.write.registerVersion([1n, versionConfig(), model.key]);
      const later = [{ account: accountOf(9), bps: 10_000 }];
      const call = registry.write.setPayees([1n, later]);
      await viem.assertions.emitWithArgs(call, registry, "PayeesSet", [1n, later]);
      await registry.write.registerVersion([1n, versionConfig(), model.key]);
      expect(await registry.read.payeesOf([FIRST])).to.deep.equal(payees);
      expect(await registry.read.payeesOf([versionId(1n, 2n)])).to.deep.equal(later);
      expect((await registry.read.model([1n])).payees).to.deep.equal(later);
    });

    it("is only for the model's owner", async () => {
      const { registry, payees, other, asOther, refuses } = await deployRegistry();
      await refuses(registry.write.setPayees([1n, payees], asOther), "ModelRegistry__NotOwner", [
        1n,
        getAddress(other.account.address),
      ]);
      await refuses(registry.write.setPayees([2n, payees]), "ModelRegistry__UnknownModel", [2n]);
    });

    it("lists payees one by one too", async () => {
      const { registry, model, payees, refuses } = await deployRegistry();
      await registry.write.registerVersion([1n, versionConfig(), model.key]);
      for (const [index, payee] of payees.entries()) {
        expect(await registry.read.payeeAt([FIRST, BigInt(index)])).to.deep.equal(payee);
      }
      for (const index of [2n, 2n ** 256n - 1n]) {
        await refuses(registry.read.payeeAt([FIRST, index]), "ModelRegistry__UnknownPayee", [FIRST, index]);
      }
    });
  });

  describe("ownership", () => {
    it("passes in two steps, and the old owner loses it", async () => {
      const { viem, registry, model, owner, other, asOther, refuses } = await deployRegistry();
      const [from, to] = [getAddress(owner.account.address), getAddress(other.account.address)];
      const proposal = registry.write.proposeOwner([1n, to]);
      await viem.assertions.emitWithArgs(proposal, registry, "OwnerProposed", [1n, from, to]);
      const proposed = await registry.read.model([1n]);
      expect([proposed.owner, proposed.proposedOwner]).to.deep.equal([from, to]);

      const acceptance = registry.write.acceptOwner([1n], asOther);
      await viem.assertions.emitWithArgs(acceptance, registry, "OwnerChanged", [1n, from, to]);
      const accepted = await registry.read.model([1n]);
      expect([accepted.owner, accepted.proposedOwner]).to.deep.equal([to, zeroAddress]);

      await registry.write.registerVersion([1n, versionConfig(), model.key], asOther);
      const call = registry.write.registerVersion([1n, versionConfig(), model.key]);
      await refuses(call, "ModelRegistry__NotOwner", [1n, from]);
      await refuses(registry.write.acceptOwner([1n], asOther), "ModelRegistry__NotProposedOwner", [1n, to]);
    });

    it("stays where it is until accepted, and an offer can be withdrawn", async () => {
      const { registry, owner, other, asOther, refuses } = await deployRegistry();
      const [from, to] = [getAddress(owner.account.address), getAddress(other.account.address)];
      await registry.write.proposeOwner([1n, to]);
      await refuses(registry.write.proposeOwner([1n, to], asOther), "ModelRegistry__NotOwner", [1n, to]);
      await refuses(registry.write.acceptOwner([1n]), "ModelRegistry__NotProposedOwner", [1n, from]);
      await registry.write.proposeOwner([1n, zeroAddress]);
      await refuses(registry.write.acceptOwner([1n], asOther), "ModelRegistry__NotProposedOwner", [1n, to]);
      await refuses(registry.write.proposeOwner([2n, to]), "ModelRegistry__UnknownModel", [2n]);
      await refuses(registry.write.acceptOwner([2n]), "ModelRegistry__NotProposedOwner", [2n, from]);
    });
  });

  it("knows nothing about models and versions that are not there", async () => {
    const { registry, model, refuses } = await deployRegistry();
    await registry.write.registerVersion([1n, versionConfig(), model.key]);
    for (const id of [0n, 2n, 1n << 224n]) {
      await refuses(registry.read.model([id]), "ModelRegistry__UnknownModel", [id]);
    }
    for (const id of [0n, 1n, versionId(1n, 0n), versionId(1n, 2n), versionId(2n, 1n)]) {
      for (const read of [
        registry.read.version([id]),
        registry.read.settlementTerms([id]),
        registry.read.payeesOf([id]),
        registry.read.payeeAt([id, 0n]),
      ]) {
        await refuses(read, "ModelRegistry__UnknownVersion", [id]);
      }
    }
  });
});
