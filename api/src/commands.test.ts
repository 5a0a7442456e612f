import { commandLimits, systemPrincipal } from "@smart-park/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startApiUnderTest, type ApiUnderTest, type Client } from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
beforeEach(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await admin.post("/enterprises", { id: "steel", name: "钢铁厂" });
  for (const id of ["M1", "M2"])
    await admin.post("/meters", {
      ...{ id, name: id, enterpriseId: "steel", kind: "electricity" },
      points: [{ quantity: "activePower" }],
    });
  for (const [id, meterIds] of [
    ["gw1", ["M1"]],
    ["gw2", ["M1", "M2"]],
    ["gw0", []],
  ] as const)
    await admin.post("/devices", { id, enterpriseId: "steel", meterIds });
});
afterEach(() => park.stop());

const send = (body: object = {}, device = "gw1") =>
  admin.post(`/devices/${device}/commands`, { command: "restart", ...body });
const stateOf = (id: unknown) => park.registry.command(systemPrincipal, id as string)?.state;

describe("a command on its way to edge", () => {
  it("is marked sent before it goes, and never goes again when nobody knows whether it arrived", async () => {
    const states: unknown[] = [];
    park.edge.handOver = ({ commandId }) => {
      states.push(stateOf(commandId));
      return new Error("the link broke");
    };
    park.edge.isListened = true;
    const { body } = await send();
    await vi.waitFor(() => expect(states).toEqual(["sent"]));
    park.edge.handOver = () => true;
    const { body: next } = await send();
    await vi.waitFor(() => expect(park.edge.orders.map(({ commandId }) => commandId)).toEqual([body.id, next.id]));
    expect(stateOf(body.id)).toBe("sent");
  });

  it("waits again when edge had nobody after all", async () => {
    let isGone = true;
    park.edge.handOver = () => !isGone;
    park.edge.isListened = true;
    const { body } = await send();
    await vi.waitFor(() => expect(park.edge.orders.length).toBeGreaterThan(1));
    expect(["sent", "accepted"]).toContain(stateOf(body.id));
    isGone = false;
    await vi.waitFor(() => expect(stateOf(body.id)).toBe("sent"));
    const orders = park.edge.orders.length;
    const { body: next } = await send();
    await vi.waitFor(() => expect(park.edge.orders[orders]?.commandId).toBe(next.id));
  });

  it("does not go while edge is away, and ends at its deadline all the same", async () => {
    park.edge.isUp = false;
    park.edge.isListened = true;
    const { body } = await send();
    park.clock.advance(commandLimits.defaultLifeMs);
    await vi.waitFor(() => expect(stateOf(body.id)).toBe("expired"), 5000);
    expect(park.edge.orders).toEqual([]);
  });
});

describe("a command that cannot be", () => {
  it.each([
    ["for a device of several meters without naming one", {}, "gw2", 422],
    ["for a device without meters", {}, "gw0", 422],
    ["for a meter that is not the device's", { meterId: "M2" }, "gw1", 404],
    ["for a device that is not there", {}, "gw9", 404],
    ["with a deadline that has passed", { expiresAt: 1 }, "gw1", 422],
    ["with a deadline in two days", { expiresAt: Date.now() + 2 * 86_400_000 }, "gw1", 422],
    ["with a name of more than one word", { command: "switch off" }, "gw1", 400],
    ["that is longer than it may be", { params: { text: "x".repeat(commandLimits.bytes) } }, "gw1", 400],
  ])("is refused: %s", async (_why, body, device, status) => {
    expect((await send(body, device)).status).toBe(status);
    expect((await admin.get("/commands")).body).toEqual({ items: [], nextCursor: null });
  });

  it("is the hundred and first that waits for one device", async () => {
    for (let n = 0; n < commandLimits.waitingPerDevice; n += 1) expect((await send()).status).toBe(201);
    expect((await send()).status).toBe(422);
    expect((await send({ meterId: "M1" }, "gw2")).status).toBe(201);
  });
});

describe("the list of commands", () => {
  it("is the newest first, by device, meter and state, page by page", async () => {
    const sent = [];
    for (const meterId of ["M1", "M2", "M1"]) sent.push((await send({ meterId }, "gw2")).body.id as string);
    await admin.post(`/commands/${sent[0]}/cancel`, {});
    const ids = async (query: string) => {
      const { body } = await admin.get(`/commands?${query}`);
      return (body.items as { id: string }[]).map(({ id }) => id);
    };
    expect(await ids("device=gw2")).toEqual([...sent].reverse());
    expect(await ids("device=gw1")).toEqual([]);
    expect(await ids("meter=M1&state=accepted")).toEqual([sent[2]]);
    const { body: first } = await admin.get("/commands?limit=2");
    expect(await ids(`limit=2&cursor=${first.nextCursor as string}`)).toEqual([sent[0]]);
  });

  it("forgets what ended half a year ago", async () => {
    const { body } = await send();
    await admin.post(`/commands/${body.id as string}/cancel`, {});
    park.clock.advance(commandLimits.keptMs + 1000);
    admin = await park.signIn("admin");
    const { body: next } = await send();
    expect(stateOf(body.id)).toBeUndefined();
    expect(stateOf(next.id)).toBe("accepted");
  });
});
