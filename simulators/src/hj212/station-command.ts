import { parseArgs } from "node:util";
import { days, hours, minutes, seconds } from "@smart-park/core";
import { deviceCreated, devicePorts } from "@smart-park/core/wire";
import { platformAddress, platformHelp, platformOptions, progress, UsageError } from "../command-line.ts";
import { ApiError, ParkClient } from "../park-client.ts";
import { pause } from "../pause.ts";
import { ensureMeter } from "../target.ts";
import { meanFrame, realTimeFrame, type OutletFrame } from "./outlet-frames.ts";
import { StationLine, type StationAddress } from "./station-line.ts";

export const stationHelp = `npm run sim -- hj212 [options]
A flue-gas outlet that speaks HJ 212-2017: real-time and minute data of the last minutes, the last hour's and yesterday's
means, each frame answered before the next; with --live on and on, until it is stopped.

${platformHelp}
  --hj212 HOST:PORT     where stations connect (default: asked of the platform)
  --enterprise ID       default sim; made when missing
  --meter ID            default sim-outlet; made when missing, with ID-h for hours and ID-d for days
  --mn MN --pw PW       speak as this station; then no token is needed
  --minutes N           how far back it begins, default 5
  --live                go on with a frame of real-time data every 30 s
  --seed N              default 1; the same seed sends the same`;

const options = {
  ...platformOptions,
  hj212: { type: "string" },
  enterprise: { type: "string", default: "sim" },
  meter: { type: "string", default: "sim-outlet" },
  mn: { type: "string" },
  pw: { type: "string" },
  minutes: { type: "string", default: "5" },
  live: { type: "boolean", default: false },
  seed: { type: "string", default: "1" },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

const realTimeMs = seconds(30);

export async function stationCommand(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ args: [...args], options });
  const [seed, back] = [Number(values.seed), Number(values.minutes)];
  if (!Number.isInteger(seed) || !(back >= 0 && back <= 1440))
    throw new UsageError("--seed is a whole number, --minutes 0 to 1440.");
  const address = await addressOf(values, signal);
  const line = await StationLine.open(address, signal);
  try {
    const frames = pastFrames(seed, Date.now(), back);
    for (const [n, frame] of frames.entries()) {
      await line.send(frame, Date.now(), signal);
      progress(`${n + 1} of ${frames.length} frames`);
    }
    process.stdout.write(`station ${address.mn}: ${frames.length} frames, all answered\n`);
    while (values.live) {
      await pause(realTimeMs, signal);
      await line.send(realTimeFrame(seed, Math.floor(Date.now() / 1000) * 1000), Date.now(), signal);
    }
  } finally {
    line.close();
  }
}

/** Oldest first. Days are Chinese ones, as the protocol's. */
function pastFrames(seed: number, now: number, back: number): OutletFrame[] {
  const minute = Math.floor(now / minutes(1)) * minutes(1);
  const hour = Math.floor(now / hours(1)) * hours(1);
  const today = Math.floor((now + hours(8)) / days(1)) * days(1) - hours(8);
  const perMinute = Array.from({ length: back }, (_, n) => minute - (back - n) * minutes(1));
  return [
    meanFrame("day", seed, today - days(1)),
    meanFrame("hour", seed, hour - hours(1)),
    ...perMinute.flatMap((at) => [meanFrame("minute", seed, at), realTimeFrame(seed, at + realTimeMs)]),
  ];
}

async function addressOf(values: Values, signal: AbortSignal): Promise<StationAddress> {
  const { apiUrl, auth } = platformAddress({ ...values, mqtt: values.mqtt ?? "" });
  const client = auth === null ? null : new ParkClient(apiUrl, auth, signal);
  const place = await placeOf(values, apiUrl, client);
  if (values.mn !== undefined && values.pw !== undefined) return { ...place, mn: values.mn, pw: values.pw };
  if (client === null) throw new UsageError("Give --mn and --pw, or a --token to make the station.");
  return { ...place, ...(await makeStation(client, values)) };
}

async function placeOf(
  { hj212 }: Values,
  apiUrl: string,
  client: ParkClient | null,
): Promise<{ host: string; port: number }> {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(hj212 ?? "") ?? [];
  if (host !== "") return { host, port: Number(port) };
  if (hj212 !== undefined || client === null)
    throw new UsageError("Say where stations connect with --hj212 HOST:PORT.");
  const ports = await client.get("/device-ports", devicePorts);
  if (ports.hj212 === null) throw new UsageError("HJ 212 is off on this platform (PARK_HJ212_PORT).");
  return { host: new URL(apiUrl).hostname, port: ports.hj212 };
}

/** The outlet's meters, one for each length of time, and the station; one that is there gets a new PW. */
async function makeStation(client: ParkClient, values: Values): Promise<{ mn: string; pw: string }> {
  const { enterprise: enterpriseId, meter } = values;
  const quantities = ["nox", "so2", "particulates"] as const;
  const points = [
    ...quantities.flatMap((quantity) => [{ quantity }, { quantity: `${quantity}Corrected` as const }]),
    ...([{ quantity: "oxygen" }, { quantity: "flueGasFlow" }, { quantity: "temperature" }] as const),
  ].map((point) => ({ ...point, stampAt: "start" as const }));
  const meterIds = [meter, `${meter}-h`, `${meter}-d`];
  for (const [n, intervalS] of [60, 3600, 86_400].entries())
    await ensureMeter(
      client,
      {
        ...{
          id: meterIds[n] ?? "",
          name: `模拟排放口 ${meterIds[n]}`,
          enterpriseId,
          kind: "emission",
          intervalS,
          points,
        },
        dataSource: "模型: HJ 212 站点",
      },
      "模拟企业",
    );
  const id = `st-${meter}`.slice(0, 48);
  const mn = values.mn ?? id.replaceAll("-", "_").slice(0, 32);
  const body = { id, enterpriseId, meterIds, protocol: "hj212", mn };
  const made = await client.post("/devices", body, deviceCreated).catch(async (error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return client.post(`/devices/${id}/rotate`, undefined, deviceCreated);
  });
  return { mn: made.username, pw: made.password };
}
