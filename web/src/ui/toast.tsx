import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { isTyping } from "../lib/single-keys.ts";
import { Button } from "./button.tsx";
import classes from "./toast.module.css";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "done" | "failed";
  readonly action: ToastAction | undefined;
}

/** How what was done is undone while it is shown, by its button or Ctrl/⌘ Z. */
interface ToastAction {
  readonly label: string;
  readonly run: () => void;
  /** How long it can still be done, ms, counted down in sight; without it as long as the toast is shown. */
  readonly forMs?: number;
}

const showMs = { done: 4000, failed: 10_000 } as const;
const withActionMs = 10_000;
const most = 4;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says shortly what was done or what failed; goes away by itself. */
export function toast(text: string, tone: Toast["tone"] = "done", action?: ToastAction): void {
  const id = nextId++;
  change([...toasts, { id, text, tone, action }].slice(-most));
  setTimeout(() => drop(id), action ? (action.forMs ?? withActionMs) : showMs[tone]);
}

const drop = (id: number): void => change(toasts.filter((item) => item.id !== id));

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function runAction({ id, action }: Toast): void {
  drop(id);
  action?.run();
}

/** Ctrl/⌘ Z undoes what was said last, unless text is being edited, which has its own undo. */
function useUndoKey(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      if (!isUndo || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const newest = toasts.findLast(({ action }) => action !== undefined);
      if (newest === undefined) return;
      event.preventDefault();
      runAction(newest);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

/** Whole seconds left. Not read out: the sentence beside it was, and a voice that counts hides what matters. */
function Countdown({ forMs }: { forMs: number }): ReactNode {
  const [left, setLeft] = useState(() => Math.ceil(forMs / 1000));
  useEffect(() => {
    const endsAt = performance.now() + forMs;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((endsAt - performance.now()) / 1000))), 250);
    return () => clearInterval(timer);
  }, [forMs]);
  return (
    <span className={classes.left} aria-hidden="true">
      {left} s
    </span>
  );
}

export function Toasts(): ReactNode {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  useUndoKey();
  return (
    <div className={classes.stack} role="status">
      {shown.map((item) => (
        <div key={item.id} className={classNames(classes.toast, item.tone === "failed" && classes.failed)}>
          <span>{item.text}</span>
          {item.action && (
            <Button isSmall title="Ctrl/⌘ Z" onClick={() => runAction(item)}>
              {item.action.label}
              {item.action.forMs !== undefined && <Countdown forMs={item.action.forMs} />}
            </Button>
          )}
          <Button look="quiet" isSmall icon="close" aria-label={t("action.close")} onClick={() => drop(item.id)} />
        </div>
      ))}
    </div>
  );
}
