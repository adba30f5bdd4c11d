import type { LinearCombination } from "../builder/linearCombination.ts";
import type { InputLane, WitnessProgram, WitnessStep } from "../builder/witnessProgram.ts";
import { ArtifactError } from "../errors.ts";
import { MAX_BITS } from "../gadgets/decompose.ts";
import { ByteReader } from "./ByteReader.ts";
import { ByteWriter } from "./ByteWriter.ts";

/** First bytes of the file: "OPGW" and the format's version. */
const MAGIC = [0x4f, 0x50, 0x47, 0x57, 1];

const OPS = ["product", "assign", "bits", "inverse", "quotient", "challenge", "squareRoot", "bin"] as const;

const MAX_WIRES = 2 ** 31;

/** Writes a witness program as a file: what a prover needs beside the proving key. */
export function writeWitnessProgram(program: WitnessProgram): Uint8Array {
  const out = new ByteWriter();
  for (const byte of MAGIC) out.byte(byte);
  out.uint(program.wireCount);
  out.uint(program.contextWire);
  out.uint(program.saltWire ?? 0);
  writeList(out, program.lanes, (lane) => {
    out.uint(lane.wire);
    out.bigint(lane.minimum);
    out.uint(lane.bits);
  });
  writeList(out, program.statement, (lc) => writeLc(out, lc));
  writeList(out, program.outputs, (lc) => writeLc(out, lc));
  writeList(out, program.steps, (step) => writeStep(out, step));
  return out.toBytes();
}

/**
 * Reads what {@link writeWitnessProgram} wrote.
 * @throws ArtifactError for bytes that are truncated, damaged or of another version.
 */
export function readWitnessProgram(bytes: Uint8Array): WitnessProgram {
  const input = new ByteReader(bytes);
  if (MAGIC.some((byte) => input.byte() !== byte)) {
    throw new ArtifactError("not a witness program of this version");
  }
  const wireCount = input.uint(MAX_WIRES);
  const last = wireCount - 1;
  const contextWire = input.uint(last);
  const saltWire = input.uint(last);
  const lanes = readList(
    input,
    (): InputLane => ({ wire: input.uint(last), minimum: input.bigint(), bits: input.uint(MAX_BITS) }),
  );
  const statement = readList(input, () => readLc(input, last));
  const outputs = readList(input, () => readLc(input, last));
  const steps = readList(input, () => readStep(input, last));
  if (input.remaining > 0) throw new ArtifactError(`witness program is followed by ${input.remaining} bytes`);
  return { wireCount, contextWire, ...(saltWire > 0 ? { saltWire } : {}), lanes, statement, outputs, steps };
}

function writeList<T>(out: ByteWriter, items: readonly T[], write: (item: T) => void): void {
  out.uint(items.length);
  for (const item of items) write(item);
}

function readList<T>(input: ByteReader, read: () => T): T[] {
  // Every item takes a byte at least, so a longer list is a lie that must not be allocated.
  const length = input.uint(input.remaining);
  return Array.from({ length }, read);
}

function writeLc(out: ByteWriter, { wires, coefs, constant }: LinearCombination): void {
  out.bigint(constant);
  out.uint(wires.length);
  let previous = 0;
  for (let i = 0; i < wires.length; i++) {
    out.uint(wires[i]! - previous);
    out.bigint(coefs[i]!);
    previous = wires[i]!;
  }
}

function readLc(input: ByteReader, last: number): LinearCombination {
  const constant = input.bigint();
  let previous = 0;
  const coefs: bigint[] = [];
  const wires = readList(input, () => {
    previous += input.uint(last - previous);
    coefs.push(input.bigint());
    return previous;
  });
  return { wires, coefs, constant };
}

function writeStep(out: ByteWriter, step: WitnessStep): void {
  out.byte(OPS.indexOf(step.op));
  switch (step.op) {
    case "product":
      writeLc(out, step.a);
      writeLc(out, step.b);
      out.uint(step.out);
      break;
    case "assign":
    case "inverse":
    case "squareRoot":
      writeLc(out, step.source);
      out.uint(step.out);
      break;
    case "bits":
      writeLc(out, step.source);
      out.uint(step.width);
      out.uint(step.drop);
      out.uint(step.first);
      break;
    case "quotient":
      writeLc(out, step.numerator);
      writeLc(out, step.denominator);
      out.uint(step.out);
      break;
    case "bin":
      writeLc(out, step.source);
      writeList(out, step.bounds, (bound) => out.bigint(bound));
      out.uint(step.first);
      break;
    case "challenge":
      break;
  }
}

function readStep(input: ByteReader, last: number): WitnessStep {
  const op = OPS[input.byte()];
  const lc = () => readLc(input, last);
  switch (op) {
    case "product":
      return { op, a: lc(), b: lc(), out: input.uint(last) };
    case "assign":
    case "inverse":
    case "squareRoot":
      return { op, source: lc(), out: input.uint(last) };
    case "bits": {
      const source = lc();
      const width = input.uint(MAX_BITS);
      const drop = input.uint(width);
      return { op, source, width, drop, first: input.uint(last + 1 - (width - drop)) };
    }
    case "quotient":
      return { op, numerator: lc(), denominator: lc(), out: input.uint(last) };
    case "bin": {
      const source = lc();
      const bounds = readList(input, () => input.bigint());
      return { op, source, bounds, first: input.uint(last + 1 - bounds.length) };
    }
    case "challenge":
      return { op };
    default:
      throw new ArtifactError("witness program has an unknown step");
  }
}
