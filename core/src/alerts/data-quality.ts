import type { DataQualityRule } from "./alert-rule.ts";
import type { Finding } from "./alert.ts";
import type { QualityMemory } from "./rule-memory.ts";
import type { Point } from "../park.ts";
import type { Reading } from "../reading.ts";
import { seconds, type EpochMs } from "../time.ts";

type QualifiedReading = Pick<Reading, "observedAt" | "quality"> & Partial<Pick<Reading, "receivedAt">>;
type Slot = QualityMemory["slots"][number];

export interface QualityStep {
  readonly rule: DataQualityRule;
  readonly point: Pick<Point, "intervalS">;
  readonly memory: QualityMemory | null;
}

/** A sign that edge was up; `upMs` moves only while readings could arrive, epoch ms do for history. */
export interface Tick {
  readonly at: EpochMs;
  readonly upMs: number;
}

/** The window slides by this share of itself. */
const slotsPerWindow = 12;
/** A window that holds fewer readings by the meter's interval says nothing about a share. */
const minExpected = 4;

const slotMsOf = ({ windowS }: DataQualityRule): number => seconds(windowS) / slotsPerWindow;

/**
 * Counts a reading in the slot of the meter's time that it names, if it is usable and came in time. What comes later than
 * `lateAfterS`, or out of order, is not counted, so it is missing when its slot is judged.
 */
export function noteReading(
  rule: DataQualityRule,
  memory: QualityMemory | null,
  { observedAt, receivedAt, quality }: QualifiedReading,
): QualityMemory {
  const slot = Math.floor(observedAt / slotMsOf(rule));
  const before: QualityMemory = memory ?? {
    kind: "dataQuality",
    from: slot + 1,
    judgedUntil: slot + 1,
    up: null,
    slots: [],
  };
  const isUsable = quality === "good" || quality === "estimated";
  const isInTime = receivedAt === undefined || receivedAt - observedAt <= seconds(rule.lateAfterS);
  if (!isUsable || !isInTime || slot < before.judgedUntil) return before;
  return { ...before, slots: withSlot(before.slots, [slot, 1, 0]) };
}

/**
 * Judges the slots that ended `lateAfterS` before the tick: the share (%) of the readings expected in the window up to
 * their end that did not come good and in time. Null when the tick changes nothing.
 */
export function judgeQuality(
  { rule, point, memory }: QualityStep,
  { at, upMs }: Tick,
): { findings: Finding[]; memory: QualityMemory } | null {
  if (memory === null) return null;
  const slotMs = slotMsOf(rule);
  const now = Math.floor(at / slotMs);
  // The clock was set back: counted from here anew, or nothing would be judged until it is as late again.
  if (memory.up !== null && now < memory.up.slot - 1)
    return { findings: [], memory: withUptime({ ...memory, up: null, slots: [] }, { now, upMs, slotMs }) };
  if (now < memory.from || now === memory.up?.slot) return null;
  const known = withUptime(memory, { now, upMs, slotMs });
  const judgedUntil = Math.max(known.judgedUntil, Math.floor((at - seconds(rule.lateAfterS)) / slotMs));
  const findings: Finding[] = [];
  for (let slot = known.judgedUntil; slot < judgedUntil; slot++)
    findings.push(...judgeWindow(rule, point, known, slot));
  const slots = known.slots.filter(([slot]) => slot > judgedUntil - slotsPerWindow);
  return { findings, memory: { ...known, slots, judgedUntil } };
}

/** Shares the time since the last tick out over the slots that ended since; the platform's own downtime is in none of them. */
function withUptime(
  memory: QualityMemory,
  { now, upMs, slotMs }: { now: number; upMs: number; slotMs: number },
): QualityMemory {
  // The first slot that is counted begins with the first tick after the first reading.
  if (memory.up === null) return { ...memory, from: now, judgedUntil: now, up: { slot: now, upMs } };
  let { slots } = memory;
  let rest = upMs - memory.up.upMs;
  for (let slot = memory.up.slot; slot < now && rest > 0; slot++) {
    const own = slot === now - 1 ? rest : Math.min(slotMs, rest);
    slots = withSlot(slots, [slot, 0, own]);
    rest -= own;
  }
  return { ...memory, slots, up: { slot: now, upMs } };
}

function judgeWindow(
  rule: DataQualityRule,
  { intervalS }: QualityStep["point"],
  { from, slots }: QualityMemory,
  last: number,
): Finding[] {
  const first = last - slotsPerWindow + 1;
  if (first < from) return [];
  let [good, upMs] = [0, 0];
  for (const [slot, counted, up] of slots)
    if (slot >= first && slot <= last) [good, upMs] = [good + counted, upMs + up];
  const expected = Math.floor(upMs / seconds(intervalS));
  if (expected < minExpected) return [];
  const share = 100 * Math.max(0, 1 - good / expected);
  const at = (last + 1) * slotMsOf(rule);
  return [{ level: "alarm", at, breached: share > rule.abovePercent, value: share, limit: rule.abovePercent }];
}

/** The counts of a slot with some more. */
function withSlot(slots: QualityMemory["slots"], [slot, good, upMs]: Slot): QualityMemory["slots"] {
  const index = slots.findLastIndex(([known]) => known === slot);
  const known = slots[index];
  if (known === undefined) return [...slots, [slot, good, upMs]];
  return slots.with(index, [slot, known[1] + good, known[2] + upMs]);
}
