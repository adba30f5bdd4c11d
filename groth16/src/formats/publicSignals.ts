import { Groth16Error } from "../errors.ts";
import { R } from "../field/constants.ts";
import { parseUint } from "./pointJson.ts";

/** Public signals as snarkjs' `public.json` holds them. */
export function toSnarkjsPublic(signals: readonly bigint[]): string[] {
  return signals.map(String);
}

/**
 * Reads snarkjs' `public.json`.
 * @throws Groth16Error MALFORMED_FILE
 */
export function fromSnarkjsPublic(json: unknown): bigint[] {
  if (!Array.isArray(json)) throw new Groth16Error("MALFORMED_FILE", "Public signals are not a JSON array.");
  return json.map((value, i) => parseUint(value, R, `public signal ${i}`));
}
