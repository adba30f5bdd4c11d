import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(import.meta.dirname, "../..");

function runDemo(...flags: string[]): Promise<{ stdout: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn("node", ["scripts/demo.ts", ...flags], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ stdout, code }));
  });
}

describe("npm run demo", () => {
  it("proves and pays for an answer of every example model and refuses every forgery", async () => {
    const { stdout, code } = await runDemo("--json", "--quiet");
    expect(code).to.equal(0);
    const facts = JSON.parse(stdout);
    expect(facts.calendar[0]).to.include({ time: "2026-04-21T12:30:00Z", unlockedInAll: "190000000" });
    expect(facts.calendar[1]).to.include({
      time: "2026-06-21T12:30:00Z",
      unlocks: "8083333.333333333333333333",
    });
    expect(facts.calendar.at(-1).unlockedInAll).to.equal("1000000000");
    expect(facts.models.map(({ name }: { name: string }) => name)).to.deep.equal([
      "breast-cancer-logistic",
      "breast-cancer-mlp",
      "mnist-mlp",
      "eth-volatility",
    ]);
    for (const { model, answer, truth, paidToProver, paidToPayees } of facts.inferences) {
      if (model !== "eth-volatility") expect(answer, model).to.equal(truth);
      expect([paidToProver, paidToPayees]).to.deep.equal(["3", "2"]);
    }
    expect(facts.paid.map(({ opg }: { opg: string }) => opg)).to.deep.equal(["12", "6.4", "1.6"]);
    expect(facts.refused).to.have.lengthOf(3);
    for (const { refusal } of facts.refused) expect(refusal).to.equal("InferenceSettlement__InvalidProof");
  }).timeout(180_000);

  it("explains itself", async () => {
    const { stdout, code } = await runDemo("--help");
    expect(code).to.equal(0);
    expect(stdout).to.include("--json");
  });
});
