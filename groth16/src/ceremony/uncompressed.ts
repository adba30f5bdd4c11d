import { readUintLE } from "../field/bytes.ts";
import { Q } from "../field/constants.ts";
import { Fq } from "../field/fields.ts";

const UNMONTGOMERY = Fq.inv((1n << 256n) % Q);

/**
 * Points as ceremonies hash them: each coordinate big-endian in standard form, in G2 the imaginary part first.
 * `size` is 64 or 128 bytes a point; infinity stays all zero.
 */
export function toUncompressed(points: Uint8Array, size: 64 | 128): Uint8Array {
  const out = new Uint8Array(points.length);
  const view = new DataView(out.buffer);
  const coordinate = size / 2;
  for (let o = 0; o < points.length; o += 32) {
    let value = (readUintLE(points, o) * UNMONTGOMERY) % Q;
    // Within a coordinate the order of its 32-byte parts is reversed with its bytes.
    const start = o - (o % coordinate);
    const at = start + coordinate - 32 - (o - start);
    for (let i = 24; i >= 0; i -= 8) {
      view.setBigUint64(at + i, value & 0xffffffffffffffffn, false);
      value >>= 64n;
    }
  }
  return out;
}
