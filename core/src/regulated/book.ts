import { ParkError } from "../errors.ts";
import { groupBy } from "../group-by.ts";
import type { LocalDay } from "../time.ts";
import type { AnyRegulated, Regulated, RegulatedKind } from "./regulated.ts";

/** What keeps versions from being used: two of one subject in force at once, one that ends before it begins, an id twice. */
export interface BookProblem {
  readonly code: "overlap" | "emptyPeriod" | "sameId";
  /** The versions concerned. */
  readonly ids: readonly string[];
}

type Validity = Pick<Regulated, "effectiveFrom" | "effectiveTo">;

const starts = ({ effectiveFrom }: Validity): LocalDay => effectiveFrom ?? "";
const isEmpty = ({ effectiveFrom, effectiveTo }: Validity): boolean =>
  effectiveFrom !== null && effectiveTo !== null && effectiveTo <= effectiveFrom;
/** Whether a version is in force on a park-local day. */
export const isInForce = ({ effectiveFrom, effectiveTo }: Validity, day: LocalDay): boolean =>
  (effectiveFrom === null || effectiveFrom <= day) && (effectiveTo === null || day < effectiveTo);

const keyOf = ({ kind, subject }: { kind: RegulatedKind; subject: string }): string => `${kind} ${subject}`;

function bySubject(records: readonly AnyRegulated[]): Map<string, AnyRegulated[]> {
  const grouped = groupBy(records, keyOf);
  for (const versions of grouped.values()) versions.sort((a, b) => (starts(a) < starts(b) ? -1 : 1));
  return grouped;
}

/** A version without an end holds until the next one of its subject begins, which need not be known to whoever entered it. */
export function endedByNext(records: readonly AnyRegulated[]): AnyRegulated[] {
  return [...bySubject(records).values()].flatMap((versions) =>
    versions.map((version, i) => {
      const next = versions[i + 1];
      const ends = version.effectiveTo === null && next !== undefined && starts(next) > starts(version);
      return ends ? { ...version, effectiveTo: next.effectiveFrom } : version;
    }),
  );
}

/** All problems of a set of versions, for the person who enters them; empty when it can be used. */
export function bookProblems(records: readonly AnyRegulated[]): BookProblem[] {
  const twice = [...groupBy(records, ({ id }) => id)].filter(([, same]) => same.length > 1);
  return [
    ...twice.map(([id]) => ({ code: "sameId", ids: [id] }) as const),
    ...records.filter(isEmpty).map(({ id }) => ({ code: "emptyPeriod", ids: [id] }) as const),
    ...[...bySubject(records).values()].flatMap(overlapsOf),
  ];
}

function overlapsOf(versions: readonly AnyRegulated[]): BookProblem[] {
  return versions.flatMap((version, i) =>
    versions
      .slice(i + 1)
      .filter((later) => version.effectiveTo === null || starts(later) < version.effectiveTo)
      .map((later) => ({ code: "overlap", ids: [version.id, later.id] }) as const),
  );
}

/** Look-ups over one immutable set of versions. Build a new one when a version is added. */
export class RegulatedBook {
  readonly #versions: ReadonlyMap<string, readonly AnyRegulated[]>;

  /** Throws a ParkError `unprocessable` that names every problem. */
  constructor(records: readonly AnyRegulated[]) {
    const problems = bookProblems(records);
    if (problems.length > 0)
      throw new ParkError("unprocessable", problems.map(({ code, ids }) => `${code}: ${ids.join(", ")}`).join("; "));
    this.#versions = bySubject(records);
  }

  /** All versions of a subject, oldest first. */
  versions<K extends RegulatedKind>(kind: K, subject: string): readonly Regulated<K>[] {
    // Grouped by kind, so each of them is a Regulated<K>.
    return (this.#versions.get(keyOf({ kind, subject })) ?? []) as unknown as readonly Regulated<K>[];
  }

  /** Versions by their ids, each once; those that are not here are left out. */
  named(ids: Iterable<string>): readonly AnyRegulated[] {
    const wanted = new Set(ids);
    return [...this.#versions.values()].flat().filter(({ id }) => wanted.has(id));
  }

  /** The one version in force on a park-local day (`ParkTime.dayOf`); null in a gap: then there is no value. */
  inForce<K extends RegulatedKind>(kind: K, subject: string, day: LocalDay): Regulated<K> | null {
    return this.versions(kind, subject).find((version) => isInForce(version, day)) ?? null;
  }
}
