import { readFileSync } from "node:fs";
import { CircuitError } from "@opg/circuits";
import { Groth16Error } from "@opg/groth16";
import { Command, CommanderError } from "commander";
import { CheckFailure, CliError } from "./CliError.ts";
import { compileCommand } from "./compile/compileCommand.ts";
import { setupCommand } from "./setup/setupCommand.ts";
import { bad } from "./Terminal.ts";
import { modelCommand } from "./verify/modelCommand.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs `opg` with the arguments after the command's name. Resolves to the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCli(args: readonly string[]): Promise<number> {
  const isJson = args.includes("--json");
  const program = new Command("opg")
    .description("Compile models to circuits, make and check their setups, and check published models.")
    .version(versionOf())
    // So that a command may have a --version of its own.
    .enablePositionalOptions()
    .addCommand(compileCommand())
    .addCommand(setupCommand())
    .addCommand(modelCommand());
  prepare(program, isJson);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    return report(error, { isJson, isDebug: args.includes("--debug") });
  }
}

/** Subcommands inherit neither of these settings when they are added whole. */
function prepare(command: Command, isJson: boolean): void {
  command
    .exitOverride()
    .configureOutput({ outputError: (text, write) => (isJson ? undefined : write(text)) });
  command.showHelpAfterError(`Run "${pathOf(command)} --help" for usage and examples.`);
  for (const child of command.commands) prepare(child, isJson);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function report(error: unknown, { isJson, isDebug }: { isJson: boolean; isDebug: boolean }): number {
  if (error instanceof CommanderError) {
    // Help and version also end by an error; commander has already written its text.
    if (error.exitCode === 0) return 0;
    if (isJson) writeJsonError("USAGE", error.message);
    return EXIT_USAGE;
  }
  const { code, message } = describe(error);
  if (!isJson) process.stderr.write(`${bad("error")} ${code}: ${message}\n`);
  else if (!(error instanceof CheckFailure)) writeJsonError(code, message);
  if (isDebug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof CliError ? error.exitCode : EXIT_FAILED;
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof CliError || error instanceof CircuitError || error instanceof Groth16Error)
    return error;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "UNEXPECTED", message: `${message} (run again with --debug for the stack trace)` };
}

function writeJsonError(code: string, message: string): void {
  process.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
}

function versionOf(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
