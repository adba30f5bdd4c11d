import { Command, InvalidArgumentError } from "commander";
import type { Hex } from "viem";
import { CheckFailure, UsageError } from "../CliError.ts";
import { address, type CommonOptions, common, url } from "../options.ts";
import { bad, columns, good, strong, Terminal } from "../Terminal.ts";
import type { RegistryAddress } from "./checkRecord.ts";
import { verifyModel } from "./verifyModel.ts";

interface Flags extends CommonOptions {
  readonly onnx: string;
  readonly ptau?: string;
  readonly rpc?: string;
  readonly registry?: Hex;
  readonly version?: bigint;
}

/** `opg model`: published models, seen by a stranger. */
export function modelCommand(): Command {
  const verify = new Command("verify")
    .description(
      "Check a published model: circuit, setup, key and the registry's record, from the ONNX file.",
    )
    .argument("<dir>", "folder of the published files")
    .requiredOption("--onnx <file>", "the model")
    .option("--ptau <file>", "the powers of tau of the model's ceremony")
    .option("--rpc <url>", "a node of the chain", url)
    .option("--registry <address>", "the model registry", address)
    .option("--version <id>", "the version's number in the registry", versionNumber)
    .action(runVerify);
  common(verify, [
    "opg model verify build/model --onnx model.onnx",
    "opg model verify build/model --onnx model.onnx --ptau powersOfTau28_hez_final_14.ptau",
    "opg model verify build/model --onnx model.onnx --rpc http://127.0.0.1:8545 --registry 0x... --version 4294967297",
  ]);
  return new Command("model").description("Check models that others published.").addCommand(verify);
}

function versionNumber(text: string): bigint {
  if (!/^(\d+|0x[0-9a-fA-F]+)$/.test(text)) throw new InvalidArgumentError("Use a whole number.");
  return BigInt(text);
}

async function runVerify(folder: string, flags: Flags): Promise<void> {
  const terminal = new Terminal(flags.json);
  const registry = registryOf(flags);
  const verified = await verifyModel({ folder, onnx: flags.onnx, ptau: flags.ptau, registry }, terminal);
  const failed = verified.checks.filter(({ status }) => status === "failed");
  const rows = columns(verified.checks.map(({ status, name, detail }) => [status, name, detail]));
  terminal.result({ ok: failed.length === 0, ...verified }, [
    ...rows.map((row, i) => {
      const { status } = verified.checks[i]!;
      return status === "ok" ? good(row) : status === "failed" ? bad(row) : row;
    }),
    "",
    strong("Still trusted:"),
    ...verified.trusted.map((line) => `- ${line}`),
  ]);
  if (failed.length === 0) return;
  throw new CheckFailure(`${folder} fails: ${failed.map(({ name }) => name).join(", ")}`);
}

function registryOf({ rpc, registry, version }: Flags): RegistryAddress | undefined {
  if (rpc === undefined && registry === undefined && version === undefined) return undefined;
  if (rpc === undefined || registry === undefined || version === undefined) {
    throw new UsageError("--rpc, --registry and --version go together: give all three or none");
  }
  return { rpc, registry, versionId: version };
}
