import type { HourSums } from "./rule-memory.ts";
import type { Point } from "../park.ts";
import { minutes, type EpochMs } from "../time.ts";

/** The window of a silent meter is judged when nothing more can come in time. */
export const closeAfterMs = minutes(5);
/** What is sent after a break comes in pieces: nothing is taken for whole before nothing more has come for so long. */
const settleMs = minutes(1);
const halfHour = 30;

/** Whether what was received last came so shortly before a tick that more may follow; a clock that was set holds nothing up. */
export const isStillComing = ({ receivedAt }: { readonly receivedAt?: EpochMs | undefined }, at: EpochMs): boolean =>
  receivedAt !== undefined && Math.abs(at - receivedAt) < settleMs;

export type StampedPoint = Pick<Point, "intervalS" | "stampAt">;

/** An end stamp on the hour belongs to the hour before it. */
export const instantOf = ({ stampAt }: StampedPoint, observedAt: EpochMs): EpochMs =>
  observedAt - (stampAt === "end" ? 1 : 0);

export const emptySums = (hourStart: EpochMs): HourSums => ({ hourStart, sum: 0, count: 0, minutes: [0, 0] });

/** The hour's sums with one more value; the minutes that it speaks for become valid. */
export function withReading(
  { hourStart, sum, count, minutes: valid }: HourSums,
  { point, instant, value }: { point: StampedPoint; instant: EpochMs; value: number },
): HourSums {
  const into = instant - hourStart;
  const length = point.intervalS * 1000;
  const [from, to] = point.stampAt === "end" ? [into - length + 1, into] : [into, into + length - 1];
  const [first, last] = [Math.floor(Math.max(0, from) / minutes(1)), Math.floor(to / minutes(1))];
  return { hourStart, sum: sum + value, count: count + 1, minutes: withMinutes(valid, first, last) };
}

function withMinutes([first, second]: HourSums["minutes"], from: number, to: number): HourSums["minutes"] {
  let [low, high] = [first, second];
  for (let minute = from; minute <= Math.min(to, 59); minute++)
    if (minute < halfHour) low |= 1 << minute;
    else high |= 1 << (minute - halfHour);
  return [low, high];
}

export const validMinutesOf = ({ minutes: [low, high] }: HourSums): number => bitsOf(low) + bitsOf(high);

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}
