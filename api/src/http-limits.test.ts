import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

const kib = 1024;
const mib = 1024 * kib;
let park: ApiUnderTest;
let admin: Client;
beforeAll(async () => {
  park = await startApiUnderTest({ rateLimits: { perUserPerMinute: 0, perTokenPerMinute: 0, bulkPerMinute: 0 } });
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
});
afterAll(() => park.stop());

/** JSON that says the same, blown up with spaces. */
const padded = (body: object, bytes: number): string => {
  const text = JSON.stringify(body);
  return text.slice(0, -1) + " ".repeat(bytes - text.length) + text.slice(-1);
};

describe("a body", () => {
  const telemetry = { "A-main": { values: { activePower: 1 } } };
  const imported = { meterId: "A-main", readings: [{ ts: Date.UTC(2026, 0, 1), values: { activePower: 1 } }] };
  it.each([
    ["JSON", "/session", {}, 100 * kib, 400],
    ["telemetry", "/telemetry", telemetry, mib, 200],
    ["an import", "/import/readings", imported, 5 * mib, 200],
    ["a site plan", "/site-plan", { widthM: 100, heightM: 100, shapes: [] }, 2 * mib, 200],
  ])("of %s may be as long as its limit and not a byte longer", async (_name, path, body, limit, usual) => {
    const send = path === "/site-plan" ? admin.put : admin.post;
    const statuses: number[] = [];
    for (const bytes of [limit - 1, limit, limit + 1]) statuses.push((await send(path, padded(body, bytes))).status);
    expect(statuses).toEqual([usual, usual, 413]);
  });

  it("is measured as it is unpacked, whatever it was packed to", async () => {
    const send = (bytes: number) =>
      fetch(`${park.url}/api/v1/session`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
        body: gzipSync(padded({}, bytes)),
      });
    expect([(await send(100 * kib)).status, (await send(100 * kib + 1)).status, (await send(50 * mib)).status]).toEqual(
      [400, 413, 413],
    );
  });
});

/** The status of a request as it stands on the line. */
async function statusOf(head: string): Promise<number> {
  const socket = connect(Number(new URL(park.url).port), "127.0.0.1", () => socket.write(head));
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return Number(answer.toString().split(" ")[1]);
}

it.each([
  [8 * kib - 1, 404],
  [8 * kib, 404],
  [8 * kib + 1, 414],
])("an address of %i bytes is answered with %i", async (bytes, status) => {
  expect(await statusOf(`GET ${"/x".padEnd(bytes, "x")} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe(status);
});

// Node counts the address and the names and values of the headers, not what stands between them.
it.each([
  [16 * kib - 2, 200],
  [16 * kib - 1, 200],
  [16 * kib, 431],
])("headers of %i bytes are answered with %i", async (bytes, status) => {
  const counted = "/healthz".length + "Host".length + "x".length + "X".length;
  expect(await statusOf(`GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(bytes - counted)}\r\n\r\n`)).toBe(status);
});
