import { join } from "node:path";
import {
  hasRight,
  isEnterpriseRole,
  roles,
  systemPrincipal,
  tokenScopes,
  wallPrincipal,
  type DeviceId,
  type EnterpriseId,
  type JournalReader,
  type Principal,
  type Right,
  type Role,
  type UserId,
} from "@smart-park/core";
import { openJournalReader, openJournalWriter } from "@smart-park/store/journal";
import { afterAll, describe, expect, it } from "vitest";
import { startApiUnderTest, type Answer, type Client } from "../../tests/support/api-under-test.ts";
import { registryRows } from "../../tests/support/registry-rows.ts";
import {
  nameOf,
  referencesOf,
  samplesOf,
  toOperations,
  unknownFields,
  type Operation,
  type Reference,
  type RouteRow,
  type Sample,
} from "../../tests/support/isolation/request-samples.ts";
import { routeRows } from "../../tests/support/isolation/route-rows.ts";
import { TwoSides, wallSecret } from "../../tests/support/isolation/two-sides.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/**
 * Roles × {own, foreign, missing, malformed id} × {read, write, delete, export}, made of the table of routes that the
 * running API serves. A new route is in it by itself; what its description does not tell fails here by its name.
 */
const rateLimits = { perUserPerMinute: 0, perTokenPerMinute: 0, bulkPerMinute: 0 };
const park = await startApiUnderTest({ rateLimits }, { messages: aJournal });
afterAll(() => park.stop());
const admin = await park.signIn("admin");
const two = new TwoSides(park, admin);
await two.build();
const operations = toOperations((await park.stranger().get("/openapi.json")).body);

/** A raw message of each side. */
async function aJournal(parent: string): Promise<JournalReader> {
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const directory = join(parent, "messages");
  const limits = { segmentBytes: 2 ** 20, maxBytes: 2 ** 22, reserveBytes: 0, keepBytes: 2 ** 20 };
  const writer = await openJournalWriter({ directory, ...limits, logger, clock: { now: () => Date.now() } });
  for (const side of ["own", "foreign"])
    await writer.append({
      ...{ source: "mqtt", receivedAt: 1, sender: `${side}-gateway` as DeviceId, enterpriseId: side as EnterpriseId },
      ...{
        topic: `park/${side}/${side}-main/telemetry`,
        payload: Buffer.from(`{"values":{"activePower":${side === "own" ? 111.25 : 777.25}}}`),
      },
    });
  await writer.stop();
  return openJournalReader({ directory, keepBytes: 2 ** 20, logger });
}

/** One who asks. `principal` null = nobody that the API knows. */
interface Actor {
  readonly name: string;
  readonly principal: Principal | null;
  client(): Client;
}

const own = "own" as EnterpriseId;
const ownScope: Principal["scope"] = new Set([own]);

function aPerson(role: Role): Actor {
  const id = `p-${role}` as UserId;
  park.addUser(id, role, isEnterpriseRole(role) ? [own] : undefined);
  const scope = isEnterpriseRole(role) ? ownScope : "all";
  return {
    name: role,
    principal: { kind: "user", id, role, scope, tokenScopes: null },
    client: () => park.signedIn(id),
  };
}

/** A program of one enterprise, made by somebody of the whole park: the widest rights in the narrowest scope. */
function aProgram(scope: string): Actor {
  const [secret, id] = [newSecret("park_"), "p-parkAdmin" as UserId];
  const token = {
    name: `p-${scope}`,
    scopes: [scope],
    enterpriseId: own,
    createdAt: 0,
    expiresAt: null,
    createdBy: id,
  };
  park.registry.createToken(systemPrincipal, hashSecret(secret), token, { at: 0, actor: "test", address: "local" });
  const principal: Principal = { kind: "token", id, role: "parkAdmin", scope: ownScope, tokenScopes: new Set([scope]) };
  return { name: `token ${scope}`, principal, client: () => bearer(secret) };
}

function bearer(secret: string): Client {
  const client = park.stranger();
  client.token = secret;
  return client;
}

/** A screen of the park: it shows itself, and everywhere else it is nobody. */
const screen: Actor = {
  name: "a screen",
  principal: wallPrincipal({ id: "own-wall" }),
  client() {
    const client = park.stranger();
    client.cookie = `park-wall-own-wall=${wallSecret("own")}`;
    return client;
  },
};

const people = roles.map(aPerson);
const programs = tokenScopes.map(aProgram);
const device = (await admin.post("/devices/own-gateway/rotate", {})).body.password as string;
const nobodies: Actor[] = [
  { name: "a stranger", principal: null, client: () => park.stranger() },
  { name: "a device", principal: null, client: () => bearer(device) },
];
const actors = [...people, ...programs, screen, ...nobodies];

const may = ({ principal }: Actor, { right }: Operation): boolean =>
  principal !== null && ((right === "signed-in" && principal.kind !== "wall") || hasRight(principal, right as Right)); // the document names a right
const isOfOneEnterprise = ({ principal }: Actor): boolean => principal !== null && principal.scope !== "all";

const rowOf = (operation: Operation): RouteRow => routeRows.get(nameOf(operation)) ?? {};

/** One place of a request that names something else than one's own. */
interface Odd {
  readonly reference: Reference;
  readonly id: string;
}

/** Those requests of a route in which the odd place occurs. */
function requests(operation: Operation, odd: Odd | null): Sample[] {
  const row = rowOf(operation);
  const made = (id: string) =>
    samplesOf(operation, row, ({ field, collection }) =>
      field === odd?.reference.field ? id : two.idOf("own", collection, row.quantity),
    );
  if (odd === null) return made("");
  const isOdd = made("oddmark").map((sample) => JSON.stringify(sample).includes("oddmark"));
  return made(odd.id).filter((_, i) => isOdd[i]);
}

async function send(client: Client, { method, fileTypes }: Operation, { path, body }: Sample): Promise<Answer> {
  const type = fileTypes.includes("text/csv") ? "text/csv" : fileTypes[0];
  const headers = type === undefined ? {} : { "Content-Type": type };
  return client.request(method.toUpperCase(), path, body, headers);
}

let ghosts = 0;
const malformed = ["a b/../c\u0000'--", "x".repeat(300)];
const foreign = (reference: Reference, quantity?: string): Odd => ({
  reference,
  id: two.idOf("foreign", reference.collection, quantity),
});
const missing = (reference: Reference, quantity?: string): Odd => ({
  reference,
  id: two.idOf(`ghost${++ghosts}`, reference.collection, quantity),
});

/** An answer without what differs by the request itself: its number, its time, and the id that was asked for. */
function plain({ status, text }: Answer, id: string): { status: number; text: string } {
  const stripped = text.replace(/"requestId":"[^"]*"/, "").replaceAll(/"at":"[^"]*"/g, "");
  return { status, text: stripped.replaceAll(id, "ID") };
}

/** Everything in the file that belongs to the other side. */
const foreignRows = (): string[] => registryRows(park.directory).filter((row) => row.includes("foreign"));
const foreignReadings = async (): Promise<string> =>
  (await admin.get("/points/foreign-main.activePower/readings?from=0&to=1785600000000&step=raw")).text;
const before = { rows: foreignRows(), readings: await foreignReadings() };

const notThere = (): void => undefined;
const isChange = ({ method }: Operation): boolean => method !== "get";

describe("the table of routes", () => {
  it("is long, and so is what the other side has to lose", () => {
    expect(operations.length).toBeGreaterThan(100);
    expect(before.rows.length).toBeGreaterThan(15);
    expect(before.readings).toContain("777.25");
  });

  it("has no row that belongs to no route", () => {
    const served = new Set(operations.map(nameOf));
    expect([...routeRows.keys()].filter((name) => !served.has(name))).toEqual([]);
  });
});

describe.each(operations.map((operation) => [nameOf(operation), operation] as const))("%s", (name, operation) => {
  const { quantity, refusal, takesUnknown, notTheirs } = rowOf(operation);
  const isPublic = operation.right === "public";
  const references = isPublic ? [] : referencesOf(operation, rowOf(operation));
  const open = actors.filter((actor) => may(actor, operation));

  // Not skipped but not there: what a route does not name needs no test.
  const itIfNamed = references.length > 0 ? it : notThere;
  const itIfClosed = isPublic ? notThere : it;

  it("names only fields that the matrix knows", () => {
    expect(unknownFields(operation)).toEqual([]);
  });

  it("works for the administrator, on the own object", async () => {
    for (const sample of requests(operation, null)) {
      const answer = await send(park.signedIn("admin"), operation, sample);
      if (isChange(operation)) await two.repair("own");
      const told = `${JSON.stringify(sample)} ${answer.text}`;
      if (refusal === undefined) expect(answer.status, told).toBeLessThan(300);
      else expect(answer.status, told).toBe(refusal.status);
    }
  });

  itIfClosed("is closed to who may not use it, whatever they name", async () => {
    const odd = [null, ...references.map((reference) => foreign(reference, quantity))];
    const samples = odd.flatMap((one) => requests(operation, one).slice(0, 1));
    for (const actor of actors.filter((one) => !open.includes(one))) {
      const client = actor.client();
      const statuses = new Set<number>();
      for (const sample of samples) statuses.add((await send(client, operation, sample)).status);
      expect([actor.name, ...statuses]).toEqual([actor.name, actor.principal === null || actor === screen ? 401 : 403]);
    }
  });

  itIfNamed("takes what is foreign for what is missing, and shows nothing of it", async () => {
    for (const actor of open.filter(isOfOneEnterprise))
      for (const reference of references) {
        const [client, where] = [actor.client(), { actor: actor.name, ...reference }];
        const [theirs, none] = [foreign(reference, quantity), missing(reference, quantity)];
        const unknown = withSheets(operation, requests(operation, none));
        for (const [i, sample] of withSheets(operation, requests(operation, theirs)).entries()) {
          const answer = plain(await send(client, operation, sample), theirs.id);
          const wanted = plain(await send(client, operation, unknown[i] ?? sample), none.id);
          expect(answer.text).not.toContain("foreign");
          if (isChange(operation) && takesUnknown === undefined)
            expect({ ...where, isRefused: answer.status >= 400 }).toEqual({ ...where, isRefused: true });
          // Under an id that is free something new is made; that it is not free is all that may be told.
          const isNew = operation.method === "put" && reference.field === "path id" && wanted.status < 300;
          if (!isNew) expect({ ...where, ...answer }).toEqual({ ...where, ...wanted });
        }
      }
  });

  itIfNamed("takes an id that nothing can have for a missing one, or refuses it", async () => {
    const [first] = open.filter(isOfOneEnterprise);
    for (const actor of [people[0], first].filter((one) => one !== undefined))
      for (const reference of references) {
        const client = actor.client();
        const none = missing(reference, quantity);
        const unknown = await Promise.all(requests(operation, none).map((sample) => send(client, operation, sample)));
        for (const id of malformed)
          for (const [i, sample] of requests(operation, { reference, id }).entries()) {
            const answer = await send(client, operation, sample);
            const where = { actor: actor.name, ...reference, id };
            if (answer.status >= 400 && answer.status < 500) continue;
            expect({ ...where, status: answer.status }).toEqual({ ...where, status: unknown[i]?.status });
          }
      }
  });

  it("shows one's own to who may see it, and nothing of the other side", async () => {
    for (const actor of [...open.filter(isOfOneEnterprise), ...(isPublic ? nobodies : [])])
      for (const sample of withSheets(operation, requests(operation, null))) {
        const { text, status } = await send(actor.client(), operation, sample);
        if (isChange(operation)) await two.repair("own");
        expect(text).not.toMatch(/foreign|777\.25/);
        const isAnswered = status < 500 && status !== 401 && status !== 404;
        const isExpected = isAnswered || status === refusal?.status || (status === 404 && notTheirs !== undefined);
        expect({ name, actor: actor.name, status, isExpected }).toEqual({
          name,
          actor: actor.name,
          status,
          isExpected: true,
        });
      }
  });
});

describe("when everybody has tried everything", () => {
  it("the other side has what it had", async () => {
    expect({ rows: foreignRows(), readings: await foreignReadings() }).toEqual(before);
  });
});

/** With an answer as a sheet, the same once more as an export. */
const withSheets = ({ hasTable }: Operation, samples: readonly Sample[]): Sample[] =>
  hasTable
    ? samples.flatMap((one) => [one, { ...one, path: `${one.path}${one.path.includes("?") ? "&" : "?"}format=csv` }])
    : [...samples];
