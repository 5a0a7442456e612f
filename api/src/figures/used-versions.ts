import { figureLabel, type Regulated } from "@smart-park/core";

/** Versions that a figure rests on, each once, as answers name them. */
export function toUsedVersions(versions: readonly Regulated[]) {
  const byId = new Map(versions.map((version) => [version.id, version]));
  return [...byId.values()].map((version) => {
    const { id, name, source, documentNumber, status } = version;
    return { id, name, source, documentNumber, status, label: figureLabel(version) };
  });
}
