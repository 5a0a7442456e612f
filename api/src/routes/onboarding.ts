import { ParkError, type Meter, type OnboardingToken, type ParkTime, type WaitingDevice } from "@smart-park/core";
import {
  approvalRequest,
  deviceCreated,
  listOf,
  onboardingTokenBody,
  onboardingTokenCreated,
  onboardingTokenRequest,
  waitingDeviceBody,
  waitingDeviceDetail,
  waitingStates,
} from "@smart-park/core/wire";
import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { newSecret } from "../secrets.ts";
import { tellEdge } from "../tell-edge.ts";
import { toText } from "../to-body.ts";
import { toPoint } from "./meters.ts";
import { deviceParams, objectParams } from "./path-params.ts";

/** Messages that are shown of a device that waits. */
const shownMessages = 20;

const toTokenBody = ({ createdAt, expiresAt, ...token }: OnboardingToken, time: ParkTime) => ({
  ...token,
  createdAt: time.toIso(createdAt),
  expiresAt: expiresAt === null ? null : time.toIso(expiresAt),
});

const toWaitingBody = ({ firstAt, lastAt, ...device }: WaitingDevice, time: ParkTime) => ({
  ...device,
  firstAt: time.toIso(firstAt),
  lastAt: time.toIso(lastAt),
});

/** Devices that join by their first message: they connect with a token of the park and wait until somebody approves them. */
export const onboardingRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/onboarding-tokens",
    summary: "Tokens by which unknown devices may connect and wait",
    right: "registry.write",
    query: pageQuery,
    responses: { 200: listOf(onboardingTokenBody) },
    run({ context, caller, query }) {
      const tokens = context.registry.onboardingTokens(caller.principal);
      return pageOf(
        tokens.map((token) => toTokenBody(token, context.time)),
        query,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/onboarding-tokens",
    summary: "Make a token by which unknown devices may connect and wait; it is shown only once",
    right: "registry.write",
    body: onboardingTokenRequest,
    responses: { 201: onboardingTokenCreated },
    async run({ context, caller, body, audit }) {
      const { name, expiresAt = null } = body;
      if (expiresAt !== null && expiresAt <= audit.at) throw new ParkError("unprocessable", "expiresAt has passed");
      const token = newSecret();
      const { id } = context.registry.createOnboardingToken(caller.principal, { name, expiresAt }, token, audit);
      await tellEdge(context);
      return { id, token };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/onboarding-tokens/{id}",
    summary: "Remove an onboarding token; connections that came by it are cut",
    right: "registry.write",
    params: objectParams,
    responses: { 204: null },
    async run({ context, caller, params, audit }) {
      context.registry.deleteOnboardingToken(caller.principal, params.id, audit);
      await tellEdge(context);
    },
  }),
  defineRoute({
    method: "get",
    path: "/waiting-devices",
    summary: "Devices that connected with an onboarding token, the last heard first",
    right: "registry.write",
    query: pageQuery.extend({ state: z.enum(waitingStates).optional() }),
    responses: { 200: listOf(waitingDeviceBody) },
    run({ context, caller, query }) {
      const { state, ...page } = query;
      const devices = context.registry.waitingDevices(caller.principal);
      const wanted = devices.filter((device) => state === undefined || device.state === state);
      return pageOf(
        wanted.map((device) => toWaitingBody(device, context.time)),
        page,
      );
    },
  }),
  defineRoute({
    method: "get",
    path: "/waiting-devices/{id}",
    summary: "A device that waits, with its first messages",
    right: "registry.write",
    params: deviceParams,
    responses: { 200: waitingDeviceDetail },
    run({ context, caller, params }) {
      const { registry, time } = context;
      const device = registry.waitingDevice(caller.principal, params.id);
      if (device === null) throw new ParkError("not_found");
      const first = registry.waitingMessages(caller.principal, params.id, shownMessages);
      return {
        ...toWaitingBody(device, time),
        first: first.map(({ receivedAt, topic, payload }) => ({
          ...{ receivedAt: time.toIso(receivedAt), topic, payload: toText(payload) },
        })),
      };
    },
  }),
  defineRoute({
    method: "post",
    path: "/waiting-devices/{id}/approve",
    summary: "Give a waiting device its owner and meters; its password is shown only once, what it sent is stored",
    right: "registry.write",
    params: deviceParams,
    body: approvalRequest,
    responses: { 200: deviceCreated },
    async run({ context, caller, params, body, audit }) {
      const { enterpriseId, meterIds } = body;
      const meters = body.meters.map((meter): Meter => {
        const owned = { ...meter, enterpriseId };
        return { ...owned, points: meter.points.map((point) => toPoint(owned, point)) };
      });
      const password = newSecret();
      const wanted = { enterpriseId, meterIds, meters };
      context.registry.approveDevice(caller.principal, params.id, wanted, password, audit);
      await tellEdge(context);
      return { username: params.id, password };
    },
  }),
  defineRoute({
    method: "post",
    path: "/waiting-devices/{id}/refuse",
    summary: "Refuse a waiting device: what it sent is dropped, and it stays out until it is forgotten",
    right: "registry.write",
    params: deviceParams,
    responses: { 200: waitingDeviceBody },
    async run({ context, caller, params, audit }) {
      const device = context.registry.refuseDevice(caller.principal, params.id, audit);
      await tellEdge(context);
      return toWaitingBody(device, context.time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/waiting-devices/{id}",
    summary: "Forget a device that waited; one that was refused may come again",
    right: "registry.write",
    params: deviceParams,
    responses: { 204: null },
    async run({ context, caller, params, audit }) {
      context.registry.forgetWaitingDevice(caller.principal, params.id, audit);
      await tellEdge(context);
    },
  }),
];
