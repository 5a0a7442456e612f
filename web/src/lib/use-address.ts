import { useCallback } from "react";
import { useSearchParams } from "react-router";

export interface Address {
  readonly get: (key: string) => string | null;
  /** The allowed value the address names; anything else is the default. */
  readonly oneOf: <T extends string>(key: string, allowed: readonly T[], otherwise: T) => T;
  /** Sets keys, removes those that are null; a step in the browser's history. */
  readonly change: (some: Readonly<Record<string, string | null>>) => void;
}

/** What a page shows stands in its address, so that a copied address shows the same. */
export function useAddress(): Address {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (some: Readonly<Record<string, string | null>>) =>
      setSearch((before) => changed(before, some), { preventScrollReset: true }),
    [setSearch],
  );
  return {
    get: (key) => search.get(key),
    oneOf: (key, allowed, otherwise) => allowed.find((value) => value === search.get(key)) ?? otherwise,
    change,
  };
}

/** The address with some keys set, and removed where null. */
export function changed(search: URLSearchParams, some: Readonly<Record<string, string | null>>): URLSearchParams {
  const after = new URLSearchParams(search);
  for (const [key, value] of Object.entries(some)) {
    if (value === null) after.delete(key);
    else after.set(key, value);
  }
  return after;
}
