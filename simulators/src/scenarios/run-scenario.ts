import type { Clock } from "@smart-park/core";
import { toTopic } from "@smart-park/core/wire";
import type { Gateway, TelemetryObject } from "../gateway.ts";
import { pause } from "../pause.ts";
import type { Target } from "../target.ts";
import type { ScenarioPlan } from "./scenario.ts";

/** What was really sent, to compare a platform with. */
export interface Sent {
  readonly startedAt: number;
  readonly finishedAt: number;
  messages: number;
  /** Values of well-formed messages, repeats included. */
  values: number;
  /** Different (quantity, event time) among them: how many readings a correct platform has afterwards. */
  distinct: number;
  firstAt: number | null;
  lastAt: number | null;
}

interface RunOptions {
  readonly gateway: Gateway;
  readonly target: Target;
  readonly speed: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}

/** Sends a plan step by step, each acknowledged before the next; waits between steps shrink with the speed. */
export async function runScenario(plan: ScenarioPlan, options: RunOptions): Promise<Sent> {
  const { gateway, target, clock, signal } = options;
  const tally = new Tally();
  const startedAt = clock.now();
  for (const [index, step] of plan.steps.entries()) {
    const waitMs = startedAt + step.afterMs / options.speed - clock.now();
    if (waitMs > 0) await pause(waitMs, signal);
    signal.throwIfAborted();
    if (step.kind === "raw")
      await gateway.publishRaw(toTopic(target.enterpriseId, target.meterId, "telemetry"), step.payload);
    else {
      const now = clock.now();
      const objects = step.kind === "now" ? [{ ts: now, values: step.values(now) }] : step.objects;
      await gateway.publish(target.enterpriseId, target.meterId, objects);
      tally.add(objects);
    }
    options.onProgress(index + 1, plan.steps.length);
  }
  return { startedAt, finishedAt: clock.now(), messages: plan.steps.length, ...tally.figures() };
}

class Tally {
  #values = 0;
  readonly #identities = new Set<string>();
  #firstAt = Infinity;
  #lastAt = -Infinity;

  add(objects: readonly TelemetryObject[]): void {
    for (const { ts, values } of objects) {
      this.#firstAt = Math.min(this.#firstAt, ts);
      this.#lastAt = Math.max(this.#lastAt, ts);
      for (const quantity of Object.keys(values)) {
        this.#values += 1;
        this.#identities.add(`${quantity}@${ts}`);
      }
    }
  }

  figures(): Pick<Sent, "values" | "distinct" | "firstAt" | "lastAt"> {
    const isEmpty = this.#values === 0;
    return {
      values: this.#values,
      distinct: this.#identities.size,
      firstAt: isEmpty ? null : this.#firstAt,
      lastAt: isEmpty ? null : this.#lastAt,
    };
  }
}
