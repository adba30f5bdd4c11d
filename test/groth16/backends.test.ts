import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { ReferenceBackend } from "../../groth16/src/backends/ReferenceBackend.ts";
import { G1, G2 } from "../../groth16/src/curve/curves.ts";
import { decodeG1, decodeG2, g1Codec, g2Codec } from "../../groth16/src/curve/pointBytes.ts";
import { packUints, unpackUints } from "../../groth16/src/field/bytes.ts";
import { Q, R } from "../../groth16/src/field/constants.ts";
import type { Backend } from "../../groth16/src/index.ts";
import { fastBackends } from "./support/fastBackends.ts";
import { randomBelow, xorshift } from "./support/sampleCircuit.ts";
import { generatorBytes, samplePoints, sampleScalars } from "./support/samples.ts";

const reference = new ReferenceBackend();

for (const { name, open } of await fastBackends()) {
  describe(`the ${name} back end computes what bigints compute`, () => {
    let backend: Backend;

    before(async () => {
      backend = await open({ threads: 2 });
    });

    after(() => backend.close());

    for (const group of ["g1", "g2"] as const) {
      it(`multiplies a base in ${group}, edge scalars included`, async () => {
        const random = xorshift(11);
        for (const count of [1, 2, 3, 31, 150]) {
          const scalars = sampleScalars(random, count);
          const base = await reference.multiplyBase(
            group,
            generatorBytes(group),
            packUints([randomBelow(random, R)]),
          );
          const points = await backend.multiplyBase(group, base, scalars);
          expect(points).to.deep.equal(await reference.multiplyBase(group, base, scalars));
        }
      });

      it(`sums multiples in ${group} with equal, opposite and infinite points`, async () => {
        const random = xorshift(12);
        for (const count of [0, 1, 2, 3, 5, 32, 33, 100, 257]) {
          const points = await samplePoints(backend, group, random, count);
          for (const edges of [10, 3]) {
            const scalars = sampleScalars(random, count, edges);
            const sum = await backend.msm(group, points, scalars);
            expect(sum, `${count} points`).to.deep.equal(await reference.msm(group, points, scalars));
          }
        }
      });

      it(`sums one point many times, and points that cancel, in ${group}`, async () => {
        const point = generatorBytes(group);
        const copies = (length: number) => Buffer.concat(Array.from({ length }, () => point));
        const all = (count: number, scalar: bigint) => packUints(new Array<bigint>(count).fill(scalar));
        for (const count of [64, 1000]) {
          const expected = await reference.multiplyBase(
            group,
            point,
            packUints([BigInt(count), BigInt(7 * count)]),
          );
          const size = point.length;
          expect(await backend.msm(group, copies(count), all(count, 1n))).to.deep.equal(
            expected.slice(0, size),
          );
          expect(await backend.msm(group, copies(count), all(count, 7n))).to.deep.equal(expected.slice(size));
          const signs = packUints(Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1n : R - 1n)));
          expect(await backend.msm(group, copies(count), signs)).to.deep.equal(new Uint8Array(size));
          expect(await backend.msm(group, copies(count), all(count, 0n))).to.deep.equal(new Uint8Array(size));
        }
      });

      it(`multiplies each point of ${group} by its own scalar`, async () => {
        const random = xorshift(13);
        const points = await samplePoints(backend, group, random, 23);
        const scalars = sampleScalars(random, 23, 5);
        const products = await backend.multiplyEach(group, points, scalars);
        expect(products).to.deep.equal(await reference.multiplyEach(group, points, scalars));
      });

      it(`transforms points of ${group} both ways`, async () => {
        const points = await samplePoints(backend, group, xorshift(14), 8);
        for (const inverse of [false, true]) {
          const transformed = await backend.fftPoints(group, points, inverse);
          expect(transformed).to.deep.equal(await reference.fftPoints(group, points, inverse));
        }
      });
    }

    it("sums large sets consistently with the discrete logarithms", async () => {
      const random = xorshift(15);
      for (const count of [1000, 4095, 20_000]) {
        const logs = unpackUints(sampleScalars(random, count, 2));
        const points = await backend.multiplyBase("g1", generatorBytes("g1"), packUints(logs));
        const scalars = unpackUints(sampleScalars(random, count, 4));
        const log = logs.reduce((sum, value, i) => (sum + value * scalars[i]!) % R, 0n);
        const sum = await backend.msm("g1", points, packUints(scalars));
        expect(decodeG1(sum)).to.deep.equal(Object.values(G1.multiply(G1.generator, log)!));
      }
    });

    it("transforms scalars both ways at every size", async () => {
      const random = xorshift(16);
      for (let power = 0; power <= 11; power++) {
        const values = sampleScalars(random, 2 ** power);
        const forward = await backend.fft(values, false);
        expect(forward, `2^${power}`).to.deep.equal(await reference.fft(values, false));
        expect(await backend.fft(forward, true), `2^${power} back`).to.deep.equal(values);
      }
    });

    it("agrees with @noble/curves on points and pairings", async () => {
      const random = xorshift(17);
      const scalar = randomBelow(random, R);
      const noble1 = bn254.G1.Point.BASE.multiply(scalar).toAffine();
      const ours1 = await backend.multiplyBase("g1", generatorBytes("g1"), packUints([scalar]));
      expect(decodeG1(ours1)).to.deep.equal([noble1.x, noble1.y]);
      const noble2 = bn254.G2.Point.BASE.multiply(scalar).toAffine();
      const ours2 = await backend.multiplyBase("g2", generatorBytes("g2"), packUints([scalar]));
      expect(decodeG2(ours2)).to.deep.equal([
        [noble2.x.c0, noble2.x.c1],
        [noble2.y.c0, noble2.y.c1],
      ]);
    });

    it("checks products of pairings, infinity included", async () => {
      const g1 = (k: bigint) => G1.multiply(G1.generator, k);
      const g2 = (k: bigint) => G2.multiply(G2.generator, k);
      const check = (p: Parameters<typeof g1Codec.encode>[0], q: Parameters<typeof g2Codec.encode>[0]) =>
        backend.pairingProductIsOne(g1Codec.encode(p), g2Codec.encode(q));
      expect(await check([], [])).to.equal(true);
      expect(await check([g1(5n)], [g2(1n)])).to.equal(false);
      expect(await check([g1(6n), g1(R - 2n)], [g2(7n), g2(21n)])).to.equal(true);
      expect(await check([g1(6n), g1(R - 2n)], [g2(7n), g2(22n)])).to.equal(false);
      expect(await check([null, g1(5n)], [g2(3n), null])).to.equal(true);
      expect(await check([null, g1(5n)], [g2(3n), g2(1n)])).to.equal(false);
      expect(await check([g1(2n), g1(3n), g1(R - 11n)], [g2(4n), g2(1n), g2(1n)])).to.equal(true);
    });

    it("refuses points off the curve or outside the subgroup in a pairing", async () => {
      const g2 = g2Codec.encode([G2.generator, null]);
      const offCurve = g1Codec.encode([{ x: 1n, y: 3n }, null]);
      expect(await backend.pairingProductIsOne(offCurve, g2)).to.equal(false);
      const stranger = g2Codec.encode([twistPointOutsideSubgroup()]);
      expect(await backend.pairingProductIsOne(g1Codec.encode([null]), stranger)).to.equal(false);
      const offTwist = g2Codec.encode([{ x: [1n, 0n], y: [1n, 0n] }]);
      expect(await backend.pairingProductIsOne(g1Codec.encode([null]), offTwist)).to.equal(false);
    });

    it("rejects at once when cancelled, and stays usable", async () => {
      const scalars = sampleScalars(xorshift(18), 20_000, 0);
      const abort = new AbortController();
      const reason = new Error("changed my mind");
      setTimeout(() => abort.abort(reason), 15);
      const started = performance.now();
      const outcome = await backend
        .multiplyBase("g2", generatorBytes("g2"), scalars, { signal: abort.signal })
        .then(
          () => "finished",
          (error: unknown) => error,
        );
      expect(outcome).to.equal(reason);
      expect(performance.now() - started).to.be.below(1500);
      const one = await backend.multiplyBase("g1", generatorBytes("g1"), packUints([1n]));
      expect(one).to.deep.equal(generatorBytes("g1"));
    });
  });
}

/** The curve over Fq2 has a cofactor, so that almost every point on it lies outside the subgroup. */
function twistPointOutsideSubgroup() {
  const { Fp2 } = bn254.fields;
  for (let x = 1n; ; x++) {
    const point = { c0: x, c1: 1n };
    const rhs = Fp2.add(Fp2.mul(Fp2.sqr(point), point), Fp2.create({ c0: G2.b[0], c1: G2.b[1] }));
    try {
      const y = Fp2.sqrt(rhs);
      return { x: [x, 1n] as const, y: [y.c0 % Q, y.c1 % Q] as const };
    } catch {
      // not a square: the next x
    }
  }
}
