import { days, type PointId } from "@smart-park/core";

/** The measurement that holds all readings (docs/decisions/0004). */
export const measurement = "reading";

/** InfluxDB counts int64 nanoseconds; a range without ends is cut to what these can say. */
const maxInstant = days(106_000) + 1;

/** A string literal. InfluxQL knows the escapes \\ \' and \n; other control characters have no place in an id. */
export function quoteString(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new RangeError("control characters cannot be part of a query");
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}

/** An identifier, such as a database name. */
export function quoteIdentifier(name: string): string {
  if (/[\u0000-\u001f\u007f]/.test(name)) throw new RangeError("control characters cannot be part of a name");
  return `"${name.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
}

/** A time literal; RFC 3339 is the one form that all generations read, also before 1970. */
const quoteTime = (at: number): string =>
  `'${new Date(Math.max(-maxInstant, Math.min(maxInstant, Math.ceil(at)))).toISOString()}'`;

const ofPoint = (pointId: PointId): string => `pt = ${quoteString(pointId)}`;
const inRange = (pointId: PointId, from: number, to: number): string =>
  `${ofPoint(pointId)} AND time >= ${quoteTime(from)} AND time < ${quoteTime(to)}`;

/** Oldest first; `limit` rows at most, so that no answer is larger than memory allows. */
export const selectRange = (pointId: PointId, from: number, to: number, limit: number): string =>
  `SELECT v, q FROM ${measurement} WHERE ${inRange(pointId, from, to)} ORDER BY time ASC LIMIT ${Math.trunc(limit)}`;

export const selectBefore = (pointId: PointId, at: number): string =>
  `SELECT v, q FROM ${measurement} WHERE ${ofPoint(pointId)} AND time < ${quoteTime(at)} ORDER BY time DESC LIMIT 1`;

export const selectFrom = (pointId: PointId, at: number): string =>
  `SELECT v, q FROM ${measurement} WHERE ${ofPoint(pointId)} AND time >= ${quoteTime(at)} ORDER BY time ASC LIMIT 1`;

/** The first or last reading of every point; only for a start after an unclean end. */
export const selectEnds = (order: "ASC" | "DESC"): string =>
  `SELECT v, q FROM ${measurement} GROUP BY pt ORDER BY time ${order} LIMIT 1`;

export const countRange = (pointId: PointId, from: number, to: number): string =>
  `SELECT count(v) FROM ${measurement} WHERE ${inRange(pointId, from, to)}`;

export const deleteRange = (pointId: PointId, from: number, to: number): string =>
  `DELETE FROM ${measurement} WHERE ${inRange(pointId, from, to)}`;

/** Without a duration a database keeps for ever. */
export const createDatabase = (name: string): string => `CREATE DATABASE ${quoteIdentifier(name)}`;

/** The cheapest statement that fails when the database is unknown or may not be read. */
export const probe = `SHOW MEASUREMENTS LIMIT 1`;

/** The body of `/api/v2/delete`, whose `stop` is inclusive in some versions and exclusive in others: between two ms it is neither. */
export const deleteBody = (
  pointId: PointId,
  from: number,
  to: number,
): { start: string; stop: string; predicate: string } => ({
  start: quoteTime(from).slice(1, -1),
  stop: quoteTime(to - 1).slice(1, -2) + "999999Z",
  predicate: `_measurement="${measurement}" AND pt="${pointId.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`,
});
