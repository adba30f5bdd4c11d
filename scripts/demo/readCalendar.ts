import { vestingScheduleAbi } from "@opg/sdk";
import { DateTime } from "luxon";
import { formatEther } from "viem";
import type { LocalDeployment } from "./deployLocally.ts";

/** One line of the published calendar, as the chain tells it. */
export interface CalendarLine {
  readonly event: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** OPG that unlock then, in whole tokens and wei as a decimal string. */
  readonly unlocks: string;
  /** OPG unlocked by then, of all buckets. */
  readonly unlockedInAll: string;
}

/** The step that was reported most: two months after launch. */
const REPORTED_STEP = Date.parse("2026-06-21T12:30:00Z") / 1000;

/** Reads the release schedule's landmarks with nothing but contract views: launch, next unlocks, a known step, the end. */
export async function readCalendar({
  publicClient,
  addresses,
  config,
}: LocalDeployment): Promise<CalendarLine[]> {
  const vesting = { abi: vestingScheduleAbi, address: addresses.vesting } as const;
  const unlockedAt = (time: bigint) =>
    publicClient.readContract({ ...vesting, functionName: "totalUnlockedAt", args: [time] });
  const line = async (event: string, time: bigint, unlocks: bigint): Promise<CalendarLine> => ({
    event,
    time: DateTime.fromSeconds(Number(time), { zone: "utc" }).toISO({ suppressMilliseconds: true }) ?? "",
    unlocks: formatEther(unlocks),
    unlockedInAll: formatEther(await unlockedAt(time)),
  });

  const launch = await publicClient.readContract({ ...vesting, functionName: "launch" });
  const end = await publicClient.readContract({ ...vesting, functionName: "end" });
  const lines = [await line("launch", launch, await unlockedAt(launch))];
  lines.push(await reportedStep());

  let { timestamp: time } = await publicClient.getBlock();
  for (const event of ["next unlock", "second next", "third next"]) {
    const [unlockTime, amount] = await publicClient.readContract({
      ...vesting,
      functionName: "nextUnlock",
      args: [time],
    });
    if (unlockTime === 0n) break;
    lines.push(await line(event, unlockTime, amount));
    time = unlockTime;
  }
  lines.push(await line("end", end, (await unlockedAt(end)) - (await unlockedAt(end - 1n))));
  return lines;

  async function reportedStep(): Promise<CalendarLine> {
    const time = BigInt(REPORTED_STEP);
    let amount = 0n;
    for (const id of ["ecosystem", "foundation"]) {
      const bucket = BigInt(config.buckets.findIndex((candidate) => candidate.id === id));
      const at = (t: bigint) =>
        publicClient.readContract({ ...vesting, functionName: "unlockedAt", args: [bucket, t] });
      amount += (await at(time)) - (await at(time - 1n));
    }
    return line("ecosystem + foundation", time, amount);
  }
}
