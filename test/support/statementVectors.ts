import { getAddress, type Hex, keccak256, toBytes } from "viem";
import {
  packTensor,
  STATEMENT_DOMAIN,
  statementChallenge,
  statementContext,
  statementEvaluation,
} from "./statement.ts";

const R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

/** Shared by the contracts, the compiler and the SDK: integers in decimal, hashes and addresses in hex. */
export interface StatementVectors {
  readonly domain: Hex;
  readonly contexts: readonly {
    readonly chainId: string;
    readonly verifyingContract: Hex;
    readonly requestId: Hex;
    readonly prover: Hex;
    readonly context: string;
  }[];
  readonly statements: readonly {
    readonly vkHash: Hex;
    readonly digest: string;
    readonly values: readonly string[];
    readonly challenge: string;
    readonly evaluation: string;
  }[];
  readonly tensors: readonly {
    readonly bits: number;
    readonly isSigned: boolean;
    readonly values: readonly string[];
    readonly words: readonly string[];
  }[];
}

const hash = (label: string): Hex => keccak256(toBytes(`statement vector/${label}`));
const number = (label: string): bigint => BigInt(hash(label));
const address = (label: string) => getAddress(`0x${hash(label).slice(26)}`);

function statementOf(label: string, values: readonly bigint[]) {
  const [vkHash, digest] = [hash(`${label}/vkHash`), number(`${label}/digest`) % R];
  const challenge = statementChallenge(vkHash, digest, values);
  return {
    vkHash,
    digest: digest.toString(),
    values: values.map(String),
    challenge: challenge.toString(),
    evaluation: statementEvaluation(values, challenge).toString(),
  };
}

/** `count` values of the format: its least, its largest, then any. */
function tensorOf(bits: number, isSigned: boolean, count: number) {
  const size = 1n << BigInt(bits);
  const minimum = isSigned ? -(size >> 1n) : 0n;
  const values = Array.from({ length: count }, (_, index) => {
    if (index < 2) return index === 0 ? minimum : minimum + size - 1n;
    return minimum + (number(`${bits}/${isSigned}/${index}`) % size);
  });
  return {
    bits,
    isSigned,
    values: values.map(String),
    words: packTensor(values, bits, isSigned).map(String),
  };
}

/** The vectors of `test/vectors/statement.json`, computed by the reference in {@link "./statement.ts"}. */
export function statementVectors(): StatementVectors {
  return {
    domain: STATEMENT_DOMAIN,
    contexts: [1n, 8453n, 31337n].map((chainId) => {
      const request = {
        chainId,
        verifyingContract: address(`${chainId}/settlement`),
        requestId: hash(`${chainId}/request`),
        prover: address(`${chainId}/prover`),
      };
      return { ...request, chainId: chainId.toString(), context: statementContext(request).toString() };
    }),
    statements: [
      statementOf("zeros", [0n, 0n, 0n]),
      statementOf("largest", [R - 1n, R - 1n, R - 1n, R - 1n]),
      ...[1, 3, 4, 9, 30].map((length) =>
        statementOf(
          `length ${length}`,
          Array.from({ length }, (_, index) => number(`${length}/${index}`) % R),
        ),
      ),
    ],
    tensors: [
      ...[1, 8, 16, 20, 62, 124, 125, 248].flatMap((bits) => [
        tensorOf(bits, false, Math.min(40, Math.floor(248 / bits) + 2)),
        tensorOf(bits, true, Math.min(40, Math.floor(248 / bits) + 2)),
      ]),
      tensorOf(8, false, 784),
    ],
  };
}
