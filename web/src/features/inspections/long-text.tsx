import { useId, type ReactNode } from "react";
import classes from "./page.module.css";

interface LongTextProps {
  readonly label: string;
  readonly isRequired: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Words that may need several lines. */
export function LongText({ label, isRequired, value, onChange }: LongTextProps): ReactNode {
  const id = useId();
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={4}
        maxLength={4000}
        required={isRequired}
        data-autofocus
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
