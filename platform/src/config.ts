import { complianceProfiles, minutes, ParkError, signInPolicyOf, type SignInPolicy } from "@smart-park/core";
import { parseAllowList } from "@smart-park/notify";
import { z } from "zod";

/** Settings of the whole program. Every field comes from one environment variable (README, "Configuration"). */
export interface Config {
  readonly dataDirectory: string;
  readonly roles: ReadonlySet<Role>;
  /** No role was chosen: start the supervisor, which runs each role in its own process. */
  readonly isSupervised: boolean;
  readonly http: { readonly host: string; readonly port: number };
  /** `plainHost`: where MQTT without TLS listens, beyond loopback only when that was allowed by name. */
  readonly mqtt: { readonly host: string; readonly plainHost: string; readonly port: number };
  readonly mqttWebSocketPort: number;
  readonly mqttsPort: number | null;
  /** `isOptional`: nobody chose the port, so one in use leaves it off. */
  readonly hj212: { readonly host: string; readonly port: number; readonly isOptional: boolean } | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly admin: { readonly user: string; readonly password: string | null };
  /** How people sign in, by the compliance profile that was chosen. */
  readonly signIn: SignInPolicy;
  readonly isDemo: boolean;
  readonly timeZone: string;
  readonly rates: { readonly device: number; readonly deviceBurst: number; readonly enterprise: number };
  readonly journal: { readonly segmentMib: number; readonly maxMib: number; readonly reserveMib: number | null };
  readonly influx: {
    readonly url: string;
    readonly token: string | null;
    readonly org: string;
    readonly bucket: string;
  } | null;
  /** Networks and host names inside that messages may go to. */
  readonly notifyAllow: readonly string[];
  /** How much of the delivery log is kept; both bounds hold. */
  readonly notifyKeep: { readonly days: number; readonly rows: number };
  readonly logLevel: string;
}

export const roles = ["edge", "ingest", "api", "demo"] as const;
export type Role = (typeof roles)[number];

const port = (fallback: number) =>
  z.coerce
    .number("must be a port number")
    .int()
    .min(0, "must be 0 to 65535")
    .max(65_535, "must be 0 to 65535")
    .default(fallback);
const flag = (fallback: "0" | "1") =>
  z
    .enum(["0", "1"], "must be 0 or 1")
    .default(fallback)
    .transform((value) => value === "1");
const count = (fallback: number) =>
  z.coerce.number("must be a number").min(0, "must not be negative").default(fallback);
const optional = z.string().min(1).optional();

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** Whether every entry with an address is one that a list of networks takes. */
const isAllowList = (entries: readonly string[]): boolean => {
  try {
    return parseAllowList(entries) !== null;
  } catch {
    return false;
  }
};

const environment = z.object({
  PARK_DATA_DIR: z.string().min(1).default("./data"),
  PARK_HTTP_HOST: z.string().min(1).default("127.0.0.1"),
  PARK_HTTP_PORT: port(8080),
  PARK_MQTT_HOST: z.string().min(1).default("127.0.0.1"),
  PARK_MQTT_PORT: port(1883),
  PARK_MQTT_WS_PORT: port(8083),
  PARK_MQTTS_PORT: z.coerce.number("must be a port number").int().min(0).max(65_535).optional(),
  PARK_HJ212_HOST: z.string().min(1).default("127.0.0.1"),
  PARK_HJ212_PORT: z
    .string()
    .refine(
      (text) => text === "off" || (/^\d{1,5}$/.test(text) && Number(text) <= 65_535),
      "must be off, or 0 to 65535",
    )
    .transform((text) => (text === "off" ? text : Number(text)))
    .optional(),
  PARK_TLS_CERT: optional,
  PARK_TLS_KEY: optional,
  PARK_ALLOW_PLAIN: flag("0"),
  PARK_ADMIN_USER: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,48}$/, "must be 1 to 48 letters, digits, _ or -")
    .default("admin"),
  PARK_ADMIN_PASSWORD: z.string().min(12, "must have at least 12 characters").optional(),
  PARK_COMPLIANCE_PROFILE: z.enum(complianceProfiles, "must be none or mlps2").default("none"),
  PARK_SESSION_IDLE_MINUTES: z.coerce
    .number("must be a number of minutes")
    .min(1, "must be at least 1")
    .max(720, "must be at most 720")
    .optional(),
  PARK_DEMO: flag("1"),
  PARK_TIME_ZONE: z
    .string()
    .refine(isTimeZone, "must be an IANA time zone such as Asia/Shanghai")
    .default("Asia/Shanghai"),
  PARK_DEVICE_RATE: count(50),
  PARK_DEVICE_BURST: count(200),
  PARK_ENTERPRISE_RATE: count(2000),
  PARK_JOURNAL_SEGMENT_MIB: z.coerce.number("must be a number").min(1).max(1024).default(16),
  PARK_JOURNAL_MAX_MIB: z.coerce.number("must be a number").min(16, "must be at least 16").default(8192),
  PARK_JOURNAL_RESERVE_MIB: z.coerce.number("must be a number").min(0).optional(),
  PARK_NOTIFY_ALLOW: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ""),
    )
    .refine(isAllowList, "must list networks (10.0.0.0/8), addresses or host names, separated by commas"),
  PARK_NOTIFY_KEEP_DAYS: z.coerce.number("must be a number").min(2, "must be at least 2").default(180),
  PARK_NOTIFY_KEEP_ROWS: z.coerce
    .number("must be a number")
    .int()
    .min(1000, "must be at least 1000")
    .default(1_000_000),
  PARK_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent")
    .default("warn"),
  ROLES: z.string().optional(),
  INFLUX_URL: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).optional(),
  INFLUX_TOKEN: optional,
  INFLUX_ORG: z.string().min(1).default("park"),
  INFLUX_BUCKET: z.string().min(1).default("park"),
});
type Environment = z.infer<typeof environment>;

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/** Settings from environment variables; throws one ParkError (config_invalid) that names every mistake. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable (`FOO=` in a compose file) means unset.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environment.safeParse(given);
  const mistakes = parsed.success
    ? crossChecks(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  if (!parsed.success || mistakes.length > 0) {
    throw new ParkError("config_invalid", `Configuration: ${mistakes.join("; ")}.`);
  }
  return toConfig(parsed.data);
}

function crossChecks(env: Environment): string[] {
  const mistakes: string[] = [];
  if ((env.PARK_TLS_CERT === undefined) !== (env.PARK_TLS_KEY === undefined)) {
    mistakes.push("PARK_TLS_CERT and PARK_TLS_KEY must be given together");
  }
  if (env.PARK_MQTTS_PORT !== undefined && env.PARK_TLS_CERT === undefined) {
    mistakes.push("PARK_MQTTS_PORT needs PARK_TLS_CERT and PARK_TLS_KEY");
  }
  const isPlainAllowed = env.PARK_ALLOW_PLAIN;
  if (!loopback.has(env.PARK_HTTP_HOST) && env.PARK_TLS_CERT === undefined && !isPlainAllowed) {
    mistakes.push("PARK_HTTP_HOST beyond loopback needs PARK_TLS_CERT and PARK_TLS_KEY, or PARK_ALLOW_PLAIN=1");
  }
  if (!loopback.has(env.PARK_MQTT_HOST) && env.PARK_MQTTS_PORT === undefined && !isPlainAllowed) {
    mistakes.push(
      "PARK_MQTT_HOST beyond loopback sends passwords in clear text: use PARK_MQTTS_PORT, or set PARK_ALLOW_PLAIN=1",
    );
  }
  if (!loopback.has(env.PARK_HJ212_HOST) && env.PARK_HJ212_PORT !== "off" && !isPlainAllowed) {
    mistakes.push("PARK_HJ212_HOST beyond loopback sends passwords in clear text: it needs PARK_ALLOW_PLAIN=1");
  }
  if (env.PARK_COMPLIANCE_PROFILE === "mlps2" && !loopback.has(env.PARK_HTTP_HOST) && env.PARK_TLS_CERT === undefined) {
    mistakes.push("PARK_COMPLIANCE_PROFILE=mlps2 beyond loopback needs PARK_TLS_CERT and PARK_TLS_KEY");
  }
  const unknown = splitRoles(env.ROLES).filter((role) => !(roles as readonly string[]).includes(role));
  if (unknown.length > 0) mistakes.push(`ROLES knows ${roles.join(", ")}, not ${unknown.join(", ")}`);
  return mistakes;
}

/** What an operator who declared a compliance profile should hear although the platform starts; empty = nothing. */
export function complianceWarnings({ signIn, tls }: Config): readonly string[] {
  if (signIn.profile === "none") return [];
  const [limit, idle] = [30, signIn.idleMs / minutes(1)];
  return [
    ...(tls === null
      ? ["Passwords cross the network in clear text unless a proxy on this machine speaks TLS: set PARK_TLS_CERT."]
      : []),
    ...(idle > limit
      ? [`Sessions may idle for ${idle} minutes; what is usual for this profile is at most ${limit}.`]
      : []),
  ];
}

const splitRoles = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((role) => role.trim())
    .filter((role) => role !== "");

const usualHj212Port = 9212;

function toHj212({ PARK_HJ212_HOST: host, PARK_HJ212_PORT: port }: Environment): Config["hj212"] {
  if (port === "off") return null;
  return { host, port: port ?? usualHj212Port, isOptional: port === undefined };
}

function toConfig(env: Environment): Config {
  const chosen = splitRoles(env.ROLES) as Role[]; // unknown names were refused in crossChecks
  return {
    dataDirectory: env.PARK_DATA_DIR,
    roles: new Set(chosen.length > 0 ? chosen : roles),
    isSupervised: chosen.length === 0,
    http: { host: env.PARK_HTTP_HOST, port: env.PARK_HTTP_PORT },
    mqtt: {
      host: env.PARK_MQTT_HOST,
      plainHost: env.PARK_ALLOW_PLAIN || loopback.has(env.PARK_MQTT_HOST) ? env.PARK_MQTT_HOST : "127.0.0.1",
      port: env.PARK_MQTT_PORT,
    },
    mqttWebSocketPort: env.PARK_MQTT_WS_PORT,
    mqttsPort: env.PARK_MQTTS_PORT ?? null,
    hj212: toHj212(env),
    tls: env.PARK_TLS_CERT && env.PARK_TLS_KEY ? { certFile: env.PARK_TLS_CERT, keyFile: env.PARK_TLS_KEY } : null,
    admin: { user: env.PARK_ADMIN_USER, password: env.PARK_ADMIN_PASSWORD ?? null },
    signIn: signInPolicyOf(
      env.PARK_COMPLIANCE_PROFILE,
      env.PARK_SESSION_IDLE_MINUTES === undefined ? null : minutes(env.PARK_SESSION_IDLE_MINUTES),
    ),
    isDemo: env.PARK_DEMO,
    timeZone: env.PARK_TIME_ZONE,
    notifyAllow: env.PARK_NOTIFY_ALLOW,
    notifyKeep: { days: env.PARK_NOTIFY_KEEP_DAYS, rows: env.PARK_NOTIFY_KEEP_ROWS },
    rates: { device: env.PARK_DEVICE_RATE, deviceBurst: env.PARK_DEVICE_BURST, enterprise: env.PARK_ENTERPRISE_RATE },
    journal: {
      segmentMib: env.PARK_JOURNAL_SEGMENT_MIB,
      maxMib: env.PARK_JOURNAL_MAX_MIB,
      reserveMib: env.PARK_JOURNAL_RESERVE_MIB ?? null,
    },
    influx: env.INFLUX_URL
      ? { url: env.INFLUX_URL, token: env.INFLUX_TOKEN ?? null, org: env.INFLUX_ORG, bucket: env.INFLUX_BUCKET }
      : null,
    logLevel: env.PARK_LOG_LEVEL,
  };
}
