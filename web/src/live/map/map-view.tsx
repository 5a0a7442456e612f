import type { MeterBody, SitePlanBody } from "@smart-park/core/wire";
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage } from "../../lib/park.ts";
import { isSingleKey } from "../../lib/single-keys.ts";
import { Button } from "../../ui/button.tsx";
import { useBoxSize } from "../../lib/use-box-size.ts";
import {
  markBeside,
  useMarkLook,
  useMarks,
  type Direction,
  type Mark,
  type MarkLook,
  type PlacedMeter,
} from "./map-marks.ts";
import { Marker } from "./marker.tsx";
import { PlanShapes } from "./plan-ground.tsx";
import { PlanNames } from "./plan-shapes.tsx";
import classes from "./site-map.module.css";
import { useGestures } from "./use-gestures.ts";
import { useMoving } from "./use-moving.ts";
import {
  centredOn,
  fitView,
  kept,
  mostScale,
  panned,
  toScreen,
  zoomed,
  type Bounds,
  type Place,
  type View,
} from "./view.ts";

interface MapViewProps {
  readonly label: string;
  readonly plan: SitePlanBody;
  readonly placed: readonly PlacedMeter[];
  readonly openId: string | null;
  readonly onOpen: (meter: MeterBody) => void;
  /** Given, markers can be moved: it is told where to. */
  readonly onMove: ((meterId: string, place: Place) => void) | null;
  /** Given, it is told which marker is taken off. */
  readonly onRemove: ((meterId: string) => void) | null;
  /** A meter to be shown and put the focus on; another object each time. */
  readonly wanted: { readonly meterId: string } | null;
  /** Told what is seen whenever that changes. */
  readonly onSeen: (seen: Seen) => void;
}

/** What part of the plan is seen, metres. */
export interface Seen {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const zoomStep = 1.5;
const panPx = 80;
/** Markers nearer than this cover each other; while they are moved they may come nearer. */
const apartPx = { shown: 34, moved: 22 };
const cullPx = 40;
/** Meters of one place are not zoomed in without end, metres. */
const leastSpanM = 0.1;
/** So many metres are seen at most around a meter that is looked for. */
const seenAroundM = 400;

const arrows = new Map<string, { readonly direction: Direction; readonly dx: number; readonly dy: number }>([
  ["ArrowLeft", { direction: "left", dx: -1, dy: 0 }],
  ["ArrowRight", { direction: "right", dx: 1, dy: 0 }],
  ["ArrowUp", { direction: "up", dx: 0, dy: -1 }],
  ["ArrowDown", { direction: "down", dx: 0, dy: 1 }],
]);

/** The plan with its markers: dragged, zoomed by wheel, fingers, keys and buttons. */
export function MapView(props: MapViewProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const size = useBoxSize(box);
  const style: CSSProperties & { "--ratio": number } = { "--ratio": props.plan.widthM / props.plan.heightM };
  return (
    <div className={classes.frame}>
      <div ref={box} className={classes.box} style={style}>
        {size && size.width > 0 && <Seeing {...props} box={box} size={size} />}
      </div>
    </div>
  );
}

interface SeeingProps extends MapViewProps {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly size: { readonly width: number; readonly height: number };
}

function Seeing(props: SeeingProps): ReactNode {
  const { label, plan, openId, onOpen, onMove, onRemove, wanted, onSeen, box, size } = props;
  const { t } = useTranslation();
  const bounds = useMemo<Bounds>(
    () => ({ plan: { width: plan.widthM, height: plan.heightM }, screen: size }),
    [plan, size],
  );
  const [chosen, setChosen] = useState<View | null>(null);
  const view = useMemo(
    () => (chosen === null ? fitView(bounds.plan, bounds.screen) : kept(chosen, bounds)),
    [chosen, bounds],
  );
  const moving = useMoving(props.placed, onMove);
  const marks = useMarks(moving.placed, view.scale, onMove ? apartPx.moved : apartPx.shown);
  const lookOf = useMarkLook(useMemo(() => moving.placed.map(({ meter }) => meter), [moving.placed]));
  const [active, setActive] = useState<string | null>(null);
  const current = marks.find((mark) => stands(mark, active)) ?? marks[0];
  const [focusOn, setFocusOn] = useState<{ readonly meterId: string } | null>(null);
  useFocusOnce(box, focusOn, focusOn && marks.find((mark) => stands(mark, focusOn.meterId)));

  const zoom = (factor: number, at: Place = middleOf(size)): void =>
    setChosen((known) => zoomed(known ?? view, factor, at, bounds));
  const pan = (dx: number, dy: number): void => setChosen((known) => panned(known ?? view, dx, dy, bounds));
  useGestures(box, { onPan: pan, onZoom: zoom });

  const goTo = (mark: Mark): void => {
    setActive(mark.id);
    setFocusOn({ meterId: mark.id });
    const at = toScreen(view, mark);
    if (!isWithin(at, size, -20)) setChosen(centredOn(view, mark, bounds));
  };
  const [shown, setShown] = useState(wanted);
  const found = moving.placed.find(({ meter }) => meter.id === wanted?.meterId);
  // What was just placed comes a moment later than the wish to see it.
  if (wanted !== shown && found) {
    setShown(wanted);
    setActive(found.meter.id);
    setFocusOn(wanted);
    setChosen(centredOn({ ...view, scale: Math.max(view.scale, size.width / seenAroundM) }, found, bounds));
  }
  useEffect(() => {
    const { scale, x: left, y: top } = view;
    onSeen({ left, top, right: left + size.width / scale, bottom: top + size.height / scale });
  }, [view, size, onSeen]);

  const press = (event: KeyboardEvent): void => {
    const mark = markOf(event.target, marks);
    const arrow = arrows.get(event.key);
    if (arrow && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const metres = event.shiftKey ? 10 : 1;
      if (!mark) pan(-arrow.dx * panPx, -arrow.dy * panPx);
      else if (onMove && mark.meters.length === 1) moving.nudge(mark, arrow.dx * metres, arrow.dy * metres, plan);
      else {
        const next = markBeside(marks, mark, arrow.direction);
        if (next) goTo(next);
      }
    }
    if (event.key === "Delete" && mark?.meters.length === 1) onRemove?.(mark.id);
    if (!isSingleKey(event.nativeEvent)) return;
    const at = mark ? toScreen(view, mark) : undefined;
    if (event.key === "+" || event.key === "=") zoom(zoomStep, at);
    if (event.key === "-") zoom(1 / zoomStep, at);
    if (event.key === "0") setChosen(null);
  };
  const pressMark = (mark: Mark): void => {
    const [only] = mark.meters;
    if (mark.meters.length === 1 && only) return onOpen(only);
    // Zoomed so far that its meters fill half of the screen.
    setChosen(centredOn({ ...view, scale: scaleFor(mark, props.placed, size, view.scale) }, mark, bounds));
    setActive(mark.id);
    setFocusOn({ meterId: mark.id });
  };
  return (
    <>
      {/* A box that scrolls by keys, as a map does; its markers are buttons of their own. */}
      <div
        className={classes.pan}
        role="group"
        aria-label={label}
        aria-description={onMove ? t("site.keysEdit") : t("site.keys")}
        tabIndex={0}
        onKeyDown={press}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) moving.settle();
        }}
      >
        <svg width={size.width} height={size.height} className={classes.svg}>
          <g transform={`scale(${view.scale}) translate(${-view.x} ${-view.y})`} aria-hidden="true">
            <PlanShapes plan={plan} />
          </g>
          <g aria-hidden="true">
            <PlanNames plan={plan} scale={view.scale} toScreen={(place) => toScreen(view, place)} />
          </g>
          {marks.map((mark) => {
            const at = toScreen(view, mark);
            if (!isWithin(at, size, cullPx) && mark !== current) return null;
            return (
              <MarkOf
                key={mark.id}
                mark={mark}
                at={at}
                look={lookOf(mark.meters)}
                isTabStop={onMove ? true : mark === current}
                isOpen={mark.meters.some(({ id }) => id === openId)}
                onPress={() => {
                  if (!moving.wasDragged()) pressMark(mark);
                }}
                onFocus={() => setActive(mark.id)}
                onPointerDown={
                  onMove && mark.meters.length === 1 ? (event) => moving.drag(event, mark, view, plan) : undefined
                }
              />
            );
          })}
        </svg>
      </div>
      <div className={classes.zoom} role="group" aria-label={t("site.zoom")}>
        <Button
          aria-label={t("site.zoomIn")}
          title={t("site.zoomIn")}
          disabled={view.scale >= mostScale}
          onClick={() => zoom(zoomStep)}
        >
          ＋
        </Button>
        <Button
          aria-label={t("site.zoomOut")}
          title={t("site.zoomOut")}
          disabled={chosen === null}
          onClick={() => zoom(1 / zoomStep)}
        >
          −
        </Button>
        <Button
          aria-label={t("site.zoomAll")}
          title={t("site.zoomAll")}
          disabled={chosen === null}
          onClick={() => setChosen(null)}
        >
          ⤢
        </Button>
      </div>
      <ScaleBar scale={view.scale} />
    </>
  );
}

const stands = ({ meters }: Mark, meterId: string | null): boolean => meters.some(({ id }) => id === meterId);

/** Puts the focus on a mark, once for each wish: it stays where it is when the same mark is drawn anew. */
function useFocusOnce(box: RefObject<HTMLElement | null>, wish: object | null, mark: Mark | null | undefined): void {
  const granted = useRef<object | null>(null);
  const id = mark?.id;
  useEffect(() => {
    if (wish === null || id === undefined || granted.current === wish) return;
    granted.current = wish;
    box.current?.querySelector<SVGGElement>(`[data-marker="${id}"]`)?.focus();
  }, [box, wish, id]);
}

const middleOf = ({ width, height }: { width: number; height: number }): Place => ({ x: width / 2, y: height / 2 });
const isWithin = ({ x, y }: Place, { width, height }: { width: number; height: number }, edge: number): boolean =>
  x > -edge && y > -edge && x < width + edge && y < height + edge;

function markOf(target: EventTarget, marks: readonly Mark[]): Mark | undefined {
  const id = target instanceof Element ? target.getAttribute("data-marker") : null;
  return marks.find((mark) => mark.id === id);
}

/** The scale at which the meters of a cluster are spread over half of the screen. */
function scaleFor(
  { meters }: Mark,
  placed: readonly PlacedMeter[],
  { width, height }: { width: number; height: number },
  scale: number,
): number {
  const ids = new Set(meters.map(({ id }) => id));
  const own = placed.filter(({ meter }) => ids.has(meter.id));
  const span = (of: (place: Place) => number): number => Math.max(...own.map(of)) - Math.min(...own.map(of));
  const [wide, high] = [span(({ x }) => x), span(({ y }) => y)].map((metres) => Math.max(leastSpanM, metres));
  const room = Math.min(width / 2 / (wide ?? leastSpanM), height / 2 / (high ?? leastSpanM));
  return Math.min(mostScale, Math.max(scale * zoomStep, room));
}

interface MarkOfProps {
  readonly mark: Mark;
  readonly at: Place;
  readonly look: MarkLook;
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
  readonly onPress: () => void;
  readonly onFocus: () => void;
  readonly onPointerDown: ((event: PointerEvent<SVGGElement>) => void) | undefined;
}

function MarkOf({ mark, look, onPointerDown, ...rest }: MarkOfProps): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  const [only] = mark.meters;
  const owners = [...new Set(mark.meters.map(({ enterpriseId }) => enterpriseName(enterpriseId)))];
  const shownOwners = owners.length > 2 ? [...owners.slice(0, 2), "…"] : owners;
  const words = [
    mark.meters.length === 1 && only ? nameIn(language, only) : t("site.cluster", { n: mark.meters.length }),
    shownOwners.join(t("site.and")),
    t(`state.${look.state}`),
    ...(look.severity ? [t("site.alert", { severity: t(`severity.${look.severity}`) })] : []),
  ];
  return (
    <Marker
      {...rest}
      {...look}
      id={mark.id}
      label={words.join(t("site.comma"))}
      count={mark.meters.length}
      isMovable={onPointerDown !== undefined}
      {...(onPointerDown && { onPointerDown })}
    />
  );
}

const barLengths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

/** How long some metres are at the scale in use. */
function ScaleBar({ scale }: { scale: number }): ReactNode {
  const metres = barLengths.findLast((length) => length * scale <= 120) ?? 1;
  return (
    <div className={classes.scale} style={{ width: metres * scale }} aria-hidden="true">
      {metres} m
    </div>
  );
}
