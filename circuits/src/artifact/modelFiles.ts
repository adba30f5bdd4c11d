/** Names of the files that a compiled model consists of, in a folder of its own. */
export const MODEL_FILES = {
  manifest: "manifest.json",
  circuit: "model.r1cs",
  witnessProgram: "model.witness",
  provingKey: "model.zkey",
  verificationKey: "vkey.json",
} as const;
