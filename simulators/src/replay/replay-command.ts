import { basename } from "node:path";
import { parseArgs } from "node:util";
import { idPattern, ParkTime } from "@smart-park/core";
import {
  endProgress,
  platformAddress,
  platformHelp,
  platformOptions,
  progress,
  speedOf,
  UsageError,
  type PlatformAddress,
} from "../command-line.ts";
import { Gateway } from "../gateway.ts";
import { ParkClient } from "../park-client.ts";
import { ensureDevice, ensureMeter, parkZone, type Target } from "../target.ts";
import { formatFromOptions, type CsvFormat } from "./csv-format.ts";
import { MonthlyTotals } from "./monthly-totals.ts";
import { openCsv, type CsvReading } from "./read-csv.ts";
import { meterFor, replay, type ReplayCounts, type Way } from "./replay.ts";

const fileHelp = `  --enterprise ID       default replay; made when missing
  --meter ID            default: from the file's name; made when missing
  --filter VALUE        which series of a file with several (column site or meter)
  --columns a=quantity[@unit],…  what unknown columns are; --time COL their time column
  --per-interval        counters among --columns are amounts per interval, not registers
  --stamp start|end     whether --time names the start or the end of an interval (default end)
  --zone ZONE           zone of stamps without offset (default: the park's)
  --park-zone ZONE      zone of the monthly totals, when the token may not ask for the park's`;

const replayHelp = `npm run sim -- replay --file FILE [options]
Replays a CSV file (also .csv.gz) with its original event times: by MQTT, or by import when older than 7 days.
Amounts per interval become a register that starts at 0 at the first interval's start. The known files are those of
simulators/data and their untrimmed originals; other columns are explained with --columns.

${platformHelp}
${fileHelp}
  --by mqtt|import      one way for all readings
  --speed N|max         event time runs N times faster than the clock (default max)
  --device ID --secret S  publish as this device instead of one made for the purpose`;

const importHelp = `npm run import -- FILE [options]
Imports a CSV file (also .csv.gz) of any age into one meter. Amounts per interval become a register.

${platformHelp}
${fileHelp}`;

const options = {
  ...platformOptions,
  help: { type: "boolean", short: "h" },
  file: { type: "string" },
  enterprise: { type: "string", default: "replay" },
  meter: { type: "string" },
  filter: { type: "string" },
  columns: { type: "string" },
  time: { type: "string" },
  "per-interval": { type: "boolean", default: false },
  stamp: { type: "string", default: "end" },
  zone: { type: "string" },
  "park-zone": { type: "string" },
  by: { type: "string", default: "auto" },
  speed: { type: "string" },
  device: { type: "string" },
  secret: { type: "string" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

/** `npm run sim -- replay …` and, with `isImport`, `npm run import -- FILE …`. */
export async function replayCommand(args: readonly string[], isImport: boolean, signal: AbortSignal): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help === true) {
    process.stdout.write(`${isImport ? importHelp : replayHelp}\n`);
    return;
  }
  const [first, ...extra] = positionals;
  const file = values.file ?? first;
  if (file === undefined || extra.length > 0) throw new UsageError("Name one CSV file. --help tells more.");
  const way = isImport ? "import" : wayOf(values.by);
  const speed = speedOf(values.speed);
  const address = platformAddress(values);
  if (address.auth === null)
    throw new UsageError("Say who asks: --token, --token-file, or --user with --password-file.");
  const client = new ParkClient(address.apiUrl, address.auth, signal);
  const zone = values["park-zone"] ?? (await parkZone(client)) ?? "Asia/Shanghai";
  const reading = await openCsv(file, {
    format: formatOf(values),
    filter: values.filter ?? null,
    zone: values.zone ?? zone,
  });
  const target = targetOf(values, file);
  await ensureMeter(client, meterFor(reading, target, basename(file)), target.enterpriseId);
  const opened = new OpenedGateway({ address, values, target, client, signal });
  try {
    const totals = new MonthlyTotals(reading.format, new ParkTime(zone));
    const clock = { now: Date.now };
    const onProgress = (counts: ReplayCounts, at: number): void =>
      progress(`${counts.objects} readings, at ${isoOf(at)}`);
    const gateway = (): Promise<Gateway> => opened.open();
    const counts = await replay(
      { target, way, speed, client, gateway, clock, signal, onProgress },
      reading.objects,
      totals,
    );
    endProgress();
    process.stdout.write(summaryOf({ file, target, reading, counts, totals, zone }));
  } finally {
    await opened.close();
  }
}

const isoOf = (at: number): string => new Date(at).toISOString().slice(0, 16);

function wayOf(text: string): Way {
  if (text === "auto" || text === "mqtt" || text === "import") return text;
  throw new UsageError(`--by is mqtt or import, not "${text}".`);
}

function formatOf(values: Values): CsvFormat | null {
  if (values.columns === undefined) return null;
  if (values.time === undefined) throw new UsageError("--columns needs --time, the column of the times.");
  if (values.stamp !== "start" && values.stamp !== "end") throw new UsageError("--stamp is start or end.");
  const isPerInterval = values["per-interval"];
  return formatFromOptions({ columns: values.columns, timeColumn: values.time, stampAt: values.stamp, isPerInterval });
}

function targetOf(values: Values, file: string): Target {
  const fromName = basename(file).replace(/\.csv(\.gz)?$/, "");
  const name = values.filter === undefined ? fromName : `${fromName}-${values.filter}`;
  const meterId = values.meter ?? name.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 48);
  for (const id of [meterId, values.enterprise]) {
    if (!idPattern.test(id)) throw new UsageError(`"${id}" is not an id: 1 to 48 letters, digits, _ or -.`);
  }
  return { meterId, enterpriseId: values.enterprise };
}

interface GatewayContext {
  readonly address: PlatformAddress;
  readonly values: Values;
  readonly target: Target;
  readonly client: ParkClient;
  readonly signal: AbortSignal;
}

/** The MQTT connection, made only when something goes that way. */
class OpenedGateway {
  readonly #context: GatewayContext;
  #gateway: Promise<Gateway> | null = null;

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  open(): Promise<Gateway> {
    this.#gateway ??= this.#connect();
    return this.#gateway;
  }

  async close(): Promise<void> {
    await (await this.#gateway?.catch(() => null))?.close();
  }

  async #connect(): Promise<Gateway> {
    const { address, values, target, client, signal } = this.#context;
    if (address.mqttUrl === null) throw new UsageError("Say where the broker is with --mqtt.");
    const deviceId = values.device ?? `gw-${target.meterId}`.slice(0, 48);
    const secret = values.secret ?? (await ensureDevice(client, deviceId, target));
    const gateway = new Gateway({ mqttUrl: address.mqttUrl, deviceId, secret, dialect: "park" });
    await gateway.connected(signal);
    return gateway;
  }
}

interface Outcome {
  readonly file: string;
  readonly target: Target;
  readonly reading: CsvReading;
  readonly counts: ReplayCounts;
  readonly totals: MonthlyTotals;
  readonly zone: string;
}

function summaryOf({ file, target, reading, counts, totals, zone }: Outcome): string {
  const { imported, published, firstRejection } = counts;
  const read = reading.counts;
  const lines = [
    `${basename(file)} (${reading.format.name}) → meter ${target.meterId} of enterprise ${target.enterpriseId}`,
    `rows ${read.rows}, values ${counts.values}: published ${published}, imported ${imported.received} (stored ${imported.stored}, duplicate ${imported.duplicate}, rejected ${imported.rejected})`,
  ];
  if (firstRejection !== null) lines.push(`the platform rejected, first: ${firstRejection}`);
  if (read.refusedTimes + read.refusedValues > 0) {
    lines.push(
      `not usable: ${read.refusedTimes} times, ${read.refusedValues} values, first: ${read.firstRefusal ?? ""}`,
    );
  }
  const units = new Map<string, string>(reading.format.points.map((point) => [point.quantity, point.unit]));
  for (const [quantity, months] of totals.totals()) {
    lines.push(`${target.meterId}.${quantity}, ${units.get(quantity) ?? ""} per month (${zone}):`);
    for (const [month, amount] of months) lines.push(`  ${month}  ${amount.toFixed(2)}`);
  }
  return `${lines.join("\n")}\n`;
}
