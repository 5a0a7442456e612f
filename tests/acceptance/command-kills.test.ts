// nightly: 12 min
import { setTimeout as delay } from "node:timers/promises";
import type { CommandBody } from "@smart-park/core/wire";
import type { MqttClient } from "mqtt";
import { expect, it, vi } from "vitest";
import { loadDevices } from "../support/load-devices.ts";
import { startRunningPark, type RunningPark } from "../support/running-park.ts";
import { sized } from "../support/size.ts";
import { connectDevice } from "../support/test-platform.ts";

const kills = sized(2, 60);
const commandsARound = 12;
const [device] = loadDevices(1);

/** Times each command was heard, and those whose answer was acknowledged. */
const heard = new Map<string, number>();
const answered = new Set<string>();

async function listen(park: RunningPark): Promise<MqttClient> {
  if (device === undefined) throw new Error("no device");
  const client = await connectDevice(`mqtt://127.0.0.1:${park.run.mqtt}`, device);
  client.on("error", () => undefined);
  client.on("message", (topic, payload) => {
    const { id } = JSON.parse(payload.toString()) as { id: string };
    heard.set(id, (heard.get(id) ?? 0) + 1);
    const reply = topic.replace("/command", "/reply");
    client.publishAsync(reply, JSON.stringify({ id, ok: true }), { qos: 1 }).then(
      () => answered.add(id),
      () => undefined, // the platform died before it acknowledged
    );
  });
  await client.subscribeAsync(device.topic.replace("/telemetry", "/command"), { qos: 1 });
  return client;
}

/** Gives commands until the platform is gone; gives the ids of those it took. */
async function command(park: RunningPark): Promise<string[]> {
  const taken: string[] = [];
  for (let n = 0; n < commandsARound; n += 1) {
    const answer = await park.admin
      .request("POST", `/devices/${device?.username}/commands`, { command: "restart" })
      .catch(() => null);
    if (answer?.status !== 201) break;
    taken.push(((await answer.json().catch(() => ({}))) as { id?: string }).id ?? "");
  }
  return taken.filter((id) => id !== "");
}

it(
  "a command is given at most once, and its answer is kept, whenever which process dies",
  async () => {
    let park = await startRunningPark(device === undefined ? [] : [device]);
    const taken = new Set<string>();
    for (let kill = 0; kill < kills; kill += 1) {
      const client = await listen(park);
      const wanted = heard.size + 1 + Math.floor(Math.random() * (commandsARound - 2));
      const giving = command(park);
      await vi.waitFor(() => expect(heard.size).toBeGreaterThanOrEqual(wanted), { timeout: 20_000, interval: 2 });
      await delay(Math.random() * 40);
      // Now the one that marks, now the one that hands over, dies first.
      const { app, edge } = park.run.pids;
      for (const pid of kill % 2 === 0 ? [app, edge] : [edge, app]) process.kill(pid, "SIGKILL");
      await park.end("SIGKILL");
      for (const id of await giving) taken.add(id);
      client.end(true);
      park = await park.again();
    }
    const client = await listen(park);
    const all = async () => (await park.admin.get<{ items: CommandBody[] }>("/commands?limit=500")).items;
    await vi.waitFor(
      async () => {
        const states = new Map((await all()).map(({ id, state }) => [id, state]));
        expect([...taken].filter((id) => !states.has(id))).toEqual([]);
        expect([...states.values()]).not.toContain("accepted");
        expect([...answered].filter((id) => states.get(id) !== "executed")).toEqual([]);
      },
      { timeout: 20_000, interval: 500 },
    );
    expect([...heard].filter(([, times]) => times > 1)).toEqual([]);
    const executed = (await all()).filter(({ state }) => state === "executed");
    expect(executed.filter(({ id }) => !heard.has(id))).toEqual([]);
    expect(executed.length).toBeGreaterThan(0);
    const lost = (await all()).length - executed.length;
    console.log(
      `measured: ${kills} kills, ${taken.size} commands, ${executed.length} executed, ${lost} sent into a death`,
    );
    client.end(true);
    await park.finish();
  },
  sized(120_000, 1_800_000),
);
