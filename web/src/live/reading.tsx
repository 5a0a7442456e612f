import i18next, { t } from "i18next";
import { useEffect, useRef, type ReactNode, type Ref } from "react";
import { classNames } from "../lib/class-names.ts";
import { stateGlyph, type DataState } from "../lib/data-state.ts";
import { ageParts, fmt, missing, unitLabel, type AgeParts, type ParkFormat } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import { cutState, useIsCut, useSecond, useStatedMeter, useStatedReading } from "./hooks.ts";
import type { LiveReading } from "./live-store.ts";
import classes from "./reading.module.css";

// Hundreds of these stand on one page: they take their words from i18next itself, as the hook costs more than all else
// they do. What contains them renders again when the language changes, and so do they.

const flashesPerSecond = 30;
let flashed = { second: 0, count: 0 };

/** Lights up what has changed. Flashes are for few changes; a wall of them would only be noise. */
export function flash(cell: HTMLElement | null | undefined): void {
  const second = Math.floor(performance.now() / 1000);
  flashed = flashed.second === second ? { second, count: flashed.count + 1 } : { second, count: 1 };
  if (flashed.count > flashesPerSecond || !matchMedia("(prefers-reduced-motion: no-preference)").matches) return;
  cell?.animate?.([{ backgroundColor: "var(--flash)" }, { backgroundColor: "transparent" }], 400);
}

interface ReadingLook {
  readonly unit: string;
  readonly hasUnit?: boolean;
  /** Figures end in one line below each other, the unit hangs behind. */
  readonly isAligned?: boolean;
  readonly decimals?: number;
}

interface ReadingValueProps extends ReadingLook {
  readonly point: string;
  readonly intervalS: number;
}

const lookOf: Partial<Record<DataState, string | undefined>> = {
  stale: classes.stale,
  offline: classes.offline,
  none: classes.none,
  suspect: classes.suspect,
  estimated: classes.estimated,
};

/** The newest value of a point, with its trust visible: an old value never looks live. */
export function ReadingValue({ point, intervalS, ...look }: ReadingValueProps): ReactNode {
  const { format } = usePark();
  const { reading, state } = useStatedReading(point, intervalS);
  const cell = useRef<HTMLSpanElement>(null);
  const before = useRef({ point, value: reading?.value });
  useEffect(() => {
    const { point: shown, value } = before.current;
    before.current = { point, value: reading?.value };
    if (shown === point && value !== undefined && reading !== null && value !== reading.value) flash(cell.current);
  }, [point, reading]);
  return <ReadingFigure reading={reading} state={state} format={format} ref={cell} {...look} />;
}

interface ReadingFigureProps extends ReadingLook {
  readonly reading: LiveReading | null;
  readonly state: DataState;
  readonly format: ParkFormat;
  readonly ref: Ref<HTMLSpanElement>;
}

/** A value as it is shown, for whoever follows it. */
export function ReadingFigure({
  reading,
  state,
  format,
  ref,
  unit,
  hasUnit = false,
  isAligned = false,
  decimals,
}: ReadingFigureProps): ReactNode {
  const text = fmt(reading?.value, unit, { unit: false, ...(decimals === undefined ? {} : { decimals }) });
  const title =
    reading && state !== "live"
      ? t("state.lastValue", { value: fmt(reading.value, unit), at: format.full(reading.at) })
      : undefined;
  const isShown = reading !== null && state !== "offline";
  return (
    <span ref={ref} className={classNames(classes.value, isAligned && classes.aligned, lookOf[state])} title={title}>
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
  return <StateMark {...useStatedMeter(points, intervalS)} />;
}

/** A state and the age of what it was seen by, in words; nothing is live while the link has been down for a minute. */
export function DataStateMark({ state, at }: { state: DataState; at: number | null }): ReactNode {
  const now = useSecond();
  const isCut = useIsCut();
  return <StateMark state={isCut ? cutState(state) : state} at={at} now={now} />;
}

const ageTexts = new Map<string, string>();

/** "3 s ago" and the like. Dozens of rows say it each second, and there are only a few hundred of them in a language. */
function ageText(state: "live" | "late" | "stale", n: number, unit: AgeParts["unit"]): string {
  const key = `${i18next.language} ${state} ${n} ${unit}`;
  const known = ageTexts.get(key);
  if (known !== undefined) return known;
  const text = t(`state.${state}Age`, { age: t(`age.${unit}`, { n }) });
  ageTexts.set(key, text);
  return text;
}

function StateMark({ state, at, now }: { state: DataState; at: number | null; now: number }): ReactNode {
  const { format } = usePark();
  const text = (): string => {
    if (state === "suspect" || state === "estimated" || state === "none") return t(`state.${state}`);
    if (state === "offline") return t("state.offlineSince", { at: at === null ? missing : format.moment(at, now) });
    const { n, unit } = ageParts(now - (at ?? now));
    return ageText(state, n, unit);
  };
  return (
    <span className={classNames(classes.state, stateLook[state])} title={at === null ? undefined : format.full(at)}>
      <b aria-hidden="true">{stateGlyph[state]}</b>
      {state === "live" && <span className="visually-hidden">{t("state.live")}</span>}
      {text()}
    </span>
  );
}
