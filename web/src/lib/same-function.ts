import { useCallback, useLayoutEffect, useRef } from "react";

/**
 * The newest version of a function behind one that stays the same object, so that what gets it as a property need not
 * render again. For handlers of events, not to be called while rendering.
 */
export function useSameFunction<Args extends unknown[], Result>(
  newest: (...args: Args) => Result,
): (...args: Args) => Result {
  const ref = useRef(newest);
  useLayoutEffect(() => {
    ref.current = newest;
  });
  return useCallback((...args: Args) => ref.current(...args), []);
}
