/** The outcome of one thing that was checked, or could not be. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "failed" | "not checked";
  /** What was compared, what differs, or what to give so that it can be checked. */
  readonly detail: string;
}

/** Runs a check; an error that it throws is its failure. `check` resolves to the detail. */
export async function attempt(name: string, check: () => string | Promise<string>): Promise<Check> {
  try {
    return { name, status: "ok", detail: await check() };
  } catch (error) {
    return { name, status: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Where a check differs: thrown inside {@link attempt}. */
export class Mismatch extends Error {}

export function requireEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Mismatch(`${what} is ${String(found)}, expected ${String(expected)}`);
}

/** Byte for byte. */
export function requireSameBytes(what: string, found: Uint8Array, expected: Uint8Array): void {
  const at = expected.findIndex((byte, i) => byte !== found[i]);
  if (at >= 0 && at < found.length) throw new Mismatch(`${what} differs from byte ${at} on`);
  if (found.length !== expected.length) {
    throw new Mismatch(`${what} has ${found.length} bytes, expected ${expected.length}`);
  }
}
