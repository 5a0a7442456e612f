import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import { ParkError, ParkTime, StopStack } from "@smart-park/core";
import type { Express } from "express";
import { headersTimeoutMs, maxHeaderBytes, toApiConfig, type ApiConfig, type ApiOptions } from "./config.ts";
import type { ApiContext, ApiDeps } from "./context.ts";
import { createApp } from "./create-app.ts";
import { CommandDispatch } from "./dispatch-commands.ts";
import { ExportSeats } from "./export-seats.ts";
import { FigureJudge } from "./figure-watch/figure-judge.ts";
import { FigureWatch } from "./figure-watch/figure-watch.ts";
import { NightFlows } from "./figures/night-flows.ts";
import { TodayUses } from "./figures/today-uses.ts";
import { LastHours } from "./last-hours.ts";
import { LiveHub } from "./live-hub.ts";
import { startLive } from "./live.ts";
import { LoginThrottle } from "./login-throttle.ts";
import { OverviewDesk } from "./overview.ts";
import { startPasswords } from "./passwords.ts";
import { PhotoStore } from "./photo-store.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { WaitingRelease } from "./release-waiting.ts";
import { RequestCounter, type RequestCounts } from "./request-counter.ts";
import { SheetReader } from "./spreadsheet/sheet-reader.ts";
import { UsualLearner } from "./usual-learner.ts";
import { WallDesk } from "./walls/wall-desk.ts";
import { wallBuildOf } from "./web-app.ts";

export interface Api {
  /** The port it really listens on. */
  readonly port: number;
  stats(): ApiStats;
  /** Judges rules on figures that are due now; with `again` also those judged before. */
  judgeFigures(options?: { again?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiStats {
  readonly requests: RequestCounts;
  readonly liveSockets: number;
}

/** Serves REST, live values and the web app. An occupied port rejects with config_invalid and one clear sentence. */
export async function startApi(options: ApiOptions, deps: ApiDeps): Promise<Api> {
  const parts = new StopStack(deps.logger);
  try {
    const context = await createContext(toApiConfig(options), deps, parts);
    const watch = new FigureWatch({ ...context, judge: context.figureJudge }, context.config.figureWatchMs);
    parts.add("rules on figures", watch);
    parts.add("messages that waited", new WaitingRelease(context));
    parts.add("commands", new CommandDispatch(context));
    const server = createHttpServer(context.config, createApp(context));
    parts.add("http", { stop: () => closeServer(server) });
    parts.add("live", startLive(context, server));
    await listen(server, context.config);
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : context.config.port;
    const stats = (): ApiStats => ({ requests: context.requests.counts(), liveSockets: context.live.socketCount() });
    return { port, stats, judgeFigures: (again) => watch.run(again), stop: () => parts.stop() };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function createContext(config: ApiConfig, deps: ApiDeps, parts: StopStack): Promise<ApiContext> {
  const passwords = parts.add("passwords", await startPasswords());
  const time = new ParkTime(config.timeZone);
  const live = new LiveHub(deps);
  parts.add("live values", { stop: async () => live.stop() });
  await live.load();
  const nightFlows = new NightFlows({ ...deps, time });
  const figureJudge = new FigureJudge({ ...deps, time, nightFlows });
  const rows = { todayUses: new TodayUses({ ...deps, time }), lastHours: new LastHours({ ...deps, time }) };
  const overview = new OverviewDesk({ ...deps, live, time, nightFlows, demo: config.demo });
  const limits = {
    loginThrottle: new LoginThrottle(config.signIn.delay),
    rateLimiter: new RateLimiter(),
    exports: new ExportSeats(),
  };
  const photos = new PhotoStore(config.photoDirectory);
  const usuals = parts.add("what is usual", new UsualLearner({ ...deps, time }));
  const counted = { requests: new RequestCounter(), sheets: new SheetReader(), photos, usuals };
  const walls = new WallDesk({ ...deps, time, live, overview, config, wallBuild: wallBuildOf(config.webRoot) });
  const desks = { nightFlows, figureJudge, overview, walls };
  return { ...deps, ...limits, ...counted, ...rows, ...desks, config, time, passwords, live };
}

function createHttpServer({ tls, requestTimeoutMs }: ApiConfig, app: Express): Server | SecureServer {
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    // Who sends a byte now and then is looked for; Node itself would look only twice a minute.
    connectionsCheckingInterval: Math.min(1000, requestTimeoutMs),
  };
  // Express answers asynchronously; what it throws it answers itself.
  if (tls === null) return createServer(limits, (request, response) => void app(request, response));
  const files = { cert: readTlsFile(tls.certFile), key: readTlsFile(tls.keyFile), minVersion: "TLSv1.2" as const };
  return createSecureServer({ ...limits, ...files }, (request, response) => void app(request, response));
}

function readTlsFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ParkError("config_invalid", `the TLS file ${file} cannot be read`, { cause });
  }
}

async function listen(server: Server | SecureServer, { host, port }: ApiConfig): Promise<void> {
  const listening = once(server, "listening");
  server.listen(port, host);
  try {
    await listening;
  } catch (cause) {
    throw new ParkError("config_invalid", listenFailure(cause, host, port), { cause });
  }
}

function listenFailure(cause: unknown, host: string, port: number): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const where = `HTTP port ${port} on ${host}`;
  if (code === "EADDRINUSE") return `${where} is already in use; stop the other program or set PARK_HTTP_PORT`;
  if (code === "EACCES") return `${where} may not be opened by this user; choose a port above 1023`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `${where} cannot be opened: this machine has no such address`;
  return `${where} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
}

const closeGraceMs = 2000;

/** Lets running answers finish for a moment, then cuts what is left. */
async function closeServer(server: Server | SecureServer): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(cut);
}
