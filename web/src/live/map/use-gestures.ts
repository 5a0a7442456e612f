import { useEffect, useRef, type RefObject } from "react";
import type { Place } from "./view.ts";

interface Gestures {
  readonly onPan: (dx: number, dy: number) => void;
  /** `at` in pixels from the upper left corner of the box. */
  readonly onZoom: (factor: number, at: Place) => void;
}

/** A drag shorter than this is a click. */
export const clickSlackPx = 4;

/** Drag pans, two fingers and Ctrl with the wheel zoom; the wheel alone goes on scrolling the page. */
export function useGestures(box: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  useEffect(() => {
    latest.current = gestures;
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const pointers = new Map<number, Place>();
    let moved = 0;
    const placeOf = (event: { clientX: number; clientY: number }): Place => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const down = (event: PointerEvent): void => {
      // What moves by itself does not drag the ground along.
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest("[data-moves]"))) return;
      if (pointers.size === 0) moved = 0;
      pointers.set(event.pointerId, placeOf(event));
    };
    const move = (event: PointerEvent): void => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = placeOf(event);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, now);
      moved += Math.hypot(now.x - before.x, now.y - before.y);
      if (moved <= clickSlackPx) return;
      // From here on it is no click: the marker below must not take it for one.
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      if (other) pinch(before, now, other);
      else latest.current.onPan(now.x - before.x, now.y - before.y);
    };
    const pinch = (before: Place, now: Place, other: Place): void => {
      const [was, is] = [before, now].map(({ x, y }) => Math.hypot(x - other.x, y - other.y));
      if (!was || !is) return;
      latest.current.onZoom(is / was, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    };
    const up = (event: PointerEvent): void => void pointers.delete(event.pointerId);
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      latest.current.onZoom(Math.exp(-event.deltaY / 300), placeOf(event));
    };
    const stop = new AbortController();
    const { signal } = stop;
    element.addEventListener("pointerdown", down, { signal });
    element.addEventListener("pointermove", move, { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const)
      element.addEventListener(end, up, { signal });
    element.addEventListener("wheel", wheel, { signal, passive: false });
    return () => stop.abort();
  }, [box]);
}
