import {
  adviceBody,
  adviceQuery,
  billBody,
  billComparisonBody,
  billComparisonQuery,
  demandBody,
  demandQuery,
  electricityBody,
  loadCurveBody,
  loadCurveQuery,
  monthQuery,
} from "@smart-park/core/wire";
import type { EnterpriseId, Month } from "@smart-park/core";
import type { Caller } from "../access.ts";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { electricityMonth } from "../figures/electricity/electricity-month.ts";
import { loadCurve } from "../figures/electricity/load-curve.ts";
import { pointDemand } from "../figures/electricity/point-demand.ts";
import { savings } from "../figures/electricity/savings.ts";
import { toBillBody, toComparisonBody, toElectricityBody } from "../figures/electricity/to-body.ts";
import {
  adviceTable,
  billComparisonTable,
  billTable,
  demandTable,
  electricityTable,
  loadCurveTable,
} from "../figures/tables/electricity-tables.ts";
import { requireEnterprise } from "../visible-enterprise.ts";
import { enterpriseParams, pointParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

/** Electricity as it is billed: figures of a month, load curve, bill, comparison with the supplier, what could be saved. */
export const electricityRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/electricity",
    summary: "Energy, load, periods, demand and power factor of a billing month",
    right: "readings.read",
    isFigure: true,
    params: enterpriseParams,
    query: monthQuery,
    responses: { 200: electricityBody },
    table: electricityTable,
    async run({ context, caller, params, query }) {
      return toElectricityBody(context, caller.principal, await monthOf(context, caller, params.id, query.month));
    },
  }),
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/load-curve",
    summary: "Power, energy, period and cost in buckets of park time",
    right: "readings.read",
    isFigure: true,
    params: enterpriseParams,
    query: loadCurveQuery,
    responses: { 200: loadCurveBody },
    table: loadCurveTable,
    run({ context, caller, params, query }) {
      requireEnterprise(context, caller.principal, params.id);
      return loadCurve(context, { principal: caller.principal, enterpriseId: params.id }, query);
    },
  }),
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/bill",
    summary: "Preview of the month's electricity bill, line by line",
    right: "readings.read",
    isFigure: true,
    params: enterpriseParams,
    query: monthQuery,
    responses: { 200: billBody },
    table: billTable,
    async run({ context, caller, params, query }) {
      return toBillBody(context, caller.principal, await monthOf(context, caller, params.id, query.month));
    },
  }),
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/bill/comparison",
    summary: "The computed month beside the supplier's bill, with tolerance and recorded causes",
    right: "readings.read",
    isFigure: true,
    params: enterpriseParams,
    query: billComparisonQuery,
    responses: { 200: billComparisonBody },
    table: billComparisonTable,
    async run({ context, caller, params, query: { month, tolerancePercent } }) {
      const computed = await monthOf(context, caller, params.id, month);
      const bills = context.registry.supplierBills(caller.principal, { enterpriseId: params.id, month });
      const supplier = bills.find(({ kind }) => kind === "electricity") ?? null;
      return toComparisonBody(context, caller.principal, computed, { supplier, tolerancePercent });
    },
  }),
  defineRoute({
    method: "get",
    path: "/enterprises/{id}/advice",
    summary: "What could be saved on electricity, by the twelve months up to one, and on water; most money first",
    right: "readings.read",
    isFigure: true,
    params: enterpriseParams,
    query: adviceQuery,
    responses: { 200: adviceBody },
    table: adviceTable,
    run({ context, caller, params, query }) {
      requireEnterprise(context, caller.principal, params.id);
      const { month, avoidablePercent, storageKw, storageKwh, storageEfficiencyPercent } = query;
      const asked = { principal: caller.principal, enterpriseId: params.id, month };
      return savings(context, asked, {
        avoidableShare: avoidablePercent / 100,
        storage: { kw: storageKw, kwh: storageKwh, efficiency: storageEfficiencyPercent / 100 },
      });
    },
  }),
  defineRoute({
    method: "get",
    path: "/points/{id}/demand",
    summary: "Largest 15-minute demand of a point by day and in all, and where the running window will end",
    right: "readings.read",
    isFigure: true,
    params: pointParams,
    query: demandQuery,
    responses: { 200: demandBody },
    table: demandTable,
    run: ({ context, caller, params, query }) =>
      pointDemand(context, caller.principal, readablePoint(context, caller.principal, params.id), query),
  }),
];

function monthOf(context: ApiContext, { principal }: Caller, enterpriseId: EnterpriseId, month: Month) {
  requireEnterprise(context, principal, enterpriseId);
  return electricityMonth(context, { principal, enterpriseId, month });
}
