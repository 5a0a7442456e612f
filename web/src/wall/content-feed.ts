import type { WallContent } from "@smart-park/core/wire";
import { getJson, isApiError, postJson } from "../lib/api-client.ts";

/** Why a screen shows nothing any more; each has words of its own. */
export type EndReason = "revoked" | "expired" | "address" | "usedLink" | "noAccess" | "forbidden" | "unknown";

export interface FeedState {
  /** The newest that came; stays while the server does not answer. */
  readonly content: WallContent | null;
  readonly ended: EndReason | null;
  /** When the server last answered, local ms. */
  readonly answeredAt: number | null;
}

export interface FeedSource {
  readonly screen: string;
  readonly key: string | null;
  readonly build: string;
}

const everyMs = 20_000;
const retryMs = 3000;
/** Alerts come in bursts; the server keeps its answer as long. */
const refreshAtMostEveryMs = 3000;

/** What a screen shows beside live values: opened by the key once, then asked for again and again, for ever. */
export class ContentFeed {
  readonly #source: FeedSource;
  readonly #listeners = new Set<() => void>();
  #state: FeedState = { content: null, ended: null, answeredAt: null };
  #key: string | null;
  #wasKeyRefused = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isAsking = false;
  #askedAt = -Infinity;
  #isStarted = false;

  constructor(source: FeedSource) {
    this.#source = source;
    this.#key = source.key;
  }

  state = (): FeedState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): () => void {
    this.#isStarted = true;
    void this.#ask();
    return () => {
      this.#isStarted = false;
      this.#clear();
    };
  }

  /** Asks again soon. */
  refresh = (): void => {
    if (this.#isStarted && !this.#isAsking) this.#askIn(Math.max(0, this.#askedAt + refreshAtMostEveryMs - Date.now()));
  };

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAt = Date.now();
    const isAnswered = await this.#askOnce();
    this.#isAsking = false;
    // Also after the end: another link, or a restored registry, lets it in again.
    if (this.#isStarted) this.#askIn(isAnswered ? everyMs : retryMs);
  }

  /** false = no answer that says anything; it is asked again sooner. */
  async #askOnce(): Promise<boolean> {
    const { screen, build } = this.#source;
    const path = `/walls/${encodeURIComponent(screen)}`;
    try {
      await this.#open(path);
      const content = await getJson<WallContent>(`${path}/content`, { build });
      this.#set({ content, ended: null, answeredAt: Date.now() });
      return true;
    } catch (error) {
      const ended = this.#endOf(error);
      if (ended === null) return false;
      // What was shown is no longer this screen's to show.
      this.#set({ content: null, ended, answeredAt: Date.now() });
      return true;
    }
  }

  /** A key that is refused may stand in a bookmark of a screen that is open already: its cookie decides. */
  async #open(path: string): Promise<void> {
    if (this.#key === null) return;
    try {
      await postJson<void>(`${path}/session`, { key: this.#key });
    } catch (error) {
      if (!isApiError(error) || error.code !== "unauthenticated") throw error;
      this.#wasKeyRefused = true;
    }
    this.#key = null;
  }

  #endOf(error: unknown): EndReason | null {
    if (!isApiError(error) || error.status === 0 || error.status >= 500 || error.status === 429) return null;
    const known = reasons.get(error.code);
    if (known !== undefined) return known;
    if (error.status !== 401) return "unknown";
    const wasIn = this.#state.content !== null || this.#state.ended === "revoked";
    return wasIn ? "revoked" : this.#wasKeyRefused ? "usedLink" : "noAccess";
  }

  #askIn(ms: number): void {
    this.#clear();
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #set(state: FeedState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

const reasons = new Map<string, EndReason>([
  ["access_revoked", "revoked"],
  ["access_expired", "expired"],
  ["address_refused", "address"],
  ["forbidden", "forbidden"],
  ["password_change_required", "forbidden"],
]);
