// `npm run demo`: from ONNX files to paid, verified inferences on a local chain.
import { parseArgs } from "node:util";
import { deployLocally } from "./demo/deployLocally.ts";
import { Progress } from "./demo/Progress.ts";
import { payOut } from "./demo/payOut.ts";
import { readCalendar } from "./demo/readCalendar.ts";
import { registerModels } from "./demo/registerModels.ts";
import { askAndProve, fundPayer, type SettledInference, settleQuestion } from "./demo/runInferences.ts";
import { attackTable, calendarTable, inferenceTable, paymentTable } from "./demo/tables.ts";
import { type RefusedAttack, tryAttacks } from "./demo/tryAttacks.ts";

const HELP = `npm run demo [-- --json]

Starts a chain in this process, deploys the token, the release schedule, the model registry and settlement, registers
the example models, and has a real held-out sample of each answered, proved, verified on chain and paid for. Then it
tries to be paid with a tampered and with a stolen proof. Nothing leaves this machine.

  --json   print the facts as JSON on stdout (progress goes to stderr)
  --quiet  no progress
  --help   this text
`;

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) process.stdout.write(HELP);
else await runDemo();

async function runDemo(): Promise<void> {
  const start = performance.now();
  const progress = new Progress({ isQuiet: flags.quiet });
  const print = (text: string) => (flags.json ? undefined : process.stdout.write(`${text}\n`));

  const world = await progress.step("Starting a chain and deploying OPG with Ignition", deployLocally);
  const calendar = await progress.step("Reading the release schedule from the chain", () =>
    readCalendar(world),
  );
  print(calendarTable(calendar));

  const versions = await registerModels(world, progress);
  await progress.step("Releasing the launch bucket and depositing 100 OPG", () => fundPayer(world));

  const inferences: SettledInference[] = [];
  let refused: RefusedAttack[] = [];
  for (const [i, version] of versions.entries()) {
    const question = await askAndProve(
      world,
      version,
      i === 0 ? "on-chain request" : "signed order",
      progress,
    );
    if (i === 0)
      refused = await progress.step("Trying to be paid with forged and stolen proofs", () =>
        tryAttacks(world, question),
      );
    inferences.push(
      await progress.step(
        `Settling ${version.entry.name}`,
        () => settleQuestion(world, question),
        ({ gas }) =>
          `Settled ${version.entry.name}: proof checked and paid for ${Number(gas).toLocaleString("en")} gas`,
      ),
    );
    await version.prover.close();
  }
  const paid = await payOut(world, versions);
  print(inferenceTable(inferences));
  print(paymentTable(paid));
  print(attackTable(refused));

  const seconds = (performance.now() - start) / 1000;
  if (flags.json) process.stdout.write(`${JSON.stringify(facts(), null, 2)}\n`);
  else
    print(
      `Done in ${seconds.toFixed(0)} s: ${inferences.length} inferences proved and paid for, ${refused.length} forgeries refused.`,
    );
  await world.connection.close();

  function facts() {
    const models = versions.map(({ entry, modelId, versionId, vkHash, constraints, domain }) => ({
      name: entry.name,
      modelId: modelId.toString(),
      versionId: versionId.toString(),
      vkHash,
      constraints,
      domain,
      setup: "dev (unsafe)",
    }));
    return {
      chainId: world.publicClient.chain.id,
      addresses: world.addresses,
      calendar,
      models,
      inferences,
      paid,
      refused,
      seconds,
    };
  }
}
