import {
  balanceOf,
  baseUnit,
  countsAsUse,
  countsIn,
  hierarchyOf,
  mainsOf,
  MeterTree,
  meterGroup,
  meterNodes,
  settledTerms,
  settlementParts,
  sumFigures,
  type Balance,
  type BalanceNode,
  type Figure,
  type GroupSource,
  type HierarchyNode,
  type Meter,
  type MeterGroup,
  type MeterId,
  type MeterNode,
  type Principal,
  type TimeRange,
} from "@smart-park/core";
import type { BalanceBody } from "@smart-park/core/wire";
import { ClosedMonths } from "./closing-state.ts";
import { groupSource, upToNow, type FigureContext } from "./group-source.ts";
import { groupUses, quantityOfUse } from "./group-uses.ts";
import { toFigureBody } from "./use-figure.ts";

/** Balances every place and meter of one medium. A place's own metering: its settlement meters, or mains with meters below. */
export async function readBalance(
  context: FigureContext,
  principal: Principal,
  query: TimeRange & { readonly kind: Meter["kind"] },
): Promise<BalanceBody> {
  const { kind } = query;
  const quantity = quantityOfUse(kind);
  const unit = baseUnit(quantity);
  const range = upToNow(query, context.clock.now());
  const source = groupSource(context, principal);
  const meters = source.meters.filter((meter) => meter.kind === kind && hasPlace(meter) && countsIn(meter, range));
  const hierarchy = hierarchyOf(meters);
  const settled = settledPlaces(hierarchy, source, { kind, range });
  const groups = [...meters.map((meter) => meterGroup(meter, range)), ...settled.values()];
  const question = { quantity, range, step: null, now: context.clock.now() };
  const uses = await groupUses(context, source.readable, groups, question);
  const figures = new Map(groups.flatMap(({ id }, i) => (uses[i] ? [[id ?? "", uses[i].total] as const] : [])));
  const tree = new BalanceTree({ meters, figures, settled, unit });
  const balance = balanceOf(tree.placeNode(hierarchy), unit);
  const names = new Map<string, string>([
    ...source.enterprises.map(({ id, name }) => [`enterprise:${id}`, name] as const),
    ...meters.map(({ id, name }) => [id, name] as const),
  ]);
  const { time } = context;
  return {
    kind,
    unit,
    from: time.toIso(range.from),
    to: time.toIso(range.to),
    ...new ClosedMonths(context, principal, range).of(
      meters.map(({ enterpriseId }) => enterpriseId),
      kind,
    ),
    nodes: toNodes(balance, null, names),
    inCycle: [...meterNodes(meters).inCycle],
  };
}

/** What was handed over is no use, but it is no loss either of the meter that it comes out of. */
const hasPlace = (meter: Meter): boolean => countsAsUse(meter) || meter.purpose === "sold";

/** By place those that have declared settlement meters, each meter in its time only. */
function settledPlaces(
  place: HierarchyNode,
  source: GroupSource,
  { kind, range }: { readonly kind: Meter["kind"]; readonly range: TimeRange },
): Map<string, MeterGroup> {
  const nodeId = place.id.split("/").at(-1) ?? "";
  const isDeclared = source.settlements.some((row) => row.nodeId === nodeId && row.kind === kind);
  const terms = isDeclared ? settledTerms(settlementParts(source.settlements, { nodeId, kind, range })) : [];
  const below = place.children.flatMap((child) => [...settledPlaces(child, source, { kind, range })]);
  const own = { id: place.id, name: null, isDeclared, terms, enterpriseIds: [] };
  return new Map(isDeclared ? [[place.id, own], ...below] : below);
}

/** Makes one tree of places and the meters in them, so that nothing stands in it twice. */
class BalanceTree {
  /** Of meters and of places with settlement meters. */
  readonly #figures: ReadonlyMap<string, Figure>;
  readonly #settled: ReadonlyMap<string, MeterGroup>;
  readonly #unit: string;
  readonly #tree: MeterTree;
  readonly #below = new Map<MeterId, readonly MeterNode[]>();

  constructor(park: {
    readonly meters: readonly Meter[];
    readonly figures: ReadonlyMap<string, Figure>;
    readonly settled: ReadonlyMap<string, MeterGroup>;
    readonly unit: string;
  }) {
    this.#figures = park.figures;
    this.#settled = park.settled;
    this.#unit = park.unit;
    this.#tree = new MeterTree(park.meters);
    const note = ({ meterId, children }: MeterNode): void => {
      this.#below.set(meterId, children);
      children.forEach(note);
    };
    meterNodes(park.meters).roots.forEach(note);
  }

  /** `taken` = meters that stand for a place above: what lies below them counts here, not they themselves. */
  placeNode(place: HierarchyNode, taken: ReadonlySet<MeterId> = new Set()): BalanceNode {
    const here = new Set(place.meterIds);
    const mains = mainsOf(place.meterIds.map((id) => ({ id, parentId: this.#parentIn(id, here) }))).map(({ id }) => id);
    const declared = this.#settled.get(place.id);
    // A main with meters in the places below measures those places too.
    const heads = declared
      ? declared.terms.flatMap(({ meterId }) => meterId ?? [])
      : mains.filter((id) => !taken.has(id) && this.#descendants(id).some((below) => !here.has(below)));
    const standing = new Set([...taken, ...heads]);
    const ofHeads = heads.flatMap((id) => this.#childrenIn(id, here));
    const below = place.children.map((child) => this.placeNode(child, standing));
    const children = [
      // A place of which every meter stands for one above has nothing of its own to show.
      ...below.filter((child) => child.own !== null || child.children.length > 0),
      ...[...new Set([...mains, ...ofHeads])].flatMap((id) =>
        heads.includes(id) ? [] : this.#nodesOf(id, here, taken),
      ),
    ];
    const own = declared ? (this.#figures.get(place.id) ?? null) : heads.length > 0 ? this.#sum(heads) : null;
    return { id: place.id, own, children };
  }

  #nodesOf(id: MeterId, here: ReadonlySet<MeterId>, taken: ReadonlySet<MeterId>): BalanceNode[] {
    const children = this.#childrenIn(id, here).flatMap((child) => this.#nodesOf(child, here, taken));
    return taken.has(id) ? children : [{ id, own: this.#figures.get(id) ?? null, children }];
  }

  #childrenIn(id: MeterId, here: ReadonlySet<MeterId>): MeterId[] {
    return (this.#below.get(id) ?? []).map(({ meterId }) => meterId).filter((child) => here.has(child));
  }

  #parentIn(id: MeterId, here: ReadonlySet<MeterId>): MeterId | null {
    const parent = this.#tree.parentOf(id);
    return parent !== null && here.has(parent) ? parent : null;
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
    id,
    parentId,
    level,
    name: names.get(last) ?? (colon < 0 ? null : last.slice(colon + 1)),
    total: toFigureBody(total),
    childrenSum: childrenSum && toFigureBody(childrenSum),
    residual,
    residualShare,
    state,
    insufficient: [...insufficient],
  };
  return [node, ...children.flatMap((child) => toNodes(child, id, names))];
}
