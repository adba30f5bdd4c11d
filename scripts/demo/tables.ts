import Table from "cli-table3";
import type { Payment } from "./payOut.ts";
import type { CalendarLine } from "./readCalendar.ts";
import type { SettledInference } from "./runInferences.ts";
import type { RefusedAttack } from "./tryAttacks.ts";

/** No colours: tables are often piped into files. */
const PLAIN = { head: [], border: [] };

export function calendarTable(lines: readonly CalendarLine[]): string {
  const table = new Table({
    head: ["event", "time (UTC)", "OPG that unlock", "OPG unlocked in all"],
    colAligns: ["left", "left", "right", "right"],
    style: PLAIN,
  });
  for (const { event, time, unlocks, unlockedInAll } of lines)
    table.push([event, time, amount(unlocks), amount(unlockedInAll)]);
  return `\nRelease schedule, from the contract's views\n${table}`;
}

export function inferenceTable(inferences: readonly SettledInference[]): string {
  const table = new Table({
    head: ["model", "route", "answer", "truth", "proved in", "gas"],
    style: PLAIN,
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

export function paymentTable(paid: readonly Payment[]): string {
  const table = new Table({ head: ["paid to", "OPG"], colAligns: ["left", "right"], style: PLAIN });
  for (const { to, opg } of paid) table.push([to, amount(opg)]);
  return `\nWho was paid\n${table}`;
}

export function attackTable(refused: readonly RefusedAttack[]): string {
  const table = new Table({ head: ["attack", "refused on chain with", "transaction"], style: PLAIN });
  for (const { attack, refusal, transaction } of refused) {
    table.push([attack, refusal, `${transaction.slice(0, 18)}...`]);
  }
  return `\nForgeries\n${table}`;
}

/** A decimal string with thousands separators and at most two decimals, cut, never rounded up. */
function amount(decimal: string): string {
  const [whole, fraction = ""] = decimal.split(".");
  return `${BigInt(whole!).toLocaleString("en")}.${fraction.padEnd(2, "0").slice(0, 2)}`;
}
