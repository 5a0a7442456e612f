import type { Principal } from "../principal.ts";
import { days, seconds, type EpochMs } from "../time.ts";

/** What a screen shows one after the other. */
export const wallScenes = ["overview", "energy", "water", "emissions", "carbon", "health"] as const;
export type WallScene = (typeof wallScenes)[number];

/** A screen in a hall or a control room that shows figures of the park without anybody signed in. It belongs to the park. */
export interface Wall {
  readonly id: string;
  /** Stands in the head of the screen. */
  readonly name: string;
  /** In the order they are shown; at least one. */
  readonly scenes: readonly WallScene[];
  /** How long each stays. */
  readonly sceneS: number;
  /** Whether enterprises are named, and ranked by what they use. */
  readonly showEnterprises: boolean;
  /** Whether it says who took an alert. */
  readonly showPeople: boolean;
  /** Networks (CIDR) or addresses it may be opened from; empty = any. */
  readonly networks: readonly string[];
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly expiresAt: EpochMs;
}

/** How a wall is used. */
export interface WallUse {
  /** When its link was opened; null while it waits for that. */
  readonly openedAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
  readonly lastSeenAt: EpochMs | null;
  readonly lastAddress: string | null;
  /** Build of the page that it showed then. */
  readonly lastBuild: string | null;
}

export type WallEntry = Wall & WallUse;

export const wallLimits = { lifeMs: days(366), minSceneS: 5, maxSceneS: 300, networks: 20 } as const;

/** waiting: the link was not opened yet; open: the screen may read; revoked and expired: it may not any more. */
export type WallState = "waiting" | "open" | "revoked" | "expired";

/** A wall that was revoked stays revoked although its time ran out too. */
export function wallState(wall: WallEntry, now: EpochMs): WallState {
  if (wall.revokedAt !== null) return "revoked";
  if (now >= wall.expiresAt) return "expired";
  return wall.openedAt === null ? "waiting" : "open";
}

/** A screen as the one who asks: it sees figures of the whole park and has no right but to show itself. */
export const wallPrincipal = ({ id }: Pick<Wall, "id">): Principal => ({
  kind: "wall",
  id: `wall:${id}` as Principal["id"], // no person can have a colon in the name
  role: "parkManager",
  scope: "all",
  tokenScopes: null,
});

/** How often it is noted that a screen is there. */
export const wallSeenEveryMs = seconds(60);
