/** Metres on the plan or pixels on the screen. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** What part of the plan is seen: pixels per metre, and the metres in the upper left corner. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Most pixels per metre. */
export const mostScale = 32;
const margin = 12;

/** The whole plan in the middle of the screen. */
export function fitView(plan: Extent, screen: Extent): View {
  const [width, height] = [Math.max(1, screen.width - 2 * margin), Math.max(1, screen.height - 2 * margin)];
  const scale = Math.min(width / plan.width, height / plan.height);
  return { scale, x: (plan.width - screen.width / scale) / 2, y: (plan.height - screen.height / scale) / 2 };
}

export const toScreen = ({ scale, x, y }: View, place: Place): Place => ({
  x: (place.x - x) * scale,
  y: (place.y - y) * scale,
});

export const toPlan = ({ scale, x, y }: View, place: Place): Place => ({
  x: place.x / scale + x,
  y: place.y / scale + y,
});

/** `factor` times as large, while what is at a place of the screen stays there. Never smaller than the whole plan. */
export function zoomed(view: View, factor: number, at: Place, { plan, screen }: Bounds): View {
  const least = fitView(plan, screen).scale;
  const scale = Math.min(mostScale, Math.max(least, view.scale * factor));
  const held = toPlan(view, at);
  return kept({ scale, x: held.x - at.x / scale, y: held.y - at.y / scale }, { plan, screen });
}

export interface Bounds {
  readonly plan: Extent;
  readonly screen: Extent;
}

export const panned = (view: View, dx: number, dy: number, bounds: Bounds): View =>
  kept({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }, bounds);

/** Centred on a place as far as the plan reaches. */
export const centredOn = (view: View, place: Place, bounds: Bounds): View => {
  const { width, height } = bounds.screen;
  return kept({ ...view, x: place.x - width / view.scale / 2, y: place.y - height / view.scale / 2 }, bounds);
};

/** Nothing but the plan is looked at; what is smaller than the screen stands in its middle. */
export function kept(view: View, { plan, screen }: Bounds): View {
  const { scale } = view;
  return {
    scale,
    x: within(view.x, plan.width, screen.width / scale, margin / scale),
    y: within(view.y, plan.height, screen.height / scale, margin / scale),
  };
}

function within(from: number, whole: number, seen: number, edge: number): number {
  if (seen >= whole + 2 * edge) return (whole - seen) / 2;
  return Math.min(whole + edge - seen, Math.max(-edge, from));
}
