import type { AlertRule, PointId } from "@smart-park/core";
import { loadDevices, type LoadDevice } from "../support/load-devices.ts";

/**
 * Which meter breaks its limit when. 500 gateways of ten meters send in turn, so a round of all of them has 5,000 messages,
 * and every hundredth message of a round breaks a limit. In round k these are meters of 50 different enterprises, and
 * no meter breaks twice: an enterprise hears of some twelve alerts a minute, so that no message is gathered with another.
 */
export const [gatewayCount, enterpriseCount] = [500, 100];
const metersEach = 10;
export const meterCount = gatewayCount * metersEach;
const messagesPerBreak = 100;
/** Meters of rounds from here on have rules of other kinds, which nothing breaks. */
const limitRounds = 60;

export const maxRounds = limitRounds;

/** The round in which a meter, by its place in the round, breaks its limit. */
export const roundOf = (place: number): number =>
  (((place - 37 * Math.floor(place / messagesPerBreak)) % messagesPerBreak) + messagesPerBreak) % messagesPerBreak;

export const enterpriseOf = (gateway: number): string => `E${gateway % enterpriseCount}`;

export const gatewaysOfPlan = (): LoadDevice[] =>
  loadDevices(gatewayCount).map((device, n) => ({
    ...device,
    enterpriseId: enterpriseOf(n),
    moreMeterIds: Array.from({ length: metersEach - 1 }, (_, k) => `${device.meterId}-${k}`),
  }));

/** The meter at a place of the round: gateways take turns, then their meters. */
export const meterAt = (gateways: readonly LoadDevice[], place: number): string => {
  const device = gateways[place % gatewayCount];
  const ids = device === undefined ? [] : [device.meterId, ...(device.moreMeterIds ?? [])];
  return ids[Math.floor(place / gatewayCount)] ?? "";
};

export const [normalKw, brokenKw] = [900, 2000];
const limitKw = 1500;

const base = { severity: "P2", enabled: true, onDelayS: 0, offDelayS: 0 } as const;
const bounds = { below: null, deadband: 0 } as const;

/** One rule per meter: 60 % limits, the rest of all other kinds, far from what is sent. */
export function ruleAt(gateways: readonly LoadDevice[], place: number): AlertRule {
  const points = [`${meterAt(gateways, place)}.activePower` as PointId];
  const rule = { ...base, id: `rule-${place}`, name: `Rule ${place}`, points };
  const round = roundOf(place);
  if (round < limitRounds) return { ...rule, ...bounds, kind: "limit", above: limitKw };
  if (round < 70) return { ...rule, ...bounds, kind: "rateOfChange", above: 1e6, windowS: 60 };
  if (round < 80) return { ...rule, kind: "stuck", forS: 3600, tolerance: 0, runningPoint: null, runningAbove: 0 };
  if (round < 90) return { ...rule, kind: "hourlyMean", above: 1e6, minCoverage: 0.75, warnsAhead: true };
  return { ...rule, kind: "silence", afterS: 600 };
}
