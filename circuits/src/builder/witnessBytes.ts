/** A witness as `.wtns` files and provers hold it: 32 bytes a wire, little-endian. Values in [0, r). */
export function witnessBytes(wires: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(wires.length * 32);
  const view = new DataView(bytes.buffer);
  for (const [i, wire] of wires.entries()) {
    let rest = wire;
    for (let offset = i * 32; rest > 0n; offset += 8) {
      view.setBigUint64(offset, rest & 0xffffffffffffffffn, true);
      rest >>= 64n;
    }
  }
  return bytes;
}
