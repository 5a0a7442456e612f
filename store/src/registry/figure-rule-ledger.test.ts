import { systemPrincipal, type AlertChange, type BalanceResidualRule, type FigureJudgement } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  anAudit,
  anEnterprise,
  aTransition,
  pointId,
  temporaryRegistry,
  testStart,
  type TemporaryRegistry,
} from "./temporary-registry.ts";

const day = 86_400_000;
const key = pointId("meter:E0");
const rule: BalanceResidualRule = {
  id: "loss",
  kind: "balanceResidual",
  name: "Loss",
  points: [],
  severity: "P3",
  enabled: true,
  onDelayS: 0,
  offDelayS: 0,
  medium: "electricity",
  period: "day",
  places: null,
  aboveShare: 0.1,
  aboveAmount: 0,
};
let opened: TemporaryRegistry;

beforeEach(() => {
  opened = temporaryRegistry();
  opened.registry.createEnterprise(systemPrincipal, anEnterprise("A"), anAudit());
  opened.registry.createRule(systemPrincipal, rule, anAudit());
});
afterEach(() => opened.stop());

const subject = { kind: "meter", id: "E0", name: "Main" } as const;
const change = (type: "raised" | "cleared", raisedAt: number, at = raisedAt, late = false): AlertChange => ({
  ...aTransition(type, { rule: "loss", point: key, owner: "A", raisedAt, at }),
  subject,
  unit: "kWh",
  late,
});
const judgement = (alerts: readonly AlertChange[], judgedTo = testStart): FigureJudgement => ({
  ruleId: "loss",
  judgedTo,
  states: new Map([[key, { alert: { phase: "firing", raisedAt: testStart }, evaluatedAt: null }]]),
  alerts,
});
const keep = (given: FigureJudgement) => opened.registry.keepFigureJudgement(given);
const notices = () =>
  opened.deliveries.waitingNotices(100).map(({ notice }) => [notice.transition, notice.subject?.name, notice.unit]);

describe("a judgement of a rule on figures", () => {
  it("is kept whole, also over a restart, and once however often it comes", async () => {
    expect(keep(judgement([change("raised", testStart)]))).toHaveLength(1);
    expect(keep(judgement([change("raised", testStart)]))).toEqual([]);
    expect(notices()).toEqual([["raised", "Main", "kWh"]]);
    opened = await opened.reopen();
    const [stand] = opened.registry.figureRules();
    expect(stand).toMatchObject({ rule: { id: "loss" }, judged: { from: testStart, to: testStart } });
    expect(stand?.states.get(key)).toEqual({ alert: { phase: "firing", raisedAt: testStart }, evaluatedAt: null });
    expect(opened.registry.alerts(systemPrincipal, { limit: 10 }, testStart).items).toMatchObject([
      { subject, unit: "kWh" },
    ]);
    expect((await opened.ledger.rules()).map(({ id }) => id)).not.toContain("loss");
  });

  it("is kept not at all when one part of it cannot be", () => {
    const bad = change("raised", testStart + day);
    const broken = { ...bad, transition: { ...bad.transition, value: NaN } };
    expect(() => keep(judgement([change("raised", testStart), broken]))).toThrow();
    expect([notices(), opened.registry.figureRules()[0]?.judged]).toEqual([[], null]);
  });

  it("adds no late alert to a time for which one stands, and one where none did", () => {
    keep(judgement([change("raised", testStart), change("cleared", testStart, testStart + 2 * day)]));
    const late = (at: number) =>
      keep(judgement([change("raised", at, at, true), change("cleared", at, at + day, true)]));
    expect(late(testStart + day)).toEqual([]);
    expect(late(testStart + 2 * day)).toHaveLength(1);
    const alerts = opened.registry.alerts(systemPrincipal, { limit: 10 }, testStart).items;
    expect(alerts.map(({ late: isLate, state }) => [isLate, state])).toEqual([
      [true, "cleared"],
      [false, "cleared"],
    ]);
  });

  it("changes nothing when the rule ended meanwhile", () => {
    opened.registry.updateRule(systemPrincipal, "loss", { enabled: false }, anAudit());
    expect(keep(judgement([change("raised", testStart)]))).toEqual([]);
    expect([notices(), opened.registry.figureRules()]).toEqual([[], []]);
  });
});
