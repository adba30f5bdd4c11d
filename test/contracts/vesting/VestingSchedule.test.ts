import type { VestingParameters } from "@opg/sdk";
import { expect } from "chai";
import hre from "hardhat";
import { type Address, type ContractErrorName, getAddress, getContractAddress, zeroAddress } from "viem";
import { at, deployPublished, nobody, opg, publishedParameters } from "./deployVesting.ts";

const LAUNCH = at("2026-04-21T12:30:00Z");
const SUPPLY = opg("1000000000");
const ECOSYSTEM = 0n;
const CORE = 2n;
const FIRST_UNKNOWN = 7n;

type Fixture = Awaited<ReturnType<typeof deployPublished>>;

describe("VestingSchedule", () => {
  describe("construction", () => {
    async function deploy(edit: (parameters: VestingParameters) => void) {
      const { viem } = await hre.network.getOrCreate();
      const parameters = publishedParameters();
      edit(parameters);
      return viem.deployContract("VestingSchedule", [parameters.launch, parameters.buckets]);
    }

    /** The first bucket's terms are replaced; the last bucket takes the difference. */
    function withFirst(terms: Partial<VestingParameters["buckets"][number]>) {
      return (parameters: VestingParameters) => {
        const [first, last] = [parameters.buckets[0]!, parameters.buckets[6]!];
        const total = terms.total ?? first.total;
        last.total += first.total - total;
        last.initialUnlock = last.total;
        parameters.buckets[0] = { ...first, ...terms };
      };
    }

    async function expectRefusal(
      edit: (parameters: VestingParameters) => void,
      error: ContractErrorName<Fixture["vesting"]["abi"]>,
      args: readonly unknown[],
    ) {
      const { viem } = await hre.network.getOrCreate();
      const { abi } = await hre.artifacts.readArtifact("VestingSchedule");
      await viem.assertions.revertWithCustomErrorWithArgs(
        deploy(edit),
        { abi, address: zeroAddress },
        error,
        args as never,
      );
    }

    it("deploys the token and holds all of it, from the same block on", async () => {
      const { vesting, token } = await deployPublished();
      expect(await token.read.totalSupply()).to.equal(SUPPLY);
      expect(await token.read.balanceOf([vesting.address])).to.equal(SUPPLY);
      expect(getAddress(await vesting.read.token())).to.equal(
        getContractAddress({ from: vesting.address, nonce: 1n }),
      );
    });

    it("refuses a launch of zero, and one in milliseconds", async () => {
      const max = 2n ** 40n - 1n;
      for (const launch of [0n, LAUNCH * 1_000n]) {
        await expectRefusal((p) => Object.assign(p, { launch }), "VestingSchedule__LaunchOutOfRange", [
          launch,
          max,
        ]);
      }
      const vesting = await deploy((p) => Object.assign(p, { launch: max }));
      expect(await vesting.read.launch()).to.equal(max);
    });

    it("refuses totals that do not sum to the supply", async () => {
      await expectRefusal((p) => p.buckets.pop(), "VestingSchedule__BucketsDoNotSum", [
        opg("960000000"),
        SUPPLY,
      ]);
      await expectRefusal((p) => p.buckets.splice(0), "VestingSchedule__BucketsDoNotSum", [0n, SUPPLY]);
      await expectRefusal((p) => p.buckets.push(p.buckets[6]!), "VestingSchedule__BucketsDoNotSum", [
        opg("1040000000"),
        SUPPLY,
      ]);
    });

    it("refuses an empty bucket", async () => {
      const empty = { total: 0n, initialUnlock: 0n, months: 0 };
      await expectRefusal(withFirst(empty), "VestingSchedule__EmptyBucket", [0n]);
    });

    it("refuses to release more at launch than there is", async () => {
      await expectRefusal(
        withFirst({ total: 10n, initialUnlock: 11n }),
        "VestingSchedule__InitialUnlockAboveTotal",
        [0n, 11n, 10n],
      );
    });

    it("refuses a bucket whose rest would never be released", async () => {
      await expectRefusal(withFirst({ months: 0 }), "VestingSchedule__RestNeverReleased", [
        0n,
        opg("360000000"),
      ]);
    });

    it("refuses a cliff before no steps", async () => {
      const terms = { initialUnlock: opg("400000000"), cliffMonths: 3, months: 0 };
      await expectRefusal(withFirst(terms), "VestingSchedule__CliffWithoutSteps", [0n, 3n]);
    });

    it("refuses steps of less than a wei, and takes steps of one", async () => {
      const terms = { total: 69n, initialUnlock: 10n, months: 60 };
      await expectRefusal(withFirst(terms), "VestingSchedule__StepsTooSmall", [0n, 59n, 60n]);
      const vesting = await deploy(withFirst({ ...terms, total: 70n }));
      expect(await vesting.read.stepAmount([0n, 37n])).to.equal(1n);
    });

    it("refuses a schedule of more than a century, and takes one of a century", async () => {
      await expectRefusal(withFirst({ cliffMonths: 1_141 }), "VestingSchedule__TooLong", [
        0n,
        1_201n,
        1_200n,
      ]);
      const vesting = await deploy(withFirst({ cliffMonths: 1_140 }));
      expect(await vesting.read.end()).to.equal(at("2126-04-21T12:30:00Z"));
    });

    it("refuses beneficiaries that cannot be paid: zero, itself, its token", async () => {
      const { viem } = await hre.network.getOrCreate();
      const [deployer] = await viem.getWalletClients();
      const publicClient = await viem.getPublicClient();
      const { address: from } = deployer!.account;
      const itself = async () => {
        const nonce = BigInt(await publicClient.getTransactionCount({ address: from }));
        return getContractAddress({ from, nonce });
      };
      const beneficiaries: (() => Promise<Address>)[] = [
        async () => zeroAddress,
        itself,
        async () => getContractAddress({ from: await itself(), nonce: 1n }),
      ];
      for (const find of beneficiaries) {
        const beneficiary = await find();
        await expectRefusal(withFirst({ beneficiary }), "VestingSchedule__InvalidBeneficiary", [
          0n,
          beneficiary,
        ]);
      }
    });
  });

  describe("with the published schedule", () => {
    let fixture: Fixture;
    beforeEach(async () => {
      fixture = await deployPublished();
    });

    describe("release", () => {
      it("pays the beneficiary what is unlocked, whoever calls", async () => {
        const { viem, vesting, token, networkHelpers, ecosystem, stranger } = fixture;
        await networkHelpers.time.setNextBlockTimestamp(LAUNCH);
        const transaction = vesting.write.release([ECOSYSTEM], { account: stranger.account });
        const beneficiary = getAddress(ecosystem.account.address);
        const amount = opg("40000000");
        await viem.assertions.emitWithArgs(transaction, vesting, "Released", [
          ECOSYSTEM,
          beneficiary,
          amount,
        ]);
        await viem.assertions.emitWithArgs(transaction, token, "Transfer", [
          getAddress(vesting.address),
          beneficiary,
          amount,
        ]);
        expect(await token.read.balanceOf([beneficiary])).to.equal(amount);
        expect(await token.read.balanceOf([stranger.account.address])).to.equal(0n);
        expect(await vesting.read.released([ECOSYSTEM])).to.equal(amount);
        expect(await vesting.read.totalReleased()).to.equal(amount);
        expect(await vesting.read.releasable([ECOSYSTEM])).to.equal(0n);
      });

      it("pays nothing a second before launch, and nothing twice", async () => {
        const { viem, vesting, networkHelpers } = fixture;
        const isRefused = () =>
          viem.assertions.revertWithCustomErrorWithArgs(
            vesting.write.release([ECOSYSTEM]),
            vesting,
            "VestingSchedule__NothingToRelease",
            [ECOSYSTEM],
          );
        await networkHelpers.time.setNextBlockTimestamp(LAUNCH - 1n);
        await isRefused();
        await networkHelpers.time.increaseTo(LAUNCH);
        await vesting.write.release([ECOSYSTEM]);
        await isRefused();
      });

      it("pays several missed steps at once, and the last one to the wei", async () => {
        const { vesting, networkHelpers } = fixture;
        await networkHelpers.time.increaseTo(at("2026-07-21T12:30:00Z"));
        await vesting.write.release([ECOSYSTEM]);
        expect(await vesting.read.released([ECOSYSTEM])).to.equal(opg("58000000"));
        await networkHelpers.time.increaseTo(await vesting.read.end());
        for (let i = 0n; i < FIRST_UNKNOWN; ++i) await vesting.write.release([i]);
        expect(await vesting.read.totalReleased()).to.equal(SUPPLY);
        expect(await fixture.token.read.balanceOf([vesting.address])).to.equal(0n);
      });

      it("pays nothing within the cliff", async () => {
        const { viem, vesting, networkHelpers } = fixture;
        await networkHelpers.time.increaseTo(at("2027-05-21T12:29:58Z"));
        await viem.assertions.revertWithCustomError(
          vesting.write.release([CORE]),
          vesting,
          "VestingSchedule__NothingToRelease",
        );
        await networkHelpers.time.increaseTo(at("2027-05-21T12:30:00Z"));
        await vesting.write.release([CORE]);
        expect(await vesting.read.released([CORE])).to.equal(opg("150000000") / 36n);
      });

      it("is not changed by tokens that somebody sends in, which stay", async () => {
        const { vesting, token, networkHelpers, ecosystem } = fixture;
        await networkHelpers.time.increaseTo(LAUNCH);
        await vesting.write.release([ECOSYSTEM]);
        await token.write.transfer([vesting.address, 5n], { account: ecosystem.account });
        expect(await vesting.read.releasable([ECOSYSTEM])).to.equal(0n);
        expect(await vesting.read.totalReleased()).to.equal(opg("40000000"));
        expect(await token.read.balanceOf([vesting.address])).to.equal(opg("960000000") + 5n);
      });
    });

    describe("hand-over of a bucket", () => {
      it("changes the beneficiary when the proposed account accepts", async () => {
        const { viem, vesting, token, networkHelpers, ecosystem, successor } = fixture;
        const [from, to] = [getAddress(ecosystem.account.address), getAddress(successor.account.address)];
        await viem.assertions.emitWithArgs(
          vesting.write.proposeBeneficiary([ECOSYSTEM, to]),
          vesting,
          "BeneficiaryProposed",
          [ECOSYSTEM, from, to],
        );
        expect(await vesting.read.proposedBeneficiary([ECOSYSTEM])).to.equal(to);
        expect((await vesting.read.bucket([ECOSYSTEM])).beneficiary).to.equal(from);
        await viem.assertions.emitWithArgs(
          vesting.write.acceptBeneficiary([ECOSYSTEM], { account: successor.account }),
          vesting,
          "BeneficiaryChanged",
          [ECOSYSTEM, from, to],
        );
        expect(await vesting.read.proposedBeneficiary([ECOSYSTEM])).to.equal(zeroAddress);
        expect((await vesting.read.bucket([ECOSYSTEM])).beneficiary).to.equal(to);

        await networkHelpers.time.increaseTo(LAUNCH);
        await vesting.write.release([ECOSYSTEM]);
        expect(await token.read.balanceOf([to])).to.equal(opg("40000000"));
        expect(await token.read.balanceOf([from])).to.equal(0n);
      });

      it("keeps the record of what was paid, and every other bucket", async () => {
        const { vesting, networkHelpers, successor, parameters } = fixture;
        await networkHelpers.time.increaseTo(LAUNCH);
        await vesting.write.release([ECOSYSTEM]);
        await vesting.write.proposeBeneficiary([ECOSYSTEM, successor.account.address]);
        await vesting.write.acceptBeneficiary([ECOSYSTEM], { account: successor.account });
        expect(await vesting.read.released([ECOSYSTEM])).to.equal(opg("40000000"));
        expect(await vesting.read.releasable([ECOSYSTEM])).to.equal(0n);
        for (let i = 1; i < parameters.buckets.length; ++i) {
          expect((await vesting.read.bucket([BigInt(i)])).beneficiary).to.equal(
            parameters.buckets[i]?.beneficiary,
          );
        }
      });

      it("lets only the beneficiary propose and cancel", async () => {
        const { viem, vesting, ecosystem, stranger } = fixture;
        const [caller, owner] = [getAddress(stranger.account.address), getAddress(ecosystem.account.address)];
        for (const attempt of [
          () => vesting.write.proposeBeneficiary([ECOSYSTEM, caller], { account: stranger.account }),
          () => vesting.write.cancelProposal([ECOSYSTEM], { account: stranger.account }),
        ]) {
          await viem.assertions.revertWithCustomErrorWithArgs(
            attempt(),
            vesting,
            "VestingSchedule__NotBeneficiary",
            [ECOSYSTEM, caller, owner],
          );
        }
      });

      it("lets only the account that was proposed last accept, and only once", async () => {
        const { viem, vesting, successor, stranger } = fixture;
        const accept = (account: typeof successor.account) =>
          vesting.write.acceptBeneficiary([ECOSYSTEM], { account });
        const isRefused = (account: typeof successor.account, proposed: Address) =>
          viem.assertions.revertWithCustomErrorWithArgs(
            accept(account),
            vesting,
            "VestingSchedule__NotProposed",
            [ECOSYSTEM, getAddress(account.address), proposed],
          );
        await isRefused(stranger.account, zeroAddress);
        await vesting.write.proposeBeneficiary([ECOSYSTEM, stranger.account.address]);
        await vesting.write.proposeBeneficiary([ECOSYSTEM, successor.account.address]);
        await isRefused(stranger.account, getAddress(successor.account.address));
        await accept(successor.account);
        await isRefused(successor.account, zeroAddress);
      });

      it("takes an offer back", async () => {
        const { viem, vesting, ecosystem, successor } = fixture;
        const [from, to] = [getAddress(ecosystem.account.address), getAddress(successor.account.address)];
        const cancel = () => vesting.write.cancelProposal([ECOSYSTEM]);
        await viem.assertions.revertWithCustomErrorWithArgs(
          cancel(),
          vesting,
          "VestingSchedule__NoProposal",
          [ECOSYSTEM],
        );
        await vesting.write.proposeBeneficiary([ECOSYSTEM, to]);
        await viem.assertions.emitWithArgs(cancel(), vesting, "ProposalCancelled", [ECOSYSTEM, from, to]);
        expect(await vesting.read.proposedBeneficiary([ECOSYSTEM])).to.equal(zeroAddress);
        await viem.assertions.revertWithCustomError(
          vesting.write.acceptBeneficiary([ECOSYSTEM], { account: successor.account }),
          vesting,
          "VestingSchedule__NotProposed",
        );
      });

      it("refuses to propose nobody", async () => {
        const { viem, vesting } = fixture;
        await viem.assertions.revertWithCustomErrorWithArgs(
          vesting.write.proposeBeneficiary([ECOSYSTEM, zeroAddress]),
          vesting,
          "VestingSchedule__InvalidBeneficiary",
          [ECOSYSTEM, zeroAddress],
        );
      });
    });

    it("names a bucket that does not exist, in every function that takes one", async () => {
      const { viem, vesting } = fixture;
      for (const attempt of [
        () => vesting.read.bucket([FIRST_UNKNOWN]),
        () => vesting.read.stepTime([FIRST_UNKNOWN, 0n]),
        () => vesting.read.stepAmount([FIRST_UNKNOWN, 0n]),
        () => vesting.read.unlockedAt([FIRST_UNKNOWN, 0n]),
        () => vesting.read.released([FIRST_UNKNOWN]),
        () => vesting.read.releasable([FIRST_UNKNOWN]),
        () => vesting.read.proposedBeneficiary([FIRST_UNKNOWN]),
        () => vesting.write.release([FIRST_UNKNOWN]),
        () => vesting.write.proposeBeneficiary([FIRST_UNKNOWN, nobody(0)]),
        () => vesting.write.cancelProposal([FIRST_UNKNOWN]),
        () => vesting.write.acceptBeneficiary([FIRST_UNKNOWN]),
      ]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          attempt(),
          vesting,
          "VestingSchedule__NoSuchBucket",
          [FIRST_UNKNOWN, 7n],
        );
      }
    });

    it("names a step that does not exist", async () => {
      const { viem, vesting } = fixture;
      for (const attempt of [
        () => vesting.read.stepTime([ECOSYSTEM, 61n]),
        () => vesting.read.stepAmount([ECOSYSTEM, 61n]),
      ]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          attempt(),
          vesting,
          "VestingSchedule__NoSuchStep",
          [ECOSYSTEM, 61n, 60n],
        );
      }
    });

    it("has no function that could change the schedule or pay anybody else", async () => {
      const { abi } = fixture.vesting;
      const writes = abi.flatMap((item) =>
        item.type === "function" && !["view", "pure"].includes(item.stateMutability) ? [item.name] : [],
      );
      expect(writes.sort()).to.deep.equal([
        "acceptBeneficiary",
        "cancelProposal",
        "proposeBeneficiary",
        "release",
      ]);
    });
  });
});
