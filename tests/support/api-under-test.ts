import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword, startApi, type ApiDeps, type ApiOptions, type ApiStats } from "@smart-park/api";
import {
  StopStack,
  systemPrincipal,
  type DeliveryLedger,
  type CommandOrder,
  type EdgeLink,
  type EnterpriseId,
  type IngestLedger,
  type JournalReader,
  type LatestReading,
  type LiveFeed,
  type Logger,
  type ReadingStore,
  type Registry,
  type Role,
  type SendMessage,
  type UserId,
} from "@smart-park/core";
import { openReadingStore, openRegistry, openRollups, type RegistryDatabase } from "@smart-park/store";

/** The real API on a free port, over a real registry and a real embedded store in a temporary folder. */
export interface ApiUnderTest {
  readonly url: string;
  stats(): ApiStats;
  readonly registry: Registry;
  /** The same file, as ingest and the notifier write it. */
  readonly database: Pick<RegistryDatabase, "ledger" | "deliveries">;
  readonly directory: string;
  readonly store: ReadingStore;
  readonly feed: LiveFeed;
  readonly edge: RecordingEdge;
  readonly clock: MovableClock;
  /** Works out all roll-ups that are due. */
  roll(): Promise<void>;
  /** Judges rules on figures that are due; with `again` also those judged before. */
  judgeFigures(options?: { again?: boolean }): Promise<void>;
  readonly ledger: IngestLedger;
  readonly deliveries: DeliveryLedger;
  /** What was logged as an error. */
  readonly errors: readonly object[];
  /** What the test button of a channel sent. */
  readonly sentTests: readonly Parameters<SendMessage>[];
  /** A user with that role; the password is `testPassword`. */
  addUser(name: string, role: Role, enterpriseIds?: readonly string[]): void;
  signIn(username: string, password?: string): Promise<Client>;
  /** A new session of that user, without the password that takes so long. */
  signedIn(username: string): Client;
  /** Someone who is not signed in. */
  stranger(): Client;
  stop(): Promise<void>;
}

export const testPassword = "kettle-drum-4711";
export const audit = { at: 0, actor: "test", address: "local" };

/** Real time, plus what the test moved it by. */
export class MovableClock {
  #ahead = 0;
  now = (): number => Date.now() + this.#ahead;
  advance(ms: number): void {
    this.#ahead += ms;
  }
}

/** Edge's side of the link, in this process: takes batches and remembers what it was told. */
export class RecordingEdge implements EdgeLink {
  readonly batches: { sender: string; enterpriseId: string; topic: string; payload: Uint8Array }[] = [];
  /** Called each time the registry changed; a test may hold the answer back. */
  onRegistryChanged: () => Promise<void> = () => Promise.resolve();
  registryChanges = 0;
  failure: Error | null = null;
  isUp = true;
  problem: string | null = null;
  readonly ports = { mqtt: 1883, mqtts: null, ws: 8083, hj212: 9212 };

  append(batch: { sender: string; enterpriseId: string; topic: string; payload: Uint8Array }): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.batches.push(batch);
    return Promise.resolve();
  }
  publish = () => Promise.resolve(false);
  /** Whether every device listens to its commands, and what became of each that was handed over; an error = nobody knows. */
  isListened = false;
  handOver: (order: CommandOrder) => boolean | Error = () => true;
  readonly orders: CommandOrder[] = [];
  listening = (channels: readonly unknown[]) => Promise.resolve(channels.map(() => this.isListened));
  order(order: CommandOrder): Promise<boolean> {
    this.orders.push(order);
    const outcome = this.handOver(order);
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  }
  async registryChanged(): Promise<void> {
    await this.onRegistryChanged();
    this.registryChanges += 1;
  }
  metrics = () => Promise.resolve(null);
  state = () =>
    this.isUp
      ? {
          sequence: this.batches.length,
          segment: 0,
          offset: 0,
          connections: 0,
          problem: this.problem,
          ports: this.ports,
        }
      : null;
  onCommit = () => () => undefined;
  stop = () => Promise.resolve();
}

function recordingFeed(): LiveFeed {
  const readings = new Set<(readings: readonly LatestReading[]) => void>();
  const alerts = new Set<(alertId: string) => void>();
  const subscribe = <T>(set: Set<T>, listener: T) => (set.add(listener), () => void set.delete(listener));
  return {
    publishReadings: (news) => readings.forEach((listener) => listener(news)),
    publishAlert: (id) => alerts.forEach((listener) => listener(id)),
    onReadings: (listener) => subscribe(readings, listener),
    onAlert: (listener) => subscribe(alerts, listener),
  };
}

/** Hashing is slow on purpose; one hash serves all users of one test file. */
const passwordHash = hashPassword(testPassword);

export async function startApiUnderTest(
  options: Partial<ApiOptions> = {},
  deps: Partial<Pick<ApiDeps, "notice">> & {
    messages?: (directory: string) => Promise<JournalReader>;
    /** Null = the embedded store. */
    influx?: Parameters<typeof openReadingStore>[0]["influx"];
  } = {},
): Promise<ApiUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), "park-api-"));
  const errors: object[] = [];
  const sentTests: Parameters<SendMessage>[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields, message) => errors.push({ ...fields, message }),
  };
  const parts = new StopStack(logger);
  parts.add("folder", { stop: () => rm(directory, { recursive: true, force: true }) });
  const clock = new MovableClock();
  const files = { file: join(directory, "registry.db"), secretKeyFile: join(directory, "secret.key") };
  const { registry, ...database } = openRegistry({ ...files, clock, logger });
  parts.add("registry", database);
  const folder = join(directory, "readings");
  const readings = parts.add(
    "store",
    await openReadingStore({ directory: folder, influx: deps.influx ?? null }, { logger }),
  );
  const timeZone = options.timeZone ?? "Asia/Shanghai";
  const rolled = parts.add(
    "roll-ups",
    await openRollups({ directory: folder, timeZone, store: readings, catalog: registry, isKeeper: true, logger }),
  );
  const { store, rollups } = rolled;
  const messages = deps.messages === undefined ? null : parts.add("journal", await deps.messages(directory));
  const [edge, feed, hash] = [new RecordingEdge(), recordingFeed(), await passwordHash];
  const config = {
    host: "127.0.0.1",
    port: 0,
    tls: null,
    timeZone,
    demo: false,
    webRoot: null,
    photoDirectory: join(directory, "photos"),
  };
  const metrics = () => Promise.resolve("");
  const sendMessage: SendMessage = (channel, address, message) => {
    sentTests.push([channel, address, message]);
    return Promise.resolve({ ok: true, detail: "taken" });
  };
  const ports = {
    registry,
    store,
    rollups,
    messages,
    feed,
    edge,
    metrics,
    sendMessage,
    clock,
    logger,
    ...(deps.notice && { notice: deps.notice }),
  };
  const api = parts.add("api", await startApi({ ...config, liveRecheckMs: 50, ...options }, ports));
  const url = `http://127.0.0.1:${api.port}`;
  const addUser: ApiUnderTest["addUser"] = (name, role, enterpriseIds) =>
    void registry.createUser(
      systemPrincipal,
      {
        id: name as UserId,
        passwordHash: hash,
        role,
        enterpriseIds: (enterpriseIds as EnterpriseId[] | undefined) ?? null,
        mustChangePassword: false,
      },
      audit,
    );
  addUser("admin", "parkAdmin");
  return {
    url,
    stats: () => api.stats(),
    registry,
    database,
    directory,
    store,
    feed,
    edge,
    clock,
    roll: () => rolled.roll(),
    judgeFigures: (again) => api.judgeFigures(again),
    ledger: database.ledger,
    deliveries: database.deliveries,
    errors,
    sentTests,
    addUser,
    signedIn(username) {
      const [client, secret, now] = [new Client(url), randomBytes(32).toString("base64url"), clock.now()];
      const session = { userId: username as UserId, createdAt: now, lastUsedAt: now };
      registry.createSession(createHash("sha256").update(secret).digest("hex"), session);
      client.cookie = `park=${secret}`;
      return client;
    },
    stranger: () => new Client(url),
    async signIn(username, password = testPassword) {
      const client = new Client(url);
      const answer = await client.post("/session", { username, password });
      if (answer.status !== 200) throw new Error(`sign-in of ${username}: ${answer.status}`);
      return client;
    },
    stop: () => parts.stop(),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed JSON, undefined for anything else. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look inside what they assert on
}

/** A program or a person that talks to the API; keeps its cookie, as a browser would. */
export class Client {
  readonly #url: string;
  cookie: string | null = null;
  token: string | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  get = (path: string, headers: Record<string, string> = {}) => this.request("GET", path, undefined, headers);
  post = (path: string, body?: unknown, headers = {}) => this.request("POST", path, body, headers);
  put = (path: string, body?: unknown) => this.request("PUT", path, body);
  patch = (path: string, body?: unknown) => this.request("PATCH", path, body);
  delete = (path: string) => this.request("DELETE", path);

  /** `path` below /api/v1, or a full path that starts with two slashes. */
  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = this.#url + (path.startsWith("//") ? path.slice(1) : `/api/v1${path}`);
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(this.cookie === null ? {} : { Cookie: this.cookie }),
        ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: toPayload(body) }),
    });
    const setCookie = response.headers.getSetCookie()[0];
    if (setCookie !== undefined) this.cookie = setCookie.split(";")[0] ?? null;
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }
}

/** Text and bytes as they are, anything else as JSON. */
const toPayload = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" ? body : body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);

/** Two enterprises, A and B, each with an electricity meter, a water meter and a device. */
export async function addTwoEnterprises(admin: Client): Promise<void> {
  for (const id of ["A", "B"]) {
    await created(admin.post("/enterprises", { id, name: `企业 ${id}` }));
    await created(admin.post("/meters", anElectricityMeter(`${id}-main`, id)));
    const waterVolume = { quantity: "waterVolume" };
    await created(
      admin.post("/meters", {
        id: `${id}-water`,
        name: "水表",
        enterpriseId: id,
        kind: "water",
        points: [waterVolume],
      }),
    );
    await created(admin.post("/devices", { id: `${id}-gateway`, enterpriseId: id, meterIds: [`${id}-main`] }));
  }
}

export const anElectricityMeter = (id: string, enterpriseId: string) => ({
  id,
  name: `进线 ${id}`,
  enterpriseId,
  kind: "electricity",
  intervalS: 60,
  points: [{ quantity: "activePower", min: -100, max: 5000 }, { quantity: "activeEnergyImport" }],
});

async function created(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  if (status !== 201) throw new Error(`expected 201, got ${status}: ${text}`);
}
