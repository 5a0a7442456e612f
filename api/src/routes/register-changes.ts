import { ParkError, type ParkTime, type Point, type RegisterChange } from "@smart-park/core";
import {
  gasStatesBody,
  gasStatesRequest,
  instantParam,
  listOf,
  multipliersBody,
  multipliersRequest,
  pointIdSchema,
  registerChangeBody,
  registerChangeRequest,
} from "@smart-park/core/wire";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { toGasStateBody, toMultiplierBody, toRegisterChangeBody } from "../to-body.ts";
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
  defineRoute({
    method: "get",
    path: "/points/{id}/gas-states",
    summary: "Pressure and temperature over time at a gas meter of working m³; none: it counts Nm³",
    right: "registry.read",
    params: pointParams,
    responses: { 200: gasStatesBody },
    run: ({ context, caller, params }) => toGasStatesBody(readablePoint(context, caller.principal, params.id), context),
  }),
  defineRoute({
    method: "put",
    path: "/points/{id}/gas-states",
    summary: "Set pressure and temperature of the gas over time; figures then convert working m³ to Nm³",
    right: "registry.write",
    params: pointParams,
    body: gasStatesRequest,
    responses: { 200: gasStatesBody },
    run({ context, caller, params, body, audit }) {
      context.registry.setGasStates(caller.principal, params.id, body.gasStates, audit);
      return toGasStatesBody(readablePoint(context, caller.principal, params.id), context);
    },
  }),
];

function toGasStatesBody({ gasStates = [] }: Point, { time, clock }: Pick<ApiContext, "time" | "clock">) {
  const isWorking = gasStates.some(({ from }) => from === null || from <= clock.now());
  const counts = isWorking ? ("working" as const) : ("standard" as const);
  return { gasStates: gasStates.map((dated) => toGasStateBody(dated, time)), counts };
}

function toMultipliersBody({ multipliers, multiplier, multiplierFrom }: Point, time: ParkTime) {
  const all = multipliers ?? [{ from: multiplierFrom, value: multiplier }];
  return { multipliers: all.map((dated) => toMultiplierBody(dated, time)) };
}
