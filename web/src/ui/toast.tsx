import { useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { Button } from "./button.tsx";
import classes from "./toast.module.css";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "done" | "failed";
  readonly action: ToastAction | undefined;
}

/** Something that can be done about it while it is shown. */
interface ToastAction {
  readonly label: string;
  readonly run: () => void;
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
  setTimeout(() => drop(id), action ? withActionMs : showMs[tone]);
}

const drop = (id: number): void => change(toasts.filter((item) => item.id !== id));

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts(): ReactNode {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={classes.stack} role="status">
      {shown.map((item) => (
        <div key={item.id} className={classNames(classes.toast, item.tone === "failed" && classes.failed)}>
          <span>{item.text}</span>
          {item.action && (
            <Button
              isSmall
              onClick={() => {
                drop(item.id);
                item.action?.run();
              }}
            >
              {item.action.label}
            </Button>
          )}
          <Button look="quiet" isSmall icon="close" aria-label={t("action.close")} onClick={() => drop(item.id)} />
        </div>
      ))}
    </div>
  );
}
