import { formatUnits, parseUnits } from "viem";
import type { VestingBucket, VestingConfig } from "./VestingConfig.ts";
import { VestingConfigError, type VestingConfigErrorCode } from "./VestingConfigError.ts";

/** `OPGToken.SUPPLY`, in wei. */
const SUPPLY = 1_000_000_000n * 10n ** 18n;
/** The longest schedule that `VestingSchedule` accepts, in months. */
const MAX_MONTHS = 1_200;

const ROOT_FIELDS = ["launch", "supply", "buckets"] as const;
const BUCKET_FIELDS = ["index", "id", "name", "total", "initialUnlock", "cliffMonths", "months"] as const;

/**
 * Reads a release schedule, such as `config/vesting.opg.json`, and checks all that `VestingSchedule` will check
 * when it is deployed, and what the chain cannot see: misspelt fields, reordered or repeated buckets.
 *
 * Amounts are strings in OPG with up to 18 decimals; `launch` is a second in UTC, `YYYY-MM-DDTHH:MM:SSZ`; `index`
 * repeats the bucket's position, which is its index on chain, so that an edit cannot renumber buckets unnoticed.
 *
 * @param document The parsed JSON.
 * @throws {VestingConfigError} Naming the first value that is wrong, and the remedy.
 */
export function loadVestingConfig(document: unknown): VestingConfig {
  const root = fieldsOf(document, "vesting", ROOT_FIELDS);
  const launch = readLaunch(root.launch);
  const supply = readAmount(root.supply, "supply");
  if (supply !== SUPPLY) {
    refuse(
      "VESTING_SUM",
      "supply",
      `${formatUnits(supply, 18)} OPG is not the token's supply; write "${formatUnits(SUPPLY, 18)}"`,
    );
  }
  if (!Array.isArray(root.buckets)) {
    refuse("VESTING_TYPE", "buckets", `${show(root.buckets)} is not a list; list the buckets`);
  }
  const buckets = root.buckets.map(readBucket);

  refuseDuplicates(buckets, "id");
  refuseDuplicates(buckets, "name");
  const sum = buckets.reduce((total, bucket) => total + bucket.total, 0n);
  if (sum !== supply) {
    const difference = formatUnits(sum > supply ? sum - supply : supply - sum, 18);
    refuse(
      "VESTING_SUM",
      "buckets",
      `the totals sum to ${formatUnits(sum, 18)} OPG, ${difference} ${sum > supply ? "above" : "below"} the supply; ` +
        "correct a total",
    );
  }
  return { launch, buckets };
}

function readBucket(value: unknown, position: number): VestingBucket {
  const path = `buckets[${position}]`;
  const fields = fieldsOf(value, path, BUCKET_FIELDS);
  if (fields.index !== position) {
    refuse(
      "VESTING_ORDER",
      `${path}.index`,
      `${show(fields.index)} is not the bucket's position; write ${position}, or put the bucket back in its place`,
    );
  }
  const id = readText(fields.id, `${path}.id`);
  if (!/^[a-zA-Z][a-zA-Z0-9]*$/.test(id)) {
    refuse(
      "VESTING_TYPE",
      `${path}.id`,
      `${show(id)} is no identifier; use a letter, then letters and digits`,
    );
  }
  const bucket: VestingBucket = {
    id,
    name: readText(fields.name, `${path}.name`),
    total: readAmount(fields.total, `${path}.total`),
    initialUnlock: readAmount(fields.initialUnlock, `${path}.initialUnlock`),
    cliffMonths: readMonths(fields.cliffMonths, `${path}.cliffMonths`),
    months: readMonths(fields.months, `${path}.months`),
  };
  checkTerms(bucket, path);
  return bucket;
}

/** The same rules, in the same order, as the constructor of `VestingSchedule`. */
function checkTerms({ total, initialUnlock, cliffMonths, months }: VestingBucket, path: string): void {
  const rest = total - initialUnlock;
  if (total === 0n) {
    refuse("VESTING_TERMS", `${path}.total`, "the bucket is empty; give it a total or remove it");
  }
  if (rest < 0n) {
    refuse(
      "VESTING_TERMS",
      `${path}.initialUnlock`,
      `${formatUnits(initialUnlock, 18)} OPG is above the total of ${formatUnits(total, 18)}; lower it`,
    );
  }
  if (months === 0 && rest !== 0n) {
    refuse(
      "VESTING_TERMS",
      `${path}.months`,
      `0 steps would never release the remaining ${formatUnits(rest, 18)} OPG; give the number of monthly steps`,
    );
  }
  if (months === 0 && cliffMonths !== 0) {
    refuse("VESTING_TERMS", `${path}.cliffMonths`, `${cliffMonths} months before no steps at all; write 0`);
  }
  if (rest < BigInt(months)) {
    refuse(
      "VESTING_TERMS",
      `${path}.months`,
      `${months} steps of at least one wei need more than the remaining ${rest} wei; use fewer steps`,
    );
  }
  if (cliffMonths + months > MAX_MONTHS) {
    refuse(
      "VESTING_TERMS",
      `${path}.months`,
      `the last step falls ${cliffMonths + months} months after launch; at most ${MAX_MONTHS} are allowed`,
    );
  }
}

function readLaunch(value: unknown): bigint {
  const text = readText(value, "launch");
  const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  // A day that the month does not have is either refused or moved on by Date.parse, so it must print as it was read.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== text.replace("Z", ".000Z")) {
    refuse(
      "VESTING_LAUNCH",
      "launch",
      `${show(text)} is no second in UTC; write it as "2026-04-21T12:30:00Z", with a day that the month has`,
    );
  }
  if (milliseconds <= 0) {
    refuse("VESTING_LAUNCH", "launch", `${show(text)} is not after 1970-01-01T00:00:00Z; give a later date`);
  }
  return BigInt(milliseconds / 1_000);
}

function readAmount(value: unknown, path: string): bigint {
  const text = readText(value, path);
  if (!/^(0|[1-9]\d*)(\.\d{1,18})?$/.test(text)) {
    refuse(
      "VESTING_AMOUNT",
      path,
      `${show(text)} is no amount; write OPG in digits, with a point and at most 18 decimals, such as "40000000.5"`,
    );
  }
  return parseUnits(text, 18);
}

function readMonths(value: unknown, path: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    refuse("VESTING_TYPE", path, `${show(value)} is no number of months; write a whole number, 0 or more`);
  }
  return value;
}

function readText(value: unknown, path: string): string {
  if (typeof value !== "string" || value.trim() === "") {
    refuse("VESTING_TYPE", path, `${show(value)} is no text; write it in quotes`);
  }
  return value;
}

function fieldsOf<Field extends string>(
  value: unknown,
  path: string,
  fields: readonly Field[],
): Record<Field, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse("VESTING_TYPE", path, `${show(value)} is no object; write one with ${fields.join(", ")}`);
  }
  const missing = fields.find((field) => !Object.hasOwn(value, field));
  if (missing !== undefined) refuse("VESTING_MISSING", `${path}.${missing}`, "the field is missing; add it");
  const unknown = Object.keys(value).find((field) => !(fields as readonly string[]).includes(field));
  if (unknown !== undefined) {
    refuse("VESTING_UNKNOWN", `${path}.${unknown}`, `no such field; the fields are ${fields.join(", ")}`);
  }
  return value as Record<Field, unknown>;
}

function refuseDuplicates(buckets: readonly VestingBucket[], field: "id" | "name"): void {
  buckets.forEach((bucket, position) => {
    const first = buckets.findIndex((other) => other[field] === bucket[field]);
    if (first !== position) {
      refuse(
        "VESTING_DUPLICATE",
        `buckets[${position}].${field}`,
        `${show(bucket[field])} is also the ${field} of buckets[${first}]; each bucket needs its own`,
      );
    }
  });
}

function refuse(code: VestingConfigErrorCode, path: string, message: string): never {
  throw new VestingConfigError(code, path, message);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
