import { expect } from "vitest";

interface Family {
  readonly type: string;
  /** By name and labels, as they stand in the text. */
  readonly values: ReadonlyMap<string, number>;
}
export type Families = ReadonlyMap<string, Family>;

const samplePattern = /^([a-zA-Z_][a-zA-Z0-9_]*(?:\{[^}]*\})?) (\S+)$/;

/** Reads `/metrics` as strictly as Prometheus: every name once, help and type before its values, nothing else. */
export async function scrape(url: string): Promise<Families> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const families = new Map<string, { type: string; values: Map<string, number> }>();
  let name = "";
  for (const line of (await response.text()).split("\n").filter((one) => one !== "")) {
    const [, kind, of = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      expect(families.has(of), `${of} stands in one place`).toBe(false);
      name = of;
    } else if (kind === "TYPE") {
      expect(of).toBe(name);
      families.set(name, { type: rest, values: new Map() });
    } else {
      const [, sample = "", value] = samplePattern.exec(line) ?? [];
      expect(familyOf(sample, families.get(name)?.type), line).toBe(name);
      families.get(name)?.values.set(sample, Number(value));
    }
  }
  return families;
}

function familyOf(sample: string, type: string | undefined): string {
  const name = sample.replace(/\{.*$/, "");
  return type === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
}

/** Undefined when there is no such sample. */
export function valueOf(families: Families, sample: string): number | undefined {
  for (const { values } of families.values()) if (values.has(sample)) return values.get(sample);
  return undefined;
}
