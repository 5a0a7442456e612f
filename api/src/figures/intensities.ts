import {
  denominators,
  intensity,
  type ActivityInput,
  type EnterpriseId,
  type Figure,
  type ParkTime,
  type TimeRange,
} from "@smart-park/core";
import type { StandardCoalBody } from "@smart-park/core/wire";
import { enteredAt, enteredFor } from "./entered-value.ts";

type Intensity = StandardCoalBody["groups"][number]["intensities"][number];
type Owner = EnterpriseId | null;

/**
 * A figure per added value, output, land and each product that all owners make: energy of others does not belong to a
 * tonne of cement. The park's own entry goes before a sum.
 */
export function intensitiesOf(
  figure: Figure,
  inputs: readonly ActivityInput[],
  owners: readonly Owner[],
  { range, time }: { readonly range: TimeRange; readonly time: ParkTime },
): Intensity[] {
  const own = inputs.filter(({ enterpriseId }) => owners.includes(enterpriseId));
  const named = new Set(own.flatMap(({ item }) => (item.startsWith("product.") ? [item] : [])));
  const makes = (owner: Owner, item: string): boolean =>
    own.some((input) => input.enterpriseId === owner && input.item === item);
  const products = [...named].filter((item) => owners.every((owner) => owner === null || makes(owner, item)));
  const items = [...denominators, ...products.map((item) => ({ item, isLasting: false }))];
  return items.map(({ item, isLasting }) => {
    const entries = own.filter((input) => input.item === item);
    const unit = entries[0]?.unit ?? "";
    const valueOf = (owner: Owner): number | null => {
      // Entries in another unit than the first are not added to it.
      const ofOwner = entries.filter((entry) => entry.enterpriseId === owner && entry.unit === unit);
      return isLasting ? (enteredAt(ofOwner, range.to - 1, time)?.value ?? null) : enteredFor(ofOwner, range, time);
    };
    const { value, missing } = denominator(item, owners, valueOf);
    const related = intensity(figure, { value, unit });
    return { per: item, value: related.value, unit: unit === "" ? figure.unit : related.unit, missing };
  });
}

/** All owners must have entered theirs, or the sum would be too small. */
function denominator(item: string, owners: readonly Owner[], valueOf: (owner: Owner) => number | null) {
  const ofPark = owners.includes(null) ? valueOf(null) : null;
  if (ofPark !== null) return { value: ofPark, missing: [] };
  const values = owners.filter((owner) => owner !== null).map((owner) => ({ owner, value: valueOf(owner) }));
  const known = values.flatMap(({ value }) => (value === null ? [] : [value]));
  const silent = values.filter(({ value }) => value === null).map(({ owner }) => `${item} ${owner}`);
  return known.length > 0 && silent.length === 0
    ? { value: known.reduce((a, b) => a + b, 0), missing: [] }
    : { value: null, missing: silent.length === 0 ? [item] : silent };
}
