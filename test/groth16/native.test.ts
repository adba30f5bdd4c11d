import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { createNativeBackend } from "../../groth16/src/backends/nativeBackend.ts";
import { ReferenceBackend } from "../../groth16/src/backends/ReferenceBackend.ts";
import { decodeG1, decodeG2 } from "../../groth16/src/curve/pointBytes.ts";
import { packUints, unpackUints } from "../../groth16/src/field/bytes.ts";
import { Q, R } from "../../groth16/src/field/constants.ts";
import { type Backend, devSetup, Groth16Error, readZkey } from "../../groth16/src/index.ts";
import { randomBelow, sampleCircuit, xorshift } from "./support/sampleCircuit.ts";
import { generatorBytes, samplePoints, sampleScalars } from "./support/samples.ts";

const BUILD_SCRIPT = fileURLToPath(new URL("../../groth16/scripts/build-native.mjs", import.meta.url));
const BACKEND_URL = pathToFileURL(
  fileURLToPath(new URL("../../groth16/src/backends/nativeBackend.ts", import.meta.url)),
).href;

const reference = new ReferenceBackend();

async function openOrExplain(): Promise<Backend | Groth16Error> {
  try {
    return await createNativeBackend({ threads: 2 });
  } catch (error) {
    if (error instanceof Groth16Error) return error;
    throw error;
  }
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error: unknown) => (error instanceof Groth16Error ? error.code : error),
  );
}

const opened = await openOrExplain();

describe("building the native back end", () => {
  it("succeeds without a compiler, and says which back end will be used", () => {
    const output = execFileSync(process.execPath, [BUILD_SCRIPT], {
      encoding: "utf8",
      env: { ...process.env, CXX: "no-such-compiler" },
    });
    expect(output.trim().split("\n")).to.have.length(1);
    expect(output).to.match(/not built: there is no C\+\+ compiler.*WebAssembly/);
  });

  it("fails without a compiler when told to be strict", () => {
    const { status } = spawnSync(process.execPath, [BUILD_SCRIPT, "--strict"], {
      env: { ...process.env, CXX: "no-such-compiler" },
    });
    expect(status).to.equal(1);
  });
});

if (opened instanceof Groth16Error) {
  describe("the native back end where it cannot run", () => {
    it("says so with a stable code, and why", () => {
      expect(opened.code).to.equal("BACKEND_UNAVAILABLE");
      expect(opened.message).to.match(/not built|cannot run/);
    });
  });
} else {
  const backend = opened;

  describe("the native back end against @noble/curves", () => {
    const noble = (k: bigint) => bn254.G1.Point.BASE.multiplyUnsafe(k);

    for (const count of [1, 2, 7, 8, 9, 17, 64, 250]) {
      it(`sums ${count} multiples in both groups`, async () => {
        const random = xorshift(100 + count);
        const logs = unpackUints(sampleScalars(random, count, 3));
        const scalars = unpackUints(sampleScalars(random, count, 4));
        const log = logs.reduce((sum, value, i) => (sum + value * scalars[i]!) % R, 0n);
        const points1 = await backend.multiplyBase("g1", generatorBytes("g1"), packUints(logs));
        const point1 = noble(log).toAffine();
        const sum1 = decodeG1(await backend.msm("g1", points1, packUints(scalars)));
        expect(sum1).to.deep.equal(log === 0n ? [0n, 0n] : [point1.x, point1.y]);
        const points2 = await backend.multiplyBase("g2", generatorBytes("g2"), packUints(logs));
        const { x, y } = bn254.G2.Point.BASE.multiplyUnsafe(log).toAffine();
        const sum2 = decodeG2(await backend.msm("g2", points2, packUints(scalars)));
        expect(sum2).to.deep.equal([
          [x.c0, x.c1],
          [y.c0, y.c1],
        ]);
      });
    }

    it("sums 2^16 and more points, also when nearly all scalars are bits, bytes or one value", async () => {
      const random = xorshift(200);
      for (const count of [2 ** 16, 2 ** 16 + 13]) {
        const logs = Array.from({ length: count }, (_, i) => BigInt(i * i + 1));
        const points = await backend.multiplyBase("g1", generatorBytes("g1"), packUints(logs));
        const kinds: (() => bigint)[] = [
          () => randomBelow(random, R),
          () => (random() % 50 === 0 ? randomBelow(random, R) : BigInt(random() % 2)),
          () => (R + BigInt(random() % 256) - 128n) % R,
          () => 1n,
          () => R - 1n,
          () => R >> 1n,
          () => 0n,
        ];
        for (const kind of kinds) {
          const scalars = logs.map(kind);
          const log = scalars.reduce((sum, value, i) => sum + value * logs[i]!, 0n) % R;
          const { x, y } = noble(log).toAffine();
          expect(decodeG1(await backend.msm("g1", points, packUints(scalars)))).to.deep.equal([x, y]);
        }
      }
    });

    it("agrees on pairings", async () => {
      const random = xorshift(300);
      for (let round = 0; round < 3; round++) {
        const [a, b] = [randomBelow(random, R), randomBelow(random, R)];
        const p = await backend.multiplyBase("g1", generatorBytes("g1"), packUints([a, R - 1n]));
        const q = await backend.multiplyBase("g2", generatorBytes("g2"), packUints([b, (a * b) % R]));
        expect(await backend.pairingProductIsOne(p, q)).to.equal(true);
        const product = bn254.pairingBatch([
          { g1: noble(a), g2: bn254.G2.Point.BASE.multiply(b) },
          { g1: noble(R - 1n), g2: bn254.G2.Point.BASE.multiply((a * b) % R) },
        ]);
        expect(bn254.fields.Fp12.eql(product, bn254.fields.Fp12.ONE)).to.equal(true);
      }
    });
  });

  describe("the native back end's proof sums", () => {
    for (const rows of [2, 3, 20, 58, 120, 500]) {
      it(`equal the bigint ones for ${rows} rows, from memory at odd addresses too`, async () => {
        const circuit = sampleCircuit({ rows, bits: 0.5, seed: rows });
        const { zkey } = await devSetup(circuit.file, { backend: "reference" });
        const shifted = new Uint8Array(zkey.length + 1).subarray(1);
        shifted.set(zkey);
        const witness = new Uint8Array(circuit.witness.length + 3).subarray(3);
        witness.set(circuit.witness);
        const expected = await (await reference.prepareKey(readZkey(zkey))).sums(witness);
        const key = await backend.prepareKey(readZkey(shifted));
        expect(key.bytes).to.be.above(0);
        for (let round = 0; round < 2; round++) {
          const { a, b1, b2, c, h } = await key.sums(witness);
          const { phases: _, ...want } = expected;
          expect({ a, b1, b2, c, h }).to.deep.equal(want);
        }
        await key.release();
        expect(await codeOf(key.sums(witness))).to.equal("CLOSED");
      });
    }

    it("never mix when calls overlap", async () => {
      const circuits = [5, 6, 7].map((seed) => sampleCircuit({ rows: 200, bits: 0.5, seed }));
      const keys = await Promise.all(
        circuits.map(async (circuit) => backend.prepareKey(readZkey((await devSetup(circuit.file)).zkey))),
      );
      const alone: Uint8Array[] = [];
      for (const [i, key] of keys.entries()) alone.push((await key.sums(circuits[i]!.witness)).h);
      const together = await Promise.all(
        Array.from({ length: 12 }, (_, i) => keys[i % 3]!.sums(circuits[i % 3]!.witness)),
      );
      together.forEach((sums, i) => {
        expect(sums.h).to.deep.equal(alone[i % 3]);
      });
      for (const key of keys) await key.release();
    });

    it("refuse a witness or key parts of the wrong length", async () => {
      const circuit = sampleCircuit({ rows: 30, bits: 0.5 });
      const parsed = readZkey((await devSetup(circuit.file)).zkey);
      const key = await backend.prepareKey(parsed);
      expect(await codeOf(key.sums(circuit.witness.subarray(32)))).to.equal("INVALID_ARGUMENT");
      const short = { ...parsed, pointsA: parsed.pointsA.subarray(64) };
      expect(await codeOf(backend.prepareKey(short))).to.equal("INVALID_ARGUMENT");
      const coefs = parsed.coefs.slice();
      new DataView(coefs.buffer).setUint32(8, parsed.nVars, true);
      expect(await codeOf(backend.prepareKey({ ...parsed, coefs }))).to.equal("BACKEND_FAILED");
      await key.release();
    });

    it("do not crash on points that lie on no curve", async () => {
      const circuit = sampleCircuit({ rows: 120, bits: 0.3 });
      const parsed = readZkey((await devSetup(circuit.file)).zkey);
      const random = xorshift(9);
      const nonsense = (length: number) =>
        packUints(
          Array.from({ length: length / 32 }, () => [0n, 1n, Q - 1n, randomBelow(random, Q)][random() % 4]!),
        );
      const key = await backend.prepareKey({
        ...parsed,
        pointsA: nonsense(parsed.pointsA.length),
        pointsB1: nonsense(parsed.pointsB1.length),
        pointsB2: nonsense(parsed.pointsB2.length),
        pointsC: nonsense(parsed.pointsC.length),
        pointsH: nonsense(parsed.pointsH.length),
      });
      const sums = await key.sums(circuit.witness);
      expect(sums.a).to.have.length(64);
      await key.release();
    });
  });

  describe("the native back end's calls", () => {
    it("can be cancelled while they wait and at any moment while they run", async () => {
      const circuit = sampleCircuit({ rows: 4000, bits: 0.2 });
      const key = await backend.prepareKey(readZkey((await devSetup(circuit.file)).zkey));
      const expected = await key.sums(circuit.witness);
      for (let delay = 0; delay < 24; delay += 2) {
        const abort = new AbortController();
        const reason = new Error(`after ${delay} ms`);
        const running = key.sums(circuit.witness, { signal: abort.signal });
        const waiting = key.sums(circuit.witness, { signal: abort.signal });
        setTimeout(() => abort.abort(reason), delay);
        for (const outcome of await Promise.allSettled([running, waiting])) {
          if (outcome.status === "rejected") expect(outcome.reason).to.equal(reason);
          else expect(outcome.value.h).to.deep.equal(expected.h);
        }
      }
      expect((await key.sums(circuit.witness)).h).to.deep.equal(expected.h);
      await key.release();
    });

    it("report progress from 0 to 1 that never goes back", async () => {
      const circuit = sampleCircuit({ rows: 4000, bits: 0.2 });
      const seen: number[] = [];
      const hooks = { onProgress: (_: string, done: number) => seen.push(done) };
      const key = await backend.prepareKey(readZkey((await devSetup(circuit.file)).zkey), hooks);
      expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
      seen.length = 0;
      await key.sums(circuit.witness, hooks);
      expect(seen.length).to.be.above(3);
      expect(seen).to.deep.equal([...seen].sort((a, b) => a - b));
      expect(seen[0]).to.be.at.least(0);
      expect(seen.at(-1)).to.be.at.most(1);
      await key.release();
    });

    it("reject as CLOSED when the back end closes, and later ones too", async () => {
      const own = await createNativeBackend({ threads: 2 });
      const points = await samplePoints(own, "g1", xorshift(1), 500);
      const scalars = sampleScalars(xorshift(2), 500);
      const calls = Array.from({ length: 40 }, () => codeOf(own.multiplyEach("g1", points, scalars)));
      await own.close();
      expect(new Set(await Promise.all(calls))).to.include("CLOSED");
      expect(await codeOf(own.msm("g1", points, scalars))).to.equal("CLOSED");
      await own.close();
    });

    it("refuse a number of threads that is no number of threads", async () => {
      for (const threads of [0, -1, 1.5, 100_000]) {
        expect(await codeOf(createNativeBackend({ threads }))).to.equal("INVALID_ARGUMENT");
      }
    });

    it("neither keep a process alive nor crash one that ends in the middle", () => {
      const program = (end: string) => `
        const { createNativeBackend } = await import(${JSON.stringify(BACKEND_URL)});
        const backend = await createNativeBackend({ threads: 2 });
        const base = new Uint8Array(64), scalars = new Uint8Array(32 * 20000).fill(7);
        base[0] = 1;
        ${end}`;
      const run = (end: string) =>
        spawnSync(process.execPath, ["--input-type=module", "-e", program(end)], { encoding: "utf8" });
      const idle = run('console.log("idle");');
      expect([idle.status, idle.stdout.trim()], idle.stderr).to.deep.equal([0, "idle"]);
      const leaving = run(
        "backend.multiplyEach('g1', new Uint8Array(64 * 20000), scalars); process.exit(3);",
      );
      expect(leaving.status, leaving.stderr).to.equal(3);
      const waiting = run("await backend.multiplyBase('g1', base, scalars); console.log('done');");
      expect([waiting.status, waiting.stdout.trim()], waiting.stderr).to.deep.equal([0, "done"]);
    });

    it("survive a worker thread that is terminated in the middle", async () => {
      const source = `
        const { parentPort } = require("node:worker_threads");
        import(${JSON.stringify(BACKEND_URL)}).then(async ({ createNativeBackend }) => {
          const backend = await createNativeBackend({ threads: 2 });
          backend.multiplyEach("g1", new Uint8Array(64 * 20000), new Uint8Array(32 * 20000).fill(7));
          parentPort.postMessage("started");
        });`;
      for (let round = 0; round < 3; round++) {
        const worker = new Worker(source, { eval: true });
        await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
        await worker.terminate();
      }
      const one = await backend.multiplyBase("g1", generatorBytes("g1"), packUints([1n]));
      expect(one).to.deep.equal(generatorBytes("g1"));
    });

    after(() => backend.close());
  });
}
