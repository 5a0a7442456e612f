import { setMaxListeners } from "node:events";
import { days, hours, minutes, ParkTime, seconds } from "@smart-park/core";
import { buildModels, type MeterModel } from "../meter-model.ts";
import { ParkClient } from "../park-client.ts";
import { readDemoInputs } from "../inputs-file.ts";
import { readDemoSite } from "../site-file.ts";
import { readDemoPark, type ParkFile } from "../park-file.ts";
import { pause, untilAnswered } from "../pause.ts";
import { SeriesLibrary } from "../series.ts";
import { demandRunMs, outletRunMs } from "../stories.ts";
import type { Demo, DemoOptions } from "./demo-options.ts";
import { addSpan, readDemoState, uncovered, writePrivateFile, type DemoState, type Span } from "./demo-state.ts";
import { DeviceSecrets } from "./device-secrets.ts";
import { LiveGateways } from "./live-gateways.ts";
import { enterInputs } from "./enter-inputs.ts";
import { planBills } from "./plan-bills.ts";
import { planInputs } from "./plan-inputs.ts";
import type { PlannedInput } from "./planned-input.ts";
import { importChunks, recalculatePast } from "./past-import.ts";
import { planPast, type PastChunk } from "./past-plan.ts";
import { registerPark } from "./register-park.ts";

/** Stories begin again after this long, so that a demo left running keeps having something to see. */
const storyEveryMs = hours(6);
const heartbeatMs = seconds(30);
/** After a short stop the gateways send what they missed themselves. */
const shortStopMs = minutes(20);

/**
 * Brings the demo park to life beside a running platform: registers what is missing, publishes all meters, imports the
 * past in the background. Returns at once; trouble with the platform is waited out, so it only ends by `stop`.
 */
export function startDemo(options: DemoOptions): Promise<Demo> {
  return Promise.resolve(new RunningDemo(options));
}

class RunningDemo implements Demo {
  readonly live: Promise<void>;
  readonly pastDone: Promise<void>;
  readonly inputsDone: Promise<void>;
  readonly #options: DemoOptions;
  readonly #abort = new AbortController();
  readonly #park: ParkFile = readDemoPark();
  readonly #library = new SeriesLibrary();
  readonly #client: ParkClient;
  #gateways: LiveGateways | null = null;
  #models: ReadonlyMap<string, MeterModel> = new Map();
  #state: DemoState;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: DemoOptions) {
    this.#options = options;
    // Every gateway and every request listens for the end.
    setMaxListeners(0, this.#abort.signal);
    this.#client = new ParkClient(options.apiUrl, { token: options.token }, this.#abort.signal);
    this.#state = newState(options);
    this.live = this.#goLive();
    this.pastDone = this.live.then(() => this.#importPast());
    this.inputsDone = this.live.then(() => this.#enterInputs());
    // Whoever does not wait for them learns of a failure from the log.
    const parts = [this.live, this.pastDone, this.inputsDone, this.live.then(() => this.#beat())];
    for (const part of parts) part.catch(this.#report);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#gateways?.stop();
    await Promise.allSettled([this.live, this.pastDone, this.inputsDone]);
    if (this.#gateways) await this.#heartbeat();
    await this.#saving;
  }

  readonly #report = (error: unknown): void => {
    if (!this.#abort.signal.aborted) this.#options.logger.error({ error }, "the demo park stopped working");
  };

  async #goLive(): Promise<void> {
    const { logger, clock, secretsFile, mqttUrl } = this.#options;
    const { signal } = this.#abort;
    const secrets = await DeviceSecrets.open(secretsFile);
    this.#state = (await readDemoState(this.#options.stateFile)) ?? this.#state;
    const register = (): Promise<void> => registerPark(this.#client, this.#park, secrets);
    await untilAnswered(register, { signal, logger, what: "registration of the demo park" });
    signal.throwIfAborted();
    const before = this.#state.live.at(-1)?.[1] ?? 0;
    const now = clock.now();
    this.#beginStories(now);
    await this.#import(this.#plan(now).first, "the running hour of the stories");
    this.#state.live.push([now, now]);
    const since = now - before < shortStopMs ? before : now - minutes(2);
    const models = (): ReadonlyMap<string, MeterModel> => this.#models;
    this.#gateways = new LiveGateways({ park: this.#park, models, secrets, mqttUrl, clock, logger, since });
    await this.#gateways.connected(signal);
    logger.info({ meters: this.#park.meters.length, gateways: this.#park.devices.length }, "the demo park is live");
    await this.#save();
  }

  async #importPast(): Promise<void> {
    const { logger, clock } = this.#options;
    const startedAt = this.#state.live.at(-1)?.[0] ?? clock.now();
    const plan = this.#plan(startedAt);
    await this.#import(plan.recent, "35 days of all meters");
    await this.#recalculate(startedAt);
    await this.#import(plan.long, "13 months of the main meters");
    logger.info({}, "the demo's past is complete");
  }

  /** What people of a park enter; bills are written when there is something to bill. */
  async #enterInputs(): Promise<void> {
    const { clock, logger, timeZone } = this.#options;
    const { signal } = this.#abort;
    const entered = new Set(this.#state.entered);
    const options = { client: this.#client, logger, signal, entered };
    const enter = async (planned: readonly PlannedInput[]): Promise<void> => {
      await enterInputs(options, planned);
      this.#state.entered = [...entered];
      await this.#save();
    };
    const inputs = readDemoInputs();
    const time = new ParkTime(timeZone);
    const { exchangeAt } = this.#state.stories;
    const [park, site, models] = [this.#park, readDemoSite(), this.#models];
    await enter(planInputs({ park, inputs, site, models, time, now: clock.now(), exchangeAt }));
    logger.info({ inputs: entered.size }, "the demo's inputs are entered");
    await this.pastDone;
    await enter(await planBills({ ...options, inputs, time, clock }));
    logger.info({ inputs: entered.size }, "the demo's bills are entered");
  }

  /** Only times in which no meter was live: the others were judged when they happened. */
  async #recalculate(to: number): Promise<void> {
    const range = { from: this.#state.recalculatedTo ?? to - days(35), to };
    let raised = 0;
    for (const hole of uncovered(range, this.#liveBefore(to))) {
      if (hole.to - hole.from > shortStopMs) raised += await recalculatePast(this.#importOptions(), hole);
    }
    this.#state.recalculatedTo = to;
    await this.#save();
    this.#options.logger.info({ raised }, "alerts of the demo's past are computed");
  }

  #liveBefore(at: number): Span[] {
    return this.#state.live.filter(([from]) => from < at);
  }

  #plan(liveFrom: number): ReturnType<typeof planPast> {
    const imported = new Map(Object.entries(this.#state.imported));
    return planPast(this.#park, { liveFrom, live: this.#liveBefore(liveFrom), imported });
  }

  #import(chunks: readonly PastChunk[], what: string): Promise<void> {
    return importChunks(this.#importOptions(), chunks, what);
  }

  #importOptions(): Parameters<typeof importChunks>[0] {
    const { clock, logger } = this.#options;
    const onImported = async ({ meterId, from, to }: PastChunk): Promise<void> => {
      this.#state.imported[meterId] = addSpan(this.#state.imported[meterId] ?? [], [from, to]);
    };
    const models = (): ReadonlyMap<string, MeterModel> => this.#models;
    return { client: this.#client, park: this.#park, models, clock, logger, signal: this.#abort.signal, onImported };
  }

  /** Begins each story that is not running, and rebuilds the models with it. */
  #beginStories(now: number): void {
    const { demandRuns, outletRuns } = this.#state.stories;
    if (now >= (demandRuns.at(-1) ?? -Infinity) + demandRunMs) demandRuns.push(now);
    if (now >= (outletRuns.at(-1) ?? -Infinity) + outletRunMs) outletRuns.push(now);
    const { timeZone } = this.#options;
    this.#models = buildModels(this.#park, { timeZone, stories: this.#state.stories, library: this.#library });
  }

  /** Keeps the state's file fresh, and lets the stories come again. */
  async #beat(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      await pause(heartbeatMs, signal);
      const now = this.#options.clock.now();
      const last = Math.max(...this.#state.stories.demandRuns, ...this.#state.stories.outletRuns);
      if (now - last >= storyEveryMs) this.#beginStories(now);
      await this.#heartbeat();
    }
  }

  async #heartbeat(): Promise<void> {
    const running = this.#state.live.at(-1);
    if (running) running[1] = this.#options.clock.now();
    await this.#save();
  }

  /** One write at a time; a failed one is told and the demo goes on. */
  #save(): Promise<void> {
    const text = JSON.stringify(this.#state);
    this.#saving = this.#saving
      .then(() => writePrivateFile(this.#options.stateFile, text))
      .catch((error: unknown) => this.#options.logger.warn({ error }, "the demo's progress could not be saved"));
    return this.#saving;
  }
}

/** A first start: the leak began four nights ago at 01:30, a meter was exchanged on a morning 19 days ago. */
function newState({ clock, timeZone }: DemoOptions): DemoState {
  const now = clock.now();
  const time = new ParkTime(timeZone);
  const { year, month, day, hour } = time.partsOf(now);
  // Before 04:00 last night is not over; the four finished nights are the ones before it.
  const nightsBack = hour < 4 ? 4 : 3;
  const leakFrom = time.instantOf(year, month, day - nightsBack, 1, 30);
  return {
    stories: { leakFrom, demandRuns: [], outletRuns: [], exchangeAt: time.instantOf(year, month, day - 19, 10, 20) },
    live: [],
    imported: {},
    recalculatedTo: null,
    entered: [],
  };
}
