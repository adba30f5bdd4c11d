import { expect } from "chai";
import {
  createProver,
  devSetup,
  fromSnarkjsKey,
  fromSnarkjsProof,
  fromSnarkjsPublic,
  toSnarkjsKey,
  toSnarkjsProof,
  toSnarkjsPublic,
  verify,
  writeWtns,
} from "../../groth16/src/index.ts";
import { sampleCircuit } from "./support/sampleCircuit.ts";
import { snarkjs, stopSnarkjs } from "./support/snarkjs.ts";

describe("snarkjs and this package read each other's files", () => {
  const circuit = sampleCircuit({ rows: 100, bits: 0.5 });
  let zkey: Uint8Array;
  let vkey: Awaited<ReturnType<typeof devSetup>>["vkey"];

  before(async () => {
    ({ zkey, vkey } = await devSetup(circuit.file));
  });

  after(stopSnarkjs);

  it("snarkjs reads our r1cs", async () => {
    const info = await snarkjs.r1cs.info(circuit.file);
    expect(info.nVars).to.equal(circuit.r1cs.nVars);
    expect(info.nConstraints).to.equal(100);
  });

  it("snarkjs exports from our dev key the verification key we return", async () => {
    const exported = await snarkjs.zKey.exportVerificationKey(zkey);
    expect(fromSnarkjsKey(exported)).to.deep.equal(vkey);
    expect(exported).to.deep.include(toSnarkjsKey(vkey));
  });

  it("snarkjs proves with our dev key, and both sides accept that proof", async () => {
    const { proof, publicSignals } = await snarkjs.groth16.prove(zkey, writeWtns(circuit.witness));
    expect(await snarkjs.groth16.verify(toSnarkjsKey(vkey), publicSignals, proof)).to.equal(true);
    expect(await verify(vkey, fromSnarkjsPublic(publicSignals), fromSnarkjsProof(proof))).to.equal(true);
  });

  it("snarkjs accepts our proof and refuses it for other public signals", async () => {
    const prover = await createProver(zkey);
    const { proof, publicSignals } = await prover.prove(circuit.witness);
    await prover.close();
    const [json, signals] = [toSnarkjsProof(proof), toSnarkjsPublic(publicSignals)];
    expect(await snarkjs.groth16.verify(toSnarkjsKey(vkey), signals, json)).to.equal(true);
    expect(await snarkjs.groth16.verify(toSnarkjsKey(vkey), ["1", ...signals.slice(1)], json)).to.equal(
      false,
    );
    expect(await verify(vkey, [1n, ...publicSignals.slice(1)], proof)).to.equal(false);
  });
});
