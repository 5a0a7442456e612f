import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { MarkFlag } from "./chart-marks.ts";
import classes from "./mark-flags.module.css";

const tipWidth = 240;

/** The numbers of marks above a plot; the words of one are shown while the pointer or the focus is on it. */
export function MarkFlags({ flags, onOpen }: { flags: readonly MarkFlag[]; onOpen?: (id: string) => void }): ReactNode {
  const { t } = useTranslation();
  const [shown, setShown] = useState<string | null>(null);
  const tipId = useId();
  const open = flags.find(({ marks }) => marks[0]?.id === shown);
  return (
    <div
      className={classes.flags}
      onKeyDown={(event) => {
        if (event.key === "Escape") setShown(null);
      }}
    >
      {flags.map(({ left, marks }) => {
        const [first, last] = [marks[0], marks.at(-1)];
        if (!first || !last) return null;
        const label = first === last ? String(first.number) : `${first.number}–${last.number}`;
        return (
          <button
            key={first.id}
            type="button"
            className={classes.flag}
            style={{ left }}
            aria-label={t("annotations.flag", { number: label })}
            aria-describedby={shown === first.id ? tipId : undefined}
            onPointerEnter={() => setShown(first.id)}
            onPointerLeave={() => setShown(null)}
            onFocus={() => setShown(first.id)}
            onBlur={() => setShown(null)}
            onClick={() => onOpen?.(first.id)}
          >
            {label}
          </button>
        );
      })}
      {open && (
        <div
          id={tipId}
          role="tooltip"
          className={classes.tip}
          style={{ left: `clamp(0px, ${open.left - 12}px, calc(100% - ${tipWidth}px))`, width: tipWidth }}
        >
          {open.marks.map((mark) => (
            <p key={mark.id}>
              <b>{mark.number}</b> {mark.text}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
