import { useState, type ReactNode } from "react";
import { layoutFlow, type Box, type FlowNode } from "./sankey-layout.ts";
import classes from "./sankey.module.css";

interface SankeyProps {
  readonly label: string;
  readonly root: FlowNode;
  readonly colour: string;
  readonly text: (value: number) => string;
}

const width = 1040;
const boxWidth = 10;
const chartHeight = 340;

/** Where something goes: a tree as ribbons, as wide as what flows. A table beside it says the same. */
export function Sankey({ label, root, colour, text }: SankeyProps): ReactNode {
  const [pointed, setPointed] = useState<string | null>(null);
  const boxes = layoutFlow(root, chartHeight);
  const deepest = boxes.reduce((most, { depth }) => Math.max(most, depth), 0);
  const left = (depth: number): number => (deepest === 0 ? 0 : (depth / (deepest + 0.9)) * width);
  const full = boxes.reduce((most, box) => Math.max(most, box.top + box.height), 0);
  return (
    <div className={classes.frame} tabIndex={0} role="region" aria-label={label}>
      <svg viewBox={`0 0 ${width} ${Math.ceil(full) + 4}`} className={classes.flow} role="img" aria-label={label}>
        {boxes.map(
          (box) =>
            box.from && (
              <path
                key={box.node.id}
                d={ribbon(box, left)}
                className={ribbonClass(box, pointed)}
                style={{ fill: `var(${colour})` }}
              />
            ),
        )}
        {boxes.map(({ node, depth, top, height: high }) => (
          <g key={node.id} onMouseEnter={() => setPointed(node.id)} onMouseLeave={() => setPointed(null)}>
            <rect
              x={left(depth)}
              y={top}
              width={boxWidth}
              height={high}
              className={classes[node.kind ?? "node"]}
              style={node.kind === undefined ? { fill: `var(${colour})` } : undefined}
            />
            <text x={left(depth) + boxWidth + 5} y={top + Math.max(high / 2, 6)} className={classes.text}>
              {node.name} <tspan className={classes.value}>{text(node.value)}</tspan>
            </text>
            <title>{`${node.name} ${text(node.value)}`}</title>
          </g>
        ))}
      </svg>
    </div>
  );
}

const ribbonClass = ({ node }: Box, pointed: string | null): string =>
  [classes.ribbon, node.kind === "residual" ? classes.lost : "", pointed === node.id ? classes.pointed : ""].join(" ");

/** From the parent's edge to the box, both ends as high as the box. */
function ribbon({ from, depth, top, height }: Box, left: (depth: number) => number): string {
  if (!from) return "";
  const [x1, x2] = [left(from.depth) + boxWidth, left(depth)];
  const middle = (x1 + x2) / 2;
  const [y1, y2] = [from.top, top];
  return `M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2} L${x2},${y2 + height} C${middle},${y2 + height} ${middle},${y1 + height} ${x1},${y1 + height} Z`;
}
