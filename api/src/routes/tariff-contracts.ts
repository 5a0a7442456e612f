import {
  ParkError,
  type ElectricityTariff,
  type EnterpriseId,
  type RegulatedKind,
  type Registry,
} from "@smart-park/core";
import {
  enterpriseIdSchema,
  listOf,
  localDaySchema,
  tariffContractBody,
  tariffContractRequest,
  type TariffContractRequest,
} from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { requireEnterprise } from "../visible-enterprise.ts";
import { enterpriseParams } from "./path-params.ts";

const contractParams = z.object({ id: enterpriseIdSchema, from: localDaySchema });

/** By what enterprises pay, dated: each contract holds until the next one begins. */
export const tariffContractRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/tariff-contracts",
    summary: "By what an enterprise pays, oldest contract first",
    right: "registry.read",
    params: enterpriseParams,
    responses: { 200: listOf(tariffContractBody) },
    run({ context, caller, params }) {
      requireEnterprise(context, caller.principal, params.id);
      return { items: context.registry.tariffContracts(caller.principal, params.id).map(toBody), nextCursor: null };
    },
  }),
  defineRoute({
    method: "put",
    path: "/enterprises/{id}/tariff-contracts/{from}",
    summary: "Enter by what an enterprise pays from a day on",
    right: "tariffs.write",
    params: contractParams,
    body: tariffContractRequest,
    responses: { 200: tariffContractBody },
    run({ context, caller, params, body, audit }) {
      requireEnterprise(context, caller.principal, params.id);
      requireKnownSubjects(context.registry, body);
      const contract = {
        ...body,
        enterpriseId: params.id,
        effectiveFrom: params.from,
        electricity: body.electricity && toTariff(body.electricity),
      };
      return toBody(context.registry.putTariffContract(caller.principal, contract, audit));
    },
  }),
  defineRoute({
    method: "delete",
    path: "/enterprises/{id}/tariff-contracts/{from}",
    summary: "Remove a contract; the one before it holds on",
    right: "tariffs.write",
    params: contractParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteTariffContract(caller.principal, params.id, params.from, audit);
    },
  }),
];

type Electricity = NonNullable<TariffContractRequest["electricity"]>;

function toTariff({ basic, ...electricity }: Electricity): ElectricityTariff {
  if (basic === null) return { ...electricity, basic };
  const { contract, rules, price } = basic;
  if (contract.method !== "capacity") return { ...electricity, basic: { contract, rules, price } };
  const { suspendedKva, ...capacity } = contract;
  return { ...electricity, basic: { contract: { ...capacity, ...given({ suspendedKva }) }, rules, price } };
}

const toBody = (contract: ReturnType<Registry["putTariffContract"]> & { readonly enterpriseId: EnterpriseId }) => ({
  ...contract,
  electricity: contract.electricity && { ...contract.electricity },
});

/** A subject of which the book has no version at all is a mistake in writing; one with a gap is not. */
function requireKnownSubjects(registry: Registry, contract: TariffContractRequest): void {
  const book = registry.regulated();
  for (const [field, kind, subject] of subjectsOf(contract)) {
    if (subject === null || book.versions(kind, subject).length > 0) continue;
    const known = new Set(registry.regulatedVersions().flatMap((v) => (v.kind === kind ? [v.subject] : [])));
    const choice = known.size === 0 ? `there is no ${kind} yet` : `there are ${[...known].sort().join(", ")}`;
    throw new ParkError("unprocessable", `${field}: no ${kind} is called ${subject}; ${choice}`);
  }
}

function subjectsOf({ electricity, waterPrice }: TariffContractRequest): [string, RegulatedKind, string | null][] {
  const water: [string, RegulatedKind, string | null] = ["waterPrice", "number", waterPrice];
  if (electricity === null) return [water];
  const { region, holidays, energyPrice, basic, powerFactor } = electricity;
  return [
    ["electricity.region", "timeOfUse", region],
    ["electricity.holidays", "holidays", holidays],
    ["electricity.energyPrice", "energyPrice", energyPrice],
    ["electricity.basic.rules", "twoPartRules", basic?.rules ?? null],
    ["electricity.basic.price", "number", basic?.price ?? null],
    ["electricity.powerFactor", "powerFactor", powerFactor],
    water,
  ];
}
