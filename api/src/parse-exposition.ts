import type { HealthDetails } from "@smart-park/core/wire";

const line = /^([a-zA-Z_]\w*)(?:\{\w+="((?:[^"\\]|\\.)*)"\})? (\S+)$/;

/**
 * The figures of a Prometheus text by name, or by name and the value of their one label. Figures with several labels and
 * numbers that JSON cannot hold are left out.
 */
export function parseExposition(text: string): HealthDetails["figures"] {
  const figures = new Map<string, number | Record<string, number>>();
  for (const [, name = "", label, number] of text.split("\n").flatMap((one) => [line.exec(one) ?? []])) {
    const value = Number(number);
    if (name === "" || !Number.isFinite(value)) continue;
    const before = figures.get(name);
    const byLabel = typeof before === "object" ? before : {};
    figures.set(name, label === undefined ? value : { ...byLabel, [label]: value });
  }
  return Object.fromEntries(figures);
}
