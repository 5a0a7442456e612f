import type { CarbonBody } from "@smart-park/core/wire";

type Intensity = CarbonBody["groups"][number]["intensities"][number];

const productPrefix = "product.";

/** What every group can be related to: a column of its own. Products differ from group to group and stand in one cell. */
export const denominatorsOf = (
  groups: readonly { readonly intensities: readonly Intensity[] }[],
): readonly string[] => [
  ...new Set(
    groups.flatMap(({ intensities }) => intensities.flatMap(({ per }) => (per.startsWith(productPrefix) ? [] : [per]))),
  ),
];

export interface ProductIntensity extends Pick<Intensity, "value" | "unit"> {
  readonly product: string;
}

/** Of what a group itself makes, by the product's name; known ones first. */
export function productsOf(intensities: readonly Intensity[]): readonly ProductIntensity[] {
  const products = intensities.flatMap(({ per, value, unit }) =>
    per.startsWith(productPrefix) ? [{ product: per.slice(productPrefix.length), value, unit }] : [],
  );
  return products.sort((a, b) => Number(a.value === null) - Number(b.value === null));
}
