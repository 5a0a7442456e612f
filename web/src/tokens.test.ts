import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

/** Tokens of a block of the file; the dark block only holds what differs. */
function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("\n}", start));
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1]!, match[2]!]));
}

const light = tokensOf(":root");
const themes = { light, dark: new Map([...light, ...tokensOf(':root[data-theme="dark"]')]) };

type Rgb = readonly [number, number, number];
const channels = (hex: string): Rgb => [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16) / 255) as unknown as Rgb;
const linear = (hex: string): Rgb =>
  channels(hex).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;

/** WCAG relative luminance contrast, 1…21. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number =>
    linear(hex).reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n]!, 0);
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Severity 1.0 matrices of Machado, Oliveira and Fernandes (2009), on linear RGB. */
const visions = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

/** CIE L*a*b* of a colour as somebody with that vision sees it. */
function lab(hex: string, matrix: readonly number[]): Rgb {
  const rgb = linear(hex);
  const seen = [0, 1, 2].map((r) => rgb.reduce((sum, c, n) => sum + c * matrix[3 * r + n]!, 0));
  const rows = [
    [0.4124, 0.3576, 0.1805, 0.95047],
    [0.2126, 0.7152, 0.0722, 1],
    [0.0193, 0.1192, 0.9505, 1.08883],
  ];
  const [x, y, z] = rows.map(([a, b, c, white]) => {
    const t = Math.max(0, a! * seen[0]! + b! * seen[1]! + c! * seen[2]!) / white!;
    return t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116;
  }) as unknown as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const difference = (a: string, b: string, matrix: readonly number[]): number => {
  const [from, to] = [lab(a, matrix), lab(b, matrix)];
  return Math.hypot(...from.map((c, n) => c - to[n]!));
};

describe.each(["light", "dark"] as const)("colours of the %s theme", (theme) => {
  const colour = (name: string): string => themes[theme].get(name)!;
  const surfaces = ["surface", "canvas"];

  it.each(["text", "text-2", "accent", "p1-plain", "p2-plain", "p3-plain", "p4-plain"])(
    "%s can be read on every surface",
    (name) => {
      for (const surface of surfaces) expect(contrast(colour(name), colour(surface))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(["live", "late", "stale", "offline", "suspect", "estimated"])("state %s can be read on every row", (name) => {
    for (const row of ["surface", "hover", "selected"])
      expect(contrast(colour(`state-${name}`), colour(row)), row).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["p1", "p2", "p3", "p4"])("the badge of %s can be read", (name) => {
    expect(contrast(colour(`${name}-text`), colour(name))).toBeGreaterThanOrEqual(4.5);
  });

  it("text on the accent, on hovered and on selected rows can be read", () => {
    expect(contrast(colour("on-accent"), colour("accent"))).toBeGreaterThanOrEqual(4.5);
    for (const row of ["hover", "selected", "sunken"]) {
      expect(contrast(colour("text"), colour(row))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour("text-2"), colour(row))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("lines of charts, focus rings and input borders stand out from the surface", () => {
    const names = [1, 2, 3, 4, 5, 6, 7].map((n) => `series-${n}`);
    for (const name of [...names, "focus", "border-strong"]) {
      expect(contrast(colour(name), colour("surface")), name).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(["normal", "protanopia", "deuteranopia"] as const)("severity badges differ for %s vision", (vision) => {
    const fills = ["p1", "p2", "p3", "p4"].map(colour);
    for (const [n, a] of fills.entries()) {
      for (const b of fills.slice(n + 1)) expect(difference(a, b, visions[vision])).toBeGreaterThanOrEqual(27);
    }
  });
});
