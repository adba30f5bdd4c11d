import { expect } from "chai";
import { concatBytes, keccak256, sha256, stringToBytes } from "viem";
import { G2 } from "../../groth16/src/curve/curves.ts";
import { R } from "../../groth16/src/field/constants.ts";
import {
  devSetup,
  fromSnarkjsKey,
  fromSnarkjsProof,
  fromSnarkjsPublic,
  Groth16Error,
  readR1cs,
  readWtns,
  readZkey,
  toSnarkjsKey,
  toSnarkjsProof,
  toSolidityKey,
  toSolidityPoints,
  writeR1cs,
  writeWtns,
  writeZkey,
} from "../../groth16/src/index.ts";
import { DEV_CEREMONY } from "../../groth16/src/setup/devCeremony.ts";
import { CAMPAIGN } from "./support/campaign.ts";
import { sampleCircuit, xorshift } from "./support/sampleCircuit.ts";

const ROUNDS = 1000 * CAMPAIGN;

describe("file formats", () => {
  const circuit = sampleCircuit({ rows: 12, bits: 0.5 });
  const wtns = writeWtns(circuit.witness);
  let zkey: Uint8Array;
  let vkey: Awaited<ReturnType<typeof devSetup>>["vkey"];

  before(async () => {
    ({ zkey, vkey } = await devSetup(circuit.file, { threads: 1 }));
  });

  it("reads back what it writes", () => {
    const { constants, a, b, c, ...counts } = circuit.r1cs;
    expect(readR1cs(circuit.file)).to.deep.include(counts);
    expect([constants.length / 32, a.cols, b.cols, c.cols]).to.deep.equal([
      6,
      ...[readR1cs(circuit.file).a.cols, readR1cs(circuit.file).b.cols, readR1cs(circuit.file).c.cols],
    ]);
    expect(writeR1cs(readR1cs(circuit.file))).to.deep.equal(circuit.file);
    expect(readWtns(wtns)).to.deep.equal(circuit.witness);
    expect(writeZkey(readZkey(zkey))).to.deep.equal(zkey);
    expect(fromSnarkjsKey(JSON.parse(JSON.stringify(toSnarkjsKey(vkey))))).to.deep.equal(vkey);
  });

  it("makes the same key again, byte for byte", async () => {
    expect((await devSetup(circuit.r1cs, { backend: "reference" })).zkey).to.deep.equal(zkey);
  });

  it("derives the dev ceremony from its published names", () => {
    for (const name of ["tau", "alpha", "beta"] as const) {
      const hash = keccak256(stringToBytes(`OPG/dev-ceremony/v1/${name}`));
      expect(DEV_CEREMONY[name]).to.equal(BigInt(hash) % R);
    }
    const hash = keccak256(
      concatBytes([stringToBytes("OPG/dev-ceremony/v1/delta/"), sha256(circuit.file, "bytes")]),
    );
    expect(vkey.delta).to.deep.equal(Object.values(G2.multiply(G2.generator, BigInt(hash) % R)!));
    expect(vkey.gamma[0][0]).to.equal(
      10857046999023057135944570762232829481370756359578518086990519993285655852781n,
    );
  });

  for (const [type, read, file] of [
    ["zkey", readZkey, () => zkey],
    ["wtns", readWtns, () => wtns],
    ["r1cs", readR1cs, () => circuit.file],
  ] as const) {
    it(`refuses a .${type} file cut at any of ${ROUNDS} places`, () => {
      const random = xorshift(21);
      for (let round = 0; round < ROUNDS; round++) {
        const cut = file().subarray(0, random() % file().length);
        expect(() => read(cut), `${cut.length} bytes`).to.throw(Groth16Error);
      }
    });

    it(`reads or refuses a .${type} file with any of ${ROUNDS} bits flipped, and never breaks`, () => {
      const random = xorshift(22);
      let refused = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const damaged = file().slice();
        const at = round < 200 ? round : random() % damaged.length;
        damaged[at]! ^= 1 << (random() % 8);
        try {
          read(damaged);
        } catch (error) {
          expect(error).to.be.instanceOf(Groth16Error);
          expect((error as Groth16Error).code).to.equal("MALFORMED_FILE");
          refused++;
        }
      }
      expect(refused).to.be.above(50);
    });

    it(`refuses a .${type} file with another type, a newer version, or bytes after its end`, () => {
      const other = file().slice();
      other[0] = 65;
      const newer = file().slice();
      newer[4] = 9;
      const longer = new Uint8Array(file().length + 1);
      longer.set(file());
      for (const damaged of [other, newer, longer, new Uint8Array(0)]) {
        expect(() => read(damaged)).to.throw(Groth16Error, `.${type}`);
      }
    });
  }

  it("refuses values at or above the field order", () => {
    const high = wtns.slice();
    high.fill(255, high.length - 32);
    expect(() => readWtns(high)).to.throw(Groth16Error, "not below the field order");
    const key = readZkey(zkey.slice());
    key.pointsH.fill(255, 64, 96);
    expect(() => readZkey(writeZkey(key))).to.throw(Groth16Error, "pointsH");
    const coefs = readZkey(zkey.slice());
    coefs.coefs.fill(255, 12, 44);
    expect(() => readZkey(writeZkey(coefs))).to.throw(Groth16Error, "coefficient 0");
  });

  it("refuses JSON that is not a proof, a key or public signals", () => {
    const json = toSnarkjsProof({
      a: [1n, 2n],
      b: [
        [1n, 2n],
        [3n, 4n],
      ],
      c: [0n, 0n],
    });
    expect(fromSnarkjsProof(json).c).to.deep.equal([0n, 0n]);
    const bad: unknown[] = [
      null,
      {},
      { ...json, protocol: "plonk" },
      { ...json, pi_a: ["1"] },
      { ...json, pi_a: ["1", "2", "7"] },
      { ...json, pi_a: ["-1", "2", "1"] },
      { ...json, pi_b: [["1"], ["2"], ["1", "0"]] },
      { ...json, pi_c: [String(2n ** 255n), "2", "1"] },
    ];
    for (const value of bad) expect(() => fromSnarkjsProof(value)).to.throw(Groth16Error);
    for (const value of [{}, ["x"], [String(2n ** 254n)], [1]]) {
      expect(() => fromSnarkjsPublic(value)).to.throw(Groth16Error);
    }
    for (const value of [null, { ...toSnarkjsKey(vkey), nPublic: 9 }, { ...toSnarkjsKey(vkey), IC: [] }]) {
      expect(() => fromSnarkjsKey(value)).to.throw(Groth16Error);
    }
  });

  it("orders points for Solidity as EIP-197 does", () => {
    const points = toSolidityPoints({
      a: [1n, 2n],
      b: [
        [3n, 4n],
        [5n, 6n],
      ],
      c: [7n, 8n],
    });
    expect(points).to.deep.equal([1n, 2n, 4n, 3n, 6n, 5n, 7n, 8n]);
    const key = toSolidityKey(vkey);
    expect(key.delta).to.deep.equal([vkey.delta[0][1], vkey.delta[0][0], vkey.delta[1][1], vkey.delta[1][0]]);
    expect(key.ic).to.deep.equal(vkey.ic.flat());
    expect(key.ceremonyId).to.match(/^0x[0-9a-f]{64}$/);
  });
});
