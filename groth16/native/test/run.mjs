// The C++ side's own checks.
//
//   node native/test/run.mjs             self-test as shipped, then under AddressSanitizer and UBSan
//   node native/test/run.mjs --bench     microbenchmark
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  COMMON_FLAGS,
  COMPILER,
  compile,
  KERNEL_FLAGS,
  kernelSources,
  run,
} from "../../scripts/build-native.mjs";

const HERE = import.meta.dirname;
const SOURCES = join(HERE, "..", "src");

/** Builds `main` with the kernels and runs it; returns whether it succeeded. */
async function execute(main, name, flags, environment = {}) {
  const directory = mkdtempSync(join(tmpdir(), "opg-native-"));
  try {
    const files = [...kernelSources().map((file) => join(SOURCES, file)), join(HERE, main)];
    const objects = await compile(files, () => [...COMMON_FLAGS, ...KERNEL_FLAGS, ...flags], directory);
    const program = join(directory, "program");
    await run(COMPILER, [...flags, ...objects, "-o", program, "-pthread"]);
    console.log(`${name}:`);
    const { status } = spawnSync(program, [], { stdio: "inherit", env: { ...process.env, ...environment } });
    return status === 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const sanitize = [
  "-O1",
  "-g",
  "-fno-omit-frame-pointer",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover",
];
const succeeded = process.argv.includes("--bench")
  ? await execute("bench.cpp", "microbenchmark", ["-O3"])
  : (await execute("selftest.cpp", "self-test", ["-O3"])) &&
    (await execute("selftest.cpp", "self-test with AddressSanitizer and UBSan", sanitize, {
      ASAN_OPTIONS: "detect_leaks=1",
      UBSAN_OPTIONS: "print_stacktrace=1",
    }));
process.exitCode = succeeded ? 0 : 1;
