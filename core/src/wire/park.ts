import { z } from "zod";
import { isStationNumber, isStationPassword } from "../hj212/data-segment.ts";
import { complianceRuleIds } from "../compliance/compliance-rules.ts";
import { complianceProfiles } from "../compliance/sign-in-policy.ts";
import { meterKinds, meterPurposes } from "../park.ts";
import { rights, roles } from "../principal.ts";
import { quantityNames, quantities } from "../quantity.ts";
import { isConvertible } from "../units.ts";
import { refusedCell } from "./figure-inputs.ts";
import { gasStateBody, multiplierBody, registerChangeBody } from "./register-changes.ts";
import {
  deviceIdSchema,
  enterpriseIdSchema,
  instantSchema,
  isoSchema,
  meterIdSchema,
  nameSchema,
  userIdSchema,
} from "./primitives.ts";

/** Without a password a one-time password is made. */
export const userRequest = z.strictObject({
  username: userIdSchema,
  name: nameSchema.nullable().default(null),
  password: z.string().min(12).max(256).optional(),
  role: z.enum(roles),
  enterpriseId: enterpriseIdSchema.optional(),
  enterpriseIds: z.array(enterpriseIdSchema).max(200).optional(),
});
export const userPatch = z.strictObject({
  name: nameSchema.nullable().optional(),
  password: z.string().min(12).max(256).optional(),
  role: z.enum(roles).optional(),
  enterpriseIds: z.array(enterpriseIdSchema).max(200).optional(),
  enabled: z.boolean().optional(),
});
export const userBody = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string().nullable(),
  role: z.enum(roles),
  enterpriseIds: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  mustChangePassword: z.boolean(),
  passwordChangedAt: isoSchema.nullable(),
  lastSignInAt: isoSchema.nullable(),
  lastSeenAt: isoSchema.nullable(),
  /** After wrong passwords: until when the next try waits, from the network they came from. */
  lockedUntil: isoSchema.nullable(),
});
export type UserBody = z.infer<typeof userBody>;
/** Known only now: it is kept as a hash, and must be changed at the first sign-in. */
export const oneTimePasswordBody = z.object({ oneTimePassword: z.string() });
export const userCreated = userBody.extend(oneTimePasswordBody.partial().shape);
/** The table of rights. */
export const rolesBody = z.object({
  rights: z.array(z.enum(rights)),
  roles: z.array(z.object({ role: z.enum(roles), rights: z.array(z.enum(rights)) })),
});
export type RolesBody = z.infer<typeof rolesBody>;
/** Rules of sign-in and audit, each with the demand behind it. */
export const complianceBody = z.object({
  profile: z.enum(complianceProfiles),
  rules: z.array(
    z.object({
      id: z.enum(complianceRuleIds),
      value: z.number().nullable(),
      unit: z.enum(["characters", "kinds", "passwords", "days", "failures", "minutes", "seconds"]).nullable(),
      demand: z
        .object({
          text: z.string(),
          source: z.string(),
          effectiveFrom: z.iso.date(),
          status: z.enum(["secondary", "unverified"]),
        })
        .nullable(),
    }),
  ),
});
export type ComplianceBody = z.infer<typeof complianceBody>;
export const usersQuery = z.strictObject({
  /** Stands in the user name or the name. */
  q: z.string().min(1).max(200).optional(),
  role: z.enum(roles).optional(),
  enterprise: enterpriseIdSchema.optional(),
  enabled: z.enum(["true", "false"]).optional(),
});

/** GB/T 4754: the section's letter may stand before 2 to 4 digits. */
const tradeSchema = z.string().regex(/^[A-T]?\d{2,4}$/, "a trade is a code of GB/T 4754, e.g. C3011 or 30");

export const enterpriseRequest = z.strictObject({
  id: enterpriseIdSchema,
  name: nameSchema,
  nameEn: nameSchema.nullable().default(null),
  chain: nameSchema.nullable().default(null),
  trade: tradeSchema.nullable().default(null),
  demo: z.boolean().default(false),
});
export const enterprisePatch = enterpriseRequest.omit({ id: true }).partial();
export const enterpriseBody = z.object({
  id: z.string(),
  name: z.string(),
  nameEn: z.string().nullable(),
  chain: z.string().nullable(),
  trade: z.string().nullable(),
  demo: z.boolean(),
  meterCount: z.number(),
});
export type EnterpriseBody = z.infer<typeof enterpriseBody>;

export const pointRequest = z
  .strictObject({
    quantity: z.enum(quantityNames),
    unit: z.string().max(16).optional(),
    kind: z.enum(["gauge", "counter"]).optional(),
    multiplier: z.number().positive().default(1),
    multiplierFrom: instantSchema.nullable().default(null),
    valueSide: z.enum(["primary", "secondary"]).default("primary"),
    modulus: z.number().positive().nullable().default(null),
    ratedPerHour: z.number().positive().nullable().default(null),
    stampAt: z.enum(["end", "start"]).default("start"),
    min: z.number().nullable().default(null),
    max: z.number().nullable().default(null),
  })
  .refine((point) => point.unit === undefined || isConvertible(point.unit, point.quantity), {
    path: ["unit"],
    message: "the unit cannot be converted to the quantity's unit",
  })
  .transform((point) => ({
    ...point,
    unit: point.unit ?? quantities[point.quantity].unit,
    kind: point.kind ?? quantities[point.quantity].kind,
  }));
export type PointRequest = z.infer<typeof pointRequest>;

export const meterRequest = z.strictObject({
  id: meterIdSchema,
  name: nameSchema,
  nameEn: nameSchema.nullable().default(null),
  enterpriseId: enterpriseIdSchema,
  kind: z.enum(meterKinds),
  intervalS: z.number().int().min(1).max(86_400).default(60),
  parentId: meterIdSchema.nullable().default(null),
  zoneId: z.string().max(48).nullable().default(null),
  workshop: nameSchema.nullable().default(null),
  dataSource: nameSchema.nullable().default(null),
  purpose: z.enum(meterPurposes).nullable().default(null),
  points: z
    .array(pointRequest)
    .min(1)
    .max(64)
    .refine((points) => new Set(points.map((p) => p.quantity)).size === points.length, "a quantity may appear once"),
});
export type MeterRequest = z.infer<typeof meterRequest>;
export const meterPatch = meterRequest.omit({ id: true }).partial();
export type MeterPatch = z.infer<typeof meterPatch>;

export const pointBody = z.object({
  id: z.string(),
  meterId: z.string(),
  enterpriseId: z.string(),
  quantity: z.enum(quantityNames),
  unit: z.string(),
  kind: z.enum(["gauge", "counter"]),
  multiplier: z.number(),
  multiplierFrom: isoSchema.nullable(),
  valueSide: z.enum(["primary", "secondary"]),
  modulus: z.number().nullable(),
  ratedPerHour: z.number().nullable(),
  stampAt: z.enum(["end", "start"]),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Only where there are any; they take the place of `multiplier`. */
  multipliers: z.array(multiplierBody).optional(),
  registerChanges: z.array(registerChangeBody).optional(),
  /** Only of a gas register that counts working m³. */
  gasStates: z.array(gasStateBody).optional(),
});
export const meterBody = z.object({
  id: z.string(),
  name: z.string(),
  nameEn: z.string().nullable(),
  enterpriseId: z.string(),
  kind: z.enum(meterKinds),
  intervalS: z.number(),
  parentId: z.string().nullable(),
  zoneId: z.string().nullable(),
  workshop: z.string().nullable(),
  dataSource: z.string().nullable(),
  purpose: z.enum(meterPurposes).nullable(),
  /** Only of a meter that came with its device from another enterprise: what was measured before is not its owner's. */
  beginsAt: isoSchema.optional(),
  points: z.array(pointBody),
});
export type MeterBody = z.infer<typeof meterBody>;

export const deviceRequest = z.strictObject({
  id: deviceIdSchema,
  enterpriseId: enterpriseIdSchema,
  meterIds: z.array(meterIdSchema).max(5000),
  protocol: z.enum(["mqtt", "hj212"]).default("mqtt"),
  /** Of an HJ 212 station: its MN, and its PW; without a PW one is drawn. */
  mn: z.string().refine(isStationNumber, "1 to 32 letters, digits, _ or -").optional(),
  pw: z.string().refine(isStationPassword, "1 to 32 characters that end no field: no ; , & or =").optional(),
});
export const devicePatch = z.strictObject({
  meterIds: z.array(meterIdSchema).max(5000).optional(),
  enabled: z.boolean().optional(),
});
/** `meters` may be left out, or name some: what is not named keeps its name and gets an id with a number behind it. */
export const moveRequest = z.strictObject({
  enterpriseId: enterpriseIdSchema,
  meters: z
    .array(
      z.strictObject({
        meterId: meterIdSchema,
        newId: meterIdSchema.optional(),
        name: nameSchema.optional(),
      }),
    )
    .max(5000)
    .refine((meters) => new Set(meters.map((m) => m.meterId)).size === meters.length, "a meter may appear once")
    .default([]),
});
export const deviceCreated = z.object({ username: z.string(), password: z.string() });
export const deviceBody = z.object({
  id: z.string(),
  enterpriseId: z.string(),
  meterIds: z.array(z.string()),
  protocol: z.enum(["mqtt", "hj212"]),
  /** Of an HJ 212 station. */
  mn: z.string().optional(),
  enabled: z.boolean(),
});

export const movedBody = z.object({
  at: isoSchema,
  device: deviceBody,
  meters: z.array(z.object({ meterId: z.string(), newId: z.string() })),
});

/** A row of a file of devices: a meter, and the device that speaks for it; null = none (its values come by HTTP). */
export const deviceSheetRow = meterRequest.extend({ deviceId: deviceIdSchema.nullable().default(null) });
export type DeviceSheetRow = z.output<typeof deviceSheetRow>;

/** What a file of devices made, or would make: all of it, or nothing while a single cell is refused. */
export const devicesImportBody = z.object({
  dryRun: z.boolean(),
  /** Whether the registry changed. */
  changed: z.boolean(),
  /** Rows that hold something, without the header. */
  rows: z.number(),
  /** new: the meter is made; added: it was there, and its device is new or learns of it; unchanged: all was there. */
  items: z.array(
    z.object({
      row: z.number(),
      meterId: z.string(),
      deviceId: z.string().nullable(),
      enterpriseId: z.string(),
      outcome: z.enum(["new", "added", "unchanged"]),
    }),
  ),
  newDevices: z.array(z.string()),
  refused: z.array(refusedCell),
  ignoredColumns: z.array(z.string()),
  /** Where the new devices' secrets are fetched, once; null without new devices. */
  importId: z.string().nullable(),
});
export const deviceImportBody = z.object({
  id: z.string(),
  at: isoSchema,
  by: z.string(),
  meters: z.number(),
  devices: z.number(),
  /** When the secrets were handed out; null = not yet. */
  issuedAt: isoSchema.nullable(),
});
export const issuedCredentials = z.object({
  items: z.array(
    z.object({
      username: z.string(),
      password: z.string(),
      enterpriseId: z.string(),
      meterIds: z.array(z.string()),
    }),
  ),
});
