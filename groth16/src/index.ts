export type { Backend, BackendName, BackendOptions, Group, Hooks } from "./backends/Backend.ts";
export { type BackendChoice, openBackend } from "./backends/openBackend.ts";
export {
  applyBeacon,
  type CeremonyOptions,
  type ContributionResult,
  contribute,
} from "./ceremony/contribute.ts";
export { newKey } from "./ceremony/newKey.ts";
export { preparePhase2 } from "./ceremony/preparePhase2.ts";
export {
  type Contribution,
  contributionHash,
  readTranscript,
  type Transcript,
} from "./ceremony/Transcript.ts";
export { type VerifiedKey, verifyKey } from "./ceremony/verifyKey.ts";
export { Groth16Error, type Groth16ErrorCode } from "./errors.ts";
export type { G1Affine, G2Affine, Proof } from "./formats/Proof.ts";
export { type PowersOfTau, type PreparedPowers, readPtau, writePtau } from "./formats/ptau.ts";
export { fromSnarkjsPublic, toSnarkjsPublic } from "./formats/publicSignals.ts";
export { type R1cs, readR1cs, type SparseMatrix, writeR1cs } from "./formats/r1cs.ts";
export { fromSnarkjsProof, type SnarkjsProof, toSnarkjsProof } from "./formats/snarkjsProof.ts";
export {
  type SolidityKey,
  type SolidityPoints,
  toSolidityKey,
  toSolidityPoints,
} from "./formats/solidity.ts";
export {
  fromSnarkjsKey,
  type SnarkjsVerificationKey,
  toSnarkjsKey,
  type VerificationKey,
} from "./formats/verificationKey.ts";
export { readWtns, writeWtns } from "./formats/wtns.ts";
export { readZkey, writeZkey, type Zkey } from "./formats/zkey.ts";
export { type CreateProverOptions, createProver } from "./prove/createProver.ts";
export { keyOfZkey } from "./prove/keyOfZkey.ts";
export type { ProveResult, Prover } from "./prove/Prover.ts";
export { type UnsatisfiedConstraint, unsatisfiedConstraint } from "./prove/unsatisfiedConstraint.ts";
export { verify } from "./prove/verify.ts";
export { DEV_CEREMONY, devDelta } from "./setup/devCeremony.ts";
export { type DevPowersOfTauOptions, devPowersOfTau } from "./setup/devPowersOfTau.ts";
export { type DevSetupOptions, type DevSetupResult, devSetup } from "./setup/devSetup.ts";
