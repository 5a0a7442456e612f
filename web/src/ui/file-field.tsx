import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "./field.tsx";
import classes from "./file-field.module.css";

interface FileFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  /** As `accept` of an input. */
  readonly accept: string;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly "data-autofocus"?: boolean;
  readonly onChoose: (file: File | null) => void;
}

/**
 * A file to choose, in the page's language: the browser's own input speaks the browser's. That input is still there for
 * the keyboard and for who hears the page; what is seen is its label.
 */
export function FileField({ onChoose, ...field }: FileFieldProps): ReactNode {
  const { t } = useTranslation();
  const [name, setName] = useState<string | null>(null);
  return (
    <Field
      {...field}
      type="file"
      className="visually-hidden"
      // The same file, corrected, can be chosen again.
      onClick={(event) => (event.currentTarget.value = "")}
      onChange={({ currentTarget: { files } }) => {
        const [file = null] = files ?? [];
        setName(file?.name ?? null);
        onChoose(file);
      }}
      wrap={(input) => (
        <label className={classes.file}>
          {input}
          <span className={classes.pick} aria-hidden="true">
            {name === null ? t("file.choose") : t("file.other")}
          </span>
          <span className={classes.name} aria-hidden="true">
            {name ?? t("file.none")}
          </span>
        </label>
      )}
    />
  );
}
