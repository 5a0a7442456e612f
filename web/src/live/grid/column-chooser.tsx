import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button.tsx";
import { Checks } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { type ColumnChoice, type GridColumn } from "./columns.ts";
import classes from "./column-chooser.module.css";

/** What a column is called; its unit stands apart. */
export function useColumnTitle(): (column: GridColumn) => string {
  const { t } = useTranslation();
  return (column) => {
    if (column.shape === "today") return t("live.today");
    if (column.shape === "hour") return t("live.hour");
    if (column.title === "quantity" && column.quantity) return t(`quantity.${column.quantity}`);
    return column.title === "register" ? t("live.register") : t("live.main");
  };
}

interface ColumnChooserProps {
  readonly choice: ColumnChoice;
  readonly shown: readonly GridColumn[];
  readonly isUsual: boolean;
  /** Null = the usual ones again. */
  readonly onChange: (keys: readonly string[] | null) => void;
}

/** Which columns stand beside the names; the address remembers it. */
export function ColumnChooser({ choice, shown, isUsual, onChange }: ColumnChooserProps): ReactNode {
  const { t } = useTranslation();
  const titleOf = useColumnTitle();
  return (
    <details
      className={classes.chooser}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary>
        <Icon name="table" size={15} />
        {t("live.columns")}
      </summary>
      {/* Takes the focus that a click on its plain parts would take away. */}
      <div className={classes.box} tabIndex={-1}>
        <Checks
          label={t("live.columnsShown")}
          values={shown.map(({ key }) => key)}
          options={choice.all.map((column) => ({ value: column.key, label: titleOf(column) }))}
          onChange={onChange}
        />
        <Button isSmall disabled={isUsual} onClick={() => onChange(null)}>
          {t("live.columnsUsual")}
        </Button>
      </div>
    </details>
  );
}
