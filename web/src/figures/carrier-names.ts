import type { TFunction } from "i18next";

const metered = ["electricity", "gas", "steam", "heat"] as const;
const others = ["pvSelfUse", "clinker", "electricityExport"] as const;
const fuels = [
  "rawCoal",
  "cleanedCoal",
  "lignite",
  "coke",
  "fuelOil",
  "gasoline",
  "kerosene",
  "diesel",
  "lpg",
  "lng",
] as const;
const denominators = ["addedValue", "output", "landArea"] as const;

/** Carriers are meter kinds, those as handed over (`sold.{kind}`), own PV, clinker, export, or fuels as `fuel.{name}`; a fuel we do not know keeps its own name. */
export function carrierName(t: TFunction, name: string): string {
  const kind = metered.find((one) => one === name);
  if (kind !== undefined) return t(`kind.${kind}`);
  const sold = metered.find((one) => `sold.${one}` === name);
  if (sold !== undefined) return t("carbon.sold", { name: t(`kind.${sold}`) });
  const other = others.find((one) => one === name);
  if (other !== undefined) return t(`carbon.${other}`);
  const fuel = fuels.find((one) => `fuel.${one}` === name);
  return fuel === undefined ? name.replace(/^fuel\./, "") : t(`carbon.fuel.${fuel}`);
}

/** Whether an amount of it lowers the total, so that a total without it is too high. */
export const isDeduction = (name: string): boolean => name === "electricityExport" || name.startsWith("sold.");

/** What energy and carbon are related to: added value, output, land, or a product as `product.{name}`. */
export function denominatorName(t: TFunction, per: string): string {
  const known = denominators.find((one) => one === per);
  return known === undefined
    ? t("carbon.perProduct", { name: per.replace(/^product\./, "") })
    : t(`carbon.per.${known}`);
}

/** An entered amount that has no name in the form: a product as `product.{name}`, or a fuel. */
export const enteredName = (t: TFunction, item: string): string =>
  item.startsWith("product.") ? t("inputs.product", { name: item.slice("product.".length) }) : carrierName(t, item);
