import { join } from "node:path";
import { ParkTime, type EpochMs, type FigureFinding, type FigureRule, type Registry } from "@smart-park/core";
import { openReadingStore, openRegistry, openRollups } from "@smart-park/store";
import { FigureJudge } from "../../api/src/figure-watch/figure-judge.ts";
import { FigureWatch } from "../../api/src/figure-watch/figure-watch.ts";
import { NightFlows } from "../../api/src/figures/night-flows.ts";

/** Child process: judges rules on figures once, told at which step of which rule to die. */
export const figureSteps = ["evaluate", "evaluated", "state", "alert", "outbox", "committed", "told"] as const;
export type FigureStep = (typeof figureSteps)[number];
export interface FigureOrder {
  readonly directory: string;
  readonly timeZone: string;
  readonly now: EpochMs;
  /** `state`, `alert` and `outbox` are within the transaction: before the states, before the first alert, after it. */
  readonly dieAt: { readonly ruleId: string; readonly step: FigureStep } | null;
}

const order = JSON.parse(process.argv[2] ?? "{}") as FigureOrder;
const logger = { debug: () => {}, info: () => {}, warn: console.error, error: console.error };
const clock = { now: () => order.now };
const { directory, timeZone } = order;

/** As a power cut for this process: nothing that comes after is run. */
function pass(step: FigureStep, ruleId: string): void {
  if (order.dieAt?.step === step && order.dieAt.ruleId === ruleId) process.kill(process.pid, "SIGKILL");
}

class DyingJudge extends FigureJudge {
  override async findings(rule: FigureRule, at: EpochMs): Promise<FigureFinding[]> {
    pass("evaluate", rule.id);
    const findings = await super.findings(rule, at);
    pass("evaluated", rule.id);
    return findings;
  }
}

/** The same items, and a chance to die before the first and after it. */
function watched<T extends Iterable<unknown>>(items: T, before: () => void, after: () => void): T {
  const real = items[Symbol.iterator].bind(items) as () => Iterator<unknown>;
  function* iterate(): Generator {
    before();
    for (let next = real(), item = next.next(); !item.done; item = next.next()) {
      yield item.value;
      after();
    }
  }
  return Object.assign(items, { [Symbol.iterator]: iterate });
}

const files = { file: join(directory, "registry.db"), secretKeyFile: join(directory, "secret.key") };
const database = openRegistry({ ...files, clock, logger });
const folder = join(directory, "readings");
const readings = await openReadingStore({ directory: folder, influx: null }, { logger });
const rolled = await openRollups({
  ...{ directory: folder, timeZone, store: readings, catalog: database.registry, isKeeper: false, logger },
});

let current = "";
const real = database.registry;
const keepFigureJudgement: Registry["keepFigureJudgement"] = (judgement) => {
  const { ruleId, states, alerts } = judgement;
  current = ruleId;
  watched(
    states,
    () => pass("state", ruleId),
    () => {},
  );
  watched(
    alerts,
    () => pass("alert", ruleId),
    () => pass("outbox", ruleId),
  );
  const told = real.keepFigureJudgement(judgement);
  pass("committed", ruleId);
  return told;
};
const registry: Registry = { ...real, keepFigureJudgement };
const feed = {
  publishAlert: () => pass("told", current),
  publishReadings: () => {},
  onReadings: () => () => {},
  onAlert: () => () => {},
};
const { store, rollups } = rolled;
const time = new ParkTime(timeZone);
const nightFlows = new NightFlows({ registry, store, rollups, time });
const judge = new DyingJudge({ registry, store, rollups, time, clock, nightFlows });
const watch = new FigureWatch({ registry, time, clock, feed, logger, judge }, 3_600_000);
await watch.run();
await watch.run({ again: true });
await watch.stop();
await rolled.stop();
await readings.stop();
await database.stop();
