import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Attempt {
  readonly at: number;
  readonly key: string;
  readonly alertIds: readonly string[];
}

export interface AlertReceiver {
  readonly port: number;
  /** Messages in the order they came; `at` (epoch ms) = when their head was there. */
  readonly attempts: readonly Attempt[];
  stop(): void;
}

/** Takes every message at once and notes when it came. */
export async function startAlertReceiver(): Promise<AlertReceiver> {
  const attempts: Attempt[] = [];
  const take = async (request: IncomingMessage, at: number): Promise<void> => {
    let text = "";
    for await (const part of request) text += String(part);
    const { key, alerts } = JSON.parse(text) as { key: string; alerts: { id: string }[] }; // as docs/operations.md says
    attempts.push({ at, key, alertIds: alerts.map(({ id }) => id) });
  };
  const server = createServer((request, response) => {
    void take(request, Date.now()).then(() => response.end("{}"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    attempts,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
