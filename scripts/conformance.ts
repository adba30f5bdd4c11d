// `npm run conformance`: every network of a folder through the compiler, compared with ONNX Runtime.
import { fork } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { CheckOptions } from "./conformance/checkNetwork.ts";
import { emptyReport, type NetworkReport } from "./conformance/NetworkReport.ts";

const HELP = `npm run -s conformance -- --models DIR --json OUT [--prove]

Compiles each DIR/*/network.onnx for the input of its input.json (and slight changes of it), checks that the witness
satisfies the constraints, and compares the outputs with ONNX Runtime's.

  --models DIR    folder of networks
  --json OUT      where to write the report
  --only A,B      names of the networks to run (default all)
  --tolerance T   relative error up to which a network is ok (default 0.01)
  --prove         also set up, prove and verify, up to --max-power
  --max-power N   largest domain to prove, as a power of two (default 16)
  --limit S       seconds allowed for each network (default 300)
  --memory MB     heap allowed for each network (default 8192)
  --help          this text
`;

const { values: flags } = parseArgs({
  options: {
    models: { type: "string" },
    json: { type: "string" },
    only: { type: "string" },
    tolerance: { type: "string", default: "0.01" },
    prove: { type: "boolean", default: false },
    "max-power": { type: "string", default: "16" },
    limit: { type: "string", default: "300" },
    memory: { type: "string", default: "8192" },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) process.stdout.write(HELP);
else if (flags.models && flags.json) await runAll(flags.models, flags.json);
else {
  process.stderr.write(`--models and --json are needed.\n\n${HELP}`);
  process.exitCode = 2;
}

async function runAll(models: string, out: string): Promise<void> {
  const names = readdirSync(models)
    .filter((name) => existsSync(join(models, name, "network.onnx")))
    .filter((name) => !flags.only || flags.only.split(",").includes(name))
    .sort();
  const networks: NetworkReport[] = [];
  for (const name of names) {
    const report = await runOne(join(models, name));
    networks.push(report);
    process.stderr.write(`${lineOf(report)}\n`);
    writeFileSync(out, `${JSON.stringify({ networks }, null, 2)}\n`);
  }
  const count = networks.filter(({ status }) => status === "ok").length;
  process.stderr.write(`${count} of ${networks.length} networks ok\n`);
}

/** Runs one network in its own process; whatever happens to it, there is a report. */
function runOne(folder: string): Promise<NetworkReport> {
  const options: CheckOptions = {
    tolerance: Number(flags.tolerance),
    proves: flags.prove,
    maxPower: Number(flags["max-power"]),
  };
  let report = emptyReport(basename(folder));
  const worker = fork(
    new URL("./conformance/worker.ts", import.meta.url),
    [folder, JSON.stringify(options)],
    {
      execArgv: [`--max-old-space-size=${flags.memory}`, "--stack-size=4000"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  let complaint = "";
  worker.stderr?.on("data", (data) => {
    complaint = (complaint + data).slice(-2000);
  });
  worker.on("message", (part: Partial<NetworkReport>) => {
    report = { ...report, ...part, seconds: { ...report.seconds, ...part.seconds } };
  });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    worker.kill("SIGKILL");
  }, Number(flags.limit) * 1000);
  return new Promise((resolve) => {
    worker.on("close", (code) => {
      clearTimeout(limit);
      if (code === 0) return resolve(report);
      const isMemory = /heap|memory/i.test(complaint);
      const why = isLate
        ? `not done in ${flags.limit} s`
        : isMemory
          ? "out of memory"
          : `crashed (exit ${code})`;
      // What was proved or compared before the process went stays in the report.
      resolve({ ...report, status: "failed", reason: report.reason ? `${why}: ${report.reason}` : why });
    });
  });
}

function lineOf(report: NetworkReport): string {
  const { name, status, constraints, maxRelError, seconds, peakMemoryMB, reason } = report;
  const error = maxRelError === null ? "" : `error ${maxRelError.toExponential(1)}`;
  const cost = constraints === null ? "" : `${constraints} constraints`;
  const time = seconds.compile === null ? "" : `compile ${seconds.compile.toFixed(1)} s`;
  const memory = peakMemoryMB === null ? "" : `${peakMemoryMB} MB`;
  const facts = [cost, error, time, memory, reason].filter((fact) => fact !== "");
  return `${status === "ok" ? "ok    " : "FAILED"} ${name}: ${facts.join(", ")}`;
}
