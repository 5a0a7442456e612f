import { useEffect } from "react";

/** Asks the browser to leave the screen on; asked again when the page was hidden, for the browser forgets it then. */
export function useKeptAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const ask = (): void => {
      if (document.hidden || !("wakeLock" in navigator)) return;
      navigator.wakeLock.request("screen").then(
        (given) => (lock = given),
        () => undefined, // a battery, or a plain HTTP page: the box behind the screen has its own setting
      );
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}

const shiftEveryMs = 10 * 60_000;
const places = ["0px 0px", "2px 0px", "2px 2px", "0px 2px"] as const;

/** Moves everything by two pixels now and then: what never moves burns into the panel. */
export function usePixelShift(): void {
  useEffect(() => {
    let turn = 0;
    const timer = setInterval(() => {
      turn = (turn + 1) % places.length;
      const [x = "0px", y = "0px"] = (places[turn] ?? "").split(" ");
      document.documentElement.style.setProperty("--shift-x", x);
      document.documentElement.style.setProperty("--shift-y", y);
    }, shiftEveryMs);
    return () => clearInterval(timer);
  }, []);
}
