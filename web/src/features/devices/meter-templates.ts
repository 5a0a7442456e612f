import type { MeterKind, Quantity } from "@smart-park/core";

interface MeterTemplate {
  readonly kind: MeterKind;
  readonly intervalS: number;
  readonly quantities: readonly Quantity[];
  /** Begins the id that is proposed for a meter of this sort. */
  readonly letter: string;
}

/** What meters of a sort usually measure, and how often they tell. */
export const meterTemplates = {
  powerMain: {
    ...{ kind: "electricity", intervalS: 60, letter: "E" },
    // prettier-ignore
    quantities: [
      "activePower", "activeEnergyImport", "reactiveEnergyImport", "powerFactor", "voltageA", "voltageB", "voltageC",
      "currentA", "currentB", "currentC",
    ],
  },
  power: {
    ...{ kind: "electricity", intervalS: 60, letter: "E" },
    quantities: ["activePower", "activeEnergyImport"],
  },
  water: { ...{ kind: "water", intervalS: 300, letter: "W" }, quantities: ["waterFlow", "waterVolume"] },
  gas: {
    ...{ kind: "gas", intervalS: 300, letter: "G" },
    quantities: ["gasFlow", "gasVolume", "temperature", "pressure"],
  },
  steam: {
    ...{ kind: "steam", intervalS: 300, letter: "S" },
    quantities: ["steamFlow", "steamMass", "temperature", "pressure"],
  },
  heat: { ...{ kind: "heat", intervalS: 300, letter: "H" }, quantities: ["heat", "temperature"] },
  stack: {
    ...{ kind: "emission", intervalS: 60, letter: "DA" },
    quantities: ["so2", "nox", "particulates", "oxygen", "flueGasFlow", "temperature"],
  },
  outfall: {
    ...{ kind: "emission", intervalS: 60, letter: "DW" },
    quantities: ["cod", "ammoniaNitrogen", "totalPhosphorus", "totalNitrogen", "ph", "wastewaterFlow"],
  },
  environment: {
    ...{ kind: "environment", intervalS: 300, letter: "K" },
    quantities: ["pm25", "pm10", "noise", "temperature"],
  },
  pv: { ...{ kind: "pv", intervalS: 60, letter: "PV" }, quantities: ["pvPower", "pvEnergy"] },
  storage: {
    ...{ kind: "storage", intervalS: 60, letter: "B" },
    quantities: ["stateOfCharge", "activePower", "activeEnergyImport", "activeEnergyExport"],
  },
} as const satisfies Record<string, MeterTemplate>;

export type TemplateName = keyof typeof meterTemplates;
export const templateNames = Object.keys(meterTemplates) as TemplateName[]; // keys of a const object
