import { readFileSync } from "node:fs";
import { loadVestingConfig, VestingConfigError, type VestingConfigErrorCode } from "@opg/sdk";
import { expect } from "chai";
import { parseEther } from "viem";

type Document = { launch: unknown; supply: unknown; buckets: Record<string, unknown>[] };

const text = readFileSync(new URL("../../../config/vesting.opg.json", import.meta.url), "utf8");
const published = (): Document => JSON.parse(text);

/** The published configuration with one change is refused as said. */
function refuses(
  edit: (document: Document) => unknown,
  code: VestingConfigErrorCode,
  path: string,
  ...words: string[]
) {
  const document = published();
  const replaced = edit(document);
  const act = () => loadVestingConfig(replaced === undefined ? document : replaced);
  expect(act).to.throw(VestingConfigError).that.includes({ code, path, name: "VestingConfigError" });
  for (const word of words) expect(act).to.throw(word);
}

/** Sets fields of a bucket. */
const bucket = (position: number, fields: Record<string, unknown>) => (document: Document) =>
  void Object.assign(document.buckets[position]!, fields);

describe("loadVestingConfig", () => {
  it("reads the published schedule", () => {
    const { launch, buckets } = loadVestingConfig(published());
    expect(launch).to.equal(1_776_774_600n);
    expect(buckets).to.have.length(7);
    expect(buckets[2]).to.deep.equal({
      id: "coreContributors",
      name: "Core contributors",
      total: parseEther("150000000"),
      initialUnlock: 0n,
      cliffMonths: 12,
      months: 36,
    });
    expect(buckets.reduce((sum, { total }) => sum + total, 0n)).to.equal(parseEther("1000000000"));
  });

  it("reads amounts to the wei", () => {
    const document = published();
    document.buckets[0]!.initialUnlock = "40000000.000000000000000001";
    expect(loadVestingConfig(document).buckets[0]?.initialUnlock).to.equal(parseEther("40000000") + 1n);
  });

  it("takes a leap day", () => {
    expect(loadVestingConfig({ ...published(), launch: "2028-02-29T00:00:00Z" }).launch).to.equal(
      1_835_395_200n,
    );
  });

  describe("refuses, naming the value and the remedy,", () => {
    it("what is no object", () => {
      for (const value of [null, [], "x", 1]) {
        refuses(() => value, "VESTING_TYPE", "vesting", "write one with launch, supply, buckets");
      }
      refuses(
        (d) => void d.buckets.splice(3, 1, null as never),
        "VESTING_TYPE",
        "buckets[3]",
        "null is no object",
      );
    });

    it("buckets that are no list", () => {
      refuses((d) => ({ ...d, buckets: {} }), "VESTING_TYPE", "buckets", "{} is not a list");
    });

    it("a missing field", () => {
      refuses(({ launch: _, ...rest }) => rest, "VESTING_MISSING", "vesting.launch", "add it");
      refuses(
        (d) => void delete d.buckets[1]!.initialUnlock,
        "VESTING_MISSING",
        "buckets[1].initialUnlock",
        "add it",
      );
    });

    it("an unknown field", () => {
      refuses((d) => ({ ...d, owner: "0x" }), "VESTING_UNKNOWN", "vesting.owner", "the fields are launch");
      refuses(bucket(2, { clifMonths: 12 }), "VESTING_UNKNOWN", "buckets[2].clifMonths", "cliffMonths");
    });

    it("a launch that is no UTC second", () => {
      for (const launch of [
        "2026-04-21",
        "2026-04-21T12:30:00",
        "2026-04-21T12:30:00+02:00",
        "2026-04-31T12:30:00Z",
        "2027-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-04-21T24:00:00Z",
      ]) {
        refuses((d) => ({ ...d, launch }), "VESTING_LAUNCH", "launch", launch, "2026-04-21T12:30:00Z");
      }
      refuses((d) => ({ ...d, launch: 1_776_774_600 }), "VESTING_TYPE", "launch", "1776774600 is no text");
    });

    it("a launch that is not after 1970", () => {
      for (const launch of ["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]) {
        refuses((d) => ({ ...d, launch }), "VESTING_LAUNCH", "launch", launch, "later date");
      }
    });

    it("what is no amount", () => {
      for (const total of ["", " ", 400_000_000, null]) {
        refuses(bucket(0, { total }), "VESTING_TYPE", "buckets[0].total", "in quotes");
      }
      for (const total of ["-1", "1e9", "400,000,000", "0x10", "01", "1.", ".5", "1.0000000000000000001"]) {
        refuses(bucket(0, { total }), "VESTING_AMOUNT", "buckets[0].total", total, "at most 18 decimals");
      }
    });

    it("what is no number of months", () => {
      for (const months of [-1, 1.5, "60", null]) {
        refuses(
          bucket(0, { months }),
          "VESTING_TYPE",
          "buckets[0].months",
          JSON.stringify(months),
          "whole number",
        );
      }
      refuses(bucket(0, { cliffMonths: -1 }), "VESTING_TYPE", "buckets[0].cliffMonths", "-1");
    });

    it("what is no id", () => {
      for (const id of ["eco system", "2nd", "eco-system"]) {
        refuses(bucket(0, { id }), "VESTING_TYPE", "buckets[0].id", id, "use a letter");
      }
    });

    it("buckets out of order", () => {
      refuses((d) => void d.buckets.reverse(), "VESTING_ORDER", "buckets[0].index", "6 is not", "write 0");
      refuses(bucket(4, { index: 5 }), "VESTING_ORDER", "buckets[4].index", "5 is not", "write 4");
    });

    it("repeated ids and names", () => {
      refuses(
        bucket(6, { id: "ecosystem" }),
        "VESTING_DUPLICATE",
        "buckets[6].id",
        "also the id of buckets[0]",
      );
      refuses(bucket(6, { name: "Ecosystem" }), "VESTING_DUPLICATE", "buckets[6].name", "name of buckets[0]");
    });

    it("totals that do not sum to the supply", () => {
      refuses(
        bucket(4, { total: "100000001" }),
        "VESTING_SUM",
        "buckets",
        "1000000001 OPG, 1 above the supply",
        "correct a total",
      );
      refuses(
        bucket(4, { total: "99999999.999999999999999999" }),
        "VESTING_SUM",
        "buckets",
        "0.000000000000000001 below the supply",
      );
    });

    it("another supply than the token's", () => {
      refuses((d) => ({ ...d, supply: "999" }), "VESTING_SUM", "supply", "999 OPG", 'write "1000000000"');
    });

    it("terms that the contract would refuse", () => {
      const at = "buckets[0]";
      refuses(bucket(0, { total: "0" }), "VESTING_TERMS", `${at}.total`, "empty");
      refuses(
        bucket(0, { initialUnlock: "400000001" }),
        "VESTING_TERMS",
        `${at}.initialUnlock`,
        "400000001 OPG is above the total of 400000000",
      );
      refuses(bucket(0, { months: 0 }), "VESTING_TERMS", `${at}.months`, "remaining 360000000 OPG");
      refuses(bucket(5, { cliffMonths: 3 }), "VESTING_TERMS", "buckets[5].cliffMonths", "write 0");
      refuses(
        bucket(0, { initialUnlock: "399999999.999999999999999999" }),
        "VESTING_TERMS",
        `${at}.months`,
        "remaining 1 wei",
      );
      refuses(
        bucket(0, { cliffMonths: 1_141 }),
        "VESTING_TERMS",
        `${at}.months`,
        "1201 months",
        "at most 1200",
      );
    });
  });
});
