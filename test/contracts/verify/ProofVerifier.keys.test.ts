import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import hre from "hardhat";
import { concat, getAddress, getContractAddress, keccak256, pad, toBytes, toHex, zeroHash } from "viem";
import {
  ceremonyIdOf,
  devCeremony,
  type G2Words,
  g2OutsideSubgroup,
  g2WithZeroHalf,
  type KeyWords,
  keyBlob,
  makeModelKey,
  P,
  productionCeremony,
  R,
  vkHashOf,
} from "../../support/simulator.ts";
import { deployVerifier, withDeltaWord, withIcWord } from "./deployVerifier.ts";

const ZERO_POINTS = [0n, 0n, 0n, 0n] as const;

describe("ProofVerifier: ceremonies and keys", () => {
  describe("construction", () => {
    const production = productionCeremony();

    async function refusal(ceremony: Pick<typeof production, "alpha" | "beta">) {
      const { viem } = await hre.network.getOrCreate();
      return viem.deployContract("ProofVerifier", [ceremony, true]).then(
        () => "accepted",
        (error: Error) => error.message,
      );
    }

    it("fixes the production ceremony and whether dev keys are allowed", async () => {
      for (const allowDev of [true, false]) {
        const { verifier } = await deployVerifier({ allowDev });
        expect(await verifier.read.allowDev()).to.equal(allowDev);
        expect(await verifier.read.ceremonyId()).to.equal(production.id);
        const { alpha, beta } = await verifier.read.ceremony();
        expect({ alpha, beta }).to.deep.equal({ alpha: production.alpha, beta: production.beta });
      }
    });

    it("accepts alpha and beta of the perpetual powers of tau", async () => {
      const { viem } = await hre.network.getOrCreate();
      const perpetual = {
        alpha: [
          20491192805390485299153009773594534940189261866228447918068658471970481763042n,
          9383485363053290200918347156157836566562967994039712273449902621266178545958n,
        ],
        beta: [
          4252822878758300859123897981450591353533073413197771768651442665752259397132n,
          6375614351688725206403948262868962793625744043794305715222011528459656738731n,
          21847035105528745403288232691147584728191162732299865338377159692350059136679n,
          10505242626370262277552901082094356697409835680220590971873171140371331206856n,
        ],
      } as const;
      const verifier = await viem.deployContract("ProofVerifier", [perpetual, false]);
      expect(await verifier.read.ceremonyId()).to.equal(ceremonyIdOf(perpetual));
    });

    it("refuses an alpha that is off the curve, infinite or not canonical", async () => {
      const [x, y] = production.alpha;
      for (const alpha of [
        [x, y + 1n],
        [0n, 0n],
        [x + P, y],
        [x, y + P],
      ] as const) {
        expect(await refusal({ ...production, alpha })).to.include("ProofVerifier__InvalidCeremony");
      }
    });

    it("refuses a beta that is off the curve, infinite, not canonical or outside the subgroup", async () => {
      const [x1, x0, y1, y0] = production.beta;
      const betas = [
        [x1, x0, y1, y0 + 1n],
        ZERO_POINTS,
        [x1 + P, x0, y1, y0],
        [x1, x0, y1, y0 + P],
        g2OutsideSubgroup(),
      ] as const;
      for (const beta of betas) {
        expect(await refusal({ ...production, beta })).to.include("ProofVerifier__InvalidCeremony");
      }
    });

    it("refuses the dev ceremony as the production ceremony", async () => {
      expect(await refusal(devCeremony())).to.include("ProofVerifier__DevCeremonyRefused");
    });
  });

  describe("the dev ceremony", () => {
    it("has the published scalars", async () => {
      const { verifier } = await deployVerifier();
      const dev = devCeremony();
      expect(dev.alphaScalar).to.equal(BigInt(keccak256(toBytes("OPG/dev-ceremony/v1/alpha"))) % R);
      expect(dev.betaScalar).to.equal(BigInt(keccak256(toBytes("OPG/dev-ceremony/v1/beta"))) % R);
      expect(await verifier.read.devCeremonyId()).to.equal(dev.id);
    });

    it("is refused where it is not allowed", async () => {
      const { viem, verifier, dev } = await deployVerifier({ allowDev: false });
      const { key } = makeModelKey({ ceremony: dev, seed: "dev" });
      await viem.assertions.revertWithCustomErrorWithArgs(
        verifier.write.registerKey([key]),
        verifier,
        "ProofVerifier__DevCeremonyRefused",
        [],
      );
    });
  });

  describe("registering", () => {
    it("stores the key as code at the CREATE2 address of its hash and says so", async () => {
      const { viem, verifier, client, production } = await deployVerifier();
      const { key, vkHash } = makeModelKey({ ceremony: production, seed: "model" });
      expect(await verifier.read.isRegistered([vkHash])).to.equal(false);
      const { result } = await verifier.simulate.registerKey([key]);
      expect(result).to.equal(vkHash);

      const blob = keyBlob(key);
      const creationCode = concat(["0x6101a180600a3d393df300", blob]);
      const pointer = getContractAddress({
        opcode: "CREATE2",
        from: verifier.address,
        salt: zeroHash,
        bytecode: creationCode,
      });
      await viem.assertions.emitWithArgs(verifier.write.registerKey([key]), verifier, "KeyRegistered", [
        vkHash,
        production.id,
        getAddress(pointer),
      ]);
      expect(keccak256(creationCode)).to.equal(vkHash);
      expect(await client.getCode({ address: pointer })).to.equal(concat(["0x00", blob]));
      expect(await verifier.read.isRegistered([vkHash])).to.equal(true);
    });

    it("gives a key back as it was registered", async () => {
      const { verifier, registerModel, dev, production } = await deployVerifier();
      for (const ceremony of [production, dev]) {
        const { key, vkHash } = await registerModel("model", ceremony);
        const stored = await verifier.read.keyOf([vkHash]);
        expect({ ...stored }).to.deep.equal(key);
        expect(vkHashOf(stored)).to.equal(vkHash);
        expect(await verifier.read.isDev([vkHash])).to.equal(ceremony === dev);
      }
    });

    it("is open to everyone and changes nothing the second time", async () => {
      const { viem, verifier, client, production } = await deployVerifier();
      const { key, vkHash } = makeModelKey({ ceremony: production, seed: "model" });
      const [, other] = await viem.getWalletClients();
      await verifier.write.registerKey([key], { account: other!.account });
      const hash = await verifier.write.registerKey([key]);
      const { logs } = await client.getTransactionReceipt({ hash });
      expect(logs).to.deep.equal([]);
      expect(await verifier.read.isRegistered([vkHash])).to.equal(true);
    });

    it("tells two verifiers' keys apart", async () => {
      const first = await deployVerifier();
      const second = await first.viem.deployContract("ProofVerifier", [first.production, true]);
      const { vkHash } = await first.registerModel("model");
      expect(await second.read.isRegistered([vkHash])).to.equal(false);
    });

    describe("refuses", () => {
      async function refuses(change: (key: KeyWords) => KeyWords, error: string, args: unknown[]) {
        const { viem, verifier, production } = await deployVerifier();
        const { key } = makeModelKey({ ceremony: production, seed: "model" });
        await viem.assertions.revertWithCustomErrorWithArgs(
          verifier.write.registerKey([change(key)]),
          verifier,
          error as "ProofVerifier__InvalidDelta",
          args as [],
        );
      }

      it("a ceremony it does not know", async () => {
        const { id } = productionCeremony("another");
        await refuses((key) => ({ ...key, ceremonyId: id }), "ProofVerifier__UnknownCeremony", [id]);
      });

      it("other than four IC points", async () => {
        for (const words of [0, 6, 7, 9, 10]) {
          const ic = (key: KeyWords) => [...key.ic, ...key.ic].slice(0, words);
          await refuses((key) => ({ ...key, ic: ic(key) }), "ProofVerifier__IcLength", [BigInt(words)]);
        }
      });

      it("an IC point off the curve, at infinity or not canonical, by its index", async () => {
        for (const index of [0, 1, 2, 3]) {
          const error = ["ProofVerifier__InvalidIcPoint", [BigInt(index)]] as const;
          const [x, y] = [2 * index, 2 * index + 1];
          await refuses((key) => withIcWord(key, y, key.ic[y]! + 1n), error[0], [...error[1]]);
          await refuses((key) => withIcWord(key, x, key.ic[x]! + P), error[0], [...error[1]]);
          await refuses((key) => withIcWord(key, y, key.ic[y]! + P), error[0], [...error[1]]);
          await refuses((key) => withIcWord(withIcWord(key, x, 0n), y, 0n), error[0], [...error[1]]);
        }
      });

      it("a delta off the curve, at infinity or not canonical", async () => {
        for (const index of [0, 1, 2, 3]) {
          await refuses(
            (key) => withDeltaWord(key, index, key.delta[index]! + 1n),
            "ProofVerifier__InvalidDelta",
            [],
          );
          await refuses(
            (key) => withDeltaWord(key, index, key.delta[index]! + P),
            "ProofVerifier__InvalidDelta",
            [],
          );
        }
        await refuses((key) => ({ ...key, delta: ZERO_POINTS }), "ProofVerifier__InvalidDelta", []);
      });

      it("a delta that solves one half of the twist's equation but not the other", async () => {
        const { Fp } = bn254.fields;
        // y^2 = y0^2 - y1^2 + 2 y0 y1 u: the first keeps the real part, the second the imaginary one.
        for (const change of [
          ([x1, x0, y1, y0]: G2Words): G2Words => [x1, x0, P - y1, y0],
          ([x1, x0, y1, y0]: G2Words): G2Words => [x1, x0, Fp.div(y1, 2n), Fp.mul(y0, 2n)],
        ]) {
          await refuses((key) => ({ ...key, delta: change(key.delta) }), "ProofVerifier__InvalidDelta", []);
        }
      });

      it("a delta whose y has a zero half, which the verifier could not negate", async () => {
        const [x1, x0, y1, y0] = g2WithZeroHalf();
        expect(y1 === 0n || y0 === 0n).to.equal(true);
        await refuses((key) => ({ ...key, delta: [x1, x0, y1, y0] }), "ProofVerifier__InvalidDelta", []);
      });
    });

    it("lets nothing verify under a delta outside the subgroup", async () => {
      const { verifier, production } = await deployVerifier();
      const model = makeModelKey({ ceremony: production, seed: "model" });
      const key = { ...model.key, delta: g2OutsideSubgroup() };
      await verifier.write.registerKey([key]);
      const values = [1n, 2n, 3n];
      expect(await verifier.read.verify([vkHashOf(key), values, model.prove(values)])).to.equal(false);
    });
  });

  it("knows nothing about a key that was not registered", async () => {
    const { viem, verifier } = await deployVerifier();
    const unknown = pad(toHex(7), { size: 32 });
    expect(await verifier.read.isRegistered([unknown])).to.equal(false);
    for (const read of [verifier.read.keyOf([unknown]), verifier.read.isDev([unknown])]) {
      await viem.assertions.revertWithCustomErrorWithArgs(read, verifier, "ProofVerifier__UnknownKey", [
        unknown,
      ]);
    }
  });
});
