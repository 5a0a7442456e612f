/** Requests made from the API's own description: what a route needs, with an object's id wherever one is named. */

import { hours } from "@smart-park/core";

type Json = Record<string, unknown>;

/** One operation of the OpenAPI document that the running product serves. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly right: string;
  readonly hasTable: boolean;
  readonly fileTypes: readonly string[];
  readonly pathFields: ReadonlyMap<string, Json>;
  readonly queryFields: ReadonlyMap<string, { readonly schema: Json; readonly isRequired: boolean }>;
  readonly body: Json | null;
}

/** A place in a request that names an object, and the collection that the object is in. */
export interface Reference {
  readonly field: string;
  readonly collection: string;
}

export interface Sample {
  readonly path: string;
  readonly body: unknown;
}

/** Gives the id to put at a place. */
export type Choose = (reference: Reference) => string;

export interface RouteRow {
  /** For a body that the schema alone does not tell. */
  readonly body?: (choose: Choose) => unknown;
  /** As `body`, where one is not enough to name all that may be named. */
  readonly bodies?: (choose: Choose) => readonly unknown[];
  /** For a query whose fields cannot all stand together. */
  readonly query?: (choose: Choose) => readonly Readonly<Record<string, string>>[];
  /** The quantity whose point the route is about. */
  readonly quantity?: string;
  /** What the administrator gets for the own object when it is no success, and why. */
  /** Why what names something unknown is taken all the same; for a foreign object nothing may come of it either. */
  readonly takesUnknown?: string;
  /** Why the own side's object may be somebody else's all the same. */
  readonly notTheirs?: string;
  readonly refusal?: { readonly status: number; readonly because: string };
}

export function toOperations(document: { paths: Record<string, Record<string, Json>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(method, path, described)),
  );
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Json;
}

function toOperation(method: string, path: string, described: Json): Operation {
  // The document was written by the product under test; a part that is missing fails the test that looks at it.
  const parameters = described["parameters"] as Parameter[];
  const content = ((described["requestBody"] as Json | undefined)?.["content"] ?? {}) as Record<string, Json>;
  const json = content["application/json"];
  const own = parameters.filter(({ name }) => name !== "format");
  return {
    method,
    path,
    right: described["x-right"] as string,
    hasTable: own.length < parameters.length,
    fileTypes: json === undefined ? Object.keys(content) : [],
    pathFields: new Map(own.filter((one) => one.in === "path").map(({ name, schema }) => [name, schema])),
    queryFields: new Map(
      own
        .filter((one) => one.in === "query")
        .map(({ name, schema, required }) => [name, { schema, isRequired: required }]),
    ),
    body: (json?.["schema"] as Json | undefined) ?? null,
  };
}

export const nameOf = ({ method, path }: Pick<Operation, "method" | "path">): string =>
  `${method.toUpperCase()} ${path}`;

/** Fields that name an object, by the collection it is in. A field that is in neither table fails the matrix by its name. */
const referenceFields = new Map([
  ["enterprise", "enterprises"],
  ["device", "devices"],
  ["enterpriseId", "enterprises"],
  ["enterpriseIds", "enterprises"],
  ["device", "devices"],
  ["meter", "meters"],
  ["meters", "meters"],
  ["meterId", "meters"],
  ["meterIds", "meters"],
  ["parentId", "parents"],
  ["point", "points"],
  ["points", "points"],
  ["runningPoint", "points"],
  ["userId", "users"],
  ["assignee", "users"],
  ["channel", "channels"],
  ["channelId", "channels"],
  ["alert", "alerts"],
  ["ids", "alerts"],
  ["rule", "alert-rules"],
  ["ruleIds", "alert-rules"],
  ["place", "places"],
  ["places", "places"],
  ["quotas", "quotas"],
]);

/** Fields that hold words, days or numbers as text, and one valid value of each. */
const plainFields = new Map<string, unknown>([
  ...[
    "name",
    "nameEn",
    "chain",
    "title",
    "source",
    "reason",
    "workshop",
    "dataSource",
    "documentNumber",
    "by",
    "note",
    "finding",
    "text",
  ].map((field) => [field, "文字"] as const),
  ["template", "silence"],
  ["path", "/alerts?state=active"],
  ["command", "restart"],
  ["networks", "127.0.0.0/8"],
  ["key", "no-key"],
  ["build", "x"],
  ["newId", "new-meter"],
  ...["trade", "actor", "action", "object", "hash", "group", "q"].map((field) => [field, "x"] as const),
  ["month", "2026-05"],
  ["dueOn", "2026-05-01"],
  ["period", "2025"],
  ["item", "addedValue"],
  ["unit", "kWh"],
  ["medium", "electricity"],
  ["subject", "water.park"],
  ["grid", "national"],
  ["sides", "park"],
  ["cursor", "MQ"],
  ["username", "new-person"],
  ["password", "kettle-drum-4711"],
  ["current", "kettle-drum-4711"],
  ["next", "kettle-drum-4712"],
  ["host", "mail.example"],
  ["url", "https://hooks.example/x"],
  ["signingKey", "signing-key-1"],
  ["address", "x@example.com"],
  ["zoneId", "zone"],
  ["at", "2026-05-01T00:00:00+08:00"],
  ["from", "2026-05-01T00:00:00+08:00"],
  ["to", "2026-05-02T00:00:00+08:00"],
  ["since", "2026-05-01T00:00:00+08:00"],
  ["until", new Date(Date.now() + hours(1)).toISOString()], // an alert is shelved for a shift at most
  ["ts", "2026-05-01T00:00:00+08:00"],
  ["expiresAt", "2099-01-01T00:00:00+08:00"],
  ["compareFrom", "2026-05-01T00:00:00+08:00"],
  ["compareTo", "2026-05-02T00:00:00+08:00"],
  ["multiplierFrom", "2026-05-01T00:00:00+08:00"],
  ["effectiveFrom", "2026-05-01T00:00:00+08:00"],
  ...["effectiveTo", "holidays", "workdays", "periods{}", "region", "energyPrice"].map(
    (field) => [field, "x"] as const,
  ),
  ...["rules", "price", "powerFactor", "waterPrice", "flag", "mn", "pw"].map((field) => [field, "x"] as const),
]);
const days = new Map([
  ["from", "2026-01-01"],
  ["to", "2027-01-01"],
  ["at", "2026-05-01"],
  ["effectiveFrom", "2026-05-01"],
]);

/** Every string of a request that neither table knows; a new one must be sorted into one of them. */
export function unknownFields(operation: Operation): string[] {
  const parts: [string, Json][] = [
    ...[...operation.queryFields].map(([name, { schema }]) => [name, schema] as [string, Json]),
    ...(operation.body === null ? [] : [["", operation.body] as [string, Json]]),
  ];
  return [...new Set(parts.flatMap(([name, schema]) => stringFields(name, schema)))].filter(
    (name) => name !== "id" && !referenceFields.has(name) && !plainFields.has(name) && !isKeyed(name),
  );
}

/** Values below chosen keys (`values{}`); their keys are looked at where the row of the route makes them. */
const isKeyed = (name: string): boolean => name === "" || name === "{}";

function stringFields(name: string, schema: Json): string[] {
  const isOpen = schema["type"] === "string" && schema["enum"] === undefined && schema["const"] === undefined;
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Json>);
  const extra = schema["additionalProperties"];
  return [
    ...(isOpen ? [name] : []),
    ...properties.flatMap(([key, value]) => stringFields(key, value)),
    ...alternatives(schema).flatMap((one) => stringFields(name, one)),
    ...items(schema).flatMap((one) => stringFields(name, one)),
    ...(typeof extra === "object" && extra !== null ? stringFields(`${name}{}`, extra as Json) : []),
  ];
}

const alternatives = (schema: Json): Json[] =>
  ["anyOf", "oneOf", "allOf"].flatMap((word) => (schema[word] ?? []) as Json[]);
const items = (schema: Json): Json[] => [
  ...(typeof schema["items"] === "object" ? [schema["items"] as Json] : []),
  ...((schema["prefixItems"] ?? []) as Json[]),
];

/** One request for each alternative that the schema of the body leaves. */
export function samplesOf(operation: Operation, row: RouteRow, choose: Choose): Sample[] {
  return toPaths(operation, row, choose).flatMap((path) =>
    toBodies(operation, row, choose).map((body) => ({ path, body })),
  );
}

function toBodies(operation: Operation, row: RouteRow, choose: Choose): unknown[] {
  if (row.bodies !== undefined) return [...row.bodies(choose)];
  if (row.body !== undefined) return [row.body(choose)];
  if (operation.body === null) return [undefined];
  const isNamed = operation.method === "put" && operation.pathFields.has("id");
  const newId = choose(isNamed ? pathReference(operation, "id") : { field: "id", collection: "new" });
  return values(operation.body, "", { choose, newId, place: "body" });
}

/** Every place of a route that names an object. */
export function referencesOf(operation: Operation, row: RouteRow): Reference[] {
  const seen = new Map<string, Reference>();
  const choose: Choose = (reference) => {
    if (reference.collection !== "new" && reference.collection !== "none") seen.set(reference.field, reference);
    return reference.collection === "places" ? "enterprise:x" : "x";
  };
  samplesOf(operation, row, choose);
  return [...seen.values()];
}

function pathReference({ path }: Operation, name: string): Reference {
  const before =
    path
      .slice(0, path.indexOf(`{${name}}`))
      .split("/")
      .filter(Boolean)
      .at(-1) ?? "";
  if (name === "id") return { field: "path id", collection: before };
  return { field: `path ${name}`, collection: name.endsWith("Id") ? `${name.slice(0, -2)}s` : "none" };
}

function toPaths(operation: Operation, row: RouteRow, choose: Choose): string[] {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const reference = pathReference(operation, name);
    if (reference.collection !== "none") return encodeURIComponent(choose(reference));
    return encodeURIComponent(String(values(operation.pathFields.get(name) ?? {}, name, plain)[0]));
  });
  const given = row.query?.(choose);
  const query = [...operation.queryFields].flatMap(([name, { schema, isRequired }]): [string, string][] => {
    const collection = given === undefined ? referenceFields.get(name) : undefined;
    if (collection !== undefined) return [[name, choose({ field: `query ${name}`, collection })]];
    return isRequired ? [[name, String(values(schema, name, plain)[0])]] : [];
  });
  return (given ?? [{}]).map((more) => {
    const all = [...query, ...Object.entries(more)];
    return all.length === 0 ? filled : `${filled}?${new URLSearchParams(all).toString()}`;
  });
}

interface Making {
  readonly choose: Choose;
  readonly newId: string;
  readonly place: string;
}
const plain: Making = { choose: () => "", newId: "", place: "path" };

/** Valid values of a schema: the first alternative everywhere, and each other alternative once. */
function values(schema: Json, name: string, making: Making): unknown[] {
  const collection = making.place === "body" ? referenceFields.get(name) : undefined;
  if (collection !== undefined && isText(schema)) return [making.choose({ field: name, collection })];
  if (name === "id" && isText(schema)) return [making.newId];
  if (schema["const"] !== undefined) return [schema["const"]];
  if (Array.isArray(schema["enum"])) return [schema["enum"][0]];
  const choices = alternatives(schema);
  if (choices.length > 0) {
    const wanted = choices.filter((one) => one["type"] !== "null");
    return isMerely(wanted)
      ? values(wanted[0] ?? {}, name, making)
      : wanted.flatMap((one) => values(one, name, making));
  }
  switch (schema["type"]) {
    case "string":
      return [schema["format"] === "date" ? (days.get(name) ?? "2026-05-01") : (plainFields.get(name) ?? "x")];
    case "number":
    case "integer":
      return [
        Number(schema["minimum"] ?? schema["exclusiveMinimum"] ?? 0) +
          (schema["exclusiveMinimum"] === undefined ? 0 : 1),
      ];
    case "boolean":
      return [true];
    case "array":
      return items(schema).length === 0 ? [[]] : values(items(schema)[0] ?? {}, name, making).map((one) => [one]);
    case "object":
      return objects(schema, making);
    default:
      return [plainFields.get(name) ?? 1];
  }
}

const isText = (schema: Json): boolean =>
  schema["type"] === "string" || alternatives(schema).some((one) => one["type"] === "string");
/** Alternatives of one plain value (an instant is text or a number): the first will do. */
const isMerely = (choices: readonly Json[]): boolean => choices.every((one) => one["type"] !== "object");

/** Required fields, and those that name an object. */
function objects(schema: Json, making: Making): Json[] {
  const required = new Set((schema["required"] ?? []) as string[]);
  const fields = Object.entries((schema["properties"] ?? {}) as Record<string, Json>).filter(
    ([name, value]) => required.has(name) || holdsReference(name, value),
  );
  const made = fields.map(([name, value]) => [name, values(value, name, making)] as const);
  const first = Object.fromEntries(made.map(([name, [one]]) => [name, one]));
  const others = made.flatMap(([name, [, ...rest]]) => rest.map((one) => ({ ...first, [name]: one })));
  return [first, ...others];
}

const holdsReference = (name: string, schema: Json): boolean =>
  referenceFields.has(name) ||
  Object.entries((schema["properties"] ?? {}) as Record<string, Json>).some(([key, value]) =>
    holdsReference(key, value),
  ) ||
  [...alternatives(schema), ...items(schema)].some((one) =>
    Object.entries((one["properties"] ?? {}) as Record<string, Json>).some(([key, value]) =>
      holdsReference(key, value),
    ),
  );
