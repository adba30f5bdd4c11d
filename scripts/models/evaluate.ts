// `npm run models:evaluate`: how well the integer models answer on held-out data, beside their float originals.
import { parseArgs } from "node:util";
import { decodeTensor, encodeInput, interpret, outputsOf, run, sampleTensors } from "@opg/circuits";
import Table from "cli-table3";
import { readHeldOut } from "../../models/breast-cancer/heldOut.ts";
import { type CatalogEntry, MODEL_CATALOG } from "../../models/catalog.ts";
import { type CompiledCatalogModel, compileCatalogModel } from "../../models/compileCatalogModel.ts";
import { readHeldOutWindows } from "../../models/eth-volatility/candleFile.ts";
import { loadDigits } from "../../models/mnist-mlp/digits.ts";

const HELP = `npm run models:evaluate [-- --eth-candles FILE.csv] [--json]

Compiles every example model and runs it, in integers and in float, on its held-out data.

  --eth-candles FILE  hourly ETH/USDT candles (time, open, high, low, close, volume), for eth-volatility; without
                      them that model is left out, because its data is not in the repository
  --json              machine-readable
`;

const { values: flags } = parseArgs({
  options: {
    "eth-candles": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

interface Example {
  readonly input: readonly number[];
  /** Class index of a classifier, value of a regression. */
  readonly truth: number;
}

interface Evaluation {
  readonly model: string;
  readonly examples: number;
  readonly constraints: number;
  /** Classifiers: accuracy in percent. Regressions: R2. */
  readonly metric: "accuracy %" | "R2";
  readonly float: number;
  readonly integer: number;
  /** Classifiers: answers on which both agree, in percent. */
  readonly agreement?: number;
  /** Largest difference of an output, as a part of the largest float output seen. */
  readonly maxRelativeError: number;
}

if (flags.help) process.stdout.write(HELP);
else await evaluateAll();

async function evaluateAll(): Promise<void> {
  const results: Evaluation[] = [];
  for (const entry of MODEL_CATALOG) {
    const examples = examplesOf(entry);
    if (!examples) continue;
    process.stderr.write(`${entry.name}: ${examples.length} held-out examples\n`);
    results.push(evaluate(entry, await compileCatalogModel(entry), examples));
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else process.stdout.write(`${tableOf(results)}\n`);
}

function examplesOf(entry: CatalogEntry): Example[] | undefined {
  switch (entry.folder) {
    case "breast-cancer":
      return readHeldOut().map(({ features, label }) => ({ input: features, truth: label }));
    case "mnist-mlp":
      return loadDigits().heldOut.map(({ pixels, label }) => ({ input: Array.from(pixels), truth: label }));
    default:
      if (flags["eth-candles"]) {
        return readHeldOutWindows(flags["eth-candles"]).map(({ input, target }) => ({
          input,
          truth: target,
        }));
      }
      process.stderr.write(`${entry.name}: left out, give its candles with --eth-candles FILE\n`);
      return undefined;
  }
}

function evaluate(
  entry: CatalogEntry,
  model: CompiledCatalogModel,
  examples: readonly Example[],
): Evaluation {
  const { quantized, float } = model.compiled;
  const answers = examples.map(({ input, truth }) => {
    const integers = interpret(quantized.graph, encodeInput(input, model.manifest.input));
    const integer = decodeTensor(
      quantized.outputLanes.map((lane) => integers[lane]!),
      model.manifest.output,
    );
    const outputs = outputsOf(float, run(float, sampleTensors(float, input)));
    const real = [...outputs.values()].flatMap(({ data }) => Array.from(data as Float64Array));
    return { truth, integer, float: real };
  });
  const largest = Math.max(...answers.flatMap(({ float: outputs }) => outputs.map(Math.abs)));
  const errors = answers.flatMap((answer) => answer.float.map((x, i) => Math.abs(x - answer.integer[i]!)));
  const base = {
    model: entry.name,
    examples: examples.length,
    constraints: model.manifest.constraints,
    maxRelativeError: Math.max(...errors) / largest,
  };
  if (!model.manifest.labels) {
    const r2 = (side: "float" | "integer") => rSquared(answers.map((a) => [a[side][0]!, a.truth]));
    return { ...base, metric: "R2", float: r2("float"), integer: r2("integer") };
  }
  const percent = (holds: (answer: (typeof answers)[number]) => boolean) =>
    (100 * answers.filter(holds).length) / answers.length;
  return {
    ...base,
    metric: "accuracy %",
    float: percent((a) => classOf(a.float) === a.truth),
    integer: percent((a) => classOf(a.integer) === a.truth),
    agreement: percent((a) => classOf(a.integer) === classOf(a.float)),
  };
}

/** The class that outputs name: the last probability against a half where there are up to three outputs, else the largest. */
function classOf(outputs: readonly number[]): number {
  return outputs.length <= 3 ? Number(outputs.at(-1)! > 0.5) : outputs.indexOf(Math.max(...outputs));
}

function rSquared(pairs: readonly (readonly [prediction: number, truth: number])[]): number {
  const mean = pairs.reduce((sum, [, truth]) => sum + truth, 0) / pairs.length;
  const residual = pairs.reduce((sum, [prediction, truth]) => sum + (prediction - truth) ** 2, 0);
  return 1 - residual / pairs.reduce((sum, [, truth]) => sum + (truth - mean) ** 2, 0);
}

function tableOf(results: readonly Evaluation[]): string {
  const head = [
    "model",
    "examples",
    "constraints",
    "metric",
    "float",
    "integer",
    "agree %",
    "max error / max output",
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const r of results) {
    table.push([
      r.model,
      r.examples,
      r.constraints.toLocaleString("en"),
      r.metric,
      r.float.toFixed(4),
      r.integer.toFixed(4),
      r.agreement?.toFixed(2) ?? "",
      r.maxRelativeError.toExponential(1),
    ]);
  }
  return table.toString();
}
