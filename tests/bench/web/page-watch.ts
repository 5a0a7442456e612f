/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What a measured page notes about itself; durations in ms. */
export interface PageNotes {
  lcpMs: number;
  /** Shifts of the layout that no input explains; `at` on performance.now(). */
  shifts: { at: number; value: number }[];
  longTasksMs: number[];
  /** The longest event of each interaction that took at least 16 ms until the next paint. */
  interactionsMs: Record<number, number>;
  /** Gaps between animation frames while `isRecording`. */
  frameGapsMs: number[];
  /** From the server's stamp of a packet until the cells that it changed were painted, while `isRecording`. */
  cellDelaysMs: number[];
  isRecording: boolean;
  /** From the next key or click until what it changes is painted. */
  change: Promise<number> | null;
}

declare global {
  var parkNotes: PageNotes;
}

/**
 * Runs in the page before anything of it does, so it must not use anything from outside itself. The stamp is cut out of
 * the head of each packet: to read the whole packet would cost the page what its own reading of it costs.
 */
export function watchPage(): void {
  const notes: PageNotes = {
    lcpMs: 0,
    shifts: [],
    longTasksMs: [],
    interactionsMs: {},
    frameGapsMs: [],
    cellDelaysMs: [],
    isRecording: false,
    change: null,
  };
  globalThis.parkNotes = notes;
  const observe = <T extends PerformanceEntry>(type: string, note: (entry: T) => void): void => {
    // durationThreshold is not in TypeScript's list yet.
    const options = { type, buffered: true, durationThreshold: 16 } as PerformanceObserverInit;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => note(entry as T))).observe(options);
  };
  observe("largest-contentful-paint", ({ startTime }) => (notes.lcpMs = startTime));
  observe<PerformanceEntry & { value: number; hadRecentInput: boolean }>("layout-shift", (entry) => {
    if (!entry.hadRecentInput) notes.shifts.push({ at: entry.startTime, value: entry.value });
  });
  observe("longtask", ({ duration }) => notes.longTasksMs.push(duration));
  observe<PerformanceEntry & { interactionId: number }>("event", ({ interactionId: id, duration }) => {
    if (id > 0) notes.interactionsMs[id] = Math.max(duration, notes.interactionsMs[id] ?? 0);
  });

  let stamps: number[] = [];
  const take = (stamp: number): void => {
    stamps.push(stamp);
    // One that has changed no cell in view until the frame after its own changes none.
    requestAnimationFrame(() => requestAnimationFrame(() => (stamps = stamps.filter((other) => other !== stamp))));
  };
  const Native = WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener("message", ({ data }) => {
        if (!notes.isRecording || typeof data !== "string") return;
        const found = /"delta",\{.*?"t":(\d+)/.exec(data.slice(0, 200));
        if (found) take(Number(found[1]));
      });
    }
  };
  const isValue = ({ target }: MutationRecord): boolean => {
    const cell = (target.parentElement ?? document.body).closest("[role=gridcell]");
    return cell !== null && cell.nextElementSibling !== null; // the last cell tells the age, which grows by itself
  };
  new MutationObserver((mutations) => {
    if (stamps.length === 0 || !mutations.some(isValue)) return;
    const painted = stamps;
    stamps = [];
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => notes.cellDelaysMs.push(...painted.map((stamp) => Date.now() - stamp));
      channel.port2.postMessage(null);
    });
  }).observe(document, { subtree: true, characterData: true });
}

/** Runs in the page: notes frames, long tasks and cells until told to stop. */
export function record(): void {
  const notes = globalThis.parkNotes;
  Object.assign(notes, { isRecording: true, frameGapsMs: [], longTasksMs: [], cellDelaysMs: [] });
  let last = 0;
  const step = (now: number): void => {
    if (last > 0) notes.frameGapsMs.push(now - last);
    last = now;
    if (notes.isRecording) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Runs in the page: from the next key or click until the number of elements that match has changed and is painted. */
export function awaitChange(selector: string): void {
  const before = document.querySelectorAll(selector).length;
  globalThis.parkNotes.change = new Promise((resolve) => {
    let startedAt: number | null = null;
    const begin = ({ timeStamp }: Event): void => void (startedAt ??= timeStamp);
    for (const type of ["keydown", "pointerdown"])
      addEventListener(type, begin, { capture: true, once: true, passive: true });
    const observer = new MutationObserver(() => {
      if (startedAt === null || document.querySelectorAll(selector).length === before) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - (startedAt ?? 0));
        channel.port2.postMessage(null);
      });
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
}
