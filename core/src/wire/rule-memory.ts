import { z } from "zod";
import { initialRuleState, type AlertPhase, type RuleState } from "../alerts/alert.ts";
import type { RuleLearning, RuleMemory } from "../alerts/rule-memory.ts";
import { pointIdSchema } from "./primitives.ts";

const phase: z.ZodType<AlertPhase> = z.discriminatedUnion("phase", [
  z.object({ phase: z.literal("normal") }),
  z.object({ phase: z.literal("pending"), since: z.number() }),
  z.object({ phase: z.literal("firing"), raisedAt: z.number() }),
  z.object({ phase: z.literal("clearing"), raisedAt: z.number(), since: z.number() }),
]);

const seen = z.array(z.tuple([pointIdSchema, z.number(), z.number()]));
const memory: z.ZodType<RuleMemory> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rateOfChange"), samples: z.array(z.tuple([z.number(), z.number()])) }),
  z.object({
    kind: z.literal("stuck"),
    held: z.object({ value: z.number(), since: z.number() }).nullable(),
    running: z.object({ at: z.number(), is: z.boolean() }).nullable(),
  }),
  z.object({
    kind: z.literal("hourlyMean"),
    hourStart: z.number(),
    sum: z.number(),
    count: z.number(),
    minutes: z.tuple([z.number(), z.number()]),
    recent: z.array(z.tuple([z.number(), z.number(), z.number()])),
  }),
  z.object({
    kind: z.literal("demand"),
    windowStart: z.number(),
    rows: z.array(z.tuple([z.number(), z.number(), z.number()])),
  }),
  z.object({
    kind: z.literal("history"),
    hour: z.object({
      hourStart: z.number(),
      sum: z.number(),
      count: z.number(),
      minutes: z.tuple([z.number(), z.number()]),
    }),
  }),
  z.object({
    kind: z.literal("counter"),
    rows: z.array(z.tuple([z.number(), z.number()])),
    knownUntil: z.number(),
    oddAt: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("dataQuality"),
    from: z.number(),
    judgedUntil: z.number(),
    up: z.object({ slot: z.number(), upMs: z.number() }).nullable(),
    slots: z.array(z.tuple([z.number(), z.number(), z.number()])),
  }),
  z.object({ kind: z.literal("condition"), seen, trueSince: z.array(z.number().nullable()) }),
  z.object({
    kind: z.literal("treatment"),
    seen,
    pollutes: z.boolean(),
    gap: z.object({ since: z.number(), cause: z.enum(["start", "stop"]) }).nullable(),
  }),
]);

const byHour = z.array(z.array(z.number())).length(24);
const learning: z.ZodType<RuleLearning> = z.object({
  kind: z.literal("history"),
  means: z.object({ workday: byHour, weekend: byHour, holiday: byHour }),
});

const lateWindows = z.object({ starts: z.array(z.number()), receivedAt: z.number() });

type KeptMemory = Pick<RuleState, "warning" | "memory" | "receivedAt" | "lateWindows">;
const keptMemory = z.object({
  warning: phase.optional(),
  memory: memory.optional(),
  receivedAt: z.number().optional(),
  lateHours: lateWindows.optional(),
});

/** What a rule's state holds beside its phase, as the registry keeps it; null when there is nothing. */
export function encodeRuleMemory({ warning, memory: kept, receivedAt, lateWindows: late }: KeptMemory): string | null {
  const isEmpty = [warning, kept, receivedAt, late].every((part) => part === undefined);
  return isEmpty ? null : JSON.stringify({ warning, memory: kept, receivedAt, lateHours: late });
}

/** What cannot be read cannot have been kept by us; it counts as nothing rather than stopping ingest. */
export function decodeRuleMemory(text: string | null): KeptMemory {
  if (text === null) return {};
  const parsed = keptMemory.safeParse(parseJson(text));
  if (!parsed.success) return {};
  const { warning, memory: kept, receivedAt, lateHours: late } = parsed.data;
  return {
    ...(warning && { warning }),
    ...(kept && { memory: kept }),
    ...(receivedAt !== undefined && { receivedAt }),
    ...(late && { lateWindows: late }),
  };
}

const ruleState = z.object({ alert: phase, evaluatedAt: z.number().nullable(), warning: phase.optional() });

/** A whole state as it was kept as JSON; what cannot be read counts as normal, as above. */
export function decodeRuleState(text: string): RuleState {
  const parsed = ruleState.safeParse(parseJson(text));
  if (!parsed.success) return initialRuleState;
  const { alert, evaluatedAt, warning } = parsed.data;
  return { alert, evaluatedAt, ...(warning && { warning }) };
}

export const encodeRuleLearning = (learnt: RuleLearning): string => JSON.stringify(learnt);

/** As `decodeRuleMemory`. */
export function decodeRuleLearning(text: string | null): Pick<RuleState, "learnt"> {
  const parsed = learning.safeParse(text === null ? null : parseJson(text));
  return parsed.success ? { learnt: parsed.data } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
