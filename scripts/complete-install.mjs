// Root `postinstall`. npm skips an optional package whose `engines` exclude the Node that npm itself runs on,
// so on an older Node the chain simulator's native binding is missing after `npm ci`. By now the project's own
// Node (the `node` dev dependency) comes first on the PATH: under it, npm adds from the lock file what was skipped.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function bindingLoads() {
  try {
    require(require.resolve("@nomicfoundation/edr", { paths: [require.resolve("hardhat/package.json")] }));
    return true;
  } catch {
    return false;
  }
}

if (process.argv.includes("--check")) process.exit(bindingLoads() ? 0 : 1);

if (!bindingLoads()) {
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, [npm]] : ["npm", []];
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const { status } = spawnSync(command[0], [...command[1], ...args], { stdio: "inherit" });
  if (status !== 0 || spawnSync(process.execPath, [import.meta.filename, "--check"]).status !== 0) {
    console.error(
      `The chain simulator (@nomicfoundation/edr) does not load on ${process.platform}-${process.arch} with Node ${process.version}. ` +
        "Run `npm ci` again with Node 22.13 or newer, or report the platform.",
    );
    process.exit(1);
  }
}
