import type { ReactNode } from "react";
import { classNames } from "../../lib/class-names.ts";
import classes from "./page.module.css";

/** Where one is on a way of several steps: those before `at` are done. */
export function Steps({ label, names, at }: { label: string; names: readonly string[]; at: number }): ReactNode {
  return (
    <ol className={classes.steps} aria-label={label}>
      {names.map((name, index) => (
        <li
          key={name}
          className={classNames(index < at && classes.done)}
          aria-current={index === at ? "step" : undefined}
        >
          <i aria-hidden="true">{index < at ? "✓" : index + 1}</i>
          {name}
        </li>
      ))}
    </ol>
  );
}
