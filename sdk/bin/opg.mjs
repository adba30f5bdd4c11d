#!/usr/bin/env node
// The sources are TypeScript that Node strips itself, so the command asks for a Node that does.
if (!process.features.typescript) {
  process.stderr.write(
    `opg: Node ${process.versions.node} cannot run TypeScript; in the repository use "npx opg", which finds the project's own Node\n`,
  );
  process.exit(1);
}
const { runCli } = await import("../src/cli/runCli.ts");
process.exitCode = await runCli(process.argv.slice(2));
