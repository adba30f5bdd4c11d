/** Little-endian unsigned integer at `offset`, `length` bytes (a multiple of 8). */
export function readUintLE(bytes: Uint8Array, offset = 0, length = 32): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0n;
  for (let i = length - 8; i >= 0; i -= 8) value = (value << 64n) | view.getBigUint64(offset + i, true);
  return value;
}

/** Writes `value` (below 2^256) at `offset` as 32 little-endian bytes. */
export function writeUintLE(bytes: Uint8Array, offset: number, value: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < 32; i += 8) {
    view.setBigUint64(offset + i, value & 0xffffffffffffffffn, true);
    value >>= 64n;
  }
}

/** Field elements as one run of 32-byte little-endian values. */
export function packUints(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 32);
  for (let i = 0; i < values.length; i++) writeUintLE(bytes, i * 32, values[i]!);
  return bytes;
}

/** The reverse of {@link packUints}. */
export function unpackUints(bytes: Uint8Array): bigint[] {
  const values = new Array<bigint>(bytes.length / 32);
  for (let i = 0; i < values.length; i++) values[i] = readUintLE(bytes, i * 32);
  return values;
}

/**
 * Index of the first 32-byte little-endian element that is not below `modulus`, or -1.
 * `stride` bytes separate the elements; compares the top 32-bit word first, which settles all but a few.
 */
export function firstNotBelow(bytes: Uint8Array, modulus: bigint, stride = 32, start = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const top = Number(modulus >> 224n);
  let index = 0;
  for (let o = start; o + 32 <= bytes.length; o += stride, index++) {
    const word = view.getUint32(o + 28, true);
    if (word < top) continue;
    if (word > top || readUintLE(bytes, o) >= modulus) return index;
  }
  return -1;
}
