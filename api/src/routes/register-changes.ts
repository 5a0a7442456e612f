import { ParkError, type ParkTime, type Point, type RegisterChange } from "@smart-park/core";
import {
  instantParam,
  listOf,
  multipliersBody,
  multipliersRequest,
  pointIdSchema,
  registerChangeBody,
  registerChangeRequest,
} from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { toMultiplierBody, toRegisterChangeBody } from "../to-body.ts";
import { pointParams } from "./path-params.ts";
import { readablePoint } from "./readings.ts";

const changeParams = z.object({ id: pointIdSchema, at: instantParam });

/** What readings cannot say of themselves: exchanges of the meter, other transformers. */
export const registerChangeRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/points/{id}/register-changes",
    summary: "Recorded exchanges of the meter behind a point, oldest first",
    right: "registry.read",
    params: pointParams,
    responses: { 200: listOf(registerChangeBody) },
    run({ context, caller, params }) {
      const { registerChanges = [] } = readablePoint(context, caller.principal, params.id);
      return { items: registerChanges.map((change) => toRegisterChangeBody(change, context.time)), nextCursor: null };
    },
  }),
  defineRoute({
    method: "put",
    path: "/points/{id}/register-changes/{at}",
    summary: "Record that the meter was exchanged; figures of the time around it are worked out anew",
    right: "registry.write",
    params: changeParams,
    body: registerChangeRequest,
    responses: { 200: registerChangeBody },
    run({ context, caller, params, body, audit }) {
      if (params.at > audit.at) throw new ParkError("unprocessable", "at: an exchange is recorded after it happened");
      const change: RegisterChange = { at: params.at, ...body };
      context.registry.putRegisterChange(caller.principal, params.id, change, audit);
      return toRegisterChangeBody(change, context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/points/{id}/register-changes/{at}",
    summary: "Take back a recorded exchange",
    right: "registry.write",
    params: changeParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteRegisterChange(caller.principal, params.id, params.at, audit);
    },
  }),
  defineRoute({
    method: "get",
    path: "/points/{id}/multipliers",
    summary: "CT × PT over time; without a list the multiplier of the meter",
    right: "registry.read",
    params: pointParams,
    responses: { 200: multipliersBody },
    run: ({ context, caller, params }) =>
      toMultipliersBody(readablePoint(context, caller.principal, params.id), context.time),
  }),
  defineRoute({
    method: "put",
    path: "/points/{id}/multipliers",
    summary: "Set CT × PT over time; the whole list, an empty one for the multiplier of the meter",
    right: "registry.write",
    params: pointParams,
    body: multipliersRequest,
    responses: { 200: multipliersBody },
    run({ context, caller, params, body, audit }) {
      context.registry.setMultipliers(caller.principal, params.id, body.multipliers, audit);
      return toMultipliersBody(readablePoint(context, caller.principal, params.id), context.time);
    },
  }),
];

function toMultipliersBody({ multipliers, multiplier, multiplierFrom }: Point, time: ParkTime) {
  const all = multipliers ?? [{ from: multiplierFrom, value: multiplier }];
  return { multipliers: all.map((dated) => toMultiplierBody(dated, time)) };
}
