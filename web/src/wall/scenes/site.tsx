import type { WallMark, WallSite } from "@smart-park/core/wire";
import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { stateGlyph, type DataState } from "../../lib/data-state.ts";
import { useBoxSize } from "../../lib/use-box-size.ts";
import { PlanShapes, ShapeNames } from "../../live/map/plan-ground.tsx";
import { fitView, toScreen } from "../../live/map/view.ts";
import { severityGlyph } from "../../ui/severity.tsx";
import { Block } from "../blocks.tsx";
import { useWallName } from "../wall-name.ts";
import classes from "./site.module.css";

const namePx = 24;

/** The ground of the park: on each plot how many meters speak, and the most urgent of its alerts. */
export function SiteBlock({ site }: { site: WallSite }): ReactNode {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const size = useBoxSize(box);
  const sum = (state: "live" | "late" | "offline"): number =>
    site.marks.reduce((total, mark) => total + mark[state], 0);
  const alerts = site.marks.filter(({ severity }) => severity !== null).length;
  return (
    <Block title={t("wall.site")} aside={alerts > 0 ? t("wall.siteAlerts", { count: alerts }) : t("wall.siteCalm")}>
      <div className={classes.frame}>
        <div ref={box} className={classes.box}>
          {size !== null && <Ground site={site} size={size} />}
        </div>
        <p className={classes.sums}>
          {(["live", "late", "offline"] as const).map((state) => (
            <span key={state} data-state={state}>
              <i aria-hidden="true">{stateGlyph[state]}</i> {t(`overview.${state}`)} <b>{sum(state)}</b>
            </span>
          ))}
        </p>
      </div>
    </Block>
  );
}

interface GroundProps {
  readonly site: WallSite;
  readonly size: { readonly width: number; readonly height: number };
}

function Ground({ site, size }: GroundProps): ReactNode {
  const { t } = useTranslation();
  const wallName = useWallName();
  const view = fitView({ width: site.widthM, height: site.heightM }, size);
  const { scale, x, y } = view;
  /** A name would lie under the sign in its middle. */
  const isFlat = (outline: readonly (readonly [number, number])[]): boolean => {
    const ys = outline.map(([, corner]) => corner);
    return (Math.max(...ys) - Math.min(...ys)) * scale < 3.6 * namePx && !isAlone(outline);
  };
  const isAlone = (outline: readonly (readonly [number, number])[]): boolean =>
    site.marks.every((mark) => !isWithin(outline, mark));
  return (
    <svg width={size.width} height={size.height} role="img" aria-label={t("wall.site")}>
      <g transform={`scale(${scale}) translate(${-x} ${-y})`}>
        <PlanShapes plan={site} />
      </g>
      <ShapeNames
        plan={site}
        nameOf={({ name, outline }) => (name === null || isFlat(outline) ? null : wallName(name))}
        toScreen={(place) => toScreen(view, place)}
        scale={scale}
        letterPx={namePx}
      />
      {site.marks.map((mark) => (
        <Mark key={`${mark.x} ${mark.y}`} mark={mark} at={toScreen(view, mark)} />
      ))}
    </svg>
  );
}

/** Within the box around a shape. */
function isWithin(outline: readonly (readonly [number, number])[], mark: Pick<WallMark, "x" | "y">): boolean {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return (
    mark.x >= Math.min(...xs) && mark.x <= Math.max(...xs) && mark.y >= Math.min(...ys) && mark.y <= Math.max(...ys)
  );
}

/** The worst of what stands there: silence of a meter is seen, but one of many does not paint all of them grey. */
const stateOf = ({ live, late, offline }: WallMark): DataState =>
  offline > 0 ? "offline" : late > 0 ? "late" : live > 0 ? "live" : "none";

/** What is well is a dot; what is not stands out by its shape, its words and its colour. */
function Mark({ mark, at }: { mark: WallMark; at: { readonly x: number; readonly y: number } }): ReactNode {
  const state = stateOf(mark);
  const isWell = mark.live === mark.total;
  const text = `${mark.live}/${mark.total}`;
  const half = isWell ? 0 : 24 + 7.5 * text.length;
  return (
    <g className={classes.mark} data-state={state} transform={`translate(${at.x} ${at.y})`}>
      {isWell ? (
        mark.severity === null && <circle className={classes.well} r={9} />
      ) : (
        <>
          <rect x={-half} y={-20} width={2 * half} height={40} rx={20} />
          <text className={classes.glyph} x={20 - half} y={9}>
            {stateGlyph[state]}
          </text>
          <text className={classes.count} x={12} y={9}>
            {text}
          </text>
        </>
      )}
      {mark.severity && (
        <g className={classes.badge} data-level={mark.severity} transform={`translate(${half} ${isWell ? 0 : -18})`}>
          <circle r={20} />
          <text y={9}>{severityGlyph[mark.severity]}</text>
        </g>
      )}
    </g>
  );
}
