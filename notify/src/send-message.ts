import type {
  CatalogSource,
  Clock,
  Message,
  ParkTime,
  SendMessage,
  SendResult,
  SendingChannel,
} from "@smart-park/core";
import { toTopic } from "@smart-park/core/wire";
import { sendEmail } from "./channels/email.ts";
import { judgeRobotAnswer, toRobotRequest } from "./channels/robots.ts";
import { toWebhook } from "./channels/webhook.ts";
import { toText } from "./message-text.ts";
import { judgeStatus, postJson, refusal, type NetPorts } from "./net/post-json.ts";

export interface SenderDeps extends NetPorts {
  readonly catalog: CatalogSource;
  readonly time: ParkTime;
  readonly clock: Clock;
  /** Says something to whoever listens on an MQTT topic; gives whether anybody did. */
  readonly publish: (topic: string, payload: string) => Promise<boolean>;
}

/** Sends one message over whatever kind the channel is; a result in bounded time, no exception. */
export function createSender(deps: SenderDeps): SendMessage {
  return async (channel, address, message) => {
    try {
      return await send(deps, channel, address, message);
    } catch (error) {
      return refusal(`the channel cannot be used: ${error instanceof Error ? error.name : "unknown"}`, {
        isFinal: false,
      });
    }
  };
}

async function send(deps: SenderDeps, channel: SendingChannel, address: string, message: Message): Promise<SendResult> {
  const { settings, secrets, language } = channel;
  const { clock, time } = deps;
  const text = toText(message, language, { catalog: deps.catalog.current(), time });
  switch (settings.kind) {
    case "email":
      return sendEmail(channel, { to: address, key: message.key, text }, deps);
    case "mqtt":
      return sendBeacon(deps, toTopic(settings.enterpriseId, settings.meterId, "command"), message);
    case "webhook": {
      const { body, headers } = toWebhook(message, { signingKey: secrets.signingKey ?? "", clock, time });
      const answer = await post(deps, new URL(secrets.url ?? ""), body, { ...headers, "idempotency-key": message.key });
      return "status" in answer ? judgeStatus(answer.status) : answer;
    }
    case "wecom":
    case "dingtalk":
    case "feishu": {
      const signing = { url: secrets.url ?? "", signingKey: secrets.signingKey, now: clock.now() };
      const { url, body } = toRobotRequest(settings.kind, text, signing);
      const answer = await post(deps, url, body, { "idempotency-key": message.key });
      return "status" in answer ? judgeRobotAnswer(settings.kind, answer.status, answer.text) : answer;
    }
  }
}

async function post(deps: SenderDeps, url: URL, body: string, headers: Record<string, string>) {
  const answer = await postJson(url, { body, headers }, deps);
  return answer.ok ? answer : refusal(answer.detail, { isFinal: false });
}

/** The order a beacon gets: what to show, and what that stands for. */
async function sendBeacon(deps: SenderDeps, topic: string, message: Message): Promise<SendResult> {
  const worst = message.deliveries.map(({ notice }) => notice.severity).sort()[0] ?? null;
  const isOver = message.deliveries.length > 0 && message.deliveries.every(({ kind }) => kind === "cleared");
  const alerts = message.deliveries.map(({ kind, notice }) => ({ id: notice.alertId, transition: kind }));
  const order = { command: "beacon", key: message.key, state: isOver ? "cleared" : "raised", severity: worst };
  const payload = JSON.stringify({
    ...order,
    test: message.kind === "test",
    count: alerts.length,
    alerts: alerts.slice(0, 20),
  });
  const isHeard = await deps.publish(topic, payload);
  return isHeard ? { ok: true, detail: "published" } : refusal("no beacon is connected", { isFinal: false });
}
