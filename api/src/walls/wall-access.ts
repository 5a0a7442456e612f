import { BlockList, isIP } from "node:net";
import {
  ParkError,
  wallPrincipal,
  wallState,
  type AuditContext,
  type EpochMs,
  type ErrorCode,
  type Wall,
  type WallEntry,
} from "@smart-park/core";
import { parseCookie, stringifySetCookie } from "cookie";
import type { Caller } from "../access.ts";
import type { ApiContext } from "../context.ts";
import { hashSecret } from "../secrets.ts";

type WallContext = Pick<ApiContext, "registry" | "clock" | "config">;

/** What a request for a screen shows of its sender. */
export interface WallVisit {
  readonly id: string;
  readonly cookie: string | undefined;
  /** The real peer's. */
  readonly address: string;
}

/** One for each screen, so that one computer can show several. */
const cookieName = (id: string, isSecure: boolean): string => `${isSecure ? "__Host-" : ""}park-wall-${id}`;

/** The screen that a request comes from, or why it is none (any more). */
export function identifyWall(
  context: WallContext,
  visit: WallVisit,
): { ok: true; caller: Caller } | { ok: false; code: ErrorCode } {
  const isSecure = context.config.tls !== null;
  const secret = visit.cookie === undefined ? undefined : parseCookie(visit.cookie)[cookieName(visit.id, isSecure)];
  if (secret === undefined) return { ok: false, code: "unauthenticated" };
  return identifyWallAgain(context, { id: visit.id, secretHash: hashSecret(secret), address: visit.address });
}

/** As `identifyWall`, by the hash of what it showed. */
export function identifyWallAgain(
  { registry, clock }: WallContext,
  { id, secretHash, address }: { readonly id: string; readonly secretHash: string; readonly address: string },
): ReturnType<typeof identifyWall> {
  const wall = registry.wallOfSecret(secretHash);
  if (wall === null || wall.id !== id) return { ok: false, code: "unauthenticated" };
  const refusal = refusalOf(wall, address, clock.now());
  if (refusal !== null) return { ok: false, code: refusal };
  return { ok: true, caller: { principal: wallPrincipal(wall), user: null, proof: { kind: "wall", secretHash } } };
}

function refusalOf(wall: WallEntry, address: string, now: EpochMs): ErrorCode | null {
  const state = wallState(wall, now);
  if (state === "revoked") return "access_revoked";
  if (state === "expired") return "access_expired";
  return isAllowedFrom(wall, address) ? null : "address_refused";
}

/** The wall that a link opens now. Throws as the screen is told: an unknown link and one that was used answer the same. */
export function wallBehindLink(
  { registry, clock }: WallContext,
  { id, linkHash, audit }: { readonly id: string; readonly linkHash: string; readonly audit: AuditContext },
): WallEntry {
  const wall = registry.wallOfLink(linkHash);
  if (wall === null || wall.id !== id)
    throw new ParkError("unauthenticated", "this link was opened before or is not valid; make another one");
  const refusal = refusalOf(wall, audit.address, clock.now());
  if (refusal === null) return wall;
  const tried = { action: "wall.open", object: id, enterpriseId: null, detail: refusal };
  registry.addAudit({ ...audit, actor: `wall:${id}`, ...tried, result: "denied" });
  throw new ParkError(refusal);
}

/** `Strict`: a screen is opened by itself, never from another site's link. Ends when the wall does. */
export const wallCookie = (id: string, secret: string, isSecure: boolean, maxAgeS: number): string =>
  stringifySetCookie(cookieName(id, isSecure), secret, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: isSecure,
    maxAge: maxAgeS,
  });

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Whether a wall may be opened from an address; `networks` were checked when it was made. */
export function isAllowedFrom({ networks }: Pick<Wall, "networks">, address: string): boolean {
  if (networks.length === 0) return true;
  const peer = mapped.exec(address)?.[1] ?? address;
  const family = isIP(peer);
  if (family === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [base = "", bits] = network.split("/");
    const is4 = isIP(base) === 4;
    list.addSubnet(base, bits === undefined ? (is4 ? 32 : 128) : Number(bits), is4 ? "ipv4" : "ipv6");
  }
  return list.check(peer, family === 4 ? "ipv4" : "ipv6");
}
