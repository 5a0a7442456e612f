// nightly: 3 min
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { residentMib } from "../support/process-usage.ts";
import { Crowd } from "../support/crowd.ts";
import { startEdgeRole } from "../support/edge-role.ts";
import { journaledTexts } from "../support/edge-under-test.ts";
import { loadDevices, registerDevices } from "../support/load-devices.ts";
import { report } from "../support/report.ts";
import { isNightly, sized } from "../support/size.ts";

const connections = sized(1000, 10_000);
/** By day ten connections share a device, because registering thousands takes minutes. */
const devices = loadDevices(sized(100, connections));
const perSecond = 1000;
/** The broker's own limit (`newConnectionsPerSecond`), with as many at once. */
const [arrivalsPerSecond, arrivalsAtOnce] = [500, 500];
const shortestGathering = (connections - arrivalsAtOnce) / arrivalsPerSecond;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-connections-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it(`${connections} authenticated connections come back after a crash, and nothing acknowledged is lost`, async () => {
  const dataDirectory = join(folder, "data");
  registerDevices(dataDirectory, devices);
  const first = await startEdgeRole(dataDirectory);
  const emptyMib = residentMib(first.pid);
  const crowd = new Crowd({ port: first.port, devices, connections, perSecond, window: 10, payload: "name" });
  const arrival = await crowd.gathered();
  const fullMib = residentMib(first.pid);

  const again = crowd.gathered();
  await first.stop("SIGKILL");
  const killedAt = performance.now();
  const second = await startEdgeRole(dataDirectory, { PARK_MQTT_PORT: String(first.port) });
  const comeback = await again;
  const backAfterS = (performance.now() - killedAt) / 1000;
  const fullAgainMib = residentMib(second.pid);
  const told = await crowd.ask();
  const acknowledged = told.acknowledged.flatMap((numbers, index) => numbers.map((n) => `${index}/${n}`));
  await crowd.stop();
  await second.stop();

  const kept = new Set(await journaledTexts(join(dataDirectory, "journal")));
  report(`${connections} connections`, {
    ...{
      "first arrival s": arrival.seconds,
      "back after s": backAfterS,
      "arrivals in busiest s": comeback.busiestSecond,
    },
    "empty MiB": emptyMib,
    "full MiB": fullMib,
    "full again MiB": fullAgainMib,
    "KiB per connection": ((fullMib - emptyMib) / connections) * 1024,
    acknowledged: acknowledged.length,
  });
  expect(acknowledged.length).toBeGreaterThan(connections / 10);
  expect(acknowledged.filter((text) => !kept.has(text))).toEqual([]);
  // All at once would be a storm: they are let in at the broker's pace, whatever theirs is.
  expect(comeback.seconds).toBeGreaterThanOrEqual(shortestGathering * 0.9);
  if (!isNightly) return;
  expect(Math.max(fullMib, fullAgainMib)).toBeLessThanOrEqual(600);
  expect(backAfterS).toBeLessThanOrEqual(60);
});
