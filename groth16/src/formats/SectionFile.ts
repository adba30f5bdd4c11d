import { Groth16Error } from "../errors.ts";

/**
 * The container of iden3's binary files: a four-letter type, a version, and sections (type, 64-bit length,
 * bytes) in any order. Lengths come from the file, so each is checked against what is there.
 */
export class SectionFile {
  readonly type: string;
  readonly version: number;
  readonly #sections = new Map<number, Uint8Array>();

  /** @throws Groth16Error MALFORMED_FILE */
  constructor(bytes: Uint8Array, type: string, maxVersion: number) {
    if (bytes.length < 12) throw malformed(type, `${bytes.length} bytes are too few for a header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = String.fromCharCode(...bytes.subarray(0, 4));
    if (found !== type) throw malformed(type, `the file type is ${JSON.stringify(found)}`);
    this.type = type;
    this.version = view.getUint32(4, true);
    if (this.version > maxVersion) {
      throw malformed(type, `version ${this.version} is newer than the supported ${maxVersion}`);
    }
    const count = view.getUint32(8, true);
    let offset = 12;
    for (let i = 0; i < count; i++) {
      if (offset + 12 > bytes.length) throw malformed(type, `section ${i} of ${count} starts after the end`);
      const id = view.getUint32(offset, true);
      const length = view.getBigUint64(offset + 4, true);
      offset += 12;
      if (length > BigInt(bytes.length - offset)) {
        throw malformed(type, `section ${id} claims ${length} bytes, ${bytes.length - offset} are left`);
      }
      if (this.#sections.has(id)) throw malformed(type, `section ${id} appears twice`);
      this.#sections.set(id, bytes.subarray(offset, offset + Number(length)));
      offset += Number(length);
    }
    if (offset !== bytes.length)
      throw malformed(type, `${bytes.length - offset} bytes follow the last section`);
  }

  has(id: number): boolean {
    return this.#sections.has(id);
  }

  /**
   * The bytes of a section.
   * @throws Groth16Error MALFORMED_FILE when it is missing or has not `length` bytes
   */
  section(id: number, length?: number): Uint8Array {
    const bytes = this.#sections.get(id);
    if (bytes === undefined) throw malformed(this.type, `section ${id} is missing`);
    if (length !== undefined && bytes.length !== length) {
      throw malformed(this.type, `section ${id} has ${bytes.length} bytes, ${length} expected`);
    }
    return bytes;
  }
}

/** Sections of a file to write, in file order. */
export type Sections = readonly (readonly [id: number, parts: readonly Uint8Array[]])[];

/** Joins sections into one file. */
export function writeSections(type: string, version: number, sections: Sections): Uint8Array {
  let total = 12;
  for (const [, parts] of sections) total += 12 + byteLength(parts);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) bytes[i] = type.charCodeAt(i);
  view.setUint32(4, version, true);
  view.setUint32(8, sections.length, true);
  let offset = 12;
  for (const [id, parts] of sections) {
    view.setUint32(offset, id, true);
    view.setBigUint64(offset + 4, BigInt(byteLength(parts)), true);
    offset += 12;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
  }
  return bytes;
}

/** Little-endian 32-bit words. */
export function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(i * 4, value, true);
  });
  return bytes;
}

/** The error every reader of this package raises for a file it cannot accept. */
export function malformed(type: string, detail: string): Groth16Error {
  return new Groth16Error("MALFORMED_FILE", `Not a usable .${type} file: ${detail}.`);
}

function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
