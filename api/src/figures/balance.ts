import {
  balanceOf,
  hierarchyOf,
  mainsOf,
  meterTree,
  ParkError,
  settlementParts,
  sumFigures,
  type Balance,
  type BalanceNode,
  type Figure,
  type HierarchyNode,
  type Meter,
  type MeterId,
  type MeterNode,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { BalanceBody } from "@smart-park/core/wire";
import { groupSource, upToNow } from "./consumption.ts";
import { groupUses, useUnit } from "./group-uses.ts";
import type { ApiContext } from "../context.ts";

type FigureContext = Pick<ApiContext, "registry" | "store" | "rollups" | "time" | "clock">;

/** Balances every place and meter of one medium. A place's own metering: its settlement meters, or mains with meters below. */
export async function readBalance(
  context: FigureContext,
  principal: Principal,
  query: TimeRange & { readonly kind: Meter["kind"] },
): Promise<BalanceBody> {
  const { kind } = query;
  const unit = useUnit(kind);
  if (unit === null) throw new ParkError("unprocessable", `${kind} has no consumption`);
  const range = upToNow(query, context.clock.now());
  const source = groupSource(context, principal);
  const meters = source.meters.filter((meter) => meter.kind === kind);
  const figures = await meterFigures(context, meters, { kind, range });
  const settling = (place: string) =>
    settlementParts(source.settlements, { nodeId: place, kind, range }).flatMap(({ meterIds }) => meterIds);
  const tree = meterTree(meters);
  const builder = new BalanceTree(meters, figures, settling, unit);
  const balance = balanceOf(builder.placeNode(hierarchyOf(meters)), unit);
  const names = new Map<string, string>([
    ...source.enterprises.map(({ id, name }) => [`enterprise:${id}`, name] as const),
    ...meters.map(({ id, name }) => [id, name] as const),
  ]);
  const { time } = context;
  return {
    ...{ kind, unit, from: time.toIso(range.from), to: time.toIso(range.to) },
    nodes: toNodes(balance, null, names),
    inCycle: [...tree.inCycle],
  };
}

async function meterFigures(
  context: FigureContext,
  meters: readonly Meter[],
  asked: { readonly kind: Meter["kind"]; readonly range: TimeRange },
): Promise<ReadonlyMap<MeterId, Figure>> {
  const groups = meters.map(({ id, name }) => ({
    ...{ id, name, isDeclared: true },
    terms: [{ meterId: id, coefficient: 1, range: asked.range }],
  }));
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const uses = await groupUses(context, byId, groups, { ...asked, step: null, now: context.clock.now() });
  return new Map(meters.flatMap(({ id }, i) => (uses[i] ? [[id, uses[i].total] as const] : [])));
}

/** Makes one tree of places and the meters in them, so that nothing stands in it twice. */
class BalanceTree {
  readonly #figures: ReadonlyMap<MeterId, Figure>;
  readonly #settling: (place: string) => readonly MeterId[];
  readonly #unit: string;
  readonly #below = new Map<MeterId, readonly MeterNode[]>();

  constructor(
    meters: readonly Meter[],
    figures: ReadonlyMap<MeterId, Figure>,
    settling: (place: string) => readonly MeterId[],
    unit: string,
  ) {
    this.#figures = figures;
    this.#settling = settling;
    this.#unit = unit;
    const note = ({ meterId, children }: MeterNode): void => {
      this.#below.set(meterId, children);
      children.forEach(note);
    };
    meterTree(meters).roots.forEach(note);
  }

  placeNode(place: HierarchyNode): BalanceNode {
    const here = new Set(place.meterIds);
    const declared = this.#settling(place.id === "park" ? "park" : (place.id.split("/").at(-1) ?? ""));
    const mains = mainsOf(place.meterIds.map((id) => ({ id, parentId: this.#parentIn(id, here) })));
    // A main with meters in the places below measures those places too.
    const heads = mains.filter((id) => this.#descendants(id).some((below) => !here.has(below)));
    const own = declared.length > 0 ? [...new Set(declared)] : heads;
    const meterNodes = mains.filter((id) => !own.includes(id)).map((id) => this.#meterNode(id, here));
    const ofHeads = own.flatMap((id) => this.#childrenIn(id, here).map((child) => this.#meterNode(child, here)));
    const children = [...place.children.map((child) => this.placeNode(child)), ...meterNodes, ...ofHeads];
    return { id: place.id, own: own.length > 0 ? this.#sum(own) : null, children };
  }

  #meterNode(id: MeterId, here: ReadonlySet<MeterId>): BalanceNode {
    const children = this.#childrenIn(id, here).map((child) => this.#meterNode(child, here));
    return { id, own: this.#figures.get(id) ?? null, children };
  }

  #childrenIn(id: MeterId, here: ReadonlySet<MeterId>): MeterId[] {
    return (this.#below.get(id) ?? []).map(({ meterId }) => meterId).filter((child) => here.has(child));
  }

  #parentIn(id: MeterId, here: ReadonlySet<MeterId>): MeterId | null {
    const parent = [...here].find((one) => (this.#below.get(one) ?? []).some(({ meterId }) => meterId === id));
    return parent ?? null;
  }

  #descendants(id: MeterId): MeterId[] {
    return (this.#below.get(id) ?? []).flatMap(({ meterId }) => [meterId, ...this.#descendants(meterId)]);
  }

  #sum(ids: readonly MeterId[]): Figure {
    const figures = ids.flatMap((id) => this.#figures.get(id) ?? []);
    return sumFigures(
      figures.map((figure) => ({ figure, coefficient: 1 })),
      this.#unit,
    );
  }
}

type Level = BalanceBody["nodes"][number]["level"];

/** `hierarchyOf` names a place `level:name`; a meter's id has no colon. */
const levelOf = (last: string, colon: number): Level =>
  last === "park" ? "park" : colon < 0 ? "meter" : (last.slice(0, colon) as Level);

function toNodes(balance: Balance, parentId: string | null, names: ReadonlyMap<string, string>): BalanceBody["nodes"] {
  const { id, total, childrenSum, residual, residualShare, state, insufficient, children } = balance;
  const last = id.split("/").at(-1) ?? id;
  const colon = last.indexOf(":");
  const level = levelOf(last, colon);
  const node = {
    ...{ id, parentId, level, name: names.get(last) ?? (colon < 0 ? null : last.slice(colon + 1)) },
    ...{ total: toFigureBody(total), childrenSum: childrenSum && toFigureBody(childrenSum) },
    ...{ residual, residualShare, state, insufficient: [...insufficient] },
  };
  return [node, ...children.flatMap((child) => toNodes(child, id, names))];
}

const toFigureBody = ({ value, unit, coverage }: Figure) => ({ value, unit, coverage });
