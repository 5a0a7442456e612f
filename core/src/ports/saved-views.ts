import type { Principal } from "../principal.ts";
import type { SavedView } from "../saved-views/saved-view.ts";
import type { AuditContext } from "./registry.ts";

/** Named addresses of pages. What somebody does not see (`seesView`) is not there for them. */
export interface SavedViews {
  /** By id. */
  savedViews(principal: Principal): readonly SavedView[];
  /**
   * unprocessable when there are too many, or it is no page that the principal may open; forbidden to share without the
   * right. The audit log tells who wrote, and what a view holds only while it is shared.
   */
  createSavedView(
    principal: Principal,
    given: Pick<SavedView, "name" | "path" | "isShared">,
    audit: AuditContext,
  ): SavedView;
  /** As `createSavedView`; forbidden when it is not theirs to change (`mayChangeView`). */
  updateSavedView(
    principal: Principal,
    id: string,
    change: Partial<Pick<SavedView, "name" | "path" | "isShared">>,
    audit: AuditContext,
  ): SavedView;
  deleteSavedView(principal: Principal, id: string, audit: AuditContext): void;
}
