import { lazy, Suspense, type ReactNode } from "react";
import { Skeleton } from "../ui/panel.tsx";

/** Views that few who open their page look at: fetched when they are shown, so that the page itself comes sooner. */
const Advice = lazy(() => import("./advice-view.tsx").then((module) => ({ default: module.AdviceView })));
const Closing = lazy(() => import("./closing-view.tsx").then((module) => ({ default: module.ClosingView })));
const Comparison = lazy(() => import("./comparison-view.tsx").then((module) => ({ default: module.ComparisonView })));
const Inputs = lazy(() => import("./inputs-view.tsx").then((module) => ({ default: module.InputsView })));

export const AdviceWhenShown = (asked: { enterprise: string; month: string }): ReactNode => (
  <Suspense fallback={<Skeleton />}>
    <Advice {...asked} />
  </Suspense>
);

export const InputsWhenShown = (asked: { enterprise: string }): ReactNode => (
  <Suspense fallback={<Skeleton />}>
    <Inputs {...asked} />
  </Suspense>
);

export const ClosingWhenShown = (asked: { enterprise: string; month: string }): ReactNode => (
  <Suspense fallback={<Skeleton />}>
    <Closing {...asked} />
  </Suspense>
);

export const ComparisonWhenShown = (asked: { enterprise: string; month: string }): ReactNode => (
  <Suspense fallback={<Skeleton />}>
    <Comparison {...asked} />
  </Suspense>
);
