import type { ModelManifest } from "../artifact/ModelManifest.ts";
import type { Cause, CostEntry } from "../builder/CircuitBuilder.ts";
import type { FidelityReport, LayerCost } from "./FidelityReport.ts";
import type { FidelityMeasurement } from "./measureFidelity.ts";

/** Joins what a circuit costs and how faithful it was measured to be. */
export function buildReport(
  manifest: ModelManifest,
  costs: readonly CostEntry[],
  measurement: FidelityMeasurement,
): FidelityReport {
  const { name, modelHash, circuitHash, constraints, domain } = manifest;
  return {
    format: "opg-report/1",
    name,
    modelHash,
    circuitHash,
    constraints,
    domain,
    causes: sumByCause(costs),
    layers: costsByLayer(costs),
    ...measurement,
  };
}

function costsByLayer(costs: readonly CostEntry[]): LayerCost[] {
  const layers = Map.groupBy(costs, ({ layer }) => layer);
  return [...layers].map(([layer, entries]) => ({
    layer,
    constraints: entries.reduce((sum, entry) => sum + entry.constraints, 0),
    causes: sumByCause(entries),
  }));
}

function sumByCause(costs: readonly CostEntry[]): Partial<Record<Cause, number>> {
  const sums: Partial<Record<Cause, number>> = {};
  for (const { cause, constraints } of costs) sums[cause] = (sums[cause] ?? 0) + constraints;
  return sums;
}
