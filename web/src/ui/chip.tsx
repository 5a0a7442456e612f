import type { ReactNode } from "react";
import classes from "./chip.module.css";

interface ChipProps {
  readonly text: string;
  /** Shown when pointed at. */
  readonly title?: string;
  /** What the cross does, in words; without it the chip stays. */
  readonly removeLabel?: string;
  readonly onRemove?: () => void;
}

/** Something that was chosen and can be taken away. */
export const Chip = ({ text, title, removeLabel, onRemove }: ChipProps): ReactNode => (
  <span className={classes.chip} title={title}>
    {text}
    {onRemove && (
      <button type="button" aria-label={removeLabel} onClick={onRemove}>
        ✕
      </button>
    )}
  </span>
);

export const Chips = ({ children }: { children: ReactNode }): ReactNode => (
  <span className={classes.chips}>{children}</span>
);
