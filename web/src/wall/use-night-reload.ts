import { useEffect, useRef } from "react";
import type { ParkFormat } from "../lib/format.ts";
import { useLive } from "../live/live-context.ts";
import { hasReloadPassed } from "./night.ts";

const lookEveryMs = 60_000;
/** Many screens do not come all at once. */
const spreadMs = 10 * 60_000;

interface NightReload {
  readonly build: string;
  readonly format: ParkFormat;
  readonly answeredAt: number | null;
}

/**
 * Loads the page anew once a night, which also brings a new version, but only when the server gives all of it: a screen must
 * not end on a browser's error page that nobody closes.
 */
export function useNightReload({ build, format, answeredAt }: NightReload): void {
  const { clock } = useLive();
  const isServerThere = useRef(false);
  useEffect(() => {
    isServerThere.current = answeredAt !== null && Date.now() - answeredAt < lookEveryMs;
  });
  useEffect(() => {
    const [startedAt, waitMs] = [clock.now(), Math.random() * spreadMs];
    const timer = setInterval(() => {
      const isDue = hasReloadPassed(startedAt, clock.now() - waitMs, format.time);
      if (isDue && isServerThere.current) void isServed().then((isIt) => isIt && location.reload());
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [clock, format, build]);
}

/** Whether the page and the first script that it names can be fetched now. */
async function isServed(): Promise<boolean> {
  try {
    const page = await fetch(location.pathname, { cache: "no-store" });
    const script = /src="(\/assets\/[\w.-]+\.js)"/.exec(await page.text())?.[1];
    if (!page.ok || script === undefined) return false;
    return (await fetch(script)).ok;
  } catch {
    return false;
  }
}
