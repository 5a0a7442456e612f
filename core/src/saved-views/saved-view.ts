import type { UserId } from "../park.ts";
import { hasRight, isEnterpriseRole, type Principal, type Right } from "../principal.ts";
import type { EpochMs } from "../time.ts";

/** A page as somebody had set it, under a name (视图): where it is, and what its address asks for. */
export interface SavedView {
  readonly id: string;
  readonly owner: UserId;
  readonly name: string;
  /** Path and query of a page of ours, as `/live?state=missing`. */
  readonly path: string;
  /** Shown to everybody of the park who may open its page. */
  readonly isShared: boolean;
  readonly createdAt: EpochMs;
}

export const savedViewLimits = { nameLength: 60, pathLength: 2000, perPerson: 50, shared: 200 } as const;

/** A page that shows what its address asks for. A part that begins with a colon stands for an id. */
interface ViewPage {
  readonly path: string;
  readonly audience: "park" | "enterprise" | "all";
  readonly right?: Right;
}

const viewPages: readonly ViewPage[] = [
  ...[
    ...["/overview", "/live", "/energy/:view", "/bills", "/water", "/emissions", "/carbon"],
    ...["/enterprises", "/enterprises/:id", "/ops/rules", "/ops/devices"],
  ].map((path) => ({ path, audience: "park" as const })),
  { path: "/ops/quality", audience: "park", right: "health.read" },
  { path: "/ops/health", audience: "park", right: "health.read" },
  { path: "/ops/audit", audience: "all", right: "audit.read" },
  { path: "/ops/users", audience: "all", right: "users.manage" },
  ...["/alerts", "/alerts/:id", "/meters/:id", "/inspections", "/ops/windows", "/ops/channels"].map((path) => ({
    path,
    audience: "all" as const,
  })),
  ...["/my", "/my/:section"].map((path) => ({ path, audience: "enterprise" as const })),
];

/** Printable ASCII without what a browser would encode; a fragment, a scheme and a second host never begin here. */
const plainAddress = /^\/[!$-;=?-[\]^-~]*$/;
const idPart = /^[A-Za-z0-9_.~%-]{1,400}$/;

/** The page that a path with query leads to; null when it leads to none of ours, or out of here. */
function pageOf(address: string): ViewPage | null {
  if (address.length > savedViewLimits.pathLength || !plainAddress.test(address) || address.includes("//")) return null;
  const parts = (address.split("?")[0] ?? "").split("/");
  const fits = (pattern: string): boolean => {
    const wanted = pattern.split("/");
    return (
      wanted.length === parts.length &&
      wanted.every((one, n) => {
        const part = parts[n] ?? "";
        return one.startsWith(":") ? idPart.test(part) && !/^(?:\.|%2e){1,2}$/i.test(part) : one === part;
      })
    );
  };
  return viewPages.find(({ path }) => fits(path)) ?? null;
}

/** Whether a text is the path and query of a page that can be saved. */
export const isViewPath = (address: string): boolean => pageOf(address) !== null;

/** Whether somebody may open the page of a view at all; what it shows them is decided there. */
export function mayOpenView(principal: Principal, { path }: Pick<SavedView, "path">): boolean {
  const page = pageOf(path);
  if (page === null) return false;
  const side = isEnterpriseRole(principal.role) ? "enterprise" : "park";
  return (page.audience === "all" || page.audience === side) && (!page.right || hasRight(principal, page.right));
}

/**
 * Whether somebody sees a view: their own, and what was shared, among the people of the park. Names and filters of
 * shared ones may name any enterprise, so they are for nobody who sees only some.
 */
export const seesView = (principal: Principal, view: SavedView): boolean =>
  view.owner === principal.id || (view.isShared && principal.scope === "all" && mayOpenView(principal, view));

/** Of what they see: their own, and shared ones by who shares. */
export const mayChangeView = (principal: Principal, view: SavedView): boolean =>
  view.owner === principal.id || (view.isShared && hasRight(principal, "views.share"));
