import { useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { Button } from "./button.tsx";
import classes from "./toast.module.css";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "done" | "failed";
}

const showMs = { done: 4000, failed: 10_000 } as const;
const most = 4;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says shortly what was done or what failed; goes away by itself. */
export function toast(text: string, tone: Toast["tone"] = "done"): void {
  const id = nextId++;
  change([...toasts, { id, text, tone }].slice(-most));
  setTimeout(() => change(toasts.filter((item) => item.id !== id)), showMs[tone]);
}

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
          <Button
            look="quiet"
            isSmall
            icon="close"
            aria-label={t("action.close")}
            onClick={() => change(toasts.filter((other) => other.id !== item.id))}
          />
        </div>
      ))}
    </div>
  );
}
