import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ReadingsBody } from "@smart-park/core/wire";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeWith } from "../support/programs.ts";
import { addMeter, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

const run = promisify(execFile);

describeWith("mosquitto_pub", "a third party's MQTT client", (program) => {
  let park: TestPlatform;
  let device: { username: string; password: string };
  beforeAll(async () => {
    park = await startTestPlatform();
    device = await addMeter(park.admin, { enterprise: "steel", meter: "M1", device: "gw1" });
  });
  afterAll(() => park.stop());

  const publish = (...args: string[]) =>
    run(program, ["-h", "127.0.0.1", "-p", String(park.ports.mqtt), "-q", "1", "-V", "mqttv311", ...args], {
      timeout: 10_000,
    });
  const expectStored = (point: string, value: number) =>
    vi.waitFor(async () => {
      const query = `from=${Date.now() - 60_000}&to=${Date.now() + 60_000}&step=raw`;
      const { rows } = await park.admin.get<ReadingsBody>(`/points/${point}/readings?${query}`);
      expect(rows.map((row) => row.value)).toContain(value);
    }, 5000);

  it("publishes readings with the device's id and secret", async () => {
    await publish(
      "-u",
      device.username,
      "-P",
      device.password,
      "-i",
      `${device.username}:shell`,
      "-t",
      "park/steel/M1/telemetry",
      "-m",
      '{"values":{"activePower":12.5}}',
    );
    await expectStored("M1.activePower", 12.5);
  });

  it("publishes in the ThingsBoard dialect with the secret as user name", async () => {
    await publish("-u", device.password, "-t", "v1/devices/me/telemetry", "-m", '{"activePower":13.5}');
    await expectStored("M1.activePower", 13.5);
    await publish(
      "-u",
      device.password,
      "-t",
      "v1/gateway/telemetry",
      "-m",
      '{"M1":[{"ts":' + Date.now() + ',"values":{"activeEnergyImport":99}}]}',
    );
    await expectStored("M1.activeEnergyImport", 99);
  });

  it("is refused with a wrong secret", async () => {
    await expect(
      publish("-u", device.username, "-P", "wrong", "-t", "park/steel/M1/telemetry", "-m", "{}"),
    ).rejects.toThrow();
  });
});
