import { figureLabel, type AnyRegulated, type Regulated } from "@smart-park/core";
import type { versionBody } from "@smart-park/core/wire";
import type { z } from "zod";

type VersionBody = z.output<typeof versionBody>;

/** What a figure rests on, each version once. */
export function toVersionBodies(versions: readonly (AnyRegulated | Regulated)[]): VersionBody[] {
  const byId = new Map(versions.map((version) => [version.id, version]));
  return [...byId.values()].map((version) => {
    const { id, name, source, documentNumber, status } = version;
    return { id, name, source, documentNumber, status, label: figureLabel(version) };
  });
}
