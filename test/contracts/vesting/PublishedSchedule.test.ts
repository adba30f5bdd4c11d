import { expect } from "chai";
import { encodeFunctionData, formatEther } from "viem";
import { at, deployPublished, opg, PUBLISHED } from "./deployVesting.ts";

const LAUNCH = at("2026-04-21T12:30:00Z");
const END = at("2034-04-21T12:30:00Z");
const SUPPLY = opg("1000000000");
const ALL = 2n ** 256n - 1n;

/** OPG to the cent, cut off, as the figures are published. */
const cents = (wei: bigint): string => formatEther((wei / 10n ** 16n) * 10n ** 16n);

describe("The published schedule (TGE 2026-04-21 12:30:00 UTC)", () => {
  let fixture: Awaited<ReturnType<typeof deployPublished>>;
  before(async () => {
    fixture = await deployPublished();
  });

  /** Whole calendar, or the part of some buckets. */
  const calendar = async (...buckets: bigint[]) =>
    (await fixture.vesting.read.calendar([0n, ALL])).filter(
      (row) => buckets.length === 0 || buckets.includes(row.bucket),
    );
  const sum = (rows: readonly { amount: bigint }[]) => rows.reduce((total, { amount }) => total + amount, 0n);
  const unlockedOn = async (date: string, ...buckets: bigint[]) =>
    sum((await calendar(...buckets)).filter((row) => row.time === at(date)));

  it("is stored as it is published", async () => {
    const { vesting, parameters } = fixture;
    expect(await vesting.read.launch()).to.equal(LAUNCH);
    expect(await vesting.read.end()).to.equal(END);
    expect(await vesting.read.bucketCount()).to.equal(7n);
    for (const [i, bucket] of parameters.buckets.entries()) {
      expect(await vesting.read.bucket([BigInt(i)])).to.deep.equal(bucket);
    }
    expect(PUBLISHED.buckets.map(({ name, total }) => [name, formatEther(total)])).to.deep.equal([
      ["Ecosystem", "400000000"],
      ["Foundation", "150000000"],
      ["Core contributors", "150000000"],
      ["Investors and advisors", "100000000"],
      ["Staking rewards", "100000000"],
      ["Liquidity and launch", "60000000"],
      ["Airdrop", "40000000"],
    ]);
  });

  it("unlocks 190,000,000 at TGE and nothing a second earlier", async () => {
    const { vesting } = fixture;
    expect(await vesting.read.totalUnlockedAt([LAUNCH - 1n])).to.equal(0n);
    expect(await vesting.read.totalUnlockedAt([LAUNCH])).to.equal(opg("190000000"));
    expect(await unlockedOn("2026-04-21T12:30:00Z")).to.equal(opg("190000000"));
  });

  it("pays the monthly amounts of the published table", async () => {
    const { vesting } = fixture;
    const published = ["6000000", "2083333.33", "4166666.66", "2777777.77", "1041666.66"];
    for (const [bucket, amount] of published.entries()) {
      for (const step of [1n, BigInt(PUBLISHED.buckets[bucket]!.months)]) {
        expect(cents(await vesting.read.stepAmount([BigInt(bucket), step]))).to.equal(amount);
      }
    }
  });

  it("unlocks 8,083,333.33 for ecosystem and foundation on 2026-06-21, 9,125,000 with staking", async () => {
    expect(cents(await unlockedOn("2026-06-21T12:30:00Z", 0n, 1n))).to.equal("8083333.33");
    expect(cents(await unlockedOn("2026-06-21T12:30:00Z", 0n, 1n, 4n))).to.equal("9125000");
    const [time, amount] = await fixture.vesting.read.nextUnlock([at("2026-06-01T00:00:00Z")]);
    expect(time).to.equal(at("2026-06-21T12:30:00Z"));
    expect(cents(amount)).to.equal("9125000");
  });

  it("unlocks 16,069,444.44 a month once the cliffs are over", async () => {
    expect(cents(await unlockedOn("2027-04-21T12:30:00Z"))).to.equal("9125000");
    for (const date of ["2027-05-21T12:30:00Z", "2028-02-21T12:30:00Z", "2030-04-21T12:30:00Z"]) {
      expect(cents(await unlockedOn(date))).to.equal("16069444.44");
    }
  });

  it("ends at exactly 1,000,000,000, and never goes beyond", async () => {
    const { vesting } = fixture;
    expect((await vesting.read.totalUnlockedAt([END - 1n])) < SUPPLY).to.equal(true);
    for (const time of [END, END + 1n, ALL]) {
      expect(await vesting.read.totalUnlockedAt([time])).to.equal(SUPPLY);
    }
    expect(sum(await calendar())).to.equal(SUPPLY);
    for (const [i, { total }] of PUBLISHED.buckets.entries()) {
      expect(await vesting.read.unlockedAt([BigInt(i), ALL])).to.equal(total);
      expect(sum(await calendar(BigInt(i)))).to.equal(total);
    }
  });

  it("answers for any bucket and time without a step having been released", async () => {
    const { vesting } = fixture;
    const time = at("2027-12-31T23:59:59Z"); // 20 months on
    expect(await vesting.read.unlockedAt([0n, time])).to.equal(opg("160000000"));
    expect(await vesting.read.unlockedAt([2n, time])).to.equal((opg("150000000") * 8n) / 36n);
    expect(await vesting.read.unlockedAt([5n, time])).to.equal(opg("60000000"));
    expect(await vesting.read.unlockedAt([5n, 0n])).to.equal(0n);
  });

  it("numbers steps from the initial unlock", async () => {
    const { vesting } = fixture;
    expect(await vesting.read.stepTime([0n, 0n])).to.equal(LAUNCH);
    expect(await vesting.read.stepAmount([0n, 0n])).to.equal(opg("40000000"));
    expect(await vesting.read.stepTime([2n, 0n])).to.equal(LAUNCH);
    expect(await vesting.read.stepAmount([2n, 0n])).to.equal(0n);
    expect(await vesting.read.stepTime([2n, 1n])).to.equal(at("2027-05-21T12:30:00Z"));
    expect(await vesting.read.stepTime([4n, 96n])).to.equal(END);
  });

  describe("nextUnlock", () => {
    it("is strictly after the time asked for", async () => {
      const { vesting } = fixture;
      const may = at("2026-05-21T12:30:00Z");
      expect(await vesting.read.nextUnlock([0n])).to.deep.equal([LAUNCH, opg("190000000")]);
      expect((await vesting.read.nextUnlock([LAUNCH - 1n]))[0]).to.equal(LAUNCH);
      expect((await vesting.read.nextUnlock([LAUNCH]))[0]).to.equal(may);
      expect((await vesting.read.nextUnlock([may - 1n]))[0]).to.equal(may);
      expect((await vesting.read.nextUnlock([may]))[0]).to.equal(at("2026-06-21T12:30:00Z"));
    });

    it("is zero when nothing is left", async () => {
      const { vesting } = fixture;
      expect((await vesting.read.nextUnlock([END - 1n]))[0]).to.equal(END);
      expect(await vesting.read.nextUnlock([END])).to.deep.equal([0n, 0n]);
      expect(await vesting.read.nextUnlock([ALL])).to.deep.equal([0n, 0n]);
    });

    it("walks through the whole schedule", async () => {
      const { vesting } = fixture;
      let [time, total, unlocks] = [0n, 0n, 0];
      for (;;) {
        const [next, amount] = await vesting.read.nextUnlock([time]);
        if (next === 0n) break;
        [time, total, unlocks] = [next, total + amount, unlocks + 1];
      }
      expect({ time, total, unlocks }).to.deep.equal({ time: END, total: SUPPLY, unlocks: 97 });
    });
  });

  describe("calendar", () => {
    it("lists every step of every bucket, by time, then by bucket", async () => {
      const { vesting } = fixture;
      const rows = await calendar();
      const steps = [];
      for (const [i, { initialUnlock, months }] of PUBLISHED.buckets.entries()) {
        const bucket = BigInt(i);
        for (let step = initialUnlock === 0n ? 1n : 0n; step <= BigInt(months); ++step) {
          steps.push({
            time: await vesting.read.stepTime([bucket, step]),
            bucket,
            amount: await vesting.read.stepAmount([bucket, step]),
          });
        }
      }
      steps.sort((a, b) => Number(a.time - b.time) || Number(a.bucket - b.bucket));
      expect(rows).to.have.length(280);
      expect(rows).to.deep.equal(steps);
    });

    it("starts at a step of the very second asked for", async () => {
      const { vesting } = fixture;
      const rows = await calendar();
      for (const from of [LAUNCH, at("2027-05-21T12:30:00Z"), END]) {
        const later = rows.filter((row) => row.time >= from);
        expect(await vesting.read.calendar([from, ALL])).to.deep.equal(later);
        expect(await vesting.read.calendar([from + 1n, ALL])).to.deep.equal(
          rows.filter((row) => row.time > from),
        );
      }
      expect(await vesting.read.calendar([END + 1n, ALL])).to.deep.equal([]);
      expect(await vesting.read.calendar([ALL, ALL])).to.deep.equal([]);
    });

    it("returns no more rows than asked for, and can be read in pieces", async () => {
      const { vesting } = fixture;
      const rows = await calendar();
      expect(await vesting.read.calendar([0n, 0n])).to.deep.equal([]);
      for (const count of [1, 3, 5, 279, 280, 281]) {
        expect(await vesting.read.calendar([0n, BigInt(count)])).to.deep.equal(rows.slice(0, count));
      }
      const read: (typeof rows)[number][] = [];
      for (let from = 0n; ; from = read.at(-1)!.time) {
        const page = await vesting.read.calendar([from, 8n]);
        const fresh = page.filter(
          (row) => !read.some((seen) => seen.time === row.time && seen.bucket === row.bucket),
        );
        read.push(...fresh);
        if (fresh.length === 0) break;
      }
      expect(read).to.deep.equal(rows);
    });

    it("costs less than a tenth of the 50,000,000 gas that nodes allow a call", async () => {
      const { viem, vesting } = fixture;
      const publicClient = await viem.getPublicClient();
      const data = encodeFunctionData({ abi: vesting.abi, functionName: "calendar", args: [0n, ALL] });
      const gas = await publicClient.estimateGas({ to: vesting.address, data });
      expect(Number(gas)).to.be.below(5_000_000);
    });
  });
});
