import type { BackendOptions, Hooks } from "../backends/Backend.ts";
import { type BackendChoice, openBackend } from "../backends/openBackend.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { packUints } from "../field/bytes.ts";
import { Fr } from "../field/fields.ts";
import { rootOfUnity } from "../field/rootOfUnity.ts";
import { type PowersOfTau, writePtau } from "../formats/ptau.ts";
import { DEV_CEREMONY } from "./devCeremony.ts";
import { lagrangeAt } from "./lagrange.ts";

export interface DevPowersOfTauOptions extends BackendOptions, Hooks {
  /** Default "auto". */
  backend?: BackendChoice | undefined;
}

/**
 * The dev ceremony's powers of tau for up to 2^power rows, prepared for phase 2, as a `.ptau` file: for tools and
 * tests that want one. It records no contribution, because its secrets are published.
 * @throws Groth16Error INVALID_ARGUMENT
 */
export async function devPowersOfTau(
  power: number,
  options: DevPowersOfTauOptions = {},
): Promise<Uint8Array> {
  if (!Number.isInteger(power) || power < 1 || power > 20) {
    throw new Groth16Error("INVALID_ARGUMENT", `power is ${power}; use a whole number from 1 to 20.`);
  }
  const { tau, alpha, beta } = DEV_CEREMONY;
  const n = 2 ** power;
  const powers = [1n];
  for (let i = 1; i < 2 * n; i++) powers.push(Fr.mul(powers[i - 1]!, tau));
  const half = powers.slice(0, n);
  const lagrange = Array.from({ length: power + 1 }, (_, p) => lagrangeAt(tau, p));
  const bases = lagrange.flat();
  const times = (values: bigint[], factor: bigint) => values.map((value) => Fr.mul(value, factor));

  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    const [base1, base2] = [g1Codec.encode([G1.generator]), g2Codec.encode([G2.generator])];
    const g1 = (values: bigint[]) => backend.multiplyBase("g1", base1, packUints(values), options);
    const g2 = (values: bigint[]) => backend.multiplyBase("g2", base2, packUints(values), options);
    const ptau: PowersOfTau = {
      power,
      tauG1: await g1(powers.slice(0, -1)),
      tauG2: await g2(half),
      alphaTauG1: await g1(times(half, alpha)),
      betaTauG1: await g1(times(half, beta)),
      betaG2: await g2([beta]),
      contributions: new Uint8Array(4),
      prepared: {
        tauG1: await g1([...bases, ...truncatedLagrange(tau, power + 1, powers.at(-1)!)]),
        tauG2: await g2(bases),
        alphaTauG1: await g1(times(bases, alpha)),
        betaTauG1: await g1(times(bases, beta)),
      },
    };
    return writePtau(ptau);
  } finally {
    await backend.close();
  }
}

/**
 * The Lagrange base without the highest power of tau, which the file lacks: 1/N sum over j < N - 1 of
 * tau^j w^(-ij). It serves polynomials of degree below N - 1, and A B - C has no higher one.
 */
function truncatedLagrange(tau: bigint, power: number, highest: bigint): bigint[] {
  const root = rootOfUnity(power);
  let missing = Fr.mul(highest, Fr.inv(2n ** BigInt(power)));
  return lagrangeAt(tau, power).map((value) => {
    const result = Fr.sub(value, missing);
    missing = Fr.mul(missing, root);
    return result;
  });
}
