import { sha256 } from "@noble/hashes/sha2.js";
import type { BackendOptions, Hooks } from "../backends/Backend.ts";
import { type BackendChoice, openBackend } from "../backends/openBackend.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { packUints } from "../field/bytes.ts";
import { TWO_ADICITY } from "../field/constants.ts";
import { Fr } from "../field/fields.ts";
import { type R1cs, readR1cs, writeR1cs } from "../formats/r1cs.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";
import { writeZkey, type Zkey } from "../formats/zkey.ts";
import { keyOfZkey } from "../prove/keyOfZkey.ts";
import { writeCoefs } from "./coefs.ts";
import { DEV_CEREMONY, devDelta } from "./devCeremony.ts";
import { domainPower, qapScalars } from "./qapScalars.ts";

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
  const { tau, alpha, beta } = DEV_CEREMONY;
  const delta = devDelta(sha256(file));
  const perDelta = Fr.inv(delta);
  const nPublic = r1cs.nOutputs + r1cs.nPubInputs;
  const { a, b, c, h } = qapScalars(r1cs, tau);
  const combined = c.map((value, s) => (value + beta * a[s]! + alpha * b[s]!) % Fr.modulus);
  const ic = combined.slice(0, nPublic + 1);
  const rest = combined.slice(nPublic + 1).map((value) => Fr.mul(value, perDelta));

  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    const g1 = (scalars: bigint[]) =>
      backend.multiplyBase("g1", g1Codec.encode([G1.generator]), packUints(scalars), options);
    const g2 = (scalars: bigint[]) =>
      backend.multiplyBase("g2", g2Codec.encode([G2.generator]), packUints(scalars), options);
    const single1 = await g1([alpha, beta, delta]);
    const single2 = await g2([beta, 1n, delta]);
    const key: Zkey = {
      nVars: r1cs.nVars,
      nPublic,
      domainSize: 2 ** power,
      alpha1: single1.subarray(0, 64),
      beta1: single1.subarray(64, 128),
      delta1: single1.subarray(128),
      beta2: single2.subarray(0, 128),
      gamma2: single2.subarray(128, 256),
      delta2: single2.subarray(256),
      ic: await g1(ic),
      coefs: writeCoefs(r1cs),
      pointsA: await g1(a),
      pointsB1: await g1(b),
      pointsB2: await g2(b),
      pointsC: await g1(rest),
      pointsH: await g1(h.map((value) => Fr.mul(value, perDelta))),
      transcript: new Uint8Array(0),
    };
    return { zkey: writeZkey(key), vkey: keyOfZkey(key) };
  } finally {
    await backend.close();
  }
}
