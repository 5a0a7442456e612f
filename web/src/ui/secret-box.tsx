import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import classes from "./secret-box.module.css";

interface SecretBoxProps {
  readonly text: string;
  /** What it is. */
  readonly label: string;
  readonly copyLabel: string;
}

/** A text that is shown this once: marked by one click, or put on the clipboard. */
export const SecretBox = ({ text, label, copyLabel }: SecretBoxProps): ReactNode => (
  <div className={classes.box} role="group" aria-label={label}>
    <code>{text}</code>
    <CopyButton text={text} label={copyLabel} />
  </div>
);
