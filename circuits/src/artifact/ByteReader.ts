import { ArtifactError } from "../errors.ts";

/** LEB128 bytes that a field element's zigzag form can take at most. */
const MAX_BIGINT_BYTES = 37;

/** Reads what `ByteWriter` wrote; every read is bounds-checked and throws {@link ArtifactError}. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new ArtifactError(`witness program ends early, at byte ${this.#offset}`);
    this.#offset++;
    return value;
  }

  /** An unsigned integer of at most `maximum`. */
  uint(maximum: number): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (value > maximum)
        throw new ArtifactError(`witness program holds a number above ${maximum} at byte ${this.#offset}`);
      if (byte < 0x80) return value;
    }
  }

  bigint(): bigint {
    let value = 0n;
    for (let i = 0; i < MAX_BIGINT_BYTES; i++) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value & 1n ? -(value + 1n) / 2n : value / 2n;
    }
    throw new ArtifactError(`witness program holds a number wider than the field at byte ${this.#offset}`);
  }
}
