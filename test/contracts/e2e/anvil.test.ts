import { type ChildProcess, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { inferenceSettlementAbi } from "@opg/sdk";
import { expect } from "chai";
import hre from "hardhat";
import { MODEL_CATALOG } from "../../../models/catalog.ts";
import { deployOn, type LocalDeployment } from "../../../scripts/demo/deployLocally.ts";
import { Progress } from "../../../scripts/demo/Progress.ts";
import { payOut } from "../../../scripts/demo/payOut.ts";
import { readCalendar } from "../../../scripts/demo/readCalendar.ts";
import { type RegisteredVersion, registerModels } from "../../../scripts/demo/registerModels.ts";
import { askAndProve, fundPayer, settleQuestion } from "../../../scripts/demo/runInferences.ts";
import { tryAttacks } from "../../../scripts/demo/tryAttacks.ts";

/** Ignition's journal of this run: the chain is gone when the test is over. */
const DEPLOYMENT = `anvil-test-${process.pid}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts anvil, a chain node of its own process and implementation, and waits until it listens. */
async function startAnvil(): Promise<{ node: ChildProcess; url: string }> {
  const port = await freePort();
  const args = ["--port", `${port}`, "--accounts", "16", "--hardfork", "osaka"];
  const node = spawn("anvil", args, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    node.once("error", reject);
    node.once("exit", (code) => reject(new Error(`anvil ended with code ${code}`)));
    node.stdout?.on("data", (chunk: Buffer) => chunk.toString().includes("Listening on") && resolve());
  });
  return { node, url: `http://127.0.0.1:${port}` };
}

describe("OPG on anvil, from deployment to payment", () => {
  let node: ChildProcess;
  let world: LocalDeployment;
  let versions: RegisteredVersion[];
  const progress = new Progress({ isQuiet: true });

  before(async function () {
    this.timeout(180_000);
    const anvil = await startAnvil();
    node = anvil.node;
    const connection = await hre.network.create({ network: "localhost", override: { url: anvil.url } });
    world = await deployOn(connection, DEPLOYMENT);
    const entries = MODEL_CATALOG.filter(({ name }) => name === "breast-cancer-mlp");
    versions = await registerModels(world, progress, entries);
    await fundPayer(world);
  });

  after(async () => {
    for (const { prover } of versions ?? []) await prover.close();
    await world?.connection.close();
    node?.kill();
    await rm(join(hre.config.paths.ignition, "deployments", DEPLOYMENT), { recursive: true, force: true });
  });

  it("shows the published schedule", async () => {
    const lines = await readCalendar(world);
    expect(lines[0]).to.include({
      event: "launch",
      time: "2026-04-21T12:30:00Z",
      unlockedInAll: "190000000",
    });
    expect(lines[1]!.unlocks).to.equal("8083333.333333333333333333");
    expect(lines.at(-1)!.unlockedInAll).to.equal("1000000000");
  });

  it("pays for a proved answer to an on-chain request, once", async () => {
    const question = await askAndProve(world, versions[0]!, "on-chain request", progress);
    const attacks = await tryAttacks(world, question);
    expect(attacks.map(({ refusal }) => refusal)).to.deep.equal(
      new Array(3).fill("InferenceSettlement__InvalidProof"),
    );
    const settled = await settleQuestion(world, question);
    expect(settled).to.include({ answer: settled.truth, paidToProver: "3", paidToPayees: "2" });
    const request = await world.publicClient.readContract({
      abi: inferenceSettlementAbi,
      address: world.addresses.settlement,
      functionName: "requestOf",
      args: [question.answer.requestId],
    });
    expect(request.status).to.equal(2);
    await settleQuestion(world, question).then(
      () => expect.fail("the same request was settled twice"),
      (error) => expect(error.message).to.include("InferenceSettlement__NotPayable"),
    );
  });

  it("pays for a signed order and lets everybody take what he earned", async () => {
    const question = await askAndProve(world, versions[0]!, "signed order", progress);
    expect(await settleQuestion(world, question)).to.include({ route: "signed order", paidToProver: "3" });
    const paid = await payOut(world, versions);
    expect(paid.map(({ opg }) => opg)).to.deep.equal(["6", "3.2", "0.8"]);
  });
});
