import type { AnnotationBody } from "@smart-park/core/wire";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCatalog } from "../lib/catalog.ts";
import { classNames } from "../lib/class-names.ts";
import type { ParkFormat } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import { Button } from "../ui/button.tsx";
import { AnnotationDialog } from "./annotation-dialog.tsx";
import classes from "./annotation-list.module.css";
import { useDeleteAnnotation } from "./changes.ts";
import type { Annotations, NumberedAnnotation } from "./use-annotations.ts";

/** Beneath a chart: its annotations in words, and the way to write one. */
export function AnnotationList({ annotations }: { annotations: Annotations }): ReactNode {
  const { t } = useTranslation();
  const { items, isMore, mayWrite, isPicking, setPicking, edit, setEdit, range } = annotations;
  if (items.length === 0 && !mayWrite) return null;
  const writeWhole = (): void => {
    setPicking(false);
    setEdit({ before: null, range });
  };
  return (
    <section className={classes.panel} aria-label={t("annotations.title")}>
      <div className={classes.head}>
        <h3>
          {t("annotations.title")} {items.length > 0 && <span className={classes.count}>{items.length}</span>}
        </h3>
        {mayWrite && !isPicking && (
          <Button look="quiet" isSmall icon="note" onClick={() => setPicking(true)}>
            {t("annotations.add")}
          </Button>
        )}
      </div>
      {isPicking && (
        <div className={classes.picking} role="status">
          <span>{t("annotations.pickHint")}</span>
          <Button isSmall onClick={writeWhole}>
            {t("annotations.wholeRange")}
          </Button>
          <Button isSmall look="quiet" onClick={() => setPicking(false)}>
            {t("action.cancel")}
          </Button>
        </div>
      )}
      {items.length > 0 && (
        <ol className={classes.list}>
          {items.map((item) => (
            <Item key={item.id} item={item} annotations={annotations} />
          ))}
        </ol>
      )}
      {isMore && <p className={classes.more}>{t("annotations.more", { n: items.length })}</p>}
      {edit && <AnnotationDialog place={annotations.place} edit={edit} onClose={() => setEdit(null)} />}
    </section>
  );
}

function Item({ item, annotations }: { item: NumberedAnnotation; annotations: Annotations }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { setEdit, chosen, choose } = annotations;
  const remove = useDeleteAnnotation();
  const row = useRef<HTMLLIElement>(null);
  const isChosen = chosen === item.id;
  useEffect(() => {
    if (!isChosen) return;
    row.current?.scrollIntoView({ block: "nearest" });
    row.current?.focus({ preventScroll: true });
  }, [isChosen]);
  const range = { from: Date.parse(item.from), to: Date.parse(item.to) };
  const named = { words: item.text };
  return (
    <li
      ref={row}
      tabIndex={-1}
      className={classNames(classes.item, isChosen && classes.chosen)}
      onBlur={() => isChosen && choose(null)}
    >
      <span className={classes.number}>{item.number}</span>
      <div className={classes.words}>
        <p className={classes.facts}>
          <span className={classes.tag}>{t(`annotations.tag.${item.tag}`)}</span>
          <span>{spanText(item, format)}</span>
          <About item={item} annotations={annotations} />
          <span>
            {item.createdBy} · {t(`annotations.side.${item.side}`)}
            {item.changedBy !== null && ` · ${t("annotations.changedBy", { name: item.changedBy })}`}
          </span>
        </p>
        <p className={classes.text}>{item.text}</p>
      </div>
      {item.mayChange && (
        <span className={classes.actions}>
          <Button
            look="quiet"
            isSmall
            icon="pencil"
            aria-label={t("annotations.editOne", named)}
            title={t("annotations.edit")}
            onClick={() => setEdit({ before: item, range })}
          />
          <Button
            look="quiet"
            isSmall
            icon="bin"
            aria-label={t("annotations.deleteOne", named)}
            title={t("annotations.delete")}
            onClick={() => remove(item)}
          />
        </span>
      )}
    </li>
  );
}

/** What it is about, where that is not what the whole chart is of. */
function About({ item, annotations: { place } }: { item: AnnotationBody; annotations: Annotations }): ReactNode {
  const { t } = useTranslation();
  const { meterName, enterpriseName } = useCatalog();
  if (item.meterId !== null)
    return item.meterId === place.meter ? null : (
      <Link to={`/meters/${item.meterId}?tab=trend`}>{meterName(item.meterId)}</Link>
    );
  if (item.enterpriseId === null) return place.enterprise || place.meter ? t("annotations.wholePark") : null;
  return item.enterpriseId === place.enterprise ? null : enterpriseName(item.enterpriseId);
}

/** The day of the end is left out where it is the day of the begin. */
function spanText({ from, to }: Pick<AnnotationBody, "from" | "to">, format: ParkFormat): string {
  const text = (at: string): string => format.full(Date.parse(at)).slice(0, 16);
  const [start, end] = [text(from), text(to)];
  if (from === to) return start;
  return `${start} – ${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
}
