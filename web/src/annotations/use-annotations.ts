import { isEnterpriseRole } from "@smart-park/core";
import type { AnnotationBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChartMark } from "../charts/chart-marks.ts";
import { usePark, useRight } from "../lib/park.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { annotationsQuery, type ChartPlace } from "./queries.ts";

export interface NumberedAnnotation extends AnnotationBody {
  readonly number: number;
}

/** What is written or changed right now; null = nothing. */
export interface AnnotationEdit {
  readonly before: AnnotationBody | null;
  readonly range: ParsedRange;
}

/** Annotations of the charts of one place over one range: what the charts draw, and what the panel beneath them lists. */
export interface Annotations {
  readonly place: ChartPlace;
  readonly range: ParsedRange;
  readonly items: readonly NumberedAnnotation[];
  /** There are more than are shown. */
  readonly isMore: boolean;
  readonly marks: readonly ChartMark[];
  readonly mayWrite: boolean;
  /** A span is being chosen on a chart. */
  readonly isPicking: boolean;
  readonly setPicking: (is: boolean) => void;
  /** For the charts, while a span is being chosen: takes what is dragged, in place of zooming. */
  readonly onPick: ((from: number, to: number) => void) | undefined;
  readonly edit: AnnotationEdit | null;
  readonly setEdit: (edit: AnnotationEdit | null) => void;
  /** The one whose flag was pressed. */
  readonly chosen: string | null;
  readonly choose: (id: string | null) => void;
}

const touches = ({ from, to }: AnnotationBody, range: ParsedRange): boolean =>
  Date.parse(from) < range.to && (Date.parse(to) > range.from || Date.parse(from) >= range.from);

export function useAnnotations({ enterprise, meter }: ChartPlace, range: ParsedRange): Annotations {
  const { t } = useTranslation();
  const { me } = usePark();
  const place = useMemo(() => ({ enterprise, meter }), [enterprise, meter]);
  const { data } = useQuery({ ...annotationsQuery(place, range), placeholderData: (before) => before });
  const [isPicking, setPicking] = useState(false);
  const [edit, setEdit] = useState<AnnotationEdit | null>(null);
  const [chosen, choose] = useState<string | null>(null);
  const { from, to } = range;
  const items = useMemo(() => {
    const shown = (data?.items ?? []).filter((item) => touches(item, { from, to }));
    return shown.toReversed().map((item, n) => ({ ...item, number: n + 1 }));
  }, [data, from, to]);
  const marks = useMemo(
    () =>
      items.map(({ id, number, from: start, to: end, tag, text }) => ({
        ...{ id, number, from: Date.parse(start), to: Date.parse(end) },
        text: `${t(`annotations.tag.${tag}`)} · ${text}`,
      })),
    [items, t],
  );
  const hasRight = useRight("annotations.write");
  const isOnePlace = enterprise !== undefined || meter !== undefined || !isEnterpriseRole(me.role);
  const onPick = (start: number, end: number): void => {
    setPicking(false);
    setEdit({ before: null, range: { from: start, to: end } });
  };
  return {
    ...{ place, range, items, marks, isPicking, setPicking, edit, setEdit, chosen, choose },
    isMore: (data?.nextCursor ?? null) !== null,
    mayWrite: hasRight && isOnePlace,
    onPick: isPicking ? onPick : undefined,
  };
}
