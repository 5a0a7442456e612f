import type { Principal } from "../principal.ts";
import type { EpochMs } from "../time.ts";
import type { Wall, WallEntry } from "../walls/wall.ts";
import type { AuditContext } from "./registry.ts";

/** Screens of the park; who does not see all of it sees none of them. Hashes = SHA-256 of a random secret, hex. */
export interface Walls {
  walls(principal: Principal): readonly WallEntry[];
  wall(principal: Principal, id: string): WallEntry | null;
  /** `linkHash` = of the secret in the link that opens it, once. */
  createWall(principal: Principal, wall: Wall, linkHash: string, audit: AuditContext): WallEntry;
  updateWall(
    principal: Principal,
    id: string,
    change: Partial<Omit<Wall, "id" | "createdAt" | "createdBy">>,
    audit: AuditContext,
  ): WallEntry;
  /** Another link; what was opened by the one before ends, and a wall that was revoked waits again. */
  renewWallLink(principal: Principal, id: string, linkHash: string, audit: AuditContext): WallEntry;
  /** Ends what was opened and the link; the wall stays in the list. */
  revokeWall(principal: Principal, id: string, audit: AuditContext): WallEntry;
  deleteWall(principal: Principal, id: string, audit: AuditContext): void;
  /** The wall that waits behind a link; null when the link is unknown or was opened before. */
  wallOfLink(linkHash: string): WallEntry | null;
  /** Uses the link up: from now on the wall is read with the other secret. not_found when it was opened meanwhile. */
  openWall(linkHash: string, secretHash: string, audit: AuditContext): WallEntry;
  /** The wall that was opened with a secret, whatever became of it since; null when there is none. */
  wallOfSecret(secretHash: string): WallEntry | null;
  /** Notes that the screen is there: at most once a minute, or when its address or build is another. */
  noteWallSeen(id: string, seen: { readonly at: EpochMs; readonly address: string; readonly build: string }): void;
}
