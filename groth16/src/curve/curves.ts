import { type Fp2, Fq, Fq2 } from "../field/fields.ts";
import { Curve } from "./Curve.ts";

/** BN254's first group: y^2 = x^3 + 3. */
export const G1 = new Curve<bigint>(Fq, 3n, { x: 1n, y: 2n });

const TWIST_B = Fq2.mul([3n, 0n], Fq2.inv([9n, 1n]));

/** BN254's second group, on the twist y^2 = x^3 + 3 / (9 + u). The generator is that of EIP-197. */
export const G2 = new Curve<Fp2>(Fq2, TWIST_B, {
  x: [
    10857046999023057135944570762232829481370756359578518086990519993285655852781n,
    11559732032986387107991004021392285783925812861821192530917403151452391805634n,
  ],
  y: [
    8495653923123431417604973247489272438418190587263600148770280649306958101930n,
    4082367875863433681332203403145435568316851327593401208105741076214120093531n,
  ],
});
