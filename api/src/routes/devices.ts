import { ParkError, type Device, type DeviceId, type Principal } from "@smart-park/core";
import {
  deviceBody,
  deviceCreated,
  devicePatch,
  devicePorts,
  deviceRequest,
  listOf,
  movedBody,
  moveRequest,
} from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { newSecret, newStationPassword } from "../secrets.ts";
import { tellEdge } from "../tell-edge.ts";
import { toDeviceBody } from "../to-body.ts";
import { deviceParams } from "./path-params.ts";

export const deviceRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/device-ports",
    summary:
      "Ports on which devices connect by MQTT, MQTT over TLS, WebSocket (path /mqtt) and HJ 212; null = off or unknown now",
    right: "registry.read",
    responses: { 200: devicePorts },
    run: ({ context: { edge } }) => edge.state()?.ports ?? { mqtt: null, mqtts: null, ws: null, hj212: null },
  }),
  defineRoute({
    method: "get",
    path: "/devices",
    summary: "Devices that send readings",
    right: "registry.read",
    query: pageQuery,
    responses: { 200: listOf(deviceBody) },
    run: ({ context, caller, query }) => pageOf(context.registry.devices(caller.principal).map(toDeviceBody), query),
  }),
  defineRoute({
    method: "post",
    path: "/devices",
    summary:
      "Add a device; its password is shown only once, and it can connect at once. An HJ 212 station answers with its MN and PW",
    right: "registry.write",
    body: deviceRequest,
    responses: { 201: deviceCreated },
    async run({ context, caller, body, audit }) {
      const { mn, pw, ...fields } = body;
      if (fields.protocol === "hj212" && mn === undefined)
        throw new ParkError("unprocessable", "mn: an HJ 212 station is known by its MN");
      if (fields.protocol === "mqtt" && (mn !== undefined || pw !== undefined))
        throw new ParkError("unprocessable", "mn, pw: only an HJ 212 station has them");
      const device: Device = { ...fields, ...(mn === undefined ? {} : { mn }), isEnabled: true };
      const password = pw ?? newSecretOf(device);
      context.registry.createDevice(caller.principal, device, password, audit);
      await tellEdge(context);
      return { username: usernameOf(device), password };
    },
  }),
  defineRoute({
    method: "get",
    path: "/devices/{id}",
    summary: "One device",
    right: "registry.read",
    params: deviceParams,
    responses: { 200: deviceBody },
    run: ({ context, caller, params }) => toDeviceBody(foundDevice(context, caller.principal, params.id)),
  }),
  defineRoute({
    method: "patch",
    path: "/devices/{id}",
    summary: "Change the meters of a device, or shut it out",
    right: "registry.write",
    params: deviceParams,
    body: devicePatch,
    responses: { 200: deviceBody },
    async run({ context, caller, params, body, audit }) {
      const change = {
        ...(body.meterIds === undefined ? {} : { meterIds: body.meterIds }),
        ...(body.enabled === undefined ? {} : { isEnabled: body.enabled }),
      };
      const device = context.registry.updateDevice(caller.principal, params.id, change, audit);
      await tellEdge(context);
      return toDeviceBody(device);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/devices/{id}",
    summary: "Remove a device; its connection is cut",
    right: "registry.write",
    params: deviceParams,
    responses: { 204: null },
    async run({ context, caller, params, audit }) {
      context.registry.deleteDevice(caller.principal, params.id, audit);
      await tellEdge(context);
    },
  }),
  defineRoute({
    method: "post",
    path: "/devices/{id}/rotate",
    summary: "Give a device a new password; the old one ends at once",
    right: "registry.write",
    params: deviceParams,
    responses: { 200: deviceCreated },
    async run({ context, caller, params, audit }) {
      const device = foundDevice(context, caller.principal, params.id);
      const password = newSecretOf(device);
      context.registry.rotateDevice(caller.principal, params.id, password, audit);
      await tellEdge(context);
      return { username: usernameOf(device), password };
    },
  }),
  defineRoute({
    method: "post",
    path: "/devices/{id}/move",
    summary: "Give a device to another enterprise: its past stays, its meters begin anew there; its connection is cut",
    right: "registry.write",
    params: deviceParams,
    body: moveRequest,
    responses: { 200: movedBody },
    async run({ context, caller, params, body, audit }) {
      const { at, device, meters } = context.registry.moveDevice(caller.principal, params.id, body, audit);
      await tellEdge(context);
      return { at: context.time.toIso(at), device: toDeviceBody(device), meters: [...meters] };
    },
  }),
  enableRoute("disable", "Shut a device out; its connection is cut", false),
  enableRoute("enable", "Let a device in again", true),
];

const newSecretOf = ({ protocol }: Device): string => (protocol === "hj212" ? newStationPassword() : newSecret());
/** What the device says it is: by HJ 212 its MN. */
const usernameOf = ({ id, mn }: Device): string => mn ?? id;

function enableRoute(action: "enable" | "disable", summary: string, isEnabled: boolean): Route {
  return defineRoute({
    method: "post",
    path: `/devices/{id}/${action}`,
    summary,
    right: "registry.write",
    params: deviceParams,
    responses: { 200: deviceBody },
    async run({ context, caller, params, audit }) {
      const device = context.registry.updateDevice(caller.principal, params.id, { isEnabled }, audit);
      await tellEdge(context);
      return toDeviceBody(device);
    },
  });
}

function foundDevice({ registry }: ApiContext, principal: Principal, id: DeviceId): Device {
  const device = registry.device(principal, id);
  if (device === null) throw new ParkError("not_found");
  return device;
}
