import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blake2b } from "@noble/hashes/blake2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { expect } from "chai";
import { fetchResumably } from "../../../sdk/src/cli/setup/fetchResumably.ts";
import { PUBLISHED_POWERS } from "../../../sdk/src/cli/setup/perpetualPowersOfTau.ts";
import { runOpg, runOpgJson } from "./support/runOpg.ts";

const CONTENT = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251);
const HASH = bytesToHex(blake2b(CONTENT, { dkLen: 64 }));
const BROKEN_AFTER = 60_000;

describe("opg setup download-ptau", () => {
  let server: Server;
  let base: string;
  let root: string;
  let ranges: (string | undefined)[];
  let isBreaking: boolean;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "opg-ptau-"));
    server = createServer((request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      const start = range ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0;
      if (start >= CONTENT.length) return void response.writeHead(416).end();
      response.writeHead(range ? 206 : 200, { "content-length": CONTENT.length - start });
      if (!isBreaking) return void response.end(CONTENT.subarray(start));
      response.write(CONTENT.subarray(start, BROKEN_AFTER), () => setTimeout(() => response.destroy(), 50));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  beforeEach(() => {
    ranges = [];
    isBreaking = false;
  });

  after(async () => {
    server.close();
    await rm(root, { recursive: true });
  });

  async function rejection(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
    try {
      await promise;
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error("nothing was thrown");
  }

  it("goes on where a broken download stopped", async () => {
    const options = { url: `${base}file`, path: join(root, "resumed"), blake2b: HASH };
    isBreaking = true;
    expect((await rejection(fetchResumably(options))).code).to.equal("DOWNLOAD");
    isBreaking = false;
    await fetchResumably(options);
    expect(ranges).to.deep.equal([undefined, `bytes=${BROKEN_AFTER}-`]);
    expect((await readFile(options.path)).equals(CONTENT)).to.equal(true);
    expect(existsSync(`${options.path}.part`)).to.equal(false);
  });

  it("only checks and renames a part that is already whole", async () => {
    const options = { url: `${base}file`, path: join(root, "whole"), blake2b: HASH };
    await writeFile(`${options.path}.part`, CONTENT);
    await fetchResumably(options);
    expect(ranges).to.deep.equal([`bytes=${CONTENT.length}-`]);
    expect(existsSync(options.path)).to.equal(true);
  });

  it("keeps no file whose hash is not the published one", async () => {
    const path = join(root, "wrong");
    const { code, stderr } = await runOpg(
      "setup",
      "download-ptau",
      "--power",
      "8",
      "--url",
      base,
      "--out",
      path,
    );
    expect(code).to.equal(1);
    expect(stderr).to.contain(HASH).and.to.contain(PUBLISHED_POWERS[0]!.blake2b);
    expect(existsSync(path) || existsSync(`${path}.part`)).to.equal(false);
  });

  it("checks a local file against the same table without the network", async () => {
    const path = join(root, "local.ptau");
    await writeFile(path, CONTENT);
    const { code, value } = await runOpgJson<{ error: { code: string; message: string } }>(
      ...["setup", "download-ptau", "--file", path],
    );
    expect(code).to.equal(1);
    expect(value.error.code).to.equal("PTAU_HASH");
    expect(ranges).to.deep.equal([]);
  });

  it("knows the published files from 2^8 to 2^28 rows, each by a hash of its own", () => {
    expect(PUBLISHED_POWERS.map(({ power }) => power)).to.deep.equal(
      Array.from({ length: 21 }, (_, i) => i + 8),
    );
    expect(new Set(PUBLISHED_POWERS.map(({ blake2b }) => blake2b)).size).to.equal(21);
  });
});
