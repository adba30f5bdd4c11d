import { expect } from "chai";
import fc from "fast-check";
import hre from "hardhat";
import { DateTime } from "luxon";
import { nobody, opg } from "./deployVesting.ts";

const SCHEDULES = 10_000;
const BATCH = 10;
const SEED = 0x4f5047;
const SUPPLY = opg("1000000000");
const ALL = 2n ** 256n - 1n;

type Terms = { total: bigint; initialUnlock: bigint; cliffMonths: number; months: number };
type Schedule = { launch: bigint; terms: Terms };

/** A UTC second. Dates are those where calendars go wrong: month ends, leap days, years' ends, centuries. */
const launches = fc
  .record({
    year: fc.oneof(
      fc.integer({ min: 1971, max: 2500 }),
      fc.constantFrom(1972, 2000, 2024, 2027, 2028, 2096, 2099, 2100, 2396, 2400, 30_000),
    ),
    day: fc.oneof(
      fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 1, max: 31 }) }),
      fc.record({ month: fc.integer({ min: 1, max: 12 }), day: fc.constantFrom(28, 29, 30, 31) }),
      fc.constantFrom(
        { month: 2, day: 29 },
        { month: 12, day: 31 },
        { month: 1, day: 1 },
        { month: 1, day: 31 },
      ),
    ),
    second: fc.oneof(fc.integer({ min: 0, max: 86_399 }), fc.constantFrom(0, 45_000, 86_399)),
  })
  .map(({ year, day: { month, day }, second }) => {
    const start = DateTime.utc(year, month);
    return BigInt(start.set({ day: Math.min(day, start.daysInMonth!) }).toSeconds() + second);
  });

const counts = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 24 }) },
  { weight: 2, arbitrary: fc.integer({ min: 25, max: 72 }) },
  { weight: 1, arbitrary: fc.integer({ min: 73, max: 240 }) },
);

/** Terms that the contract accepts, of any total up to the supply. */
const terms = fc
  .record({
    total: fc.bigInt({ min: 1_200n, max: SUPPLY }),
    cliffMonths: counts,
    months: counts,
    initialShare: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 1_000n })),
  })
  .map(({ total, cliffMonths, months, initialShare }): Terms => {
    if (months === 0) return { total, initialUnlock: total, cliffMonths: 0, months };
    const largest = total - BigInt(months);
    return { total, initialUnlock: (largest * initialShare) / 1_000n, cliffMonths, months };
  });

/** The steps by luxon's calendar, with amounts by the floors of the definition. */
function stepsOf({ launch, terms: { total, initialUnlock, cliffMonths, months } }: Schedule) {
  const start = DateTime.fromSeconds(Number(launch), { zone: "utc" });
  const rest = total - initialUnlock;
  const times = [launch];
  const amounts = [initialUnlock];
  for (let i = 1; i <= months; ++i) {
    times.push(BigInt(start.plus({ months: cliffMonths + i }).toSeconds()));
    amounts.push((rest * BigInt(i)) / BigInt(months) - (rest * BigInt(i - 1)) / BigInt(months));
  }
  return { times, amounts };
}

/** What steps have unlocked by a time: their plain sum. */
function unlockedBy({ times, amounts }: ReturnType<typeof stepsOf>, time: bigint): bigint {
  return amounts.reduce((sum, amount, k) => (times[k]! <= time ? sum + amount : sum), 0n);
}

describe("VestingSchedule against a date library (luxon, UTC)", function () {
  this.timeout(600_000); // half a minute alone; several times that when instrumented for coverage

  it(`agrees on every step of ${SCHEDULES} random schedules, and on the sums in between`, async () => {
    const { viem } = await hre.network.create();
    const harness = await viem.deployContract("ReleaseHarness");
    const schedules = fc.sample(fc.record({ launch: launches, terms }), { numRuns: SCHEDULES, seed: SEED });
    const fractions = fc.sample(fc.double({ min: 0, max: 1.1, noNaN: true }), {
      numRuns: SCHEDULES,
      seed: SEED,
    });

    const seen = { steps: 0, clamped: 0, leapDays: 0 };
    for (let first = 0; first < SCHEDULES; first += BATCH) {
      const batch = schedules.slice(first, first + BATCH);
      const expected = batch.map(stepsOf);
      const words = expected.flatMap(({ times, amounts }) =>
        times.map((time, k) => (time << 96n) | amounts[k]!),
      );
      expect(await harness.read.steps([batch])).to.deep.equal(words);

      const probes = ["launch", "step", "beforeStep", "anywhere", "afterEnd"].flatMap((probe) =>
        expected.map(({ times }, i) => {
          const [start, step, end] = [times[0]!, times[(first + i * 7) % times.length]!, times.at(-1)!];
          if (probe === "launch") return start;
          if (probe === "step") return step;
          if (probe === "beforeStep") return step > start ? step - 1n : start;
          if (probe === "afterEnd") return end + 1n;
          return start + BigInt(Math.floor(fractions[first + i]! * Number(end - start)));
        }),
      );
      expect(await harness.read.unlocked([batch, probes])).to.deep.equal(
        probes.map((time, j) => unlockedBy(expected[j % BATCH]!, time)),
      );

      for (const { times } of expected) {
        const days = times.map((time) => new Date(Number(time) * 1_000));
        seen.steps += days.length;
        seen.clamped += days.filter((date) => date.getUTCDate() < days[0]!.getUTCDate()).length;
        seen.leapDays += days.filter((date) => date.getUTCMonth() === 1 && date.getUTCDate() === 29).length;
      }
    }
    // The sample is worth something: many steps, many of them where a month is too short, many on leap days.
    expect(seen.steps).to.be.above(250_000);
    expect(seen.clamped).to.be.above(20_000);
    expect(seen.leapDays).to.be.above(1_000);
  });

  it("agrees through the contract itself: calendar, unlockedAt, totalUnlockedAt and nextUnlock of 1,000 buckets", async () => {
    const { viem } = await hre.network.create();
    const [deployments, size] = [100, 10];
    const samples = fc.sample(
      fc.record({ launch: launches, drafts: fc.array(terms, { minLength: size, maxLength: size }) }),
      { numRuns: deployments, seed: SEED },
    );
    for (const { launch, drafts } of samples) {
      const buckets = fitToSupply(drafts).map((bucket, i) => ({
        ...bucket,
        name: `Bucket ${i}`,
        beneficiary: nobody(i),
      }));
      const vesting = await viem.deployContract("VestingSchedule", [launch, buckets]);
      const steps = buckets.map((bucket) => stepsOf({ launch, terms: bucket }));
      const rows = steps
        .flatMap(({ times, amounts }, bucket) =>
          times.map((time, k) => ({ time, bucket: BigInt(bucket), amount: amounts[k]! })),
        )
        .filter(({ amount }) => amount > 0n)
        .sort((a, b) => Number(a.time - b.time) || Number(a.bucket - b.bucket));
      expect(await vesting.read.calendar([0n, ALL])).to.deep.equal(rows);
      expect(await vesting.read.end()).to.equal(rows.at(-1)!.time);

      for (const pick of [0, 0.3, 0.7, 1]) {
        const { time, bucket } = rows[Math.floor(pick * (rows.length - 1))]!;
        for (const at of [time - 1n, time, time + 1n]) {
          const next = rows.find((row) => row.time > at)?.time ?? 0n;
          const atNext = rows.filter((row) => row.time === next);
          expect(await vesting.read.nextUnlock([at])).to.deep.equal([
            next,
            atNext.reduce((sum, { amount }) => sum + amount, 0n),
          ]);
          expect(await vesting.read.unlockedAt([bucket, at])).to.equal(
            unlockedBy(steps[Number(bucket)]!, at),
          );
          expect(await vesting.read.totalUnlockedAt([at])).to.equal(
            steps.reduce((sum, bucketSteps) => sum + unlockedBy(bucketSteps, at), 0n),
          );
        }
      }
    }
  });
});

/** Random terms, scaled so that the totals sum to the supply; a last bucket takes what rounding left. */
function fitToSupply(drafts: readonly Terms[]): Terms[] {
  const sum = drafts.reduce((total, draft) => total + draft.total, 0n);
  const scaled = drafts.map(({ total: draft, initialUnlock, cliffMonths, months }): Terms => {
    const total = 1_200n + (draft * (SUPPLY - opg("1"))) / sum;
    const largest = total - BigInt(months);
    return { total, initialUnlock: (initialUnlock * largest) / draft, cliffMonths, months };
  });
  const left = SUPPLY - scaled.reduce((total, bucket) => total + bucket.total, 0n);
  return [...scaled, { total: left, initialUnlock: 0n, cliffMonths: 1, months: 7 }];
}
