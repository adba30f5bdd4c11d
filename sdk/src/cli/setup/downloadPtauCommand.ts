import { existsSync } from "node:fs";
import { readR1cs } from "@opg/groth16";
import { Command } from "commander";
import { CliError, UsageError } from "../CliError.ts";
import { readBytes } from "../files.ts";
import { type CommonOptions, common, url, wholeNumber } from "../options.ts";
import { good, Terminal } from "../Terminal.ts";
import { fetchResumably } from "./fetchResumably.ts";
import { identifyPtau } from "./identifyPtau.ts";
import { POWERS_URL, PUBLISHED_POWERS, type PublishedPowers } from "./perpetualPowersOfTau.ts";

interface Flags extends CommonOptions {
  readonly power?: number;
  readonly circuit?: string;
  readonly out?: string;
  readonly file?: string;
  readonly url: string;
}

/** `opg setup download-ptau`: the public powers of tau, checked against their published hash. */
export function downloadPtauCommand(): Command {
  const command = new Command("download-ptau")
    .description(
      "Fetch the public powers of tau and check their published BLAKE2b hash; goes on where it broke off.",
    )
    .option("--power <n>", "the file for circuits of up to 2^n rows", wholeNumber(8, 28))
    .option("--circuit <file>", "choose the smallest file that serves this .r1cs")
    .option("--out <file>", "file to write; else the published name in this folder")
    .option("--file <file>", "check a file that is already here, without any network")
    .option("--url <url>", "folder that serves the files", url, POWERS_URL)
    .action(download);
  return common(command, [
    "opg setup download-ptau --circuit build/model/model.r1cs",
    "opg setup download-ptau --power 14 --out ptau/14.ptau",
    "opg setup download-ptau --file powersOfTau28_hez_final_14.ptau",
  ]);
}

async function download(flags: Flags): Promise<void> {
  const terminal = new Terminal(flags.json);
  if (flags.file !== undefined) return check(flags.file, terminal);
  const powers = await chosenPowers(flags);
  const out = flags.out ?? powers.file;
  if (existsSync(out)) return check(out, terminal, powers);
  await fetchResumably({
    url: new URL(powers.file, flags.url.endsWith("/") ? flags.url : `${flags.url}/`).href,
    path: out,
    blake2b: powers.blake2b,
    onProgress: terminal.progress,
  });
  show(terminal, out, powers);
}

async function chosenPowers({ power, circuit }: Flags): Promise<PublishedPowers> {
  if ((power === undefined) === (circuit === undefined)) {
    throw new UsageError("give one of --power, --circuit and --file");
  }
  const needed = power ?? (await powerOf(circuit!));
  const powers = PUBLISHED_POWERS.find((candidate) => candidate.power >= needed);
  if (powers) return powers;
  throw new CliError("TOO_LARGE", `the circuit needs 2^${needed} rows, the published powers end at 2^28`);
}

async function powerOf(path: string): Promise<number> {
  const { nConstraints, nOutputs, nPubInputs } = readR1cs(await readBytes(path));
  return Math.ceil(Math.log2(nConstraints + nOutputs + nPubInputs + 1));
}

async function check(path: string, terminal: Terminal, expected?: PublishedPowers): Promise<void> {
  const { blake2b, published } = await identifyPtau(path, terminal.progress);
  const powers = PUBLISHED_POWERS.find(({ file }) => file === published);
  if (!powers || (expected && powers !== expected)) {
    const wanted = expected ? `that of ${expected.file}, ${expected.blake2b}` : "one of the published table";
    throw new CliError("PTAU_HASH", `${path} has BLAKE2b ${blake2b}, not ${wanted}: fetch it again`);
  }
  show(terminal, path, powers);
}

function show(terminal: Terminal, path: string, { file, power, blake2b }: PublishedPowers): void {
  terminal.result({ path, file, power, blake2b }, [
    good(`${path} is ${file}: powers of tau for up to 2^${power} rows`),
    `BLAKE2b ${blake2b}`,
  ]);
}
