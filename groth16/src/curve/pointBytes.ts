import { readUintLE, writeUintLE } from "../field/bytes.ts";
import { G1_BYTES, G2_BYTES, Q } from "../field/constants.ts";
import { type Fp2, Fq } from "../field/fields.ts";
import type { G1Affine, G2Affine } from "../formats/Proof.ts";
import type { AffinePoint } from "./Curve.ts";

const MONTGOMERY = (1n << 256n) % Q;
const MONTGOMERY_INVERSE = Fq.inv(MONTGOMERY);

/** The file encoding of a point: little-endian Montgomery coordinates, infinity all zero. */
export function encodeG1([x, y]: G1Affine): Uint8Array {
  return encodeCoordinates([x, y]);
}

/** The file encoding of a point: x.c0, x.c1, y.c0, y.c1, little-endian Montgomery, infinity all zero. */
export function encodeG2([x, y]: G2Affine): Uint8Array {
  return encodeCoordinates([...x, ...y]);
}

/** The reverse of {@link encodeG1}, `index` points into `bytes`. */
export function decodeG1(bytes: Uint8Array, index = 0): G1Affine {
  const [x, y] = decodeCoordinates(bytes, index * G1_BYTES, 2);
  return [x!, y!];
}

/** The reverse of {@link encodeG2}, `index` points into `bytes`. */
export function decodeG2(bytes: Uint8Array, index = 0): G2Affine {
  const [x0, x1, y0, y1] = decodeCoordinates(bytes, index * G2_BYTES, 4);
  return [
    [x0!, x1!],
    [y0!, y1!],
  ];
}

/** A group's points between the file encoding and {@link AffinePoint}, for the generic curve code. */
export interface PointCodec<T> {
  decode(bytes: Uint8Array): AffinePoint<T>[];
  encode(points: readonly AffinePoint<T>[]): Uint8Array;
}

export const g1Codec: PointCodec<bigint> = {
  decode: (bytes) =>
    decodeAll(bytes, G1_BYTES, (i) => {
      const [x, y] = decodeG1(bytes, i);
      return { x, y };
    }),
  encode: (points) => encodeAll(points, G1_BYTES, ({ x, y }) => encodeG1([x, y])),
};

export const g2Codec: PointCodec<Fp2> = {
  decode: (bytes) =>
    decodeAll(bytes, G2_BYTES, (i) => {
      const [x, y] = decodeG2(bytes, i);
      return { x, y };
    }),
  encode: (points) => encodeAll(points, G2_BYTES, ({ x, y }) => encodeCoordinates([x[0], x[1], y[0], y[1]])),
};

function decodeAll<T>(
  bytes: Uint8Array,
  size: number,
  decode: (index: number) => { x: T; y: T },
): AffinePoint<T>[] {
  const points = new Array<AffinePoint<T>>(bytes.length / size);
  for (let i = 0; i < points.length; i++) {
    const infinite = bytes.subarray(i * size, (i + 1) * size).every((byte) => byte === 0);
    points[i] = infinite ? null : decode(i);
  }
  return points;
}

function encodeAll<T>(
  points: readonly AffinePoint<T>[],
  size: number,
  encode: (point: { x: T; y: T }) => Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(points.length * size);
  points.forEach((point, i) => {
    if (point !== null) bytes.set(encode(point), i * size);
  });
  return bytes;
}

function encodeCoordinates(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 32);
  values.forEach((value, i) => {
    writeUintLE(bytes, i * 32, Fq.mul(value, MONTGOMERY));
  });
  return bytes;
}

function decodeCoordinates(bytes: Uint8Array, offset: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) =>
    Fq.mul(readUintLE(bytes, offset + i * 32), MONTGOMERY_INVERSE),
  );
}
