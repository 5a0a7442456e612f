import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silent, startEdgeUnderTest, type EdgeUnderTest } from "../../tests/support/edge-under-test.ts";
import { RawMqtt } from "../../tests/support/raw-mqtt.ts";
import { openEdgeLink } from "./edge-link-client.ts";

const device = { secret: "secret", enterpriseId: "cement", meterIds: ["m-1"] };
let park: EdgeUnderTest;
let link: ReturnType<typeof openEdgeLink>;

beforeEach(async () => {
  park = await startEdgeUnderTest({ devices: { "gw-1": device } });
  link = openEdgeLink(park.linkPath, silent);
  await link.connected();
});
afterEach(async () => {
  await link.stop();
  await park.stop();
});

describe("the app's link to edge", () => {
  it("tells again what edge could not take: a device that was disabled is cut in the end", async () => {
    const client = await RawMqtt.connect(park.port, { clientId: "gw-1", username: "gw-1", password: "secret" });
    let failures = 0;
    const reload = park.directory.reload.bind(park.directory);
    park.directory.reload = () => {
      if (failures++ < 2) throw new Error("the registry is locked");
      reload();
    };
    park.directory.devices.set("gw-1", { ...device, isEnabled: false });
    await link.registryChanged();
    await client.closed;
    expect(failures).toBeGreaterThan(2);
  });

  it("knows where devices connect", async () => {
    await vi.waitFor(() => expect(link.state()?.ports).toMatchObject({ mqtt: park.port, mqtts: null }));
  });
});
