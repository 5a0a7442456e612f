import { useId, type ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import field from "./field.module.css";
import classes from "./text-area.module.css";

interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly isRequired: boolean;
  readonly placeholder?: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Words that may need several lines, in a dialog's form: Ctrl or ⌘ with Enter sends it. */
export function TextArea({ label, isRequired, onChange, ...area }: TextAreaProps): ReactNode {
  const id = useId();
  return (
    <div className={field.field}>
      <label className={field.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={classNames(field.input, classes.area)}
        rows={4}
        required={isRequired}
        data-autofocus
        {...area}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
    </div>
  );
}
