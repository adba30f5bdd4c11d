import { join } from "node:path";
import { bytesToHex } from "@noble/hashes/utils.js";
import { MODEL_FILES } from "@opg/circuits";
import {
  applyBeacon,
  contribute,
  devSetup,
  keyOfZkey,
  newKey,
  readZkey,
  toSnarkjsKey,
  toSolidityKey,
  verifyKey,
} from "@opg/groth16";
import { Command } from "commander";
import { vkHash } from "../../proofs/vkHash.ts";
import { CliError } from "../CliError.ts";
import { jsonText, readBytes, sha256, writeBytes } from "../files.ts";
import { type CommonOptions, common, hexBytes, wholeNumber } from "../options.ts";
import { bad, columns, good, strong, Terminal } from "../Terminal.ts";
import { downloadPtauCommand } from "./downloadPtauCommand.ts";
import { identifyPtau } from "./identifyPtau.ts";
import { requireSameTranscript } from "./requireSameTranscript.ts";
import { readSetup, type SetupTranscript, transcriptPath, writeSetup } from "./SetupTranscript.ts";

const UNSAFE_DEV =
  "UNSAFE: the dev ceremony's secrets are published, so anyone can forge proofs under this key";

/** `opg setup`: makes proving keys, alone or by a ceremony, and checks those of others. */
export function setupCommand(): Command {
  return new Command("setup")
    .description("Make and check the trusted setup of a circuit.")
    .addCommand(devCommand())
    .addCommand(newCommand())
    .addCommand(contributeCommand())
    .addCommand(beaconCommand())
    .addCommand(verifyCommand())
    .addCommand(exportCommand())
    .addCommand(downloadPtauCommand());
}

function devCommand(): Command {
  const command = new Command("dev")
    .description("Make a dev key: seconds, offline, deterministic, and worthless in production.")
    .argument("<circuit>", "the .r1cs file")
    .requiredOption("--out <dir>", "folder for the key's files")
    .action(async (circuit: string, flags: CommonOptions & { out: string }) => {
      const terminal = new Terminal(flags.json);
      const r1cs = await readBytes(circuit);
      terminal.announce("computing the dev key");
      const { zkey, vkey } = await devSetup(r1cs, { onProgress: terminal.progress });
      const path = join(flags.out, MODEL_FILES.provingKey);
      const transcript = await writeSetup(path, zkey, { circuitHash: sha256(r1cs) });
      await writeBytes(join(flags.out, MODEL_FILES.verificationKey), jsonText(toSnarkjsKey(vkey)));
      show(terminal, path, transcript, [`wrote ${MODEL_FILES.verificationKey}`]);
    });
  return common(command, ["opg setup dev build/model/model.r1cs --out build/model"]);
}

function newCommand(): Command {
  const command = new Command("new")
    .description("Start phase 2: the circuit's key from a powers-of-tau file, before any contribution.")
    .argument("<circuit>", "the .r1cs file")
    .requiredOption("--ptau <file>", "prepared powers of tau of at least the circuit's domain")
    .requiredOption("--out <key>", "the .zkey file to write")
    .action(async (circuit: string, flags: CommonOptions & { ptau: string; out: string }) => {
      const terminal = new Terminal(flags.json);
      const r1cs = await readBytes(circuit);
      const ptau = await identifyPtau(flags.ptau, terminal.progress);
      terminal.announce("computing the key");
      const zkey = await newKey(r1cs, await readBytes(flags.ptau), { onProgress: terminal.progress });
      const transcript = await writeSetup(flags.out, zkey, { circuitHash: sha256(r1cs), ptau });
      show(terminal, flags.out, transcript, ["next: opg setup contribute"]);
    });
  return common(command, [
    "opg setup new model.r1cs --ptau powersOfTau28_hez_final_14.ptau --out model_0.zkey",
  ]);
}

interface ContributeFlags extends CommonOptions {
  readonly out: string;
  readonly name: string;
  readonly entropy?: string;
}

function contributeCommand(): Command {
  const command = new Command("contribute")
    .description("Add a secret of one's own to a key. It is drawn by the system, used once and forgotten.")
    .argument("<key>", "the .zkey file of the contributor before; its transcript must lie beside it")
    .requiredOption("--out <key>", "the .zkey file to write")
    .requiredOption("--name <name>", "the contributor's name, for the transcript")
    .option("--entropy <text>", "anything to mix into the system's randomness")
    .action(async (key: string, flags: ContributeFlags) => {
      const terminal = new Terminal(flags.json);
      const { circuitHash, ptau } = await ceremonyOf(key);
      const result = await contribute(await readBytes(key), flags.name, {
        entropy: flags.entropy,
        onProgress: terminal.progress,
      });
      const transcript = await writeSetup(flags.out, result.zkey, { circuitHash, ptau });
      show(terminal, flags.out, transcript, [
        `your contribution: ${bytesToHex(result.hash)}`,
        "publish this hash where people know you; whoever trusts you looks for it in the transcript",
      ]);
    });
  return common(command, ['opg setup contribute model_0.zkey --name "Ada" --out model_1.zkey']);
}

interface BeaconFlags extends CommonOptions {
  readonly out: string;
  readonly beacon: Uint8Array;
  readonly iterations: number;
  readonly name: string;
}

function beaconCommand(): Command {
  const command = new Command("beacon")
    .description("Finish a ceremony with public randomness that nobody could know beforehand.")
    .argument("<key>", "the .zkey file of the last contributor; its transcript must lie beside it")
    .requiredOption("--out <key>", "the .zkey file to write")
    .requiredOption(
      "--beacon <hex>",
      "the randomness, such as the hash of a block announced in advance",
      hexBytes,
    )
    .option("--iterations <n>", "SHA-256 is iterated 2^n times over it", wholeNumber(10, 30), 10)
    .option("--name <name>", "name for the transcript", "beacon")
    .action(async (key: string, flags: BeaconFlags) => {
      const terminal = new Terminal(flags.json);
      const { circuitHash, ptau } = await ceremonyOf(key);
      const beacon = { hash: flags.beacon, iterations: flags.iterations, name: flags.name };
      const { zkey } = await applyBeacon(await readBytes(key), beacon, { onProgress: terminal.progress });
      const transcript = await writeSetup(flags.out, zkey, { circuitHash, ptau });
      show(terminal, flags.out, transcript, ["next: opg setup verify, then opg setup export"]);
    });
  return common(command, [
    "opg setup beacon model_1.zkey --beacon 0x9f2c...e1 --iterations 10 --out model.zkey",
  ]);
}

interface VerifyFlags extends CommonOptions {
  readonly circuit: string;
  readonly ptau: string;
}

function verifyCommand(): Command {
  const command = new Command("verify")
    .description("Check that a key belongs to a circuit and to powers of tau, and every contribution to it.")
    .argument("<key>", "the .zkey file; a transcript beside it is checked too")
    .requiredOption("--circuit <file>", "the .r1cs file")
    .requiredOption("--ptau <file>", "the powers of tau that the key was made from")
    .action(async (key: string, flags: VerifyFlags) => {
      const terminal = new Terminal(flags.json);
      const [zkey, r1cs] = [await readBytes(key), await readBytes(flags.circuit)];
      const ptau = await identifyPtau(flags.ptau, terminal.progress);
      terminal.announce("making the key anew from circuit and powers");
      await verifyKey(r1cs, await readBytes(flags.ptau), zkey, { onProgress: terminal.progress });
      const transcript = await requireSameTranscript(key, zkey, { circuitHash: sha256(r1cs), ptau });
      show(terminal, key, transcript, [good("the key verifies")]);
    });
  return common(command, [
    "opg setup verify model.zkey --circuit model.r1cs --ptau powersOfTau28_hez_final_14.ptau",
  ]);
}

function exportCommand(): Command {
  const command = new Command("export")
    .description("Write a key's verification key: for snarkjs, or as the registry's contracts take it.")
    .argument("<key>", "the .zkey file")
    .option("--solidity", "words for the contracts instead of snarkjs' JSON", false)
    .option("--out <file>", "file to write; else it is printed")
    .action(async (key: string, flags: CommonOptions & { solidity: boolean; out?: string }) => {
      const vkey = keyOfZkey(readZkey(await readBytes(key)));
      const exported = flags.solidity ? solidityWords(toSolidityKey(vkey)) : toSnarkjsKey(vkey);
      if (flags.out !== undefined) await writeBytes(flags.out, jsonText(exported));
      const lines = flags.out === undefined ? [jsonText(exported).trimEnd()] : [`wrote ${flags.out}`];
      new Terminal(flags.json).result(exported, lines);
    });
  return common(command, [
    "opg setup export model.zkey --out vkey.json",
    "opg setup export model.zkey --solidity",
  ]);
}

function solidityWords(key: ReturnType<typeof toSolidityKey>) {
  return {
    vkHash: vkHash(key),
    ceremonyId: key.ceremonyId,
    delta: key.delta.map(String),
    ic: key.ic.map(String),
  };
}

/** A dev key cannot be contributed to: it was never made from a powers-of-tau file. */
async function ceremonyOf(keyPath: string): Promise<Required<Pick<SetupTranscript, "circuitHash" | "ptau">>> {
  const { circuitHash, ptau } = await readSetup(keyPath);
  if (ptau) return { circuitHash, ptau };
  throw new CliError(
    "DEV_KEY",
    `${keyPath} is a key of "opg setup dev": start a ceremony with "opg setup new" instead`,
  );
}

function show(
  terminal: Terminal,
  keyPath: string,
  transcript: SetupTranscript,
  notes: readonly string[],
): void {
  const { kind, ptau, contributions } = transcript;
  const source = ptau
    ? (ptau.published ?? `${ptau.blake2b.slice(0, 16)}... (not one of the published files)`)
    : "none";
  terminal.result({ key: keyPath, transcriptFile: transcriptPath(keyPath), ...transcript }, [
    strong(`${keyPath} (${kind})`),
    `circuit ${transcript.circuitHash}`,
    `verification key ${transcript.vkHash}`,
    `powers of tau: ${source}`,
    ...(contributions.length > 0
      ? columns([
          ["contribution", "hash"],
          ...contributions.map(({ name, hash }) => [name ?? "(no name)", hash]),
        ])
      : []),
    ...(kind === "dev" ? [bad(UNSAFE_DEV)] : []),
    ...(kind !== "dev" && contributions.length === 0 ? [bad("UNSAFE: nobody has contributed yet")] : []),
    ...notes,
  ]);
}
