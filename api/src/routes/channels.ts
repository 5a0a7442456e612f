import { randomBytes } from "node:crypto";
import {
  hasRight,
  ParkError,
  systemPrincipal,
  type Channel,
  type ChannelHealth,
  type ChannelSecrets,
  type ChannelSettings,
  type ParkTime,
} from "@smart-park/core";
import {
  channelBody,
  channelPatch,
  channelRequest,
  channelTestBody,
  channelTestRequest,
  listOf,
  type ChannelConfig,
} from "@smart-park/core/wire";
import type { ApiContext } from "../context.ts";
import { defineRoute, type Route } from "../define-route.ts";
import { given } from "../given.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { objectParams } from "./path-params.ts";

export const channelRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/channels",
    summary: "Ways out for alerts that the caller may subscribe to; addresses and secrets are never shown",
    right: "subscriptions.own",
    query: pageQuery,
    responses: { 200: listOf(channelBody) },
    run({ context, caller, query }) {
      const isManager = hasRight(caller.principal, "channels.manage");
      const channels = context.registry.channels(caller.principal);
      return pageOf(
        channels.map((one) => toChannelBody(one, isManager ? one.health : null, context.time)),
        query,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/channels",
    summary: "Add a way out: mail, webhook, WeCom, DingTalk or Feishu robot, or a beacon on MQTT",
    right: "channels.manage",
    body: channelRequest,
    responses: { 201: channelBody },
    run({ context, caller, body, audit }) {
      const { config, enabled, ...plain } = body;
      const channel = { ...plain, isEnabled: enabled, ...toParts(config, context) };
      const created = context.registry.createChannel(caller.principal, channel, audit);
      return toChannelBody(created, noHealth, context.time);
    },
  }),
  defineRoute({
    method: "patch",
    path: "/channels/{id}",
    summary: "Change a way out; secrets that are not named stay as they are",
    right: "channels.manage",
    params: objectParams,
    body: channelPatch,
    responses: { 200: channelBody },
    run({ context, caller, params, body, audit }) {
      const { registry, time } = context;
      const before = registry.channels(caller.principal).find(({ id }) => id === params.id);
      if (before === undefined) throw new ParkError("not_found");
      const { config, enabled, ...plain } = body;
      const change = { ...given(plain), ...(enabled !== undefined && { isEnabled: enabled }) };
      if (config === undefined)
        return toChannelBody(registry.updateChannel(caller.principal, params.id, change, audit), before.health, time);
      if (config.kind !== before.settings.kind) throw new ParkError("unprocessable", "A channel keeps its kind");
      const parts = toParts(config, context);
      // Without a new address the host shown stays the one of the address that is kept.
      const settings =
        "url" in config || config.kind === "email" || config.kind === "mqtt" ? parts.settings : before.settings;
      const full = { ...change, settings, secrets: parts.secrets };
      return toChannelBody(registry.updateChannel(caller.principal, params.id, full, audit), before.health, time);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/channels/{id}",
    summary: "Remove a way out and its subscriptions; the delivery log stays",
    right: "channels.manage",
    params: objectParams,
    responses: { 204: null },
    run({ context, caller, params, audit }) {
      context.registry.deleteChannel(caller.principal, params.id, audit);
    },
  }),
  defineRoute({
    method: "post",
    path: "/channels/{id}/test",
    summary: "Send a test message now, once, and say what became of it; it stands in the delivery log as `kind: test`",
    right: "channels.manage",
    params: objectParams,
    body: channelTestRequest,
    responses: { 200: channelTestBody },
    async run({ context, caller, params, body, audit }) {
      const channel = context.registry.sendingChannel(caller.principal, params.id);
      const isMail = channel.settings.kind === "email";
      if (isMail && body.address === undefined) throw new ParkError("unprocessable", "A mail needs an address");
      const message = { key: `test-${randomBytes(9).toString("hex")}`, kind: "test", deliveries: [] } as const;
      const startedAt = performance.now();
      const address = isMail ? (body.address ?? "") : "";
      const { ok, detail } = await context.sendMessage(channel, address, message);
      const tookMs = performance.now() - startedAt;
      const attempt = { at: context.clock.now(), tookMs, isOk: ok, detail };
      const { id: channelId, enterpriseId } = channel;
      context.registry.addChannelTest({ key: message.key, channelId, address, enterpriseId, attempt }, audit);
      return { ok, detail, tookMs: Math.round(tookMs) };
    },
  }),
];

const noHealth: ChannelHealth = { waiting: 0, dead: 0, lastSentAt: null, lastFailedAt: null, lastFailure: null };

/** Splits what may be shown from what is kept sealed. */
function toParts(
  config: ChannelConfig,
  { registry }: ApiContext,
): { settings: ChannelSettings; secrets: ChannelSecrets } {
  switch (config.kind) {
    case "email": {
      const { password, ...settings } = config;
      return { settings, secrets: given({ password }) };
    }
    case "mqtt": {
      const enterpriseId = registry.meter(systemPrincipal, config.meterId)?.enterpriseId;
      if (enterpriseId === undefined) throw new ParkError("unprocessable", "The beacon's meter is not registered");
      return { settings: { ...config, enterpriseId }, secrets: {} };
    }
    case "wecom":
    case "webhook":
    case "dingtalk":
    case "feishu": {
      const { kind, url } = config;
      const signingKey = "signingKey" in config ? config.signingKey : undefined;
      const host = url === undefined ? "" : new URL(url).host;
      return { settings: { kind, host }, secrets: given({ url, signingKey }) };
    }
  }
}

function toChannelBody(channel: Channel, health: ChannelHealth | null, time: ParkTime) {
  const { kind, ...settings } = channel.settings;
  const { id, name, enterpriseId, language, isEnabled, secretNames } = channel;
  const iso = (at: number | null) => (at === null ? null : time.toIso(at));
  return {
    id,
    name,
    kind,
    enterpriseId,
    language,
    enabled: isEnabled,
    settings: health === null ? null : settings,
    secrets: health === null ? [] : [...secretNames],
    health: health && { ...health, lastSentAt: iso(health.lastSentAt), lastFailedAt: iso(health.lastFailedAt) },
  };
}
