import { ParkError, type Entered, type EpochMs, type ParkTime, type SupplierBill } from "@smart-park/core";
import {
  enterpriseIdSchema,
  listOf,
  monthSchema,
  suppliedKinds,
  supplierBillBody,
  supplierBillRequest,
  supplierBillsQuery,
} from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { supplierBillTable } from "../figure-input-tables.ts";
import { given } from "../given.ts";
import { toEnteredBody } from "../to-body.ts";
import { requireEnterprise } from "../visible-enterprise.ts";

const billParams = z.object({ id: enterpriseIdSchema, kind: z.enum(suppliedKinds), month: monthSchema });

/** What suppliers charged, as their papers say. */
export const supplierBillRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/supplier-bills",
    summary: "What suppliers charged, newest month first",
    right: "registry.read",
    query: supplierBillsQuery,
    responses: { 200: listOf(supplierBillBody) },
    run({ context, caller, query }) {
      const { enterprise: enterpriseId, month } = query;
      if (enterpriseId !== undefined) requireEnterprise(context, caller.principal, enterpriseId);
      const bills = context.registry.supplierBills(caller.principal, given({ enterpriseId, month }));
      return { items: bills.map((bill) => toBody(bill, context.time)), nextCursor: null };
    },
    table: ({ items }, { context }) => supplierBillTable(items, context.registry.current()),
  }),
  defineRoute({
    method: "put",
    path: "/enterprises/{id}/supplier-bills/{kind}/{month}",
    summary: "Enter a bill as the paper says, and by line why it differs from what was measured",
    right: "inputs.write",
    params: billParams,
    body: supplierBillRequest,
    responses: { 200: supplierBillBody },
    run({ context, caller, params, body, audit }) {
      const { id: enterpriseId, kind, month } = params;
      requireEnterprise(context, caller.principal, enterpriseId);
      if (!hasBegun(month, context.time, audit.at)) throw new ParkError("unprocessable", "month: it has not begun yet");
      const bill: SupplierBill = { ...body, enterpriseId, kind, month };
      context.registry.putSupplierBill(caller.principal, bill, audit);
      return toBody({ ...bill, entered: { by: audit.actor, at: audit.at } }, context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/enterprises/{id}/supplier-bills/{kind}/{month}",
    summary: "Remove a bill",
    right: "inputs.write",
    params: billParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      const { id: enterpriseId, kind, month } = params;
      context.registry.deleteSupplierBill(caller.principal, { enterpriseId, kind, month }, audit);
    },
  }),
];

/** Months and years compare like text. */
export const hasBegun = (period: string, time: ParkTime, now: EpochMs): boolean =>
  period <= time.dayOf(now).slice(0, period.length);

const units = new Map(Object.entries({ electricity: "kWh", water: "m³", gas: "m³", steam: "t", heat: "GJ" }));

const toBody = (bill: SupplierBill & { readonly entered: Entered }, time: ParkTime) => ({
  ...bill,
  unit: units.get(bill.kind) ?? "",
  amountByPeriod: { ...bill.amountByPeriod },
  causes: { ...bill.causes },
  entered: toEnteredBody(bill.entered, time),
});
