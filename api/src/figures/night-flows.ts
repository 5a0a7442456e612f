import {
  aggregateParts,
  days,
  defaultStat,
  nightFlowOfParts,
  registerResolution,
  systemPrincipal,
  type Coverage,
  type EpochMs,
  type NightFlow,
  type Point,
  type Registry,
} from "@smart-park/core";
import { readParts, type PartsSource } from "../read-parts.ts";
import { holidaysOf } from "./contracts.ts";
import { Turns } from "../turns.ts";

export interface NightQuestion {
  readonly nights: number;
  /** m³/h */
  readonly absoluteStep: number;
  /** Share of the usual. */
  readonly relativeStep: number;
}

export interface KnownNights extends NightFlow {
  readonly coverage: Coverage;
}

interface Kept {
  readonly at: number;
  readonly point: Point;
  readonly nights: Promise<KnownNights>;
}

/** Nights that make the usual value: 13 weeks, so that a leak of the last month is not yet taken for usual. */
export const usualNights = 91;
/** Points worked on at once, whoever asks: the others wait. */
const pointsAtOnce = 2;
const maxKept = 2000;
/** Newest readings that tell the last digit of a register. */
const resolutionMs = days(3);

/** Night flows by point, worked out once and kept for as long as the asker can do with. */
export class NightFlows {
  readonly #source: PartsSource & { readonly registry: Pick<Registry, "tariffContracts" | "regulated"> };
  readonly #kept = new Map<string, Kept>();
  readonly #turns = new Turns(pointsAtOnce);

  constructor(source: PartsSource & { readonly registry: Pick<Registry, "tariffContracts" | "regulated"> }) {
    this.#source = source;
  }

  /** Nights up to now, or up to `maxAgeMs` before. */
  of(point: Point, question: NightQuestion, now: EpochMs, maxAgeMs: number): Promise<KnownNights> {
    const key = [point.id, question.nights, question.absoluteStep, question.relativeStep].join(" ");
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.point === point && Math.abs(now - kept.at) <= maxAgeMs) return kept.nights;
    const nights = this.#turns.take(() => this.#compute(point, question, now));
    this.#kept.delete(key);
    this.#kept.set(key, { at: now, point, nights });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value ?? "");
    // A failure is not kept: the next one who looks asks again.
    nights.catch(() => this.#kept.delete(key));
    return nights;
  }

  async #compute(point: Point, question: NightQuestion, now: EpochMs): Promise<KnownNights> {
    const { time, store, registry } = this.#source;
    const range = { from: time.startOfDay(now, -question.nights - 1), to: now };
    const parts = await readParts(this.#source, point, range, "15m");
    const isRegister = point.kind === "counter";
    const newest = isRegister ? await store.read(point.id, { from: now - resolutionMs, to: now + 1 }) : null;
    const resolution = newest === null ? 0 : registerResolution(newest, point);
    const holidays = holidaysOf(registry, systemPrincipal, point.enterpriseId);
    const isRestDay = (nightFrom: EpochMs): boolean => holidays.has(time.dayOf(nightFrom));
    return {
      ...nightFlowOfParts({ ...question, parts, resolution, point, now, parkTime: time, isRestDay }),
      coverage: aggregateParts(parts, [range.from, range.to], defaultStat(point), now).coverage,
    };
  }
}
