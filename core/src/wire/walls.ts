import { z } from "zod";
import { severities } from "../alerts/alert-rule.ts";
import { siteShapeKinds } from "../site/site-plan.ts";
import { wallLimits, wallScenes } from "../walls/wall.ts";
import { instantSchema, isoSchema, meterIdSchema, nameSchema } from "./primitives.ts";

/** An address, or a network in CIDR notation. */
const network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);

const settings = z.strictObject({
  name: nameSchema,
  scenes: z
    .array(z.enum(wallScenes))
    .min(1)
    .max(wallScenes.length)
    .refine((scenes) => new Set(scenes).size === scenes.length, "each scene once")
    .default([...wallScenes]),
  /** How long a scene stays, seconds. */
  sceneS: z.number().int().min(wallLimits.minSceneS).max(wallLimits.maxSceneS).default(20),
  /** Whether enterprises are named and ranked. */
  showEnterprises: z.boolean().default(true),
  /** Whether it says who took an alert. */
  showPeople: z.boolean().default(false),
  /** Where it may be opened from; none = anywhere. */
  networks: z.array(network).max(wallLimits.networks).default([]),
  /** At most a year ahead; without it a year. */
  expiresAt: instantSchema.optional(),
});
export const wallRequest = settings.extend({ id: meterIdSchema });
export const wallChange = settings.partial();

export const wallStates = ["waiting", "open", "revoked", "expired"] as const;
export const wallBody = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(wallStates),
  scenes: z.array(z.enum(wallScenes)),
  sceneS: z.number(),
  showEnterprises: z.boolean(),
  showPeople: z.boolean(),
  networks: z.array(z.string()),
  createdAt: isoSchema,
  createdBy: z.string(),
  expiresAt: isoSchema,
  openedAt: isoSchema.nullable(),
  revokedAt: isoSchema.nullable(),
  lastSeenAt: isoSchema.nullable(),
  lastAddress: z.string().nullable(),
  /** Build of the page it showed when it was last seen, and whether that is the one served now. */
  lastBuild: z.string().nullable(),
  isCurrentBuild: z.boolean().nullable(),
});
export type WallBody = z.infer<typeof wallBody>;

/** `key` opens the wall once, at `path`, and is told only here. */
export const wallLink = z.object({ id: z.string(), key: z.string(), path: z.string() });
export const wallKeyRequest = z.strictObject({ key: z.string().max(200) });

const share = z.number();
const amount = z.number().nullable();
/** A figure of today so far, and of yesterday at the same time. */
const dayPair = z.object({ today: amount, yesterday: amount });
/** Where a bucket begins, and its mean; null where nothing is known. */
const curve = z.array(z.object({ at: z.number(), value: amount }));

/** A name as it was entered, and the English one where there is one. */
const wallName = z.object({ name: z.string(), nameEn: z.string().nullable() });
export type WallName = z.infer<typeof wallName>;

export const wallAlert = z.object({
  id: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  /** Null when the wall names no enterprises. */
  enterprise: wallName.nullable(),
  raisedAt: z.number(),
  isAcknowledged: z.boolean(),
  /** Null when the wall names no people. */
  acknowledgedBy: z.string().nullable(),
});
export type WallAlert = z.infer<typeof wallAlert>;

export const wallOutlet = wallName.extend({
  enterprise: wallName.nullable(),
  quantity: z.string(),
  unit: z.string(),
  limit: z.number(),
  /** Mean of the last whole hour, where it is valid. */
  mean: amount,
  at: z.number().nullable(),
  /** Of the hour that runs. */
  runningMean: amount,
  projected: amount,
  state: z.enum(["normal", "warning", "alarm", "unknown"]),
});
export type WallOutlet = z.infer<typeof wallOutlet>;

/** Meters that stand together on the ground: how many, how they speak and the most urgent of their alerts; no meter by itself. */
const wallMark = z.object({
  /** Metres from the left and the upper edge. */
  x: z.number(),
  y: z.number(),
  total: z.number(),
  live: z.number(),
  late: z.number(),
  offline: z.number(),
  none: z.number(),
  severity: z.enum(severities).nullable(),
});
export type WallMark = z.infer<typeof wallMark>;
export const wallSite = z.object({
  widthM: z.number(),
  heightM: z.number(),
  shapes: z.array(
    z.object({
      kind: z.enum(siteShapeKinds),
      /** Of an enterprise's ground null where the wall names none. */
      name: wallName.nullable(),
      outline: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
  marks: z.array(wallMark),
});
export type WallSite = z.infer<typeof wallSite>;

/** All that a screen shows beside the values that come live. Sums of the park: nothing of a single meter but outlets against their limit. */
export const wallContent = z.object({
  at: z.number(),
  timeZone: z.string(),
  demo: z.boolean(),
  name: z.string(),
  scenes: z.array(z.enum(wallScenes)),
  sceneS: z.number(),
  expiresAt: z.number(),
  /** Build of the page that is served now. */
  build: z.string().nullable(),
  energyKwh: dayPair,
  waterM3: dayPair,
  pvTodayKwh: amount,
  coverage: share,
  meters: z.object({ total: z.number(), live: z.number(), late: z.number(), offline: z.number(), none: z.number() }),
  /** Mean power of the park in quarter hours, kW. */
  load: z.object({ stepS: z.number(), today: curve, yesterday: curve }),
  /** Means of PV power, kW, and of water flow, m³/h, in the same steps. */
  pv: curve,
  water: curve,
  /** The last seven days, the running one last. */
  days: z.array(z.object({ at: z.number(), energyKwh: amount, waterM3: amount, pvKwh: amount })),
  alerts: z.object({
    P1: z.number(),
    P2: z.number(),
    P3: z.number(),
    P4: z.number(),
    unacknowledged: z.number(),
    newest: z.array(wallAlert),
  }),
  outlets: z.array(wallOutlet),
  /** Of the calendar month so far, tonnes of CO₂. */
  carbon: z
    .object({ month: z.string(), locationT: amount, scope1T: amount, scope2T: amount, coverage: share })
    .nullable(),
  /** By what they used today; null when the wall names none. */
  enterprises: z.array(wallName.extend({ energyKwh: z.number() })).nullable(),
  /** The ground and what stands on it; null while there is no plan or no meter was placed. */
  site: wallSite.nullable(),
});
export type WallContent = z.infer<typeof wallContent>;

/** What comes live, each a point of the snapshot of `/wall`: kW, kW, m³/h, share of 1. */
export const wallPoints = ["activePower", "pvPower", "waterFlow", "coverage"] as const;
export type WallPoint = (typeof wallPoints)[number];
