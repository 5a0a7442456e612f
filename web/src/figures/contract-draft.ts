import { textOf } from "../lib/form-text.ts";
import type { ContractBody } from "../lib/queries.ts";
import { numberOf } from "./form-numbers.ts";

export const contractPath = (enterprise: string, from: string): string =>
  `/enterprises/${encodeURIComponent(enterprise)}/tariff-contracts/${encodeURIComponent(from)}`;

export type ContractRequest = Omit<ContractBody, "enterpriseId" | "effectiveFrom">;

/** What puts a contract as it is. */
export const toContractRequest = ({ enterpriseId: _, effectiveFrom: _day, ...body }: ContractBody): ContractRequest =>
  body;

const orNull = (form: FormData, name: string): string | null => textOf(form, name) || null;

/** As the form stands; a number that is not written yet is null, which the server refuses beside its field. */
export function draftOf(form: FormData): unknown {
  const method = textOf(form, "method");
  const capacityKva = numberOf(form, "capacityKva");
  const suspendedKva = numberOf(form, "suspendedKva");
  const contract = {
    method,
    capacityKva,
    ...(method === "declaredDemand" && { declaredKw: numberOf(form, "declaredKw") }),
    ...(method === "capacity" && suspendedKva !== null && { suspendedKva }),
  };
  const basic = method === "" ? null : { contract, rules: textOf(form, "rules"), price: textOf(form, "price") };
  return {
    electricity: {
      region: textOf(form, "region"),
      holidays: orNull(form, "holidays"),
      energyPrice: textOf(form, "energyPrice"),
      basic,
      powerFactor: orNull(form, "powerFactor"),
    },
    demandMode: textOf(form, "demandMode"),
    billingDay: numberOf(form, "billingDay") ?? 1,
    waterPrice: orNull(form, "waterPrice"),
    note: textOf(form, "note"),
  };
}

/** The contract that a new one of that day follows, and the one that ends it; oldest first. */
export function neighboursOf(
  contracts: readonly ContractBody[],
  from: string,
): { readonly before: ContractBody | undefined; readonly next: ContractBody | undefined } {
  return {
    before: contracts.findLast(({ effectiveFrom }) => effectiveFrom < from),
    next: contracts.find(({ effectiveFrom }) => effectiveFrom > from),
  };
}
