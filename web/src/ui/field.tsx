import { useEffect, useId, useRef, type InputHTMLAttributes, type ReactNode, type Ref } from "react";
import classes from "./field.module.css";
import { useFieldError } from "./field-errors.tsx";
import { Icon } from "./icons.tsx";

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null;
  readonly ref?: Ref<HTMLInputElement>;
  /** The label is only heard: where a column's head shows it already. */
  readonly isBare?: boolean;
  /** Puts beside the input what belongs to it, as a unit. */
  readonly wrap?: (input: ReactNode) => ReactNode;
}

/** A labelled input with its hint and its error. */
export function Field(props: FieldProps): ReactNode {
  const { label, hint, error: own, isBare = false, wrap = (box) => box, ...input } = props;
  const id = useId();
  const said = useFieldError(input.name);
  const error = own ?? said;
  const noteId = `${id}-note`;
  const note = error ?? hint;
  const box = (
    <input
      id={id}
      className={classes.input}
      aria-invalid={error ? true : undefined}
      aria-describedby={note ? noteId : undefined}
      {...input}
    />
  );
  return (
    <div className={classes.field}>
      <label className={isBare ? "visually-hidden" : classes.label} htmlFor={id}>
        {label}
      </label>
      {wrap(box)}
      {note && (
        <p id={noteId} className={error ? classes.error : classes.hint}>
          {note}
        </p>
      )}
    </div>
  );
}

interface SearchFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange"> {
  readonly label: string;
  readonly value: string;
  /**
   * Called with the text as it is typed; of an input method only with what was chosen, not with its letters. Behind: the key
   * had to wait, so keys come faster than this PC answers them.
   */
  readonly onSearch: (text: string, isBehind: boolean) => void;
}

/** A key that waited so long was pressed while the page was busy, mostly with the key before. */
const behindMs = 40;

/**
 * The box keeps its own text: `value` mostly stands in the address and is back only after a while, and a box that
 * followed it would lose what is typed in between. A value that was not typed here replaces the text.
 */
export function SearchField({ label, value, onSearch, ...input }: SearchFieldProps): ReactNode {
  const box = useRef<HTMLInputElement>(null);
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const known = sent.current.lastIndexOf(value);
    if (known < 0 && box.current) box.current.value = value;
    sent.current = sent.current.slice(known + 1);
  }, [value]);
  const pressedAt = useRef(Infinity);
  const send = (text: string): void => {
    sent.current.push(text);
    onSearch(text, performance.now() - pressedAt.current > behindMs);
    pressedAt.current = Infinity;
  };
  return (
    <div className={classes.search} role="search">
      <Icon name="search" size={16} />
      <input
        type="search"
        className={classes.input}
        aria-label={label}
        placeholder={label}
        data-page-search
        {...input}
        ref={box}
        defaultValue={value}
        onKeyDown={(event) => {
          pressedAt.current = event.timeStamp;
          input.onKeyDown?.(event);
        }}
        onChange={({ target, nativeEvent }) => {
          if (!(nativeEvent as InputEvent).isComposing) send(target.value);
        }}
        onCompositionEnd={({ currentTarget }) => send(currentTarget.value)}
      />
    </div>
  );
}

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
}

/** A native select with its label beside it. */
export function Select<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <label className={classes.select}>
      {label}
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Few choices, all visible. */
export function Segments<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <div className={classes.segments} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

interface FormSelectProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly Option<string>[];
  readonly value?: string;
  readonly defaultValue?: string;
  readonly onChange?: (value: string) => void;
  readonly hint?: string | undefined;
}

/** A native select in a form, with its label above it as `Field` has. */
export function FormSelect({ label, options, onChange, hint, ...select }: FormSelectProps): ReactNode {
  const id = useId();
  const error = useFieldError(select.name);
  const note = error ?? hint;
  const noteId = `${id}-note`;
  return (
    <div className={classes.field}>
      <label className={classes.label} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={classes.input}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? noteId : undefined}
        {...select}
        onChange={(event) => onChange?.(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {note && (
        <p id={noteId} className={error ? classes.error : classes.hint}>
          {note}
        </p>
      )}
    </div>
  );
}

interface ChecksProps<T extends string> {
  readonly label: string;
  readonly values: readonly T[];
  readonly options: readonly Option<T>[];
  readonly onChange: (values: T[]) => void;
  /** Its label stands elsewhere. */
  readonly isBare?: boolean;
}

/** Any of several choices, in their own order. */
export function Checks<T extends string>({ label, values, options, onChange, isBare }: ChecksProps<T>): ReactNode {
  const toggle = (value: T): void =>
    onChange(
      options
        .map((option) => option.value)
        .filter((one) => (one === value ? !values.includes(one) : values.includes(one))),
    );
  return (
    <div className={classes.checks} role="group" aria-label={label}>
      {!isBare && <span className={classes.label}>{label}</span>}
      <span>
        {options.map((option) => (
          <label key={option.value}>
            <input type="checkbox" checked={values.includes(option.value)} onChange={() => toggle(option.value)} />
            {option.label}
          </label>
        ))}
      </span>
    </div>
  );
}
