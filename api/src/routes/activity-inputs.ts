import { ParkError, type ActivityInput, type Entered, type ParkTime } from "@smart-park/core";
import {
  activityInputBody,
  activityInputsQuery,
  activityInputsRequest,
  activityKey,
  listOf,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { activityInputTable } from "../figure-input-tables.ts";
import { given } from "../given.ts";
import { toEnteredBody } from "../to-body.ts";
import { requireEnterprise } from "../visible-enterprise.ts";

/** Values that no meter gives. */
export const activityInputRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/activity-inputs",
    summary: "Values that no meter gives: added value, output, heads, land, fuel, product; with who entered them",
    right: "registry.read",
    query: activityInputsQuery,
    responses: { 200: listOf(activityInputBody) },
    run({ context, caller, query }) {
      const { enterprise, park, item, period, history } = query;
      if (park && enterprise !== undefined) throw new ParkError("bad_request", "park: not together with enterprise");
      if (enterprise !== undefined) requireEnterprise(context, caller.principal, enterprise);
      const filter = { ...given({ item, period }), history: history === "true" };
      const owner = park ? { enterpriseId: null } : given({ enterpriseId: enterprise });
      const inputs = context.registry.activityInputs(caller.principal, { ...filter, ...owner });
      return { items: inputs.map((input) => toBody(input, context.time)), nextCursor: null };
    },
    table: ({ items }, { context }) => activityInputTable(items, context.registry.current()),
  }),
  defineRoute({
    method: "post",
    path: "/activity-inputs",
    summary: "Enter values, all or none; earlier values of the same item and period stay as history",
    right: "inputs.write",
    body: activityInputsRequest,
    responses: { 200: listOf(activityInputBody) },
    run({ context, caller, body, audit }) {
      const { registry, time } = context;
      for (const { enterpriseId } of body.inputs)
        if (enterpriseId !== null) requireEnterprise(context, caller.principal, enterpriseId);
      registry.putActivityInputs(caller.principal, body.inputs, audit);
      const wanted = new Set(body.inputs.map(activityKey));
      const inForce = registry.activityInputs(caller.principal).filter((input) => wanted.has(activityKey(input)));
      return { items: inForce.map((input) => toBody(input, time)), nextCursor: null };
    },
  }),
];

const toBody = ({ entered, ...input }: ActivityInput & { readonly entered: Entered }, time: ParkTime) => ({
  ...input,
  entered: toEnteredBody(entered, time),
});
