import { ParkError } from "@smart-park/core";
import { problem } from "@smart-park/core/wire";
import { z } from "zod";
import type { Route } from "./define-route.ts";
import { answerFormats, fileTypes } from "./spreadsheet/file-answer.ts";

export const apiPrefix = "/api/v1";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the declared routes: it cannot say anything else than what is served. */
export function toOpenApi(routes: readonly Route[]): Json {
  const paths = new Map<string, Json>();
  for (const route of routes) {
    const path = paths.get(route.path) ?? {};
    path[route.method] = toOperation(route);
    paths.set(route.path, path);
  }
  return {
    openapi: "3.1.0",
    info: { title: "smart-park", version: "1", description: "Energy, water and emission telemetry of a smart park" },
    servers: [{ url: apiPrefix }],
    paths: Object.fromEntries(paths),
    components: {
      schemas: { Problem: toSchema(problem, "output") },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "park", description: "`__Host-park` under TLS" },
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
}

/** A zod schema as JSON Schema 2020-12; requests by what may be sent, answers by what is sent. */
export function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json;
}

function toOperation(route: Route): Json {
  const content = toBodyContent(route);
  const body = content === null ? {} : { requestBody: { required: true, content } };
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    tags: [route.path.split("/")[1] ?? ""],
    "x-right": route.access,
    security: route.access === "public" ? [] : [{ session: [] }, { token: [] }],
    parameters: [
      ...toParameters(route.params, "path"),
      ...toParameters(route.query, "query"),
      ...(route.hasTable ? [formatParameter] : []),
    ],
    ...body,
    responses: toResponses(route),
  };
}

/** `GET /points/{id}/readings` → `getPointsByIdReadings`. */
export function operationIdOf({ method, path }: Pick<Route, "method" | "path">): string {
  const words = path.split(/[/-]/).filter((word) => word !== "");
  const named = words.map((word) => (word.startsWith("{") ? `By${capital(word.slice(1, -1))}` : capital(word)));
  return method + named.join("");
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const asJson = (schema: Json): Json => ({ "application/json": { schema } });
const asFiles = (types: readonly string[]): Json =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: "string", format: "binary" } }]));

const formatParameter: Json = {
  name: "format",
  in: "query",
  required: false,
  description: "csv and xlsx give the same answer as a sheet to open",
  schema: { type: "string", enum: [...answerFormats], default: "json" },
};

function toBodyContent({ body, fileBody }: Route): Json | null {
  if (fileBody !== null) return asFiles(fileBody);
  return body === null ? null : asJson(toSchema(body, "input"));
}

function toParameters(schema: z.ZodType, place: "path" | "query"): Json[] {
  const { properties = {}, required = [] } = toSchema(schema, "input") as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: value,
  }));
}

function toResponses(route: Route): Json {
  const files = route.hasTable ? asFiles(Object.values(fileTypes)) : {};
  const success = route.answer === null ? {} : { content: { ...asJson(toSchema(route.answer, "output")), ...files } };
  return {
    [route.status]: { description: "Success", ...success },
    default: {
      description: "Problem (RFC 9457)",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  };
}

/** Refuses a table that names one route twice or a path parameter that its schema does not know. */
export function checkRoutes(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const route of routes) {
    const id = operationIdOf(route);
    if (seen.has(id)) throw new ParkError("internal", `the route ${route.method} ${route.path} is declared twice`);
    seen.add(id);
    const declared = new Set(toParameters(route.params, "path").map(({ name }) => name));
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const unknown = inPath.find((name) => !declared.has(name));
    if (unknown !== undefined) throw new ParkError("internal", `the route ${route.path} has no schema for ${unknown}`);
  }
}
