/** Distinct 32-byte values in order of first use, found by open addressing (circuits repeat a few constants). */
export class ConstantTable {
  #words = new Uint32Array(8 * 64);
  #slots = new Int32Array(256).fill(-1);
  #count = 0;

  /** Index of the value at `offset` of `view`, which is added when new. */
  indexOf(view: DataView, offset: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(view, offset) & mask;
    for (; this.#slots[slot]! >= 0; slot = (slot + 1) & mask) {
      if (this.#equals(this.#slots[slot]!, view, offset)) return this.#slots[slot]!;
    }
    const index = this.#count++;
    if (this.#count * 8 > this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    for (let i = 0; i < 8; i++) this.#words[index * 8 + i] = view.getUint32(offset + i * 4, true);
    this.#slots[slot] = index;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  /** All values, 32 bytes each. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#count * 32);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < this.#count * 8; i++) view.setUint32(i * 4, this.#words[i]!, true);
    return bytes;
  }

  #equals(index: number, view: DataView, offset: number): boolean {
    for (let i = 0; i < 8; i++) {
      if (this.#words[index * 8 + i] !== view.getUint32(offset + i * 4, true)) return false;
    }
    return true;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const view = new DataView(this.bytes().buffer);
    for (let index = 0; index < this.#count; index++) {
      let slot = hash(view, index * 32) & (slots.length - 1);
      while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

/** FNV-1a by 32-bit words, with the high half folded in. */
function hash(view: DataView, offset: number): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < 8; i++) h = Math.imul(h ^ view.getUint32(offset + i * 4, true), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}
