import { bn254 } from "@noble/curves/bn254.js";
import type { Curve } from "../curve/Curve.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec, type PointCodec } from "../curve/pointBytes.ts";
import { packUints, readUintLE, unpackUints } from "../field/bytes.ts";
import { R } from "../field/constants.ts";
import { type Fp2, Fr } from "../field/fields.ts";
import { rootOfUnity } from "../field/rootOfUnity.ts";
import { COEF_BYTES, type Zkey } from "../formats/zkey.ts";
import type { Backend, Group, Hooks, PreparedKey, ProofSums } from "./Backend.ts";

/** Plain bigints, one thread, no cleverness: slow, and what the fast back ends are compared with. */
export class ReferenceBackend implements Backend {
  readonly name = "reference";
  readonly threads = 1;

  async prepareKey(key: Zkey): Promise<PreparedKey> {
    return {
      bytes: 0,
      sums: (witness, hooks) => this.#sums(key, witness, hooks),
      release: async () => {},
    };
  }

  async msm(group: Group, points: Uint8Array, scalars: Uint8Array, hooks?: Hooks): Promise<Uint8Array> {
    await checkpoint(hooks);
    return withGroup(group, (curve, codec) => {
      return codec.encode([curve.msm(codec.decode(points), unpackUints(scalars))]);
    });
  }

  async multiplyBase(
    group: Group,
    base: Uint8Array,
    scalars: Uint8Array,
    hooks?: Hooks,
  ): Promise<Uint8Array> {
    await checkpoint(hooks);
    return withGroup(group, (curve, codec) => {
      return codec.encode(curve.multiplyBase(codec.decode(base)[0]!, unpackUints(scalars)));
    });
  }

  async multiplyEach(
    group: Group,
    points: Uint8Array,
    scalars: Uint8Array,
    hooks?: Hooks,
  ): Promise<Uint8Array> {
    await checkpoint(hooks);
    return withGroup(group, (curve, codec) => {
      const factors = unpackUints(scalars);
      return codec.encode(codec.decode(points).map((point, i) => curve.multiply(point, factors[i]!)));
    });
  }

  async fft(values: Uint8Array, inverse: boolean, hooks?: Hooks): Promise<Uint8Array> {
    await checkpoint(hooks);
    return packUints(
      transform(unpackUints(values), inverse, Fr.add.bind(Fr), Fr.sub.bind(Fr), Fr.mul.bind(Fr)),
    );
  }

  async fftPoints(group: Group, points: Uint8Array, inverse: boolean, hooks?: Hooks): Promise<Uint8Array> {
    await checkpoint(hooks);
    return withGroup(group, (curve, codec) =>
      codec.encode(
        transform(
          codec.decode(points),
          inverse,
          (a, b) => curve.add(a, b),
          (a, b) => curve.add(a, curve.neg(b)),
          (a, scalar) => curve.multiply(a, scalar),
        ),
      ),
    );
  }

  async pairingProductIsOne(g1: Uint8Array, g2: Uint8Array): Promise<boolean> {
    const pairs = g2Codec.decode(g2).map((q, i) => ({ p: g1Codec.decode(g1)[i]!, q }));
    for (const { p, q } of pairs) {
      if (!G1.isOnCurve(p) || !G2.isOnCurve(q) || G2.multiply(q, R) !== null) return false;
    }
    const finite = pairs.flatMap(({ p, q }) =>
      p === null || q === null
        ? []
        : [
            {
              g1: bn254.G1.Point.fromAffine(p),
              g2: bn254.G2.Point.fromAffine({
                x: { c0: q.x[0], c1: q.x[1] },
                y: { c0: q.y[0], c1: q.y[1] },
              }),
            },
          ],
    );
    if (finite.length === 0) return true;
    const { Fp12 } = bn254.fields;
    return Fp12.eql(bn254.pairingBatch(finite), Fp12.ONE);
  }

  async close(): Promise<void> {}

  async #sums(key: Zkey, witness: Uint8Array, hooks?: Hooks): Promise<ProofSums> {
    const scalars = unpackUints(witness);
    const h = packUints(quotientOnCoset(key, scalars));
    const b1 = await this.msm("g1", key.pointsB1, witness, hooks);
    hooks?.onProgress?.("msm", 0.3);
    return {
      a: await this.msm("g1", key.pointsA, witness, hooks),
      b1,
      b2: await this.msm("g2", key.pointsB2, witness, hooks),
      c: await this.msm("g1", key.pointsC, witness.subarray((key.nPublic + 1) * 32), hooks),
      h: await this.msm("g1", key.pointsH, h, hooks),
    };
  }
}

/** Values of A B - C on the odd powers of the root of order twice the domain. */
function quotientOnCoset(key: Zkey, witness: readonly bigint[]): bigint[] {
  const n = key.domainSize;
  const a = new Array<bigint>(n).fill(0n);
  const b = new Array<bigint>(n).fill(0n);
  const view = new DataView(key.coefs.buffer, key.coefs.byteOffset, key.coefs.byteLength);
  const unit = Fr.inv((1n << 512n) % R);
  for (let o = 0; o < key.coefs.length; o += COEF_BYTES) {
    const rows = view.getUint32(o, true) === 0 ? a : b;
    const row = view.getUint32(o + 4, true);
    const coefficient = Fr.mul(readUintLE(key.coefs, o + 12), unit);
    rows[row] = Fr.add(rows[row]!, Fr.mul(coefficient, witness[view.getUint32(o + 8, true)]!));
  }
  const c = a.map((value, i) => Fr.mul(value, b[i]!));
  const [oddA, oddB, oddC] = [a, b, c].map(toCoset) as [bigint[], bigint[], bigint[]];
  return oddA.map((value, i) => Fr.sub(Fr.mul(value, oddB[i]!), oddC[i]!));
}

function toCoset(values: bigint[]): bigint[] {
  const shift = rootOfUnity(Math.log2(values.length) + 1);
  let power = 1n;
  const shifted = fieldTransform(values, true).map((value) => {
    const result = Fr.mul(value, power);
    power = Fr.mul(power, shift);
    return result;
  });
  return fieldTransform(shifted, false);
}

function fieldTransform(values: bigint[], inverse: boolean): bigint[] {
  return transform(values, inverse, Fr.add.bind(Fr), Fr.sub.bind(Fr), Fr.mul.bind(Fr));
}

/** Radix-2 Fourier transform over anything that scalars act on. */
function transform<T>(
  values: T[],
  inverse: boolean,
  add: (a: T, b: T) => T,
  sub: (a: T, b: T) => T,
  scale: (a: T, factor: bigint) => T,
): T[] {
  const root = rootOfUnity(Math.log2(values.length));
  const recurse = (part: T[], w: bigint): T[] => {
    if (part.length === 1) return part;
    const square = Fr.mul(w, w);
    const even = recurse(
      part.filter((_, i) => i % 2 === 0),
      square,
    );
    const odd = recurse(
      part.filter((_, i) => i % 2 === 1),
      square,
    );
    let power = 1n;
    const high: T[] = [];
    const low = even.map((value, i) => {
      const term = scale(odd[i]!, power);
      power = Fr.mul(power, w);
      high.push(sub(value, term));
      return add(value, term);
    });
    return [...low, ...high];
  };
  if (!inverse) return recurse(values, root);
  const count = Fr.inv(BigInt(values.length));
  return recurse(values, Fr.inv(root)).map((value) => scale(value, count));
}

function withGroup(group: Group, run: <T>(curve: Curve<T>, codec: PointCodec<T>) => Uint8Array): Uint8Array {
  return group === "g1" ? run<bigint>(G1, g1Codec) : run<Fp2>(G2, g2Codec);
}

async function checkpoint(hooks?: Hooks): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  hooks?.signal?.throwIfAborted();
}
