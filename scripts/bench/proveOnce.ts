import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type BackendName, createProver, readWtns } from "../../groth16/src/index.ts";

/**
 * One proof in a fresh process, for start-up and memory: prints a JSON line with the milliseconds since the
 * process started and its peak resident memory.
 */
const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    zkey: { type: "string" },
    wtns: { type: "string" },
    threads: { type: "string", default: "2" },
  },
});
const zkey = new Uint8Array(readFileSync(values.zkey!));
const wtns = new Uint8Array(readFileSync(values.wtns!));
if (values.engine === "snarkjs") {
  const { groth16 } = await import("snarkjs");
  await groth16.prove(zkey, wtns);
} else {
  const prover = await createProver(zkey, {
    backend: values.engine as BackendName,
    threads: Number(values.threads),
  });
  await prover.prove(readWtns(wtns));
}
const milliseconds = performance.now();
process.stdout.write(`${JSON.stringify({ milliseconds, peakBytes: peakBytes() })}\n`);
process.exit(0);

/** Linux carries maxRSS over from the process that started this one; the high-water mark of /proc is its own. */
function peakBytes(): number {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
