import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { ParkError, type EdgeLink, type Logger } from "@smart-park/core";
import { edgeLinkHeaders, edgeLinkPaths, edgeState, listeningAnswer, type EdgeState } from "@smart-park/core/wire";

const appendTimeoutMs = 15_000;
const metricsTimeoutMs = 2000;
/** Edge says something every second; one that stands still has not been heard for this long. */
const silentAfterMs = 10_000;
const reconnectMs = { first: 100, longest: 2000 };

/**
 * The app's end of the local socket to edge: one endless `watch` answer tells where the journal ends, other requests
 * share a small pool of connections. After every (re)connection edge is told to read the registry again, so nothing
 * that changed while it was away is missed.
 */
export function openEdgeLink(linkPath: string, logger: Logger): EdgeLink & { connected(): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const listeners = new Set<() => void>();
  const connection = withResolvers();
  let state: EdgeState | null = null;
  let heardAt = 0;
  let watching: ClientRequest | null = null;
  let timer: NodeJS.Timeout | undefined;
  let delayMs = reconnectMs.first;
  let isStopped = false;

  const post = (path: string, headers: Record<string, string>, body: Uint8Array): Promise<void> =>
    postTo({ agent, linkPath, path, headers, body }).then(({ status }) => {
      if (status !== 204) throw unavailable(`edge answered ${status}`);
    });

  function watch(): void {
    watching = request({ socketPath: linkPath, path: edgeLinkPaths.watch, headers: { connection: "close" } }, receive);
    watching.on("error", retryLater);
    watching.end();
  }

  function receive(response: IncomingMessage): void {
    let rest = "";
    tellRegistry().then(() => {
      delayMs = reconnectMs.first;
      connection.resolve();
    }, noteUntold);
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      const newest = lines.findLast((line) => line !== "");
      if (newest !== undefined) update(edgeState.parse(JSON.parse(newest)));
    });
    response.on("close", retryLater);
  }

  const tellRegistry = (): Promise<void> => post(edgeLinkPaths.registryChanged, {}, new Uint8Array());

  /** Edge works with an old registry, so who was revoked may still be in: a new connection tells it again. */
  function noteUntold(error: unknown): void {
    if (!isStopped) logger.warn({ error }, "edge did not take the registry; it is told again");
    watching?.destroy();
  }

  function update(next: EdgeState): void {
    state = next;
    heardAt = performance.now();
    listeners.forEach((listener) => listener());
  }

  function retryLater(): void {
    state = null;
    if (isStopped || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      watch();
    }, delayMs);
    delayMs = Math.min(delayMs * 2, reconnectMs.longest);
  }

  watch();
  return {
    connected: () => connection.promise,
    append: ({ sender, enterpriseId, topic, payload, receivedAt }) =>
      post(
        edgeLinkPaths.append,
        {
          [edgeLinkHeaders.sender]: sender,
          [edgeLinkHeaders.enterprise]: enterpriseId,
          [edgeLinkHeaders.topic]: topic,
          ...(receivedAt !== undefined && { [edgeLinkHeaders.received]: String(receivedAt) }),
        },
        payload,
      ),
    listening: async (channels) => {
      const path = edgeLinkPaths.listening;
      const body = Buffer.from(JSON.stringify(channels.map(({ deviceId, topic }) => [deviceId, topic])));
      const { status, text } = await postTo({ agent, linkPath, path, headers: {}, body });
      if (status !== 200) throw unavailable(`edge answered ${status}`);
      return listeningAnswer.parse(JSON.parse(text));
    },
    order: async ({ commandId, deviceId, topic, payload, expiresAt }) => {
      const headers = {
        [edgeLinkHeaders.sender]: deviceId,
        [edgeLinkHeaders.topic]: topic,
        [edgeLinkHeaders.command]: commandId,
        [edgeLinkHeaders.expires]: String(expiresAt),
      };
      const body = Buffer.from(payload);
      const { status } = await postTo({ agent, linkPath, path: edgeLinkPaths.order, headers, body });
      if (status !== 204 && status !== 404) throw unavailable(`edge answered ${status}`);
      return status === 204;
    },
    publish: (topic, payload) =>
      postTo({
        agent,
        linkPath,
        path: edgeLinkPaths.publish,
        headers: { [edgeLinkHeaders.topic]: topic },
        body: Buffer.from(payload),
      }).then(({ status }) => status === 204),
    registryChanged: async () => {
      // When edge is down it reads the registry at its start, and again when this link comes back.
      if (state) await tellRegistry().catch(noteUntold);
    },
    state: () => (performance.now() - heardAt <= silentAfterMs ? state : null),
    metrics: () => (state === null ? Promise.resolve(null) : getText(linkPath, edgeLinkPaths.metrics)),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      watching?.destroy();
      agent.destroy();
      return Promise.resolve();
    },
  };
}

/** Null when there is no whole answer in time; on a connection of its own, since those of the pool may be waiting for the disk. */
function getText(socketPath: string, path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(metricsTimeoutMs);
    const none = (): void => resolve(null);
    const call = request({ socketPath, path, signal, headers: { connection: "close" } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve(response.statusCode === 200 ? text : null));
      response.on("error", none);
    });
    call.on("error", none);
    call.end();
  });
}

interface Post {
  readonly agent: Agent;
  readonly linkPath: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const unavailable = (cause: unknown): ParkError =>
  new ParkError("edge_unavailable", "Readings cannot be taken right now; try again shortly.", { cause });

function postTo({ agent, linkPath, path, headers, body }: Post): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(unavailable(cause));
    const call = request(
      {
        agent,
        socketPath: linkPath,
        path,
        method: "POST",
        timeout: appendTimeoutMs,
        headers: { ...headers, "content-type": "application/octet-stream", "content-length": body.byteLength },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", fail);
      },
    );
    call.on("timeout", () => call.destroy(new Error("edge did not answer in time")));
    call.on("error", fail);
    call.end(body);
  });
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
