import type { EnterpriseBody, MeterBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { nameIn, splitPoint, useLanguage } from "./park.ts";
import { enterprisesQuery, metersQuery } from "./queries.ts";

const indices = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** Look-up by id, built once per fetched list. */
function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const known = indices.get(items);
  if (known) return known as ReadonlyMap<string, T>; // made below from this very list
  const made = new Map(items.map((item) => [item.id, item]));
  indices.set(items, made);
  return made;
}

const noMeters: readonly MeterBody[] = [];
const noEnterprises: readonly EnterpriseBody[] = [];

export interface Catalog {
  readonly meters: readonly MeterBody[];
  readonly enterprises: readonly EnterpriseBody[];
  readonly meter: (id: string) => MeterBody | undefined;
  readonly enterprise: (id: string) => EnterpriseBody | undefined;
  /** Name in the chosen language, the id while names are unknown. */
  readonly meterName: (id: string) => string;
  readonly enterpriseName: (id: string) => string;
  readonly pointOf: (point: string) => MeterBody["points"][number] | undefined;
}

/** Names and properties of what is registered, from the lists that are fetched once. */
export function useCatalog(): Catalog {
  const language = useLanguage();
  const { data: meters = noMeters } = useQuery(metersQuery());
  const { data: enterprises = noEnterprises } = useQuery(enterprisesQuery());
  return useMemo(() => catalogOf(meters, enterprises, language), [meters, enterprises, language]);
}

function catalogOf(
  meters: readonly MeterBody[],
  enterprises: readonly EnterpriseBody[],
  language: ReturnType<typeof useLanguage>,
): Catalog {
  const meter = (id: string): MeterBody | undefined => byId(meters).get(id);
  const enterprise = (id: string): EnterpriseBody | undefined => byId(enterprises).get(id);
  const nameOf = (found: MeterBody | EnterpriseBody | undefined, id: string): string =>
    found ? nameIn(language, found) : id;
  return {
    meters,
    enterprises,
    meter,
    enterprise,
    meterName: (id) => nameOf(meter(id), id),
    enterpriseName: (id) => nameOf(enterprise(id), id),
    pointOf: (point) => meter(splitPoint(point).meterId)?.points.find((candidate) => candidate.id === point),
  };
}
