import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Refusal } from "./refusal.tsx";
import classes from "./save-bar.module.css";

interface SaveBarProps {
  /** What the button of the form says. */
  readonly save: string;
  readonly isDisabled: boolean;
  readonly refusal: Error | string | null;
  /** Where the form stands, or what it still lacks. */
  readonly note?: string | null;
  /** Other ways out, before the button. */
  readonly children?: ReactNode;
}

/** The end of a long form: stays in sight while the form scrolls. */
export const SaveBar = ({ save, isDisabled, refusal, note = null, children }: SaveBarProps): ReactNode => (
  <div className={classes.bar}>
    <Refusal reason={refusal} />
    {note !== null && <span>{note}</span>}
    {children}
    <Button type="submit" look="primary" disabled={isDisabled}>
      {save}
    </Button>
  </div>
);
