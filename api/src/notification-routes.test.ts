import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addTwoEnterprises,
  startApiUnderTest,
  type ApiUnderTest,
  type Client,
} from "../../tests/support/api-under-test.ts";

let park: ApiUnderTest;
let admin: Client;
let anna: Client;
const url = "https://hooks.example/secret-path";
const signingKey = "signing-key-4711";
const config = { kind: "webhook", url, signingKey };

beforeAll(async () => {
  park = await startApiUnderTest();
  admin = await park.signIn("admin");
  await addTwoEnterprises(admin);
  park.addUser("anna", "enterpriseAdmin", ["A"]);
  anna = await park.signIn("anna");
  await admin.post("/channels", { id: "hook", name: "值班", config });
  const mail = {
    kind: "email",
    host: "mail.example",
    from: "park@example.com",
    username: "park",
    password: "mail-word-1",
  };
  await admin.post("/channels", { id: "mail", name: "邮件", config: mail });
});
afterAll(() => park.stop());

describe("channels", () => {
  it("never show a secret, nor does the audit log", async () => {
    await admin.patch("/channels/hook", {
      name: "值班室",
      config: { kind: "webhook", signingKey: "signing-key-4712" },
    });
    const [list, log] = [await admin.get("/channels"), await admin.get("/audit")];
    expect(list.body.items[0]).toMatchObject({ id: "hook", name: "值班室", settings: { host: "hooks.example" } });
    expect(list.body.items[0].secrets).toEqual(["signingKey", "url"]);
    expect(log.text).toContain("channel.update");
    expect(list.text + log.text).not.toMatch(/secret-path|signing-key-47|mail-word/);
  });

  it("are made with all that they need, as the description says; a change may leave out what stays", async () => {
    const made = (given: object) => admin.post("/channels", { id: "new", name: "x", config: given });
    const refused = [
      { kind: "webhook", url },
      { kind: "webhook", signingKey },
      { kind: "dingtalk", signingKey },
      { kind: "wecom" },
      { kind: "feishu" },
    ];
    for (const given of refused) {
      const field = "url" in given ? "signingKey" : "url";
      const answer = await made(given);
      expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining(`config.${field}`) } });
    }
    const { paths } = (await admin.get("/openapi.json")).body;
    const requiredOfWebhook = (path: string, method: string): readonly string[] | undefined => {
      const config = paths[path][method].requestBody.content["application/json"].schema.properties.config;
      const kinds: { required: string[]; properties: { kind: { const: string } } }[] = config.oneOf ?? config.anyOf;
      return kinds.find(({ properties }) => properties.kind.const === "webhook")?.required;
    };
    expect(requiredOfWebhook("/channels", "post")).toEqual(["kind", "url", "signingKey"]);
    expect(requiredOfWebhook("/channels/{id}", "patch")).toEqual(["kind"]);
  });

  it.each(["https://li:word@hooks.example/x", "https://li@hooks.example/x", "https://:word@hooks.example/x"])(
    "take no address with a user name or password in it: %s",
    async (withSignIn) => {
      const [made, changed] = [
        await admin.post("/channels", { id: "new", name: "x", config: { ...config, url: withSignIn } }),
        await admin.patch("/channels/hook", { config: { kind: "webhook", url: withSignIn } }),
      ];
      const refused = { status: 400, body: { detail: "config.url: must hold no user name or password" } };
      expect([made, changed]).toMatchObject([refused, refused]);
    },
  );

  it("are tested with all that sending takes; who does not manage them may not", async () => {
    expect((await admin.post("/channels/hook/test", {})).body).toMatchObject({ ok: true, detail: "taken" });
    const [sent] = park.sentTests.at(-1) ?? [];
    expect(sent?.secrets).toEqual({ url, signingKey: "signing-key-4712" });
    expect((await anna.post("/channels/hook/test", {})).status).toBe(403);
    expect((await admin.post("/channels/mail/test", {})).status).toBe(422);
  });

  it("people of an enterprise find the park's mail, without how it is set up", async () => {
    const { body } = await anna.get("/channels");
    expect(body.items).toMatchObject([{ id: "mail", settings: null, secrets: [], health: null }]);
  });
});

describe("subscriptions", () => {
  it("are one's own, within one's enterprises", async () => {
    const quietHours = { from: "22:00", to: "07:00" };
    const own = await anna.post("/subscriptions", { channelId: "mail", address: "anna@example.com", quietHours });
    expect(own).toMatchObject({ status: 201, body: { userId: "anna", quietHours, severities: ["P1", "P2"] } });
    const mail = { channelId: "mail", address: "anna@example.com" };
    expect((await anna.post("/subscriptions", { ...mail, enterpriseIds: ["B"] })).status).toBe(404);
    expect((await anna.post("/subscriptions", { ...mail, userId: "admin" })).status).toBe(403);
    expect((await anna.post("/subscriptions", { channelId: "hook" })).status).toBe(404);
    expect((await anna.post("/subscriptions", { channelId: "mail" })).status).toBe(422);
    expect((await admin.get("/subscriptions")).body.items).toEqual([]);
    expect((await admin.get("/subscriptions?all=true")).body.items).toHaveLength(1);
    expect((await anna.delete(`/subscriptions/${own.body.id}`)).status).toBe(204);
  });
});

describe("the delivery log", () => {
  it("is read by who looks after the park, and a missing delivery is not sent again", async () => {
    expect((await admin.get("/deliveries?state=dead")).body).toEqual({ items: [], nextCursor: null });
    expect((await anna.get("/deliveries")).status).toBe(403);
    expect((await admin.post("/deliveries/4711/retry")).status).toBe(404);
  });

  it("holds the tests of channels: who asked, what became of it, and none is sent again", async () => {
    await admin.post("/channels/mail/test", { address: "duty@example.com" });
    const { body } = await admin.get("/deliveries?channel=mail");
    const test = { kind: "test", alertId: null, enterpriseId: null, askedBy: "admin", attempts: 1 };
    const sent = { state: "sent", address: "duty@example.com", detail: "taken" };
    expect(body.items).toMatchObject([{ ...test, ...sent, channelId: "mail" }]);
    const { id } = body.items[0];
    expect((await admin.get(`/deliveries/${id}/attempts`)).body.items).toMatchObject([{ ok: true, detail: "taken" }]);
    const again = await admin.post(`/deliveries/${id}/retry`);
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining("test the channel anew") } });
    expect((await anna.get(`/deliveries/${id}/attempts`)).status).toBe(403);
    expect((await admin.get("/deliveries?state=dead")).body.items).toEqual([]);
  });
});
