import { useEffect, useRef, useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { dataStateOf, stateGlyph, type DataState } from "../lib/data-state.ts";
import { ageParts, fmt, missing, unitLabel } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import { useIsCut, useNewest, useReading, useSecond } from "./hooks.ts";
import { useLive } from "./live-context.ts";
import type { LiveReading } from "./live-store.ts";
import classes from "./reading.module.css";

/** State of a reading; renders again only when the state changes, not every second. */
function useDataState(reading: LiveReading | null, intervalS: number): DataState {
  const { clock } = useLive();
  return useSyncExternalStore(clock.subscribeSecond, () => dataStateOf(reading, intervalS, clock.now()));
}

const flashesPerSecond = 30;
let flashed = { second: 0, count: 0 };

/** Flashes are for few changes; a wall of them would only be noise. */
function mayFlash(): boolean {
  const second = Math.floor(performance.now() / 1000);
  flashed = flashed.second === second ? { second, count: flashed.count + 1 } : { second, count: 1 };
  return flashed.count <= flashesPerSecond && matchMedia("(prefers-reduced-motion: no-preference)").matches;
}

interface ReadingValueProps {
  readonly point: string;
  readonly unit: string;
  readonly intervalS: number;
  readonly hasUnit?: boolean;
  /** Figures end in one line below each other, the unit hangs behind. */
  readonly isAligned?: boolean;
  readonly decimals?: number;
}

const lookOf: Partial<Record<DataState, string | undefined>> = {
  stale: classes.stale,
  offline: classes.offline,
  none: classes.none,
  suspect: classes.suspect,
  estimated: classes.estimated,
};

/** The newest value of a point, with its trust visible: an old value never looks live. */
export function ReadingValue({
  point,
  unit,
  intervalS,
  hasUnit = false,
  isAligned = false,
  decimals,
}: ReadingValueProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const reading = useReading(point);
  const ownState = useDataState(reading, intervalS);
  const isCut = useIsCut();
  const state = isCut && (ownState === "live" || ownState === "late") ? "stale" : ownState;
  const cell = useRef<HTMLSpanElement>(null);
  const before = useRef(reading);
  useEffect(() => {
    const changed = before.current !== null && reading !== null && before.current.value !== reading.value;
    before.current = reading;
    if (!changed || !cell.current?.animate || !mayFlash()) return;
    cell.current.animate([{ backgroundColor: "var(--flash)" }, { backgroundColor: "transparent" }], 400);
  }, [reading]);
  const text = fmt(reading?.value, unit, { unit: false, ...(decimals === undefined ? {} : { decimals }) });
  const title =
    reading && state !== "live"
      ? t("state.lastValue", { value: fmt(reading.value, unit), at: format.full(reading.at) })
      : undefined;
  const isShown = reading !== null && state !== "offline";
  return (
    <span ref={cell} className={classNames(classes.value, isAligned && classes.aligned, lookOf[state])} title={title}>
      {state === "suspect" && <span aria-label={t("state.suspect")}>⚑ </span>}
      {state === "estimated" && <span aria-label={t("state.estimated")}>≈ </span>}
      {isShown ? text : missing}
      {hasUnit && isShown && unitLabel(unit) !== "" && <span className={classes.unit}>{unitLabel(unit)}</span>}
    </span>
  );
}

const stateLook: Readonly<Record<DataState, string | undefined>> = {
  live: classes.live,
  late: classes.late,
  stale: classes.staleState,
  offline: classes.offlineState,
  suspect: classes.suspectState,
  estimated: classes.estimatedState,
  none: classes.noneState,
};

/** State and age of a meter in words, from its newest reading. */
export function MeterState({ points, intervalS }: { points: readonly string[]; intervalS: number }): ReactNode {
  const reading = useNewest(points);
  const now = useSecond();
  return <DataStateMark state={dataStateOf(reading, intervalS, now)} at={reading?.at ?? null} />;
}

/** A state and the age of what it was seen by, in words; nothing is live while the link has been down for a minute. */
export function DataStateMark({ state: own, at }: { state: DataState; at: number | null }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const now = useSecond();
  const isCut = useIsCut();
  const state = isCut && (own === "live" || own === "late") ? "stale" : own;
  const { n, unit } = ageParts(now - (at ?? now));
  const age = t(`age.${unit}`, { n });
  const text = {
    live: t("state.liveAge", { age }),
    late: t("state.lateAge", { age }),
    stale: t("state.staleAge", { age }),
    offline: t("state.offlineSince", { at: at === null ? missing : format.moment(at, now) }),
    suspect: t("state.suspect"),
    estimated: t("state.estimated"),
    none: t("state.none"),
  }[state];
  return (
    <span className={classNames(classes.state, stateLook[state])} title={at === null ? undefined : format.full(at)}>
      <b aria-hidden="true">{stateGlyph[state]}</b>
      {state === "live" && <span className="visually-hidden">{t("state.live")}</span>}
      {text}
    </span>
  );
}
