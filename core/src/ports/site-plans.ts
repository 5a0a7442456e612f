import type { MeterId } from "../park.ts";
import type { Principal } from "../principal.ts";
import type { MeterPlace, SitePlan } from "../site/site-plan.ts";
import type { AuditContext } from "./registry.ts";

/** The park's ground, and where meters stand on it. */
export interface SitePlans {
  /** With the shapes that the principal may see (`isShapeSeen`); null = none was entered. */
  sitePlan(principal: Principal): SitePlan | null;
  /**
   * Takes the place of the plan before; meters stay where they are. forbidden for who does not see the whole park, not_found
   * when a shape names an unknown enterprise, unprocessable when a meter would stand beside the plan.
   */
  putSitePlan(principal: Principal, plan: SitePlan, audit: AuditContext): SitePlan;
  /** Of meters in scope that have one, by id. */
  meterPlaces(principal: Principal): readonly MeterPlace[];
  /** unprocessable without a plan, and beside it. */
  placeMeter(principal: Principal, place: MeterPlace, audit: AuditContext): MeterPlace;
  /** Takes a meter off the plan; not_found when it does not stand on it. */
  unplaceMeter(principal: Principal, id: MeterId, audit: AuditContext): void;
}
