import { type Command, InvalidArgumentError } from "commander";
import type { Hex } from "viem";
import { isAddress, isHex } from "viem";

/** Options that every command has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly debug: boolean;
}

/** Adds the options that every command has, and examples to its help. */
export function common(command: Command, examples: readonly string[]): Command {
  return command
    .option("--json", "print one JSON document instead of text", false)
    .option("--debug", "show the stack trace of an error", false)
    .addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}`);
}

/** A parser of whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Use a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError("Use a number above 0.");
  }
  return value;
}

export function hexBytes(text: string): Uint8Array {
  const digits = text.replace(/^0x/, "");
  if (digits.length === 0 || digits.length % 2 === 1 || !isHex(`0x${digits}`)) {
    throw new InvalidArgumentError("Use whole bytes in hexadecimal.");
  }
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

export function address(text: string): Hex {
  if (!isAddress(text)) throw new InvalidArgumentError("Use an address of 20 bytes in hexadecimal.");
  return text;
}

export function url(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError("Use a URL, such as http://127.0.0.1:8545.");
  return text;
}

/** Collects `NAME=1,3,8,8`, given once for each input. */
export function namedShape(text: string, previous: Record<string, number[]> = {}): Record<string, number[]> {
  const [, name, sizes] = /^(.+)=(\d+(?:,\d+)*)$/.exec(text) ?? [];
  if (name === undefined || sizes === undefined) {
    throw new InvalidArgumentError("Use NAME=SIZE,SIZE,..., such as input=1,3,8,8.");
  }
  return { ...previous, [name]: sizes.split(",").map(Number) };
}
