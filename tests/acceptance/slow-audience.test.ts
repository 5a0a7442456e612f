// nightly: 3 min
import type { BooksBody, LiveSnapshot } from "@smart-park/core/wire";
import { expect, it, vi } from "vitest";
import type { ApiClient } from "../support/api-client.ts";
import { Crowd, type Told } from "../support/crowd.ts";
import { loadDevices } from "../support/load-devices.ts";
import { subscribeFrame } from "../support/mqtt-frames.ts";
import { RawMqtt } from "../support/raw-mqtt.ts";
import { report } from "../support/report.ts";
import { startRunningPark, type RunningPark } from "../support/running-park.ts";
import { isNightly, sized } from "../support/size.ts";
import { LiveView } from "../support/test-platform.ts";

/** At night enough points that a dashboard which stops reading fills what lies between it and the platform. */
const devices = loadDevices(sized(50, 200));
const perSecond = sized(500, 2000);
const leastAcknowledged = sized(2000, 240_000);
/** Dashboards in all, those of them that stop reading, and MQTT subscribers that never read. */
const [dashboards, stopped, frozen] = [sized(40, 200), sized(10, 50), sized(5, 20)];
const valuesPerMessage = 2;
/** The platform's limit for one person is twenty. */
const dashboardsPerUser = 20;

const countOf = ({ acknowledged }: Told): number => acknowledged.reduce((sum, numbers) => sum + numbers.length, 0);

const receivedOf = ({ enterprises }: BooksBody): number => enterprises.reduce((sum, { received }) => sum + received, 0);

/** As many people as so many dashboards need. */
async function signInMany(park: RunningPark): Promise<ApiClient[]> {
  const names = Array.from({ length: Math.ceil(dashboards / dashboardsPerUser) }, (_, n) => `viewer-${n}`);
  const password = "viewers-have-a-long-one";
  for (const username of names) await park.admin.post("/users", { username, password, role: "parkManager" });
  const people: ApiClient[] = [];
  // One after the other: passwords are checked a few at a time, and more than that are refused.
  for (const name of names) people.push(await park.signIn(name, password));
  return people;
}

async function openDashboards(park: RunningPark): Promise<LiveView[]> {
  const people = await signInMany(park);
  const views = Array.from({ length: dashboards }, (_, n) => {
    const view = new LiveView(park.url, people[n % people.length] ?? park.admin);
    view.socket.onAny(() => view.events.splice(0, view.events.length - 10));
    return view;
  });
  await Promise.all(views.map((view) => view.joined()));
  return views;
}

/** The socket below a dashboard is not read any more, as of a laptop put to sleep. */
function stopReading({ socket }: LiveView): void {
  // Over the websocket transport, in Node, this is what it holds.
  const { ws } = socket.io.engine.transport as unknown as { ws: { pause(): void } };
  ws.pause();
}

const addService = (park: RunningPark, id: string) =>
  park.admin.post<{ username: string; password: string }>("/services", { id });

async function frozenSubscriber(park: RunningPark, id: string): Promise<RawMqtt> {
  const { username, password } = await addService(park, id);
  const client = await RawMqtt.connect(park.run.mqtt, { clientId: username, username, password, keepaliveS: 600 });
  client.socket.write(subscribeFrame(1, "park/#"));
  await client.until(() => client.granted.length === 1);
  client.socket.pause();
  return client;
}

it(`${stopped} of ${dashboards} dashboards and ${frozen} MQTT subscribers that stop reading slow nobody else`, async () => {
  const park = await startRunningPark(devices);
  const views = await openDashboards(park);
  for (const view of views.slice(0, stopped)) stopReading(view);
  const sleepers = await Promise.all(Array.from({ length: frozen }, (_, n) => frozenSubscriber(park, `sleeper-${n}`)));

  const load = {
    devices,
    connections: devices.length,
    perSecond,
    window: 50,
    listener: await addService(park, "reader"),
  };
  const crowd = new Crowd({ port: park.run.mqtt, ...load, payload: "readings" });
  await crowd.gathered();
  const enough = async (): Promise<Told> => {
    const told = await crowd.ask();
    expect(countOf(told)).toBeGreaterThan(leastAcknowledged);
    return told;
  };
  const { latency } = await vi.waitFor(enough, { timeout: 600_000, interval: 500 });
  crowd.fallSilent();
  await vi.waitFor(async () => expect((await crowd.ask()).waiting).toBe(0), 10_000);

  // The books balance at each commit, also while what was acknowledged last is still on its way into them.
  await vi.waitFor(async () => {
    const received = receivedOf(await park.balanced());
    expect((await crowd.ask()).heard * valuesPerMessage).toBe(received);
  }, 10_000);
  await crowd.stop();
  const { rows } = await park.admin.get<LiveSnapshot>("/live");
  const truth = rows.map(({ point, value }) => [point, value]);
  expect(truth.filter(([, value]) => value === null)).toEqual([]);
  for (const view of views.slice(stopped))
    await vi.waitFor(
      () => expect(truth.filter(([point, value]) => view.values.get(`${point}`) !== value)).toEqual([]),
      10_000,
    );
  report("slow audience", { "PUBACK p50 ms": latency.p50Ms, "p99 ms": latency.p99Ms, "most ms": latency.mostMs });
  for (const { socket } of views) socket.disconnect();
  for (const { socket } of sleepers) socket.destroy();
  await park.finish();
  // The bar is 250 ms; four times that is a machine that is busy otherwise, beyond it something held them up.
  if (isNightly) expect(latency.p99Ms).toBeLessThanOrEqual(1000);
});
