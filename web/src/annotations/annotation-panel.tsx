import { lazy, Suspense, type ReactNode } from "react";
import type { Annotations } from "./use-annotations.ts";

const List = lazy(() => import("./annotation-list.tsx").then((module) => ({ default: module.AnnotationList })));

/** Beneath a chart: its annotations in words, and the way to write one. Comes a moment after the chart. */
export const AnnotationPanel = ({ annotations }: { annotations: Annotations }): ReactNode => (
  <Suspense fallback={null}>
    <List annotations={annotations} />
  </Suspense>
);
