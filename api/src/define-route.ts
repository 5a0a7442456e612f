import { ParkError, type AuditContext, type Right } from "@smart-park/core";
import type { Request, Response } from "express";
import { z } from "zod";
import type { Caller } from "./access.ts";
import { bodyLimits } from "./config.ts";
import type { ApiContext } from "./context.ts";
import { InvalidRequest } from "./problem.ts";
import { answerFormats, toFile, type FileAnswer } from "./spreadsheet/file-answer.ts";
import type { TableAnswer } from "./spreadsheet/table-answer.ts";
import type { LongTable } from "./spreadsheet/long-table.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";
/** A right, or: anyone signed in, anyone at all. */
export type Access = Right | "signed-in" | "public";

export interface RouteLimits {
  readonly bodyBytes: number;
  /** interactive: the rate of people; bulk: the rate of telemetry and imports; none: not counted. */
  readonly rate: "interactive" | "bulk" | "none";
}

/** One request on its way to its route, after identity, rights and limits were checked. */
export interface Exchange {
  readonly context: ApiContext;
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller | null;
  readonly audit: AuditContext;
  /** The body as it came; empty without one. */
  readonly rawBody: Uint8Array;
}

interface RouteInput<A extends Access, P, Q, B> extends Omit<Exchange, "caller"> {
  readonly caller: A extends "public" ? Caller | null : Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** Declares one route; see `defineRoute`. `responses` has one entry: the status of success and its body, null for none. */
export interface RouteSpec<
  A extends Access,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType | null,
> {
  readonly method: Method;
  /** `{name}` marks a parameter. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly right: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Media types of a body that is no JSON; it comes as `rawBody`, and its type in the request. */
  readonly fileBody?: readonly string[];
  readonly responses: Readonly<Partial<Record<200 | 201 | 204, R>>>;
  /** The answer as a sheet: with it, the route also answers `?format=csv` and `?format=xlsx`. */
  readonly table?: (answer: AnswerOf<R>, input: RouteInput<A, z.output<P>, z.output<Q>, z.output<B>>) => TableAnswer;
  /** The same as a CSV that may be longer than a sheet, for questions that it judges to need one. */
  readonly longTable?: (input: RouteInput<A, z.output<P>, z.output<Q>, z.output<B>>) => LongTable | null;
  readonly limits?: Partial<RouteLimits>;
  /** Whether it works while the password must be changed first. */
  readonly isForPasswordChange?: boolean;
  /** Its numbers are worked out, so they are told without the noise of sums; what was sent or entered is told digit by digit. */
  readonly isFigure?: boolean;
  readonly run: (input: RouteInput<A, z.output<P>, z.output<Q>, z.output<B>>) => AnswerOf<R> | Promise<AnswerOf<R>>;
}

type AnswerOf<R> = R extends z.ZodType ? z.input<R> : void;

/** A declared route as the app and the documentation see it. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
  readonly status: number;
  readonly answer: z.ZodType | null;
  readonly limits: RouteLimits;
  readonly isForPasswordChange: boolean;
  readonly isFigure: boolean;
  /** Media types of a body that is no JSON; null = JSON. */
  readonly fileBody: readonly string[] | null;
  readonly hasTable: boolean;
  /** Checks the input against its schemas and runs the route. */
  serve(exchange: Exchange): Promise<Served>;
}

export type Served = { readonly answer: unknown } | { readonly file: FileAnswer } | { readonly long: LongTable };

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/**
 * Declares a route: who may call it, what it takes and gives, and what it does. The app serves only declared routes, and
 * the OpenAPI document is made of the same declarations. Unknown fields of query and body are refused.
 */
export function defineRoute<
  A extends Access,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType | null = null,
>(spec: RouteSpec<A, P, Q, B, R>): Route {
  const [status = 204, answer = null] = successOf(spec.responses);
  const schemas = { params: spec.params ?? nothing, query: spec.query ?? nothing, body: spec.body ?? null };
  return {
    ...schemas,
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    access: spec.right,
    status,
    answer,
    limits: { bodyBytes: bodyLimits.json, rate: "interactive", ...spec.limits },
    isForPasswordChange: spec.isForPasswordChange ?? false,
    isFigure: spec.isFigure ?? false,
    fileBody: spec.fileBody ?? null,
    hasTable: spec.table !== undefined,
    async serve(exchange) {
      if (spec.right !== "public" && exchange.caller === null) throw new ParkError("unauthenticated");
      const { format, ...parsedInput } = parseInput(schemas, spec, exchange);
      // Caller: checked two lines above. Params, query and body: outputs of exactly these schemas, by `parseInput`.
      const input = { ...exchange, ...parsedInput } as unknown as RouteInput<A, z.output<P>, z.output<Q>, z.output<B>>;
      const { table } = spec;
      if (table === undefined || format === "json") return { answer: await spec.run(input) };
      const long = format === "csv" ? (spec.longTable?.(input) ?? null) : null;
      if (long !== null) return { long };
      const make = async () => ({ file: await toFile(table(await spec.run(input), input), format) });
      return exchange.caller === null ? make() : exchange.context.exports.take(exchange.caller.principal, make);
    },
  };
}

function successOf<R>(responses: Readonly<Partial<Record<number, R>>>): [number?, (R | null)?] {
  const [entry] = Object.entries(responses);
  return entry === undefined ? [] : [Number(entry[0]), entry[1] ?? null];
}

interface Schemas {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
}

const formatSchema = z.strictObject({ format: z.enum(answerFormats).default("json") });

function parseInput(schemas: Schemas, spec: { method: Method; table?: unknown }, { request, rawBody }: Exchange) {
  const params = schemas.params.safeParse({ ...request.params });
  // An id that no object can have is a missing object.
  if (!params.success) throw new ParkError("not_found");
  const { format, rest } = splitFormat(request.query, spec.table !== undefined);
  const query = parsed(schemas.query, toQuery(rest));
  const raw = schemas.body === null ? undefined : parseJson(rawBody);
  const body = schemas.body === null ? undefined : parsed(schemas.body, raw);
  return { params: params.data, query, format, body: spec.method === "patch" ? onlyGiven(body, raw) : body };
}

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) throw new InvalidRequest(result.error);
  return result.data;
}

/** `format` belongs to every route with a table and to no schema of its own; elsewhere it is an unknown field. */
function splitFormat(query: Record<string, unknown>, hasTable: boolean) {
  if (!hasTable) return { format: "json", rest: query } as const;
  const { format, ...rest } = query;
  return { ...parsed(formatSchema, { format }), rest };
}

const instants = new Set(["from", "to", "since", "before", "compareFrom", "compareTo", "at"]);

/** Query values are text; times may be epoch milliseconds, so those become numbers before they are judged. */
function toQuery(query: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(query).map(([name, value]) => {
    const isEpoch = instants.has(name) && typeof value === "string" && /^-?\d{1,16}$/.test(value);
    return [name, isEpoch ? Number(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

/** No body at all is an empty object: an acknowledgement needs no words. */
function parseJson(raw: Uint8Array): unknown {
  if (raw.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    throw new ParkError("bad_request", "the body is not valid JSON");
  }
}

/** A change holds what was sent; defaults of the schema are for new objects and must not reset what was not named. */
function onlyGiven(body: unknown, raw: unknown): unknown {
  if (typeof body !== "object" || body === null || typeof raw !== "object" || raw === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => Object.hasOwn(raw, name)));
}
