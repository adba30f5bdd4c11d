import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { devPowersOfTau, fromSnarkjsKey, toSolidityKey } from "@opg/groth16";
import { expect } from "chai";
import * as snarkjs from "snarkjs";
import type { SetupTranscript } from "../../../sdk/src/cli/setup/SetupTranscript.ts";
import { vkHash } from "../../../sdk/src/index.ts";
import { runOpg, runOpgJson } from "./support/runOpg.ts";
import { tinyCircuit } from "./support/tinyCircuit.ts";

describe("opg setup: a ceremony", () => {
  let root: string;
  const at = (name: string) => join(root, name);

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "opg-ceremony-"));
    await writeFile(at("tiny.r1cs"), tinyCircuit());
    await writeFile(at("tiny.ptau"), await devPowersOfTau(3));
    expect(
      (await runOpg("setup", "new", at("tiny.r1cs"), "--ptau", at("tiny.ptau"), "--out", at("0.zkey"))).code,
    ).to.equal(0);
  });

  after(() => rm(root, { recursive: true }));

  it("of two contributors, one of them with snarkjs, and a beacon is accepted by snarkjs and by opg", async () => {
    const first = await runOpgJson<SetupTranscript>(
      ...["setup", "contribute", at("0.zkey"), "--name", "Ada", "--entropy", "a", "--out", at("1.zkey")],
    );
    expect(first.value.contributions.map(({ name }) => name)).to.deep.equal(["Ada"]);
    await snarkjs.zKey.contribute(at("1.zkey"), at("2.zkey"), "Grace", "entropy");
    await cp(at("1.transcript.json"), at("2.transcript.json"));
    const beacon = ["--beacon", "0x0102030405", "--iterations", "10"];
    const last = await runOpgJson<SetupTranscript>(
      "setup",
      "beacon",
      at("2.zkey"),
      ...beacon,
      "--out",
      at("3.zkey"),
    );
    expect(last.value.contributions.map(({ name }) => name)).to.deep.equal(["Ada", "Grace", "beacon"]);
    expect(last.value.contributions[0]!.hash).to.equal(first.value.contributions[0]!.hash);

    expect(await snarkjs.zKey.verifyFromR1cs(at("tiny.r1cs"), at("tiny.ptau"), at("3.zkey"))).to.equal(true);
    const verified = await runOpg(
      ...["setup", "verify", at("3.zkey"), "--circuit", at("tiny.r1cs"), "--ptau", at("tiny.ptau")],
    );
    expect(verified.code).to.equal(0);
    expect(verified.stdout).to.contain("the key verifies");
    expect(verified.stdout).to.contain("not one of the published files");

    const exported = await runOpg("setup", "export", at("3.zkey"), "--out", at("vkey.json"));
    expect(exported.code).to.equal(0);
    const key = fromSnarkjsKey(JSON.parse(await readFile(at("vkey.json"), "utf8")));
    const words = await runOpgJson<{ vkHash: string }>("setup", "export", at("3.zkey"), "--solidity");
    expect(words.value.vkHash).to.equal(vkHash(toSolidityKey(key)));
    expect(words.value.vkHash).to.equal(last.value.vkHash);
  });

  it("fails verification when the transcript tells another story than the key", async () => {
    const path = at("0.transcript.json");
    const transcript = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...transcript, contributions: [{ name: "Eve", hash: "00" }] }));
    const { code, stderr } = await runOpg(
      ...["setup", "verify", at("0.zkey"), "--circuit", at("tiny.r1cs"), "--ptau", at("tiny.ptau")],
    );
    await writeFile(path, JSON.stringify(transcript));
    expect(code).to.equal(1);
    expect(stderr).to.contain("says contributions").and.to.contain("Eve");
  });

  it("fails verification of a key with a changed point", async () => {
    const bytes = await readFile(at("0.zkey"));
    bytes[bytes.length - 300]! ^= 1;
    await writeFile(at("bad.zkey"), bytes);
    const { code, stderr } = await runOpg(
      ...["setup", "verify", at("bad.zkey"), "--circuit", at("tiny.r1cs"), "--ptau", at("tiny.ptau")],
    );
    expect(code).to.equal(1);
    expect(stderr).to.contain("The key does not verify");
  });

  it("refuses to contribute to a dev key, which no ceremony can save", async () => {
    await runOpg("setup", "dev", at("tiny.r1cs"), "--out", at("dev"));
    const { code, stderr } = await runOpg(
      ...["setup", "contribute", at("dev/model.zkey"), "--name", "Ada", "--out", at("dev1.zkey")],
    );
    expect(code).to.equal(1);
    expect(stderr).to.contain("opg setup new");
  });
});
