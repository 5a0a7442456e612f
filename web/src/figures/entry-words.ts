import { useTranslation } from "react-i18next";
import { missing } from "../lib/format.ts";

const words = [
  ...(["medium", "from", "to", "value", "unit", "source", "status", "note", "name", "nameEn", "chain"] as const),
  ...(["trade", "effectiveFrom", "documentNumber", "region", "energyPrice", "holidays", "powerFactor"] as const),
  ...(["method", "capacityKva", "declaredKw", "suspendedKva", "rules", "price", "demandMode"] as const),
  ...(["billingDay", "waterPrice", "by", "at", "subject", "kind"] as const),
] as const;

/** What a field of an entry is called; one without a word is shown by its own name. */
export function useFieldWord(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => {
    const known = words.find((one) => one === name);
    return known === undefined ? name : t(`changes.field.${known}`);
  };
}

const statuses = ["verified", "secondary", "unverified"] as const;
const methods = ["capacity", "declaredDemand", "actualDemand"] as const;

/** A value of a field as people read it. */
export function useValueText(): (name: string, value: unknown) => string {
  const { t } = useTranslation();
  return (name, value) => {
    const status = name === "status" ? statuses.find((one) => one === value) : undefined;
    if (status !== undefined) return t(`entry.statusName.${status}`);
    const method = name === "method" ? methods.find((one) => one === value) : undefined;
    if (method !== undefined) return t(`advice.method.${method}`);
    if (name === "demandMode" && (value === "interval" || value === "sliding")) return t(`contract.mode.${value}`);
    if (value === null || value === undefined || value === "") return missing;
    return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
  };
}
