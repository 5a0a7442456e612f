import { z } from "zod";

/** The local socket between edge and app speaks HTTP/1.1; these are its paths. */
export const edgeLinkPaths = {
  /** POST: octet-stream → 204 after the journal's commit; who sent it in the headers below. */
  append: "/append",
  /** POST: the registry changed; 204 once edge uses the new one and has cut whom it no longer knows. */
  registryChanged: "/registry-changed",
  /** GET: an endless answer, one `EdgeState` JSON line at once, after each commit (coalesced) and every second. */
  watch: "/watch",
  /** POST: the body goes to whoever listens on the topic in the header; 204 when anybody does, 404 otherwise. */
  publish: "/publish",
  /** POST: JSON array of `[device id, topic]` → 200, JSON array of whether each listens now. */
  listening: "/listening",
  /** POST: the body goes to one connection of the device (`sender`) on the topic; 204 when it has one that listens, else 404. */
  order: "/order",
  /** GET: edge's figures, Prometheus text. */
  metrics: "/metrics",
} as const;

export const edgeLinkHeaders = {
  sender: "x-park-sender",
  enterprise: "x-park-enterprise",
  topic: "x-park-topic",
  /** Epoch ms: when a message came that waited for its device's approval. */
  received: "x-park-received",
  /** Id of a command, and epoch ms at and after which it is not handed over. */
  command: "x-park-command",
  expires: "x-park-expires",
} as const;

/** Where devices connect; null = off, or not listening yet. */
export const devicePorts = z.object({
  mqtt: z.number().nullable(),
  mqtts: z.number().nullable(),
  hj212: z.number().nullable(),
  ws: z.number().nullable(),
});

export const listeningRequest = z.array(z.tuple([z.string().max(48), z.string().max(256)])).max(1000);
export const listeningAnswer = z.array(z.boolean());

/**
 * Where the journal's end is: a wake-up for readers and the source of `pending` in the books. `problem` says for people
 * why nothing can be acknowledged now; null when all is well.
 */
export const edgeState = z.object({
  sequence: z.number(),
  segment: z.number(),
  offset: z.number(),
  connections: z.number(),
  problem: z.string().nullable(),
  ports: devicePorts,
});
export type EdgeState = z.infer<typeof edgeState>;
