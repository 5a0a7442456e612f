import { groupBy } from "@smart-park/core";
import type { MeterBody } from "@smart-park/core/wire";
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useTheme } from "../../charts/theme.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage } from "../../lib/park.ts";
import { useBoxSize, type BoxSize } from "../../lib/use-box-size.ts";
import { useMedia } from "../../lib/use-media.ts";
import { useIsCut } from "../hooks.ts";
import { useLive } from "../live-context.ts";
import { MeterStateCodes } from "../meter-state-codes.ts";
import { pointIdsOf } from "../meter-states.ts";
import { MeterState } from "../reading.tsx";
import { paintTiles, readPalette, type TileScene } from "./paint-tiles.ts";
import {
  layoutTiles,
  placeOfTile,
  tileAt,
  tileBeside,
  type TileGroup,
  type TileLayout,
  type TileStep,
} from "./tile-layout.ts";
import classes from "./tile-wall.module.css";

interface TileWallProps {
  readonly label: string;
  readonly meters: readonly MeterBody[];
  readonly onOpen: (meter: MeterBody) => void;
  /** Pointer or focus came in or went out. */
  readonly onAttention: (isInside: boolean) => void;
}

const padding = 12;
const sizes = { gap: 3, head: 22, groupGap: 18 };
const leastGroup = 128;
/** Below this a group takes the whole width. */
const narrow = 480;
/** Sides of a tile from the largest; the last when there are too many for any other. */
const tiles = [36, 32, 28, 25, 22];
const touchedTiles = [44, 40];
/** So many meters before and behind the chosen one are there for screen readers. */
const mirrored = 2;

/** The largest tiles with which all are seen at once, or the smallest and a wall that scrolls. */
function largestLayout(
  groups: readonly TileGroup[],
  { width, height }: { readonly width: number; readonly height: number },
  sides: readonly number[],
): TileLayout {
  const leastWidth = width < narrow ? width : leastGroup;
  const layouts = sides.map((tile) => layoutTiles(groups, { ...sizes, tile, width, leastWidth }));
  // There is at least one side to choose from.
  return layouts.find((layout) => layout.height <= height) ?? (layouts.at(-1) as TileLayout);
}

/** Meters by enterprise, each in the order given. */
function useGroups(meters: readonly MeterBody[]) {
  const { enterpriseName } = useCatalog();
  const language = useLanguage();
  return useMemo(() => {
    const groups = [...groupBy(meters, ({ enterpriseId }) => enterpriseId)];
    const locale = language === "zh" ? "zh-CN" : "en";
    groups.sort(([a], [b]) => enterpriseName(a).localeCompare(enterpriseName(b), locale));
    return {
      ordered: groups.flatMap(([, own]) => own),
      groups: groups.map(([id, own]) => ({ id, count: own.length })),
      nameOf: enterpriseName,
    };
  }, [meters, enterpriseName, language]);
}

const steps = new Map<string, TileStep>([
  ["ArrowLeft", "left"],
  ["ArrowRight", "right"],
  ["ArrowUp", "up"],
  ["ArrowDown", "down"],
  ["k", "left"],
  ["j", "right"],
]);

/** Thousands of meters on one canvas, which shows what is in view and is painted only when something changed. */
export function TileWall({ label, meters, onOpen, onAttention }: TileWallProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const size = useBoxSize(scroller);
  const isTouched = useMedia("(pointer: coarse)");
  const { ordered, groups, nameOf } = useGroups(meters);
  const room = (side: number | undefined): number => Math.max(touchedTiles[0] ?? 0, (side ?? 0) - 2 * padding);
  const [width, height] = [room(size?.width), room(size?.height)];
  const layout = useMemo(
    () => largestLayout(groups, { width, height }, isTouched ? touchedTiles : tiles),
    [groups, width, height, isTouched],
  );
  const [chosen, setChosen] = useState(0);
  const [isFocused, setIsFocused] = useState(false);
  const [scrollTop, setScrollTop] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const current = Math.min(chosen, Math.max(0, ordered.length - 1));
  const canvas = usePaintedTiles(scroller, ordered, {
    ...{ layout, nameOf, width, height },
    current: isFocused ? current : null,
    pointed,
  });

  const moveTo = (index: number): void => {
    setChosen(index);
    scrollTo(scroller.current, layout, index);
  };
  const press = (event: KeyboardEvent): void => {
    const step = steps.get(event.key);
    const target = new Map([
      ["Home", 0],
      ["End", ordered.length - 1],
    ]).get(event.key);
    const next = step === undefined ? target : tileBeside(layout, current, step);
    if (next !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      moveTo(next);
    }
    const meter = ordered[current];
    if (event.key === "Enter" && meter) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) void navigate(`/meters/${meter.id}`);
      else onOpen(meter);
    }
  };
  const tileUnder = (event: { clientX: number; clientY: number }): number | null => {
    const box = canvas.current?.getBoundingClientRect();
    const top = scroller.current?.scrollTop ?? 0;
    return box ? tileAt(layout, event.clientX - box.left, event.clientY - box.top + top) : null;
  };
  const told = pointed ?? (isFocused ? current : null);
  const optionId = (meter: MeterBody): string => `tile-${meter.id}`;
  const chosenMeter = ordered[current];
  const from = Math.max(0, current - mirrored);
  return (
    <div
      className={classes.frame}
      onPointerEnter={() => onAttention(true)}
      onPointerLeave={() => onAttention(false)}
      onFocus={() => onAttention(true)}
      onBlur={() => onAttention(false)}
    >
      <div
        ref={scroller}
        className={classes.scroller}
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-description={t("site.tilesKeys")}
        aria-activedescendant={chosenMeter && optionId(chosenMeter)}
        onKeyDown={press}
        onFocus={() => setIsFocused(true)}
        onBlur={() => setIsFocused(false)}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        onPointerMove={(event) => setPointed(tileUnder(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={(event) => {
          const index = tileUnder(event);
          const meter = index === null ? undefined : ordered[index];
          if (index === null || !meter) return;
          setChosen(index);
          onOpen(meter);
        }}
      >
        <div className={classes.sheet} style={{ height: layout.height + 2 * padding }}>
          <canvas ref={canvas} className={classes.canvas} aria-hidden="true" data-tiles={ordered.length} />
        </div>
        <div className="visually-hidden">
          {ordered.slice(from, current + mirrored + 1).map((meter, n) => (
            <div
              key={meter.id}
              id={optionId(meter)}
              role="option"
              aria-selected={from + n === current}
              aria-setsize={ordered.length}
              aria-posinset={from + n + 1}
            >
              <MeterWords meter={meter} />
            </div>
          ))}
        </div>
      </div>
      {told !== null && size !== null && (
        <Tooltip layout={layout} index={told} meter={ordered[told]} scrollTop={scrollTop} room={size} />
      )}
    </div>
  );
}

function MeterWords({ meter }: { meter: MeterBody }): ReactNode {
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  return (
    <>
      {nameIn(language, meter)}, {enterpriseName(meter.enterpriseId)},{" "}
      <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
    </>
  );
}

interface TooltipProps {
  readonly layout: TileLayout;
  readonly index: number;
  readonly meter: MeterBody | undefined;
  readonly scrollTop: number;
  readonly room: BoxSize;
}

/** Name and state beside a tile, on the side where there is room. */
function Tooltip({ layout, index, meter, scrollTop, room }: TooltipProps): ReactNode {
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  const place = placeOfTile(layout, index);
  if (place === null || !meter) return null;
  const { tile } = layout.sizes;
  const top = place.y + padding - scrollTop;
  const isLow = top > room.height - 96;
  const isRight = place.x > room.width / 2;
  return (
    <div
      className={classes.tooltip}
      aria-hidden="true"
      style={{
        ...(isLow ? { bottom: room.height - top + 6 } : { top: top + tile + 6 }),
        ...(isRight ? { right: room.width - place.x - tile - padding } : { left: place.x + padding }),
      }}
    >
      <strong>{nameIn(language, meter)}</strong>
      <span>
        <code>{meter.id}</code> · {enterpriseName(meter.enterpriseId)}
      </span>
      <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
    </div>
  );
}

function scrollTo(scroller: HTMLElement | null, layout: TileLayout, index: number): void {
  const place = placeOfTile(layout, index);
  if (!scroller || !place) return;
  const { tile, head } = layout.sizes;
  const [top, bottom] = [place.y - head, place.y + tile + 2 * padding];
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}

type Look = Omit<TileScene, "codes" | "scrollTop">;

/** The canvas, painted at most once per frame: when a state changed, when it was scrolled, when it looks another way. */
function usePaintedTiles(
  scroller: RefObject<HTMLDivElement | null>,
  meters: readonly MeterBody[],
  look: Look,
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { store, clock } = useLive();
  const theme = useTheme();
  const isCut = useIsCut();
  const states = useMemo(() => new MeterStateCodes(meters), [meters]);
  const palette = useMemo(() => ({ theme, colours: readPalette() }), [theme]);
  const latest = useRef({ states, look, palette });
  const frame = useRef(0);
  const paint = useCallback(() => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      const { states: known, look: seen, palette: of } = latest.current;
      const context = canvas.current && fitted(canvas.current, seen);
      if (!context) return;
      paintTiles(context, { ...seen, codes: known.codes, scrollTop: scroller.current?.scrollTop ?? 0 }, of.colours);
    });
  }, [scroller]);
  const { layout, nameOf, width, height, current, pointed } = look;
  useEffect(() => {
    latest.current = { states, look: { layout, nameOf, width, height, current, pointed }, palette };
    paint();
  }, [states, layout, nameOf, width, height, current, pointed, palette, paint]);
  useEffect(() => {
    const refresh = (): void => {
      if (states.refresh(store, clock.now(), isCut)) paint();
    };
    refresh();
    const stops = [store.subscribeFlush(refresh), clock.subscribeSecond(refresh)];
    return () => stops.forEach((stop) => stop());
  }, [states, store, clock, isCut, paint]);
  useEffect(() => {
    const box = scroller.current;
    box?.addEventListener("scroll", paint, { passive: true });
    return () => {
      box?.removeEventListener("scroll", paint);
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, [scroller, paint]);
  return canvas;
}

/** The context of a canvas as large as what is seen, sharp at every pixel ratio. */
function fitted(canvas: HTMLCanvasElement, { width, height }: Look): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    Object.assign(canvas, { width: wide, height: high });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
