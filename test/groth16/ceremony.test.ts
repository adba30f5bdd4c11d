import { expect } from "chai";
import {
  applyBeacon,
  contribute,
  createProver,
  devPowersOfTau,
  devSetup,
  Groth16Error,
  newKey,
  preparePhase2,
  readPtau,
  readZkey,
  toSnarkjsKey,
  toSnarkjsProof,
  toSnarkjsPublic,
  verifyKey,
  writePtau,
  writeZkey,
} from "../../groth16/src/index.ts";
import { sampleCircuit } from "./support/sampleCircuit.ts";
import { type MemoryFile, snarkjs, stopSnarkjs } from "./support/snarkjs.ts";

describe("phase 2 of the setup, shared with snarkjs", () => {
  const circuit = sampleCircuit({ rows: 90, bits: 0.5 });
  const beacon = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  let ptau: Uint8Array;
  let initial: Uint8Array;
  let final: Uint8Array;

  before(async () => {
    ptau = await devPowersOfTau(8);
    initial = await newKey(circuit.file, ptau);
  });

  after(stopSnarkjs);

  const refusal = async (zkey: Uint8Array, r1cs = circuit.file) => {
    try {
      await verifyKey(r1cs, ptau, zkey);
    } catch (error) {
      return error as Groth16Error;
    }
    throw new Error("the key was accepted");
  };

  it("starts with the same key as snarkjs, circuit hash included", async () => {
    const theirs: MemoryFile = { type: "mem" };
    await snarkjs.zKey.newZKey(circuit.file, ptau, theirs);
    expect(readZkey(initial)).to.deep.equal(readZkey(theirs.data!));
  });

  it("starts with the key that the dev setup computes directly, but for delta", async () => {
    const [key, dev] = [readZkey(initial), readZkey((await devSetup(circuit.file)).zkey)];
    for (const part of [
      "alpha1",
      "beta1",
      "beta2",
      "ic",
      "coefs",
      "pointsA",
      "pointsB1",
      "pointsB2",
    ] as const) {
      expect(key[part], part).to.deep.equal(dev[part]);
    }
  });

  it("takes contributions from both tools and a beacon, and both accept the result", async () => {
    const first = await contribute(initial, "Ada", { entropy: "dice" });
    const second: MemoryFile = { type: "mem" };
    const theirHash = await snarkjs.zKey.contribute(first.zkey, second, "Bob", "more dice");
    const third = await contribute(second.data!, "Eve");
    final = (await applyBeacon(third.zkey, { hash: Buffer.from(beacon, "hex"), iterations: 10 })).zkey;
    const { contributions } = await verifyKey(circuit.file, ptau, final);
    expect(contributions.map(({ name }) => name)).to.deep.equal(["Ada", "Bob", "Eve", undefined]);
    expect(contributions[0]!.hash).to.deep.equal(first.hash);
    expect(contributions[1]!.hash).to.deep.equal(new Uint8Array(theirHash));
    expect(await snarkjs.zKey.verifyFromR1cs(circuit.file, ptau, final)).to.equal(true);
  });

  it("applies a beacon exactly as snarkjs does", async () => {
    const ours = await applyBeacon(initial, {
      hash: Buffer.from(beacon, "hex"),
      iterations: 10,
      name: "drand",
    });
    const theirs: MemoryFile = { type: "mem" };
    const hash = await snarkjs.zKey.beacon(initial, theirs, "drand", beacon, 10);
    expect(readZkey(ours.zkey)).to.deep.equal(readZkey(theirs.data!));
    expect(ours.hash).to.deep.equal(new Uint8Array(hash));
  });

  it("gives a key that proves, for both tools", async () => {
    const prover = await createProver(final);
    const { proof, publicSignals } = await prover.prove(circuit.witness);
    const key = toSnarkjsKey(prover.verificationKey);
    await prover.close();
    expect(await snarkjs.groth16.verify(key, toSnarkjsPublic(publicSignals), toSnarkjsProof(proof))).to.equal(
      true,
    );
  });

  it("refuses a key of another circuit", async () => {
    const other = sampleCircuit({ rows: 90, bits: 0.5, seed: 2 });
    expect((await refusal(final, other.file)).code).to.equal("INVALID_CEREMONY");
  });

  it("refuses a key with any part replaced, naming the part", async () => {
    const swapped = (change: (key: ReturnType<typeof readZkey>) => void) => {
      const key = readZkey(final.slice());
      change(key);
      return refusal(writeZkey(key));
    };
    const expectations: [string, (key: ReturnType<typeof readZkey>) => void][] = [
      ["pointsA", (key) => key.pointsA.copyWithin(0, 64, 128)],
      ["ic", (key) => key.ic.copyWithin(0, 64, 128)],
      ["alpha1", (key) => key.alpha1.set(key.beta1)],
      ["the C points", (key) => key.pointsC.copyWithin(0, 64, 128)],
      ["the H points", (key) => key.pointsH.copyWithin(0, 64, 128)],
      ["delta in G1", (key) => key.delta1.set(key.alpha1)],
      ["delta differs", (key) => key.delta2.set(key.beta2)],
      ["circuit hash", (key) => key.transcript.fill(7, 0, 64)],
      ["contribution 1: its challenge", (key) => key.transcript.fill(7, 68 + 320, 68 + 384)],
      ["contribution 1: delta was not", (key) => key.transcript.set(key.alpha1, 68)],
      ["contribution 1: the proof of knowledge", (key) => key.transcript.set(key.beta2, 68 + 192)],
    ];
    for (const [part, change] of expectations) {
      expect((await swapped(change)).message, part).to.include(part);
    }
  });

  it("refuses a beacon that its contribution does not come from", async () => {
    const { zkey } = await applyBeacon(initial, { hash: Buffer.from(beacon, "hex"), iterations: 10 });
    const key = readZkey(zkey.slice());
    key.transcript[key.transcript.length - 1]! ^= 1;
    expect((await refusal(writeZkey(key))).message).to.include("not the beacon's");
  });

  it("refuses cut and mangled transcripts", async () => {
    const key = readZkey(final);
    for (const length of [64, 80, key.transcript.length - 1]) {
      const cut = writeZkey({ ...key, transcript: key.transcript.slice(0, length) });
      expect((await refusal(cut)).code).to.equal("MALFORMED_FILE");
    }
  });

  it("refuses a circuit that the powers do not reach, and powers that are not prepared", async () => {
    const large = sampleCircuit({ rows: 300, bits: 0.5 });
    const tooSmall = await newKey(large.file, ptau).catch((error: unknown) => error);
    expect(tooSmall).to.be.instanceOf(Groth16Error).with.property("code", "INVALID_ARGUMENT");
    const bare = writePtau({ ...readPtau(ptau), prepared: undefined });
    const unprepared = await newKey(circuit.file, bare).catch((error: unknown) => error);
    expect(unprepared).to.be.instanceOf(Groth16Error).with.property("message").that.includes("preparePhase2");
  });

  it("refuses beacons of a wrong length or too few iterations", async () => {
    for (const bad of [
      { hash: new Uint8Array(0), iterations: 10 },
      { hash: new Uint8Array(32), iterations: 9 },
      { hash: new Uint8Array(32), iterations: 31 },
    ]) {
      const error = await applyBeacon(initial, bad).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Groth16Error).with.property("code", "INVALID_ARGUMENT");
    }
  });

  it("prepares powers of tau for phase 2 as snarkjs does, and as the known tau gives", async () => {
    const small = await devPowersOfTau(4);
    const bare = writePtau({ ...readPtau(small), prepared: undefined });
    const ours = await preparePhase2(bare);
    expect(ours).to.deep.equal(small);
    const theirs: MemoryFile = { type: "mem" };
    await snarkjs.powersOfTau.preparePhase2(bare, theirs);
    expect(readPtau(ours)).to.deep.equal(readPtau(theirs.data!));
  });
});
