import type { WallOutlet } from "@smart-park/core/wire";

/** How many outlets keep their limit in the hour that runs; what cannot be judged is counted nowhere. */
export function compliance(outlets: readonly WallOutlet[]): {
  readonly judged: number;
  readonly kept: number;
  readonly warning: number;
  readonly alarm: number;
} {
  const count = (state: WallOutlet["state"]): number => outlets.filter((outlet) => outlet.state === state).length;
  const [normal, warning, alarm] = [count("normal"), count("warning"), count("alarm")];
  return { judged: normal + warning + alarm, kept: normal + warning, warning, alarm };
}
