import { useEffect, useState } from "react";

/** Web Locks and AudioContext; a page that did not come by HTTPS or from this machine has no locks. */
export const isSoundSupported = (): boolean => "locks" in navigator && "AudioContext" in window;

/**
 * Waits for the turn of this tab and keeps it until the returned function is called. The browser gives each name to one tab
 * at a time and passes it on when that one is closed or crashes.
 */
function takeTurn(name: string, onTurn: () => void): () => void {
  const leaving = new AbortController();
  let leave = (): void => undefined;
  const held = (): Promise<void> =>
    new Promise((resolve) => {
      leave = resolve;
      if (leaving.signal.aborted) resolve();
      else onTurn();
    });
  navigator.locks.request(name, { signal: leaving.signal }, held).catch(() => undefined); // aborted while it waited
  return () => {
    leaving.abort();
    leave();
  };
}

/** Whether it is this tab's turn; it is asked for while `isWanted`. */
export function useTurn(name: string, isWanted: boolean): boolean {
  const [hasTurn, setTurn] = useState(false);
  useEffect(() => {
    if (!isWanted) return;
    const leave = takeTurn(name, () => setTurn(true));
    return () => {
      leave();
      setTurn(false);
    };
  }, [name, isWanted]);
  return hasTurn;
}

const lookMs = 2000;

/** Whether some tab of this device has the turn; looked at while `isWanted`, else false. */
export function useIsTaken(name: string, isWanted: boolean): boolean {
  const [isTaken, setTaken] = useState(false);
  useEffect(() => {
    if (!isWanted) return;
    let isOver = false;
    const look = async (): Promise<void> => {
      const { held = [] } = await navigator.locks.query();
      if (!isOver) setTaken(held.some((lock) => lock.name === name));
    };
    void look();
    const timer = setInterval(() => void look(), lookMs);
    return () => {
      isOver = true;
      clearInterval(timer);
      setTaken(false);
    };
  }, [name, isWanted]);
  return isTaken;
}
