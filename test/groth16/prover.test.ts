import { expect } from "chai";
import { ReferenceBackend } from "../../groth16/src/backends/ReferenceBackend.ts";
import {
  type Backend,
  createProver,
  devSetup,
  Groth16Error,
  type Prover,
  readZkey,
  verify,
  writeZkey,
} from "../../groth16/src/index.ts";
import { CAMPAIGN } from "./support/campaign.ts";
import { fastBackends } from "./support/fastBackends.ts";
import { sampleCircuit, xorshift } from "./support/sampleCircuit.ts";

/** What a rejected promise was rejected with. */
async function failure(promise: Promise<unknown>): Promise<Groth16Error> {
  try {
    await promise;
  } catch (error) {
    return error as Groth16Error;
  }
  throw new Error("the call succeeded");
}

const reference = { name: "reference", open: async () => new ReferenceBackend() };

for (const { name, open } of [reference, ...(await fastBackends())]) {
  describe(`a prover on the ${name} back end`, () => {
    const circuit = sampleCircuit({ rows: name === "reference" ? 60 : 1000, bits: 0.6 });
    let backend: Backend;
    let zkey: Uint8Array;
    let prover: Prover;

    before(async () => {
      ({ zkey } = await devSetup(circuit.file));
      backend = await open({ threads: 2 });
      prover = await createProver(zkey, { backend, r1cs: circuit.file });
    });

    after(() => backend.close());

    it("proves, with other blinding each time, what anyone can verify", async () => {
      const [first, second] = [await prover.prove(circuit.witness), await prover.prove(circuit.witness)];
      expect(first.proof.a).to.not.deep.equal(second.proof.a);
      expect(first.publicSignals).to.deep.equal(second.publicSignals);
      for (const { proof, publicSignals } of [first, second]) {
        expect(await verify(prover.verificationKey, publicSignals, proof)).to.equal(true);
        expect(await prover.verify(publicSignals, proof)).to.equal(true);
      }
    });

    it("refuses a proof with any value changed or out of range", async () => {
      const { proof, publicSignals } = await prover.prove(circuit.witness);
      const [first, ...rest] = publicSignals as [bigint, ...bigint[]];
      const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
      for (const signals of [[first + 1n, ...rest], [first + R, ...rest], [-1n, ...rest], rest]) {
        expect(await prover.verify(signals, proof)).to.equal(false);
      }
      const [a, b, c] = [proof.a, proof.b, proof.c];
      for (const changed of [
        { a: c, b, c },
        { a: [a[0], a[1] + 1n] as typeof a, b, c },
        { a: [2n ** 256n, 1n] as typeof a, b, c },
        { a: [0n, 0n] as typeof a, b, c },
        { a, b: [b[1], b[0]] as typeof b, c },
        { a, b, c: a },
      ]) {
        expect(await prover.verify(publicSignals, changed)).to.equal(false);
      }
    });

    it("serves several callers at once", async () => {
      const results = await Promise.all(Array.from({ length: 4 }, () => prover.prove(circuit.witness)));
      for (const { proof, publicSignals } of results) {
        expect(await prover.verify(publicSignals, proof)).to.equal(true);
      }
    });

    it("names the constraint that a witness breaks", async () => {
      const broken = circuit.witness.slice();
      broken[32 * 40]! ^= 2;
      const error = await failure(prover.prove(broken));
      expect(error.code).to.equal("UNSATISFIED_CONSTRAINT");
      expect(error.message).to.match(/constraint \d+: \d+ \* \d+ is not \d+/);
    });

    it("says that the self-check failed when it has no circuit to name a constraint with", async () => {
      const blind = await createProver(zkey, { backend });
      const broken = circuit.witness.slice();
      broken[32 * 40]! ^= 2;
      expect((await failure(blind.prove(broken))).code).to.equal("SELF_CHECK_FAILED");
      await blind.close();
    });

    it("refuses a witness of another length, out of range, or without its constant", async () => {
      const short = await failure(prover.prove(circuit.witness.subarray(32)));
      expect([short.code, short.message]).to.satisfy(([code, text]: string[]) => {
        return code === "INVALID_WITNESS" && text!.includes("wires need");
      });
      const high = circuit.witness.slice();
      high.fill(255, 64, 96);
      expect((await failure(prover.prove(high))).message).to.include("wire 2");
      const unconstant = circuit.witness.slice();
      unconstant[0] = 2;
      expect((await failure(prover.prove(unconstant))).message).to.include("Wire 0");
    });

    it("never returns a wrong proof from a damaged key", async () => {
      const random = xorshift(31);
      for (let round = 0; round < 12 * CAMPAIGN; round++) {
        const damaged = zkey.slice();
        damaged[800 + (random() % (damaged.length - 1000))]! ^= 1 << (random() % 6);
        const outcome = await createProver(damaged, { backend }).then(
          async (victim) => {
            const result = await victim.prove(circuit.witness).catch((error: unknown) => error);
            if (!(result instanceof Error)) {
              // The damage did not matter (say, a point whose scalar is zero): then the proof must be good.
              const { proof, publicSignals } = result as Awaited<ReturnType<Prover["prove"]>>;
              expect(await verify(prover.verificationKey, publicSignals, proof)).to.equal(true);
            }
            await victim.close();
            return result;
          },
          (error: unknown) => error,
        );
        if (outcome instanceof Error) expect(outcome).to.be.instanceOf(Groth16Error);
      }
    });

    it("survives a key whose points are off the curve or all the same", async () => {
      const key = readZkey(zkey.slice());
      for (const points of [key.pointsA, key.pointsH, key.pointsC]) {
        for (let o = 64; o < points.length; o += 64) points.copyWithin(o, 0, 64);
      }
      key.pointsB1.fill(3, 0, 31);
      key.pointsB2.fill(5, 128, 159);
      const victim = await createProver(writeZkey(key), { backend });
      expect((await failure(victim.prove(circuit.witness))).code).to.equal("SELF_CHECK_FAILED");
      await victim.close();
      expect((await prover.prove(circuit.witness)).publicSignals).to.have.length(3);
    });

    it("reports progress that never goes back", async () => {
      const seen: number[] = [];
      await prover.prove(circuit.witness, { onProgress: (_, done) => seen.push(done) });
      expect(seen.at(-1)).to.equal(1);
      expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
    });

    it("stops when cancelled at any moment, and proves again afterwards", async () => {
      const reason = new Error("not needed any more");
      expect(await failure(prover.prove(circuit.witness, { signal: AbortSignal.abort(reason) }))).to.equal(
        reason,
      );
      for (let delay = 0; delay < 40; delay += 4) {
        const abort = new AbortController();
        setTimeout(() => abort.abort(reason), delay);
        const outcome = await prover
          .prove(circuit.witness, { signal: abort.signal })
          .catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).to.equal(reason);
      }
      const { proof, publicSignals } = await prover.prove(circuit.witness);
      expect(await prover.verify(publicSignals, proof)).to.equal(true);
    });

    it("refuses work after it was closed", async () => {
      const own = await createProver(zkey, { backend });
      await own.close();
      await own.close();
      expect((await failure(own.prove(circuit.witness))).code).to.equal("CLOSED");
      expect(
        (
          await failure(
            own.verify([], {
              a: [0n, 0n],
              b: [
                [0n, 0n],
                [0n, 0n],
              ],
              c: [0n, 0n],
            }),
          )
        ).code,
      ).to.equal("CLOSED");
    });
  });
}
