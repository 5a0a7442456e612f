import type { ReactNode } from "react";
import classes from "./switch.module.css";

interface SwitchProps {
  /** Heard by who does not see where it stands. */
  readonly label: string;
  readonly isOn: boolean;
  readonly text: string;
  readonly isDisabled: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** On or off, at once, with the state in words beside it. */
export function Switch({ label, isOn, text, isDisabled, onChange }: SwitchProps): ReactNode {
  return (
    <label className={classes.switch}>
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        disabled={isDisabled}
        aria-label={label}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span aria-hidden="true">{text}</span>
    </label>
  );
}
