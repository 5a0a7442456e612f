import type { FirstAdministrator } from "./administrator.ts";
import { complianceWarnings, type Config } from "./config.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Ports } from "./platform.ts";

/** What a person needs after the start: where to look, how to sign in, where devices connect, what to do next. */
export function toBanner(config: Config, folder: DataFolder, ports: Ports, first: FirstAdministrator | null): string {
  const page = `${config.tls ? "https" : "http"}://${config.http.host}:${ports.http}`;
  const lines = [
    "",
    "  Smart park 智慧园区 is running",
    "",
    `  Page         ${page}`,
    `  User         ${first?.user ?? config.admin.user}`,
    `  Password     ${passwordLine(first)}`,
    `  MQTT         mqtt://${config.mqtt.plainHost}:${ports.mqtt}`,
    `  MQTT by web  ws://${config.mqtt.plainHost}:${ports.ws}/mqtt`,
    ...(ports.mqtts === null ? [] : [`  MQTT by TLS  mqtts://${config.mqtt.host}:${ports.mqtts}`]),
    `  HJ 212       ${hj212Line(config, ports)}`,
    `  API          ${page}/docs`,
    `  Data folder  ${folder.directory}`,
    `  Readings in  ${config.influx ? `InfluxDB ${withoutSecrets(config.influx.url)}, bucket ${config.influx.bucket}` : "the embedded store"}`,
    ...(config.signIn.profile === "none" ? [] : [`  Profile      ${config.signIn.profile}`]),
    "",
    ...complianceWarnings(config).map((warning) => `  WARNING      ${warning}`),
    ...nextSteps(config),
    "  Stop with Ctrl+C.",
    "",
  ];
  return lines.join("\n");
}

function hj212Line({ hj212 }: Config, { hj212: port }: Ports): string {
  if (port !== null) return `${hj212?.host ?? ""}:${port}`;
  return hj212 === null ? "off" : `off: port ${hj212.port} is in use; set PARK_HJ212_PORT`;
}

function passwordLine(first: FirstAdministrator | null): string {
  if (first === null) return "as you set it (lost? stop, then npm start -- --reset-password)";
  if (first.oneTimePassword === null) return "from PARK_ADMIN_PASSWORD";
  return `${first.oneTimePassword}   (one time: you choose your own at the first login)`;
}

function nextSteps(config: Config): string[] {
  return config.isDemo
    ? [
        "  Demo data 演示数据: invented enterprises on real measured series; the past of 35 days fills in the background.",
        "  Next: open the page and follow the three cards of the overview. Empty start: npm start -- --no-demo",
      ]
    : ['  Next: sign in, then create an enterprise, a meter and a device by the API (README, "First meter").'];
}

/** A URL may carry a password; screens and logs must not. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname === "/" ? "" : pathname}`;
}
