// `npm run bench:gas`: gas of whole transactions on a simulated chain with real proofs, against the project's bars.
// `npm run gas:snapshot` records it in snapshots/gas.json, `npm run gas:check` fails when it has changed.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import hre from "hardhat";
import { measureSettlement, type SettlementGas } from "./settlement.ts";
import { measureVerification, type VerificationGas } from "./verification.ts";
import { measureVestingRelease } from "./vesting.ts";

const HELP = `npm run bench:gas [-- --json | --snapshot | --check]

  --json      the figures as JSON on stdout
  --snapshot  write them to snapshots/gas.json
  --check     compare them with snapshots/gas.json; exit code 1 and the differences when they differ
`;

const SNAPSHOT = new URL("../../snapshots/gas.json", import.meta.url);

/** A fixed start of every measured chain: deadlines are calldata, whose bytes cost gas. */
const CHAIN_START = "2026-05-01T00:00:00Z";

/** Blocks follow the clock, so a deadline may have a byte more or less that is zero (EIP-2028: 12 gas a byte). */
const CLOCK_DRIFT = 24;

interface GasReport extends VerificationGas, SettlementGas {
  readonly vestingRelease: number;
}

/** The most that a whole transaction, or a transaction's item, may cost. */
const BARS: readonly (readonly [string, number, (report: GasReport) => number])[] = [
  ["verify one proof", 232_000, (r) => r.verifyOne],
  ["a proof in a batch of 64", 56_000, (r) => r.verifyBatchPerProof[64]],
  ["a signed order settled alone", 300_000, (r) => r.settleSignedOrder],
  ["an item of settle-many at 32", 78_000, (r) => r.settleManyPerItem["32"]],
  ["register a version", 300_000, (r) => r.registerVersion],
  ["a proof with a point off the curve", 400_000, (r) => r.verifyOffCurve],
];

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    snapshot: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
  const report = await measure();
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (flags.json) process.stdout.write(text);
  if (flags.snapshot) writeFileSync(SNAPSHOT, text);
  if (flags.check) checkSnapshot(report);
  if (!flags.json) process.stdout.write(`${tableOf(report)}\n`);
  const broken = BARS.filter(([, bar, gas]) => gas(report) > bar);
  for (const [what, bar, gas] of broken)
    process.stderr.write(`${what}: ${gas(report)} gas, the bar is ${bar}\n`);
  if (broken.length > 0) process.exitCode = 1;
}

async function measure(): Promise<GasReport> {
  const fresh = async () => (await hre.network.create({ override: { initialDate: CHAIN_START } })).viem;
  return {
    ...(await measureVerification(await fresh())),
    ...(await measureSettlement(await fresh())),
    vestingRelease: await measureVestingRelease(await fresh()),
  };
}

function checkSnapshot(report: GasReport): void {
  const recorded = flatten(JSON.parse(readFileSync(SNAPSHOT, "utf8")));
  const measured = flatten(report);
  const names = new Set([...recorded.keys(), ...measured.keys()]);
  const changed = [...names].filter((name) => {
    const drift = (recorded.get(name) ?? Number.NaN) - (measured.get(name) ?? Number.NaN);
    return !(Math.abs(drift) <= CLOCK_DRIFT);
  });
  for (const name of changed) {
    process.stderr.write(
      `${name}: ${recorded.get(name) ?? "absent"} recorded, ${measured.get(name) ?? "absent"} measured\n`,
    );
  }
  if (changed.length === 0) return;
  process.stderr.write(
    "The gas of the contracts has changed. If that is meant, run `npm run gas:snapshot` and commit it.\n",
  );
  process.exitCode = 1;
}

function flatten(value: object, path = ""): Map<string, number> {
  const leaves = new Map<string, number>();
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === "number") leaves.set(`${path}${key}`, child);
    else for (const [name, leaf] of flatten(child, `${path}${key}.`)) leaves.set(name, leaf);
  }
  return leaves;
}

function tableOf(report: GasReport): string {
  const table = new Table({
    head: ["whole transactions", "gas", "bar"],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [] },
  });
  const bars = new Map(
    BARS.map(([what, bar, gas]) => [gas(report), `${bar.toLocaleString("en")} (${what})`]),
  );
  for (const [name, gas] of flatten(report))
    table.push([name, gas.toLocaleString("en"), bars.get(gas) ?? ""]);
  return table.toString();
}
