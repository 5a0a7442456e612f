import type { AppendOutcome, EpochMs, LatestReading, PointId } from "@smart-park/core";
import type { Accepted } from "./process-message.ts";

/** Which readings of a batch are news: newer than what was announced, or a correction of just that. */
export class LiveValues {
  readonly #announcedAt: Map<PointId, EpochMs>;

  constructor(latest: readonly LatestReading[]) {
    this.#announcedAt = new Map(latest.map(({ pointId, observedAt }) => [pointId, observedAt]));
  }

  /** The newest of each point; a batch with nothing new gives none. */
  take(accepted: readonly Accepted[], outcomes: readonly AppendOutcome[]): LatestReading[] {
    const news = new Map<PointId, LatestReading>();
    accepted.forEach(({ reading }, index) => {
      const { pointId, observedAt, value, quality } = reading;
      const announcedAt = this.#announcedAt.get(pointId) ?? -Infinity;
      const isCorrection = outcomes[index] === "overwritten" && observedAt === announcedAt;
      if (outcomes[index] === "rejected" || (observedAt <= announcedAt && !isCorrection)) return;
      this.#announcedAt.set(pointId, observedAt);
      news.set(pointId, { pointId, observedAt, value, quality });
    });
    return [...news.values()];
  }
}
