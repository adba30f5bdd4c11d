// `npm run demo`: from ONNX files to paid, verified inferences on a local chain.
import { parseArgs } from "node:util";
import { inferenceSettlementAbi } from "@opg/sdk";
import Table from "cli-table3";
import { formatEther } from "viem";
import { deployLocally, type LocalDeployment } from "./demo/deployLocally.ts";
import { Progress } from "./demo/Progress.ts";
import { type CalendarLine, readCalendar } from "./demo/readCalendar.ts";
import { type RegisteredVersion, registerModels } from "./demo/registerModels.ts";
import { askAndProve, fundPayer, type SettledInference, settleQuestion } from "./demo/runInferences.ts";
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
  const paid = await readPayments(world, versions);
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

interface Payment {
  readonly to: string;
  readonly opg: string;
}

/** Pays out all that was earned and says who got what. */
async function readPayments(
  world: LocalDeployment,
  versions: readonly RegisteredVersion[],
): Promise<Payment[]> {
  const settlement = { abi: inferenceSettlementAbi, address: world.addresses.settlement } as const;
  const { publicClient, prover } = world;
  const payments: Payment[] = [];
  const earned = await publicClient.readContract({
    ...settlement,
    functionName: "proverEarningsOf",
    args: [prover.account.address],
  });
  await prover.writeContract({
    ...settlement,
    functionName: "withdrawProverEarnings",
    args: [prover.account.address],
  });
  payments.push({ to: `prover ${prover.account.address}`, opg: formatEther(earned) });
  for (const [index, [role, wallet]] of [
    ["model owner", world.modelOwner] as const,
    ["data contributor", world.dataContributor] as const,
  ].entries()) {
    let sum = 0n;
    for (const { versionId } of versions) {
      sum += await publicClient.readContract({
        ...settlement,
        functionName: "payeeShareOf",
        args: [versionId, BigInt(index)],
      });
      await wallet.writeContract({
        ...settlement,
        functionName: "withdrawPayeeShare",
        args: [versionId, BigInt(index)],
      });
    }
    payments.push({ to: `${role} ${wallet.account.address}`, opg: formatEther(sum) });
  }
  return payments;
}

function calendarTable(lines: readonly CalendarLine[]): string {
  const table = new Table({
    head: ["event", "time (UTC)", "OPG that unlock", "OPG unlocked in all"],
    colAligns: ["left", "left", "right", "right"],
    style: { head: [] },
  });
  for (const { event, time, unlocks, unlockedInAll } of lines)
    table.push([event, time, amount(unlocks), amount(unlockedInAll)]);
  return `\nRelease schedule, from the contract's views\n${table}`;
}

function inferenceTable(inferences: readonly SettledInference[]): string {
  const table = new Table({
    head: ["model", "route", "answer", "truth", "proved in", "gas"],
    style: { head: [] },
  });
  for (const { model, route, answer, truth, proveSeconds, gas } of inferences) {
    table.push([
      model,
      route,
      answer,
      truth,
      `${proveSeconds.toFixed(1)} s`,
      Number(gas).toLocaleString("en"),
    ]);
  }
  return `\nInferences, each proved and verified on chain\n${table}`;
}

function paymentTable(paid: readonly Payment[]): string {
  const table = new Table({ head: ["paid to", "OPG"], colAligns: ["left", "right"], style: { head: [] } });
  for (const { to, opg } of paid) table.push([to, amount(opg)]);
  return `\nWho was paid\n${table}`;
}

function attackTable(refused: readonly RefusedAttack[]): string {
  const table = new Table({ head: ["attack", "refused on chain with"], style: { head: [] } });
  for (const { attack, refusal } of refused) table.push([attack, refusal]);
  return `\nForgeries\n${table}`;
}

/** A decimal string with thousands separators and at most two decimals, cut, never rounded up. */
function amount(decimal: string): string {
  const [whole, fraction = ""] = decimal.split(".");
  return `${BigInt(whole!).toLocaleString("en")}.${fraction.padEnd(2, "0").slice(0, 2)}`;
}
