/**
 * ChaCha20 (20 rounds, counter from zero, 64-bit nonce zero) as the deterministic generator behind snarkjs'
 * challenges and beacons: the same seed must give the same points in both tools.
 */
export class ChaChaRng {
  readonly #state: Uint32Array;
  #block = new Uint32Array(16);
  #used = 16;

  /** Eight 32-bit words, as read big-endian from a hash. */
  constructor(seed: readonly number[]) {
    this.#state = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...seed, 0, 0, 0, 0);
  }

  /** The seed is the first 32 bytes of `hash`. */
  static fromHash(hash: Uint8Array): ChaChaRng {
    const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
    return new ChaChaRng(Array.from({ length: 8 }, (_, i) => view.getUint32(4 * i, false)));
  }

  nextWord(): number {
    if (this.#used === 16) this.#refill();
    return this.#block[this.#used++]!;
  }

  nextBit(): boolean {
    return (this.nextWord() & 1) === 1;
  }

  /** Uniform below `modulus` (254 bits) by rejection; 64-bit words low first, each high half first. */
  nextBelow(modulus: bigint): bigint {
    for (;;) {
      let value = 0n;
      for (let i = 0n; i < 4n; i++) {
        const high = BigInt(this.nextWord());
        value |= ((high << 32n) | BigInt(this.nextWord())) << (64n * i);
      }
      value &= (1n << 254n) - 1n;
      if (value < modulus) return value;
    }
  }

  #refill(): void {
    const x = this.#state.slice();
    const quarter = (a: number, b: number, c: number, d: number) => {
      mix(x, a, b, d, 16);
      mix(x, c, d, b, 12);
      mix(x, a, b, d, 8);
      mix(x, c, d, b, 7);
    };
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 4; i++) quarter(i, 4 + i, 8 + i, 12 + i);
      for (let i = 0; i < 4; i++) quarter(i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3));
    }
    this.#block = x.map((word, i) => word + this.#state[i]!);
    this.#used = 0;
    for (let i = 12; i < 16; i++) {
      this.#state[i]!++;
      if (this.#state[i] !== 0) return;
    }
  }
}

/** x[a] += x[b]; x[d] = (x[d] ^ x[a]) rotated left. */
function mix(x: Uint32Array, a: number, b: number, d: number, shift: number): void {
  x[a]! += x[b]!;
  const word = x[d]! ^ x[a]!;
  x[d] = (word << shift) | (word >>> (32 - shift));
}
