import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { SendResult } from "@smart-park/core";
import { pinAddress, type AllowList, type Resolve } from "./address-guard.ts";

export interface NetPorts {
  readonly resolve: Resolve;
  readonly allow: AllowList;
  readonly timeouts: Timeouts;
}

export interface Timeouts {
  readonly connectMs: number;
  readonly totalMs: number;
}

const maxAnswerBytes = 64 * 1024;

export type Answer =
  | { readonly ok: true; readonly status: number; readonly text: string }
  | { readonly ok: false; readonly detail: string };

/**
 * One POST to a receiver outside: http(s) only, to the address that was checked, no redirects followed, the answer and
 * the time bounded. Never throws; details never hold the address, which may hold a key.
 */
export async function postJson(
  url: URL,
  { body, headers }: { body: string; headers: Readonly<Record<string, string>> },
  { resolve, allow, timeouts }: NetPorts,
): Promise<Answer> {
  if (url.protocol !== "http:" && url.protocol !== "https:") return failed("only http and https are used");
  const deadline = AbortSignal.timeout(timeouts.totalMs);
  const pinned = await Promise.race([pinAddress(url.hostname, resolve, allow), expiry(deadline)]);
  if (!pinned.ok) return failed(pinned.detail);
  const family = isIP(pinned.address) === 6 ? 6 : 4;
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((settle) => {
    const call = send(url, {
      method: "POST",
      agent: false, // a connection of its own: none that was opened to another address is used again
      signal: deadline,
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...headers,
        "content-length": Buffer.byteLength(body),
      },
      lookup: (_host, options, done) =>
        options.all ? done(null, [{ address: pinned.address, family }]) : done(null, pinned.address, family),
    });
    const connecting = setTimeout(() => call.destroy(new Error("no connection in time")), timeouts.connectMs);
    call.on("socket", (socket) => {
      const ready = url.protocol === "https:" ? "secureConnect" : "connect";
      socket.once(ready, () => clearTimeout(connecting));
    });
    call.on("close", () => clearTimeout(connecting));
    call.on("error", (error) => settle(failed(deadline.aborted ? "no answer in time" : plainError(error))));
    // Node calls neither `response` nor `error` for a receiver that would rather speak another protocol.
    call.on("upgrade", ({ statusCode }, socket) => {
      socket.destroy();
      settle({ ok: true, status: statusCode ?? 101, text: "" });
    });
    call.on("response", (response) => void readAnswer(response).then(settle));
    call.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) {
        response.destroy();
        return failed("the answer is too long");
      }
      chunks.push(chunk);
    }
  } catch {
    return failed("the answer broke off or did not end in time");
  }
  return { ok: true, status, text: Buffer.concat(chunks).toString("utf8") };
}

const failed = (detail: string): Answer & { ok: false } => ({ ok: false, detail });

const expiry = (signal: AbortSignal): Promise<{ ok: false; detail: string }> =>
  new Promise((settle) =>
    signal.addEventListener("abort", () => settle({ ok: false, detail: "the host name was not found in time" })),
  );

function plainError(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message;
  return `no connection: ${code}`;
}

/** 408, 425, 429 and 5xx pass; any other refusal will be the same next time. */
export function judgeStatus(status: number): SendResult {
  if (status >= 200 && status < 300) return { ok: true, detail: `HTTP ${status}` };
  if (status >= 300 && status < 400) return refusal(`HTTP ${status}: redirects are not followed`, { isFinal: true });
  const isPassing = status >= 500 || [408, 425, 429].includes(status);
  return refusal(`HTTP ${status}`, { isFinal: !isPassing });
}

export const refusal = (detail: string, { isFinal }: { isFinal: boolean }): SendResult & { readonly ok: false } => ({
  ok: false,
  detail,
  isFinal,
  isChannelDown: !isFinal,
});
