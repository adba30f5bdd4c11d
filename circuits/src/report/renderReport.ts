import type { Cause } from "../builder/CircuitBuilder.ts";
import type { FidelityReport } from "./FidelityReport.ts";

const CAUSES: readonly Cause[] = ["range", "select", "hash", "linear", "statement"];

const BAR_HEIGHT = 18;
const ROW_HEIGHT = 26;
const LABEL_WIDTH = 220;
const PLOT_WIDTH = 520;
const VALUE_WIDTH = 110;

const STYLE = `
:root { color-scheme: light dark; --text: #1c2430; --soft: #5b6675; --page: #fff; --line: #d9dee6;
  --range: #3b6fd4; --select: #c2762b; --hash: #2f8f6b; --linear: #8559c7; --statement: #8a93a0; --bound: #d5deee; }
@media (prefers-color-scheme: dark) { :root { --text: #e6eaf0; --soft: #9aa5b4; --page: #14181e; --line: #303844;
  --range: #7ba4f5; --select: #e0a465; --hash: #63c39d; --linear: #b294ea; --statement: #8a93a0; --bound: #2c3a52; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 900px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.soft, figcaption { color: var(--soft); } code { font-size: .8rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
figure { margin: 0; overflow-x: auto; } svg { display: block; max-width: 100%; height: auto; } svg text { fill: var(--text); font-size: 12px; }
svg .value { fill: var(--soft); } .key span { margin-right: 1rem; } .key i { display: inline-block; width: .8em; height: .8em; margin-right: .3em; }
`;

/** A row of a bar chart: segments one after the other, in the chart's unit. */
interface Bar {
  readonly label: string;
  readonly value: string;
  readonly segments: readonly { readonly length: number; readonly color: string; readonly start?: number }[];
}

/** `report.html`: a page of its own, with nothing to load, for light and dark screens. */
export function renderReport(report: FidelityReport): string {
  const { fidelity } = report;
  const facts: [string, string][] = [
    ["Constraints", whole(report.constraints)],
    ["Domain", `2^${Math.log2(report.domain)}`],
    ["Largest error", small(fidelity.maxAbsError)],
    ["Largest relative error", small(fidelity.maxRelError)],
    ...(fidelity.top1Agreement === undefined
      ? []
      : ([["Same class", `${(100 * fidelity.top1Agreement).toFixed(2)} %`]] satisfies [string, string][])),
    ["Samples", whole(fidelity.samples)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.name)}: fidelity report</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(report.name)}</h1>
<p class="soft">Integer circuit against the float model.
Model <code>${escapeHtml(report.modelHash)}</code>, circuit <code>${escapeHtml(report.circuitHash)}</code></p>
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>
${outOfRangeNote(fidelity.outOfRange)}
<h2>Error distribution</h2>
${figure(errorBars(report), "Output values by error, as a part of the largest float value of the same output.")}
<h2>Range of each tensor against its bound</h2>
${figure(rangeBars(report), "Bits of the largest magnitude: in the samples (solid), and proven for every admitted input (pale).")}
<h2>Cost by layer</h2>
${causeKey(report)}
${figure(costBars(report), "Constraints of each layer, by what they are spent on.")}
</body>
</html>
`;
}

function outOfRangeNote(count: number): string {
  if (count === 0) return "";
  return `<p>${whole(count)} more samples lie outside the declared input range: the circuit refuses them.</p>`;
}

function errorBars({ fidelity }: FidelityReport): Bar[] {
  return fidelity.histogram.map(({ below, count }, i) => ({
    label: below === null ? `${small(fidelity.histogram[i - 1]!.below!)} and more` : `below ${small(below)}`,
    value: whole(count),
    segments: [{ length: count, color: "range" }],
  }));
}

function rangeBars({ tensors }: FidelityReport): Bar[] {
  return tensors.map(({ layer, observedBits, boundBits }) => ({
    label: layer,
    value: `${observedBits} of ${boundBits} bits`,
    segments: [
      { length: boundBits, color: "bound" },
      { length: observedBits, color: "range", start: 0 },
    ],
  }));
}

function costBars({ layers }: FidelityReport): Bar[] {
  return layers.map(({ layer, constraints, causes }) => ({
    label: layer,
    value: whole(constraints),
    segments: CAUSES.map((cause) => ({ length: causes[cause] ?? 0, color: cause })),
  }));
}

function causeKey({ causes }: FidelityReport): string {
  const entries = CAUSES.filter((cause) => causes[cause]).map(
    (cause) => `<span><i style="background:var(--${cause})"></i>${cause} ${whole(causes[cause]!)}</span>`,
  );
  return `<p class="key">${entries.join("")}</p>`;
}

/** Where each segment starts: where it says, or where the one before it ends. */
function starts(segments: Bar["segments"]): number[] {
  let end = 0;
  return segments.map(({ length, start = end }) => {
    end = start + length;
    return start;
  });
}

function lengthOf({ segments }: Bar): number {
  const from = starts(segments);
  return Math.max(...segments.map(({ length }, i) => from[i]! + length));
}

function figure(bars: readonly Bar[], caption: string): string {
  const unit = PLOT_WIDTH / Math.max(1, ...bars.map(lengthOf));
  const rows = bars.map((bar, row) => renderBar(bar, row * ROW_HEIGHT, unit)).join("\n");
  const width = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH;
  return `<figure><svg viewBox="0 0 ${width} ${bars.length * ROW_HEIGHT}" width="${width}" role="img" aria-label="${escapeHtml(caption)}">
${rows}
</svg><figcaption>${caption}</figcaption></figure>`;
}

function renderBar(bar: Bar, top: number, unit: number): string {
  const { label, value, segments } = bar;
  const from = starts(segments);
  const rects = segments.map(({ length, color }, i) => {
    const [x, width] = [LABEL_WIDTH + from[i]! * unit, length * unit];
    return `<rect x="${x.toFixed(1)}" y="${top + 4}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" style="fill:var(--${color})"/>`;
  });
  const shown = label.length > 30 ? `${label.slice(0, 29)}…` : label;
  const baseline = top + 17;
  return [
    `<text x="${LABEL_WIDTH - 8}" y="${baseline}" text-anchor="end">${escapeHtml(shown)}<title>${escapeHtml(label)}</title></text>`,
    ...rects,
    `<text class="value" x="${(LABEL_WIDTH + lengthOf(bar) * unit + 6).toFixed(1)}" y="${baseline}">${escapeHtml(value)}</text>`,
  ].join("");
}

function whole(n: number): string {
  return n.toLocaleString("en");
}

function small(x: number): string {
  return x === 0 ? "0" : x.toExponential(1);
}

function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] as string,
  );
}
