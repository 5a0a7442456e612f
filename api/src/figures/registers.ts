import {
  baseUnit,
  contextMs,
  meterGroups,
  ParkError,
  registerStatement,
  type Meter,
  type MeterGroup,
  type Point,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { RegistersBody, RegistersQuery } from "@smart-park/core/wire";
import { ClosedMonths } from "./closing-state.ts";
import { groupSource, upToNow, type FigureContext } from "./group-source.ts";
import { quantityOfUse, registerOf } from "./group-uses.ts";
import { meterUses } from "./settled-use.ts";
import { toFigureBody } from "./use-figure.ts";

/** Readings of all registers of one answer: they are all held at once. */
const maxReadings = 1_000_000;

type Register = RegistersBody["registers"][number];
type Term = MeterGroup["terms"][number];

/** The registers behind an enterprise's or a meter's consumption: readings, multipliers, uses and what is odd. */
export async function readRegisters(
  context: FigureContext,
  principal: Principal,
  query: RegistersQuery,
): Promise<RegistersBody> {
  const { time, clock } = context;
  const range = upToNow(query, clock.now());
  const { kind, terms, isDeclared, readable, enterpriseIds } = counted(context, principal, query, range);
  const quantity = quantityOfUse(kind);
  const found = terms.flatMap((term) => {
    const meter = term.meterId === null ? undefined : readable.get(term.meterId);
    const point = registerOf(meter, quantity);
    return meter && point ? [{ term, meter, point }] : [];
  });
  const expected = found.reduce((sum, { term, point }) => sum + lengthOf(term.range) / (point.intervalS * 1000), 0);
  if (expected > maxReadings)
    throw new ParkError("unprocessable", `about ${Math.round(expected)} readings; at most ${maxReadings}`);
  const registers: Register[] = [];
  for (const { term, meter, point } of found) registers.push(await toRegister(context, term, meter, point));
  return {
    unit: baseUnit(quantity),
    declared: isDeclared,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    ...new ClosedMonths(context, principal, range).of(enterpriseIds, kind),
    registers,
  };
}

const lengthOf = ({ from, to }: TimeRange): number => to - from;

/** A foreign enterprise or meter answers like a missing one. */
function counted(context: FigureContext, principal: Principal, query: RegistersQuery, range: TimeRange) {
  const source = groupSource(context, principal);
  const meter = query.meter && source.meters.find(({ id }) => id === query.meter);
  const kind = meter ? meter.kind : query.kind;
  const groups = kind === undefined ? [] : meterGroups(source, meter ? "meter" : "enterprise", { kind, range });
  const group = groups.find(({ id }) => id === (query.meter ?? query.enterprise));
  if (kind === undefined || group === undefined) throw new ParkError("not_found");
  const { terms, isDeclared, enterpriseIds } = group;
  return { kind, terms, isDeclared, enterpriseIds, readable: source.readable };
}

async function toRegister(context: FigureContext, term: Term, meter: Meter, point: Point): Promise<Register> {
  const { store, time, clock } = context;
  const { range } = term;
  const around = contextMs(point);
  const read = { from: range.from - around, to: range.to + around };
  const statement = registerStatement(await store.read(point.id, read, { neighbours: true }), point, range);
  const [use] = await meterUses(context, [meter], range, { quantity: point.quantity, now: clock.now() });
  if (use === undefined) throw new Error("every meter has a use");
  const span = ({ from, to }: TimeRange) => ({ from: time.toIso(from), to: time.toIso(to) });
  const toReading = (reading: { at: number; value: number } | null) =>
    reading && { at: time.toIso(reading.at), value: reading.value };
  return {
    meterId: meter.id,
    point: point.id,
    registerUnit: point.unit,
    ...span(range),
    first: toReading(statement.first),
    last: toReading(statement.last),
    total: toFigureBody(use.figure),
    uses: statement.uses.map(({ amount, factor, cause, isSure, ...use }) => ({
      ...span(use),
      amount,
      factor,
      cause,
      isSure,
    })),
    anomalies: statement.anomalies.map(({ kind, ...at }) => ({ ...span(at), kind })),
  };
}
