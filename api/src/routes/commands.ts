import { ParkError } from "@smart-park/core";
import { commandBody, commandRequest, commandsQuery, listOf } from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { toCommandBody } from "../to-body.ts";
import { deviceParams, objectParams } from "./path-params.ts";

/** Orders to devices, with what became of each. */
export const commandRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/devices/{id}/commands",
    summary:
      "Give a device a command; it goes out at most once, as soon as the device listens, and not after its deadline",
    right: "commands.send",
    params: deviceParams,
    body: commandRequest,
    responses: { 201: commandBody },
    run({ context, caller, params, body, audit }) {
      const { meterId = null, command: name, expiresAt = null } = body;
      const wanted = { deviceId: params.id, meterId, name, params: body.params, expiresAt };
      return toCommandBody(context.registry.createCommand(caller.principal, wanted, audit), context.time);
    },
  }),
  defineRoute({
    method: "get",
    path: "/commands",
    summary: "Commands to devices, newest first",
    right: "commands.read",
    query: commandsQuery,
    responses: { 200: listOf(commandBody) },
    run({ context, caller, query: { device, meter, state, cursor, limit } }) {
      const filter = { ...given({ deviceId: device, meterId: meter, state, cursor }), limit };
      const { items, nextCursor } = context.registry.commands(caller.principal, filter);
      return { items: items.map((command) => toCommandBody(command, context.time)), nextCursor };
    },
  }),
  defineRoute({
    method: "get",
    path: "/commands/{id}",
    summary: "One command: whether it was sent, delivered, and what the device answered",
    right: "commands.read",
    params: objectParams,
    responses: { 200: commandBody },
    run({ context, caller, params }) {
      const command = context.registry.command(caller.principal, params.id);
      if (command === null) throw new ParkError("not_found");
      return toCommandBody(command, context.time);
    },
  }),
  defineRoute({
    method: "post",
    path: "/commands/{id}/cancel",
    summary: "Take a command back that was not sent yet",
    right: "commands.send",
    params: objectParams,
    responses: { 200: commandBody },
    run({ context, caller, params, audit }) {
      return toCommandBody(context.registry.cancelCommand(caller.principal, params.id, audit), context.time);
    },
  }),
];
