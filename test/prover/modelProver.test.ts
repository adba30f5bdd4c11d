import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inputCommitment, packTensor, writeWitnessProgram } from "@opg/circuits";
import { devSetup, fromSnarkjsKey, toSnarkjsKey, writeR1cs } from "@opg/groth16";
import {
  answerOrder,
  InputMismatchError,
  loadModelPackage,
  ModelPackageError,
  ModelProver,
  saveModelPackage,
} from "@opg/prover";
import { type Order, requestContext } from "@opg/sdk";
import { expect } from "chai";
import { zeroAddress } from "viem";
import { productModel } from "../support/productCircuit.ts";

const PROVER = "0x00000000000000000000000000000000000000aa";
const domain = { chainId: 31_337, settlement: "0x00000000000000000000000000000000000000bb" } as const;

function orderFor(inputs: readonly bigint[]): Order {
  return {
    payer: PROVER,
    versionId: 1n,
    inputs,
    maxFee: 0n,
    mode: 0,
    deadline: 0n,
    salt: 0n,
    callback: zeroAddress,
  };
}

describe("a model package", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "opg-prover-test-"));
    const circuit = productModel();
    const r1cs = writeR1cs(circuit.r1cs);
    const manifest = {
      format: "opg-model/1",
      name: "product",
      modelHash: "0x01",
      circuitHash: "0x02",
      input: circuit.input,
      output: circuit.output,
      outputs: [{ name: "product", shape: [1], offset: 0 }],
      constraints: circuit.r1cs.nConstraints,
      domain: 1024,
    } as const;
    const artifact = { manifest, circuit: r1cs, witnessProgram: writeWitnessProgram(circuit.program) };
    await saveModelPackage(folder, artifact, await devSetup(r1cs));
  });

  after(() => rm(folder, { recursive: true }));

  it("is read as it was written", async () => {
    const model = await loadModelPackage(folder);
    expect(model.manifest.name).to.equal("product");
    expect(model.program).to.deep.equal(productModel().program);
    expect(fromSnarkjsKey(toSnarkjsKey(model.verificationKey))).to.deep.equal(model.verificationKey);
  });

  it("that lacks a file or is of another format is refused by name", async () => {
    const empty = await mkdtemp(join(tmpdir(), "opg-prover-test-"));
    await loadModelPackage(empty).then(
      () => expect.fail("an empty folder was accepted"),
      (error) =>
        expect(error)
          .to.be.instanceOf(ModelPackageError)
          .with.property("message")
          .that.includes("manifest.json cannot be read"),
    );
    await writeFile(join(empty, "manifest.json"), '{ "format": "opg-model/9" }');
    await loadModelPackage(empty).then(
      () => expect.fail("another format was accepted"),
      (error) => expect(error.message).to.include("has the model format opg-model/9"),
    );
    await rm(empty, { recursive: true });
  });

  it("proves an order's answer, bound to the request and the prover", async () => {
    const modelProver = await ModelProver.open(await loadModelPackage(folder));
    const inputs = [7n, 9n];
    const words = [inputCommitment(packTensor(inputs, modelProver.model.manifest.input), 5n)];
    const answer = await answerOrder(modelProver, {
      order: orderFor(words),
      domain,
      prover: PROVER,
      inputs,
      salt: 5n,
    });
    expect(answer.outputs).to.deep.equal([63n]);
    expect(answer.outputWords).to.deep.equal([63n]);
    expect(answer.inputWords).to.deep.equal(words);
    expect(answer.values[0]).to.equal(requestContext(domain, answer.requestId, PROVER));
    await modelProver.close();
  });

  it("refuses inputs that the order does not commit to, before it proves", async () => {
    const modelProver = await ModelProver.open(await loadModelPackage(folder));
    const order = orderFor([123n]);
    await answerOrder(modelProver, { order, domain, prover: PROVER, inputs: [7n, 9n] }).then(
      () => expect.fail("other inputs were accepted"),
      (error) => expect(error).to.be.instanceOf(InputMismatchError).with.property("code", "INPUT_MISMATCH"),
    );
    await modelProver.close();
  });
});
