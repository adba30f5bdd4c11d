import { concatBytes } from "@noble/hashes/utils.js";
import type { Backend, BackendOptions, Hooks } from "../backends/Backend.ts";
import { type BackendChoice, openBackend } from "../backends/openBackend.ts";
import { WasmBackend } from "../backends/wasm/WasmBackend.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { packUints } from "../field/bytes.ts";
import { TWO_ADICITY } from "../field/constants.ts";
import { type R1cs, readR1cs, writeR1cs } from "../formats/r1cs.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";
import { writeZkey, type Zkey } from "../formats/zkey.ts";
import { keyOfZkey } from "../prove/keyOfZkey.ts";
import { writeCoefs } from "./coefs.ts";
import { DEV_CEREMONY, devDelta } from "./devCeremony.ts";
import { domainPower, qapScalars } from "./qapScalars.ts";
import type { SetupScalars, SetupSecrets } from "./SetupScalars.ts";

export interface DevSetupOptions extends BackendOptions, Hooks {
  /** Default "auto". */
  backend?: BackendChoice | undefined;
}

export interface DevSetupResult {
  zkey: Uint8Array;
  vkey: VerificationKey;
}

/**
 * A proving key under the published dev ceremony, computed directly from its tau: seconds instead of a
 * ceremony, deterministic, and worthless against whoever reads this repository. Gamma is the generator.
 *
 * @throws Groth16Error MALFORMED_FILE, INVALID_ARGUMENT (circuit too large)
 */
export async function devSetup(
  circuit: Uint8Array | R1cs,
  options: DevSetupOptions = {},
): Promise<DevSetupResult> {
  const file = circuit instanceof Uint8Array ? circuit : writeR1cs(circuit);
  const r1cs = circuit instanceof Uint8Array ? readR1cs(circuit) : circuit;
  const power = domainPower(r1cs);
  if (power >= TWO_ADICITY) {
    throw new Groth16Error("INVALID_ARGUMENT", `A domain of 2^${power} rows exceeds 2^${TWO_ADICITY - 1}.`);
  }
  const circuitHash = await crypto.subtle.digest("SHA-256", file as Uint8Array<ArrayBuffer>);
  const secrets = { ...DEV_CEREMONY, delta: devDelta(new Uint8Array(circuitHash)) };
  const { alpha, beta, delta } = secrets;
  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    const { a, b, ic, c, h } = await scalarsWith(backend, r1cs, secrets);
    const [base1, base2] = [g1Codec.encode([G1.generator]), g2Codec.encode([G2.generator])];
    const g1 = (scalars: Uint8Array) => backend.multiplyBase("g1", base1, scalars, options);
    const g2 = (scalars: Uint8Array) => backend.multiplyBase("g2", base2, scalars, options);
    const single1 = await g1(packUints([alpha, beta, delta]));
    const single2 = await g2(packUints([beta, 1n, delta]));
    // One call for all of G1: its table of multiples is built once.
    const points = await g1(concatBytes(ic, a, b, c, h));
    let offset = 0;
    const next = (scalars: Uint8Array) => {
      offset += scalars.length * 2;
      return points.subarray(offset - scalars.length * 2, offset);
    };
    const key: Zkey = {
      nVars: r1cs.nVars,
      nPublic: r1cs.nOutputs + r1cs.nPubInputs,
      domainSize: 2 ** power,
      alpha1: single1.subarray(0, 64),
      beta1: single1.subarray(64, 128),
      delta1: single1.subarray(128),
      beta2: single2.subarray(0, 128),
      gamma2: single2.subarray(128, 256),
      delta2: single2.subarray(256),
      ic: next(ic),
      coefs: writeCoefs(r1cs),
      pointsA: next(a),
      pointsB1: next(b),
      pointsB2: await g2(b),
      pointsC: next(c),
      pointsH: next(h),
      transcript: new Uint8Array(0),
    };
    return { zkey: writeZkey(key), vkey: keyOfZkey(key) };
  } finally {
    await backend.close();
  }
}

/** By WebAssembly even where another back end multiplies the points: the reference alone stays in bigints. */
async function scalarsWith(backend: Backend, r1cs: R1cs, secrets: SetupSecrets): Promise<SetupScalars> {
  if (backend instanceof WasmBackend) return backend.setupScalars(r1cs, secrets);
  if (backend.name === "reference") return qapScalars(r1cs, secrets);
  const helper = await WasmBackend.open({ threads: backend.threads });
  try {
    return await helper.setupScalars(r1cs, secrets);
  } finally {
    await helper.close();
  }
}
