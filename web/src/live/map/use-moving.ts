import type { SitePlanBody } from "@smart-park/core/wire";
import { useEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import type { Mark, PlacedMeter } from "./map-marks.ts";
import { clickSlackPx } from "./use-gestures.ts";
import { toPlan, toScreen, type Place, type View } from "./view.ts";

/** How long arrow keys may rest before a move is saved, ms. */
const settleMs = 700;

interface Moved extends Place {
  readonly meterId: string;
}

/** A marker on its way: dragged, or moved by arrow keys until these rest. */
export function useMoving(placed: readonly PlacedMeter[], onMove: ((meterId: string, place: Place) => void) | null) {
  const [moved, setMoved] = useState<Moved | null>(null);
  const latest = useRef<Moved | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const dragged = useRef(false);
  const show = (to: Moved | null): void => {
    latest.current = to;
    setMoved(to);
  };
  const save = useRef(onMove);
  useEffect(() => {
    save.current = onMove;
  }, [onMove]);
  const settle = (): void => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    const last = latest.current;
    if (last === null) return;
    show(null);
    save.current?.(last.meterId, { x: last.x, y: last.y });
  };
  const shownPlaces = useMemo(
    () =>
      moved === null
        ? placed
        : placed.map((one) => (one.meter.id === moved.meterId ? { ...one, x: moved.x, y: moved.y } : one)),
    [placed, moved],
  );
  return {
    placed: shownPlaces,
    settle,
    /** Whether the press that is just over was a drag, and so no click. */
    wasDragged: (): boolean => dragged.current,
    nudge: (mark: Mark, dx: number, dy: number, plan: SitePlanBody): void => {
      if (latest.current !== null && latest.current.meterId !== mark.id) settle();
      show({ meterId: mark.id, ...onPlan({ x: mark.x + dx, y: mark.y + dy }, plan) });
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = setTimeout(settle, settleMs);
    },
    drag: (event: PointerEvent<SVGGElement>, mark: Mark, view: View, plan: SitePlanBody): void => {
      dragged.current = false;
      if (event.button !== 0) return;
      settle();
      const element = event.currentTarget;
      const start = { x: event.clientX, y: event.clientY };
      element.setPointerCapture(event.pointerId);
      const stop = new AbortController();
      const { signal } = stop;
      const follow = (now: globalThis.PointerEvent): void => {
        const [dx, dy] = [now.clientX - start.x, now.clientY - start.y];
        if (!dragged.current && Math.hypot(dx, dy) <= clickSlackPx) return;
        dragged.current = true;
        const at = toScreen(view, mark);
        show({ meterId: mark.id, ...onPlan(toPlan(view, { x: at.x + dx, y: at.y + dy }), plan) });
      };
      const end = (): void => {
        stop.abort();
        settle();
      };
      element.addEventListener("pointermove", follow, { signal });
      element.addEventListener("pointerup", end, { signal });
      element.addEventListener("pointercancel", end, { signal });
    },
  };
}

const onPlan = ({ x, y }: Place, { widthM, heightM }: SitePlanBody): Place => ({
  x: Math.min(widthM, Math.max(0, x)),
  y: Math.min(heightM, Math.max(0, y)),
});
