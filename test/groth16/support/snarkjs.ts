import * as snarkjsModule from "snarkjs";
import type { SnarkjsProof, SnarkjsVerificationKey } from "../../../groth16/src/index.ts";

/** A file in memory, as snarkjs' functions take and fill it. */
export interface MemoryFile {
  type: "mem";
  data?: Uint8Array;
}

/** The part of snarkjs that tests use as a referee; it ships no types. */
interface Snarkjs {
  groth16: {
    prove(zkey: Uint8Array, witness: Uint8Array): Promise<{ proof: SnarkjsProof; publicSignals: string[] }>;
    verify(key: SnarkjsVerificationKey, signals: string[], proof: SnarkjsProof): Promise<boolean>;
    exportSolidityCallData?(proof: SnarkjsProof, signals: string[]): Promise<string>;
  };
  zKey: {
    exportVerificationKey(zkey: Uint8Array): Promise<SnarkjsVerificationKey>;
    newZKey(r1cs: Uint8Array, ptau: Uint8Array, zkey: MemoryFile): Promise<Uint8Array>;
    contribute(
      zkey: Uint8Array | MemoryFile,
      out: MemoryFile,
      name: string,
      entropy: string,
    ): Promise<Uint8Array>;
    beacon(
      zkey: Uint8Array | MemoryFile,
      out: MemoryFile,
      name: string,
      beacon: string,
      power: number,
    ): Promise<Uint8Array>;
    verifyFromR1cs(r1cs: Uint8Array, ptau: Uint8Array, zkey: Uint8Array): Promise<boolean>;
    verifyFromInit(init: Uint8Array, ptau: Uint8Array, zkey: Uint8Array): Promise<boolean>;
  };
  powersOfTau: {
    newAccumulator(curve: unknown, power: number, out: MemoryFile): Promise<Uint8Array>;
    contribute(
      ptau: Uint8Array | MemoryFile,
      out: MemoryFile,
      name: string,
      entropy: string,
    ): Promise<Uint8Array>;
    beacon(
      ptau: Uint8Array | MemoryFile,
      out: MemoryFile,
      name: string,
      beacon: string,
      power: number,
    ): Promise<Uint8Array>;
    preparePhase2(ptau: Uint8Array | MemoryFile, out: MemoryFile): Promise<void>;
    verify(ptau: Uint8Array | MemoryFile): Promise<boolean>;
  };
  r1cs: { info(file: Uint8Array): Promise<{ nVars: number; nConstraints: number; nPubInputs: number }> };
  curves: { getCurveFromName(name: string): Promise<{ terminate(): Promise<void> }> };
}

export const snarkjs = snarkjsModule as unknown as Snarkjs;

/** Ends the worker threads that snarkjs leaves running, without which mocha does not exit. */
export async function stopSnarkjs(): Promise<void> {
  await (await snarkjs.curves.getCurveFromName("bn128")).terminate();
}
