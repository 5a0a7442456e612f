import type { Quantity } from "@smart-park/core";
import type { DevicePorts } from "./queries.ts";

/** A value such as a meter would send; only to show where it stands. */
const byUnit: Readonly<Record<string, number>> = {
  kW: 12.5,
  kWh: 1234.5,
  kvar: 3.2,
  kvarh: 321.5,
  V: 230.1,
  A: 18.2,
  Hz: 50,
  "m³/h": 4.2,
  "m³": 320.4,
  "Nm³/h": 6.5,
  "Nm³": 510.2,
  "t/h": 1.2,
  t: 86.4,
  GJ: 15.3,
  "℃": 25.5,
  kPa: 450,
  "mg/m³": 8.5,
  "mg/L": 12.4,
  "%": 9.8,
  "µg/m³": 35,
  "dB(A)": 54.2,
};

const sampleValue = ({ quantity, unit }: SamplePoint): number =>
  quantity === "powerFactor" ? 0.95 : quantity === "ph" ? 7.2 : (byUnit[unit] ?? 1);

export interface SamplePoint {
  readonly quantity: Quantity;
  readonly unit: string;
}

/** What a device sends of one meter; without `at` the platform takes the time of receipt. */
export const sampleMessage = (points: readonly SamplePoint[], at?: string): object => ({
  ...(at === undefined ? {} : { ts: at }),
  values: Object.fromEntries(points.map((point) => [point.quantity, sampleValue(point)])),
});

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** Where a device connects best: encrypted, where the park offers it. */
export function placeOf(host: string, { mqtt, mqtts }: Omit<DevicePorts, "hj212">): Place | null {
  if (mqtts !== null) return { host, port: mqtts, isTls: true };
  return mqtt === null ? null : { host, port: mqtt, isTls: false };
}

interface Publication {
  readonly place: Place;
  readonly username: string;
  /** Null = known to the device only. */
  readonly password: string | null;
  readonly topic: string;
  readonly points: readonly SamplePoint[];
}

/** One message by Mosquitto's command line client, to be pasted into a POSIX shell. */
export function publishCommand({ place, username, password, topic, points }: Publication): string {
  const secret = password === null ? `"$PASSWORD"` : quoted(password);
  const tls = place.isTls ? " --capath /etc/ssl/certs" : "";
  return [
    `mosquitto_pub -h ${place.host} -p ${place.port}${tls} -q 1`,
    `-i ${quoted(username)} -u ${quoted(username)} -P ${secret}`,
    `-t ${quoted(topic)}`,
    `-m ${quoted(JSON.stringify(sampleMessage(points)))}`,
  ].join(" \\\n  ");
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
