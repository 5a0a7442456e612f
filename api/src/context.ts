import type {
  Clock,
  EdgeLink,
  JournalReader,
  LiveFeed,
  Logger,
  ParkTime,
  ReadingStore,
  Registry,
  Rollups,
  SendMessage,
} from "@smart-park/core";
import type { ApiConfig } from "./config.ts";
import type { FigureJudge } from "./figure-watch/figure-judge.ts";
import type { NightFlows } from "./figures/night-flows.ts";
import type { TodayUses } from "./figures/today-uses.ts";
import type { LastHours } from "./last-hours.ts";
import type { ExportSeats } from "./export-seats.ts";
import type { LiveHub } from "./live-hub.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import type { OverviewDesk } from "./overview.ts";
import type { Passwords } from "./passwords.ts";
import type { PhotoStore } from "./photo-store.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import type { RequestCounter } from "./request-counter.ts";
import type { SheetReader } from "./spreadsheet/sheet-reader.ts";
import type { UsualLearner } from "./usual-learner.ts";
import type { WallDesk } from "./walls/wall-desk.ts";

/** What the api needs from outside. */
export interface ApiDeps {
  readonly registry: Registry;
  readonly store: ReadingStore;
  readonly rollups: Rollups;
  /** Raw messages; null when the journal is not on this machine. */
  readonly messages: JournalReader | null;
  readonly feed: LiveFeed;
  readonly edge: EdgeLink;
  /** Figures of the whole platform, Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** For the test button of a channel. */
  readonly sendMessage: SendMessage;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What to know although readings are taken, for people; null when all is well. */
  readonly notice?: () => string | null;
}

/** Everything a route may use. */
export interface ApiContext extends ApiDeps {
  readonly config: ApiConfig;
  readonly time: ParkTime;
  readonly passwords: Passwords;
  readonly live: LiveHub;
  readonly nightFlows: NightFlows;
  readonly todayUses: TodayUses;
  readonly lastHours: LastHours;
  readonly figureJudge: FigureJudge;
  readonly overview: OverviewDesk;
  readonly loginThrottle: LoginThrottle;
  readonly rateLimiter: RateLimiter;
  readonly exports: ExportSeats;
  readonly requests: RequestCounter;
  readonly sheets: SheetReader;
  readonly photos: PhotoStore;
  readonly usuals: UsualLearner;
  readonly walls: WallDesk;
}
