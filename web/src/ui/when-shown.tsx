import { lazy, Suspense, type ComponentType, type ReactNode } from "react";
import { Skeleton } from "./panel.tsx";

/** A part of a page that is fetched when it is shown, so that the page comes sooner. */
export function whenShown<P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: ReactNode = <Skeleton />,
): (props: P) => ReactNode {
  const View = lazy(async () => ({ default: await load() }));
  // `lazy` hides which props the view takes.
  const Shown = View as unknown as ComponentType<P>;
  return (props) => (
    <Suspense fallback={waiting}>
      <Shown {...props} />
    </Suspense>
  );
}
