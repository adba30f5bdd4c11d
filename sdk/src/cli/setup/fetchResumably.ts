import { createWriteStream, existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CliError } from "../CliError.ts";
import { blake2bOfFile } from "../files.ts";

export interface FetchOptions {
  readonly url: string;
  readonly path: string;
  /** BLAKE2b-512 that the file must have, hex. */
  readonly blake2b: string;
  readonly onProgress?: (phase: string, done?: number) => void;
}

/**
 * Downloads a file to `path` and checks its hash. An interrupted download stays in `path`.part, from where the next
 * call goes on; `path` itself only ever holds a file of the right hash.
 * @throws CliError DOWNLOAD, PTAU_HASH
 */
export async function fetchResumably({ url, path, blake2b, onProgress }: FetchOptions): Promise<void> {
  const part = `${path}.part`;
  const have = existsSync(part) ? (await stat(part)).size : 0;
  const response = await request(url, have);
  // 416: nothing is left to fetch. 200: the server knows no ranges and sends the whole file.
  if (response.status !== 416) {
    if (!response.ok || !response.body) {
      throw new CliError("DOWNLOAD", `${url} answered ${response.status} ${response.statusText}`);
    }
    const start = response.status === 206 ? have : 0;
    const total = start + Number(response.headers.get("content-length") ?? Number.NaN);
    await save(response.body, part, { start, total, url, onProgress });
  }
  const found = await blake2bOfFile(part, () => onProgress?.("checking the hash"));
  if (found !== blake2b) {
    await rm(part);
    throw new CliError(
      "PTAU_HASH",
      `${url} has BLAKE2b ${found}, published is ${blake2b}: it was deleted, try another --url`,
    );
  }
  await rename(part, path);
}

async function request(url: string, have: number): Promise<Response> {
  try {
    return await fetch(url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
  } catch (error) {
    const reason = (error as Error).cause ?? error;
    throw new CliError(
      "DOWNLOAD",
      `cannot reach ${url} (${(reason as Error).message}): fetch the file by other means and check it with --file`,
    );
  }
}

async function save(
  body: ReadableStream<Uint8Array>,
  part: string,
  {
    start,
    total,
    url,
    onProgress,
  }: { start: number; total: number; url: string } & Pick<FetchOptions, "onProgress">,
): Promise<void> {
  let received = start;
  const source = Readable.fromWeb(body as import("node:stream/web").ReadableStream<Uint8Array>);
  source.on("data", (chunk: Uint8Array) => {
    received += chunk.length;
    onProgress?.("downloading", Number.isNaN(total) ? undefined : received / total);
  });
  try {
    await pipeline(source, createWriteStream(part, { flags: start > 0 ? "a" : "w" }));
  } catch (error) {
    throw new CliError(
      "DOWNLOAD",
      `${url} broke off after ${received} bytes (${(error as Error).message}): run the command again to go on from there`,
    );
  }
}
