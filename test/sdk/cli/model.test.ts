import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FidelityReport, ModelManifest } from "@opg/circuits";
import { expect } from "chai";
import { encodeFunctionResult, type Hex, zeroHash } from "viem";
import type { SetupTranscript } from "../../../sdk/src/cli/setup/SetupTranscript.ts";
import { modelRegistryAbi, versionConfig } from "../../../sdk/src/index.ts";
import { modelFile } from "./support/modelFile.ts";
import { runOpg, runOpgJson } from "./support/runOpg.ts";

const ONNX = modelFile("mlp.onnx");

interface Verified {
  ok: boolean;
  checks: { name: string; status: string; detail: string }[];
  trusted: string[];
}

describe("opg compile and opg model verify", () => {
  let root: string;
  let published: string;

  const compileTo = (out: string) =>
    runOpgJson<FidelityReport>(
      ...["compile", ONNX, "--facts", modelFile("mlp.json"), "--calibrate", modelFile("calibration.json")],
      ...["--evaluate", modelFile("mlp.samples.json"), "--out", out],
    );

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "opg-cli-"));
    published = join(root, "published");
    const { code, value } = await compileTo(published);
    expect(code).to.equal(0);
    expect(value.fidelity.maxRelError).to.be.lessThan(1e-3);
    expect(value.fidelity.top1Agreement).to.equal(1);
    const spent = value.layers.reduce((sum, { constraints }) => sum + constraints, 0);
    expect(spent).to.equal(value.constraints);
    expect((await runOpg("setup", "dev", join(published, "model.r1cs"), "--out", published)).code).to.equal(
      0,
    );
  });

  after(() => rm(root, { recursive: true }));

  async function copyOf(name: string): Promise<string> {
    const folder = join(root, name);
    await cp(published, folder, { recursive: true });
    return folder;
  }

  async function flipByte(path: string, at: (length: number) => number): Promise<void> {
    const bytes = await readFile(path);
    bytes[at(bytes.length)]! ^= 1;
    await writeFile(path, bytes);
  }

  async function verify(folder: string, onnx = ONNX, ...more: string[]) {
    const { code, value } = await runOpgJson<Verified>("model", "verify", folder, "--onnx", onnx, ...more);
    const failed = value.checks.filter(({ status }) => status === "failed").map(({ name }) => name);
    return { code, failed, value };
  }

  it("verifies what it compiled, and says what a dev setup is worth", async () => {
    const { code, stdout } = await runOpg("model", "verify", published, "--onnx", ONNX);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^ok +circuit re-derived/m);
    expect(stdout).to.match(/^ok +setup +DEV, UNSAFE/m);
    expect(stdout).to.contain("with the published dev secrets anyone can forge proofs");
  });

  it("compiles to the same bytes again", async () => {
    const again = join(root, "again");
    await compileTo(again);
    for (const file of ["model.r1cs", "model.witness", "manifest.json", "compile.json", "report.json"]) {
      const [first, second] = [await readFile(join(published, file)), await readFile(join(again, file))];
      expect(first.equals(second), file).to.equal(true);
    }
  });

  it("writes a report page with a plot of errors, ranges and costs, and nothing to load", async () => {
    const page = await readFile(join(published, "report.html"), "utf8");
    expect(page.match(/<svg/g)).to.have.length(3);
    expect(page).not.to.match(/(src|href)=/);
  });

  it("searches for the cheapest bits within a target error", async () => {
    const { value, stderr } = await runOpgJson<FidelityReport & { settings: { activationBits: number } }>(
      ...["compile", ONNX, "--facts", modelFile("mlp.json"), "--calibrate", modelFile("calibration.json")],
      ...["--target", "0.01", "--out", join(root, "searched")],
    );
    expect(value.fidelity.maxRelError).to.be.at.most(0.01);
    expect(value.settings.activationBits).to.be.lessThan(12);
    expect(stderr).to.contain("activation bits");
  });

  it("fails for an ONNX file with one changed byte", async () => {
    const changed = join(root, "changed.onnx");
    await cp(ONNX, changed);
    await flipByte(changed, (length) => length >> 1);
    const { code, failed } = await verify(published, changed);
    expect(code).to.equal(1);
    expect(failed).to.include("model file");
    expect(failed).to.include("circuit re-derived");
  });

  it("fails for a circuit file with one changed byte", async () => {
    const folder = await copyOf("changed-circuit");
    await flipByte(join(folder, "model.r1cs"), (length) => length >> 1);
    const { code, failed } = await verify(folder);
    expect(code).to.equal(1);
    expect(failed).to.deep.equal(["circuit re-derived", "circuit hash"]);
  });

  it("fails for a proving key with one changed byte", async () => {
    const folder = await copyOf("changed-key");
    await flipByte(join(folder, "model.zkey"), (length) => length - 1000);
    const { code, failed } = await verify(folder);
    expect(code).to.equal(1);
    expect(failed).to.deep.equal(["setup"]);
  });

  it("fails for a verification key of another circuit", async () => {
    const folder = await copyOf("changed-vkey");
    const path = join(folder, "vkey.json");
    const vkey = JSON.parse(await readFile(path, "utf8"));
    vkey.vk_delta_2 = vkey.vk_gamma_2;
    await writeFile(path, JSON.stringify(vkey));
    expect((await verify(folder)).failed).to.deep.equal(["verification key"]);
  });

  it("fails for a compile record that holds too little or too much", async () => {
    const folder = await copyOf("changed-record");
    const path = join(folder, "compile.json");
    const record = JSON.parse(await readFile(path, "utf8"));
    for (const calibrated of [record.calibrated.slice(1), [...record.calibrated, 1]]) {
      await writeFile(path, JSON.stringify({ ...record, calibrated }));
      const { failed, value } = await verify(folder);
      expect(failed).to.include("circuit re-derived");
      expect(value.checks[1]!.detail).to.contain("recorded calibration is not of this model");
    }
  });

  describe("against a registry", () => {
    let server: Server;
    let rpc: string;
    let record: Record<string, unknown>;

    const registry = "0x00000000000000000000000000000000000000a1";
    const where = () => ["--rpc", rpc, "--registry", registry, "--version", "4294967297"];

    before(async () => {
      const read = async (name: string) => JSON.parse(await readFile(join(published, name), "utf8"));
      const manifest = (await read("manifest.json")) as ModelManifest;
      const { vkHash, registry: setup } = (await read("model.transcript.json")) as SetupTranscript;
      record = {
        ...versionConfig(manifest, { price: 10_000n, uri: "", setup }),
        ...{ modelId: 1n, vkHash, inputWords: 1, outputWords: 1, status: 0, registeredAt: 1 },
      };
      server = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          const result: Hex = encodeFunctionResult({
            abi: modelRegistryAbi,
            functionName: "version",
            result: record as never,
          });
          response.end(JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(body).id, result }));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      rpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    after(() => server.close());

    it("passes when version and files agree", async () => {
      const { failed, value } = await verify(published, ONNX, ...where());
      expect(failed).to.deep.equal([]);
      expect(value.checks.at(-1)!.status).to.equal("ok");
    });

    it("fails when the chain records another key", async () => {
      record = { ...record, vkHash: zeroHash };
      const { code, failed, value } = await verify(published, ONNX, ...where());
      expect(code).to.equal(1);
      expect(failed).to.deep.equal(["registry record"]);
      expect(value.checks.at(-1)!.detail).to.contain("vkHash on chain");
    });
  });
});
