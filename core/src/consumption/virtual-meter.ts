import { sumFigures, type Figure } from "../figures/figure.ts";

/** A meter that is computed: the sum of others, each with its sign and share. */
export interface VirtualMeter {
  readonly id: string;
  readonly terms: readonly { readonly meterId: string; readonly coefficient: number }[];
}

/** What a virtual meter comes down to in real meters, or why it does not. */
export type ResolvedMeter =
  | { readonly ok: true; readonly terms: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly reason: "cycle"; readonly path: readonly string[] };

/**
 * Resolves a virtual meter down to real ones; an id without a definition is a real meter. A meter that appears with
 * opposite signs cancels out. A definition that leads back to itself is refused with the way it takes.
 */
export function resolveVirtualMeter(id: string, definitions: ReadonlyMap<string, VirtualMeter>): ResolvedMeter {
  const terms = new Map<string, number>();
  const path = addTerms(id, 1, definitions, [], terms);
  if (path) return { ok: false, reason: "cycle", path };
  return { ok: true, terms: new Map([...terms].filter(([, coefficient]) => coefficient !== 0)) };
}

function addTerms(
  id: string,
  coefficient: number,
  definitions: ReadonlyMap<string, VirtualMeter>,
  above: readonly string[],
  terms: Map<string, number>,
): readonly string[] | null {
  if (above.includes(id)) return [...above, id];
  const definition = definitions.get(id);
  if (!definition) {
    terms.set(id, (terms.get(id) ?? 0) + coefficient);
    return null;
  }
  for (const term of definition.terms) {
    const cycle = addTerms(term.meterId, coefficient * term.coefficient, definitions, [...above, id], terms);
    if (cycle) return cycle;
  }
  return null;
}

/** Figure of a resolved virtual meter; `figureOf` gives the real ones, all in `unit`. */
export function virtualFigure(
  terms: ReadonlyMap<string, number>,
  figureOf: (meterId: string) => Figure,
  unit: string,
): Figure {
  const parts = [...terms].map(([meterId, coefficient]) => ({ figure: figureOf(meterId), coefficient }));
  return sumFigures(parts, unit);
}
