import { createReadStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 as sha256Of } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Hex } from "viem";
import { CliError } from "./CliError.ts";

/** @throws CliError FILE with the path and the system's reason. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws CliError FILE, JSON */
export async function readJson(path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError("JSON", `${path} is not JSON: ${(error as Error).message}`);
  }
}

/** Writes a file, and the folders above it where there are none. */
export async function writeBytes(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function sha256(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(sha256Of(bytes))}`;
}

/** BLAKE2b-512 of a file of any size, hex without 0x as ceremonies publish it. */
export async function blake2bOfFile(path: string, onProgress?: (bytes: number) => void): Promise<string> {
  const hasher = blake2b.create({ dkLen: 64 });
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      hasher.update(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
      onProgress?.(bytes);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return bytesToHex(hasher.digest());
}

function unreadable(path: string, error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === "ENOENT" ? "there is no such file" : message;
  return new CliError("FILE", `cannot read ${path}: ${reason}`);
}
