import { randomBytes } from "node:crypto";
import type {
  Catalog,
  Clock,
  EnterpriseId,
  LatestReading,
  LiveFeed,
  Logger,
  PointId,
  Principal,
  ReadingStore,
  Registry,
} from "@smart-park/core";
import type { LiveDelta, LiveSnapshot } from "@smart-park/core/wire";
import { LiveScope, scopeKeyOf } from "./live-scope.ts";

interface HubDeps {
  readonly registry: Registry;
  readonly store: ReadingStore;
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly logger: Logger;
}

const maxAlertsWaiting = 10_000;
const loadRetryMs = 5000;

/**
 * The newest value of every point, and what each scope has not been told yet. Scopes live as long as the registry stays
 * as it is; a change starts a new epoch, in which indexes count anew.
 */
export class LiveHub {
  readonly #deps: HubDeps;
  readonly #boot = randomBytes(6).toString("hex");
  readonly #values = new Map<PointId, LatestReading>();
  readonly #alerts = new Set<string>();
  readonly #unsubscribe: (() => void)[];
  #scopes = new Map<string, LiveScope>();
  #byEnterprise = new Map<EnterpriseId, readonly LiveScope[]>();
  #park: LiveScope | null = null;
  #catalog: Catalog;
  #epoch = 0;
  #socketCount: () => number = () => 0;
  #recheck: () => void = () => undefined;
  #loadAfter = 0;

  constructor(deps: HubDeps) {
    this.#deps = deps;
    this.#catalog = deps.registry.current();
    this.#unsubscribe = [
      deps.feed.onReadings((readings) => this.#take(readings)),
      deps.feed.onAlert((alertId) => this.#takeAlert(alertId)),
    ];
  }

  /** Fills in the newest stored values; when the store does not answer, a later call asks again. */
  async load(): Promise<void> {
    const now = performance.now();
    if (now < this.#loadAfter) return;
    this.#loadAfter = now + loadRetryMs;
    try {
      this.#take(await this.#deps.store.latest());
      this.#loadAfter = Infinity;
    } catch (error) {
      this.#deps.logger.warn({ error }, "the newest readings could not be read yet");
    }
  }

  latestOf = (pointId: PointId): LatestReading | undefined => this.#values.get(pointId);

  get values(): ReadonlyMap<PointId, LatestReading> {
    return this.#values;
  }

  /** Changes with every change of the registry. */
  get epoch(): string {
    if (this.#deps.registry.current() !== this.#catalog) this.#startEpoch();
    return `${this.#boot}-${this.#epoch}`;
  }

  snapshot(scope: Principal["scope"]): LiveSnapshot {
    return this.scope(scope).snapshot(this.#values, this.#deps.clock.now());
  }

  nextDelta(scope: Principal["scope"]): LiveDelta | null {
    return this.scope(scope).nextDelta(this.#values, this.#deps.clock.now());
  }

  scope(scope: Principal["scope"]): LiveScope {
    const { epoch } = this;
    const key = scopeKeyOf(scope);
    const known = this.#scopes.get(key);
    if (known !== undefined) return known;
    const made = new LiveScope(this.#catalog, scope, epoch);
    this.#scopes.set(key, made);
    if (scope === "all") this.#park = made;
    else for (const enterpriseId of scope) this.#byEnterprise.set(enterpriseId, [...this.#of(enterpriseId), made]);
    return made;
  }

  #of = (enterpriseId: EnterpriseId): readonly LiveScope[] => this.#byEnterprise.get(enterpriseId) ?? [];

  /** Scopes that see a point: the park's, and those of its enterprise; never all of them for every reading. */
  #watchersOf(pointId: PointId): readonly LiveScope[] {
    const owner = this.#catalog.point(pointId)?.enterpriseId;
    const ofOwner = owner === undefined ? [] : this.#of(owner);
    return this.#park === null ? ofOwner : [this.#park, ...ofOwner];
  }

  /** Alerts that changed since the last call, at most `limit`, oldest first. */
  takeAlerts(limit: number): string[] {
    const taken = [...this.#alerts].slice(0, limit);
    for (const id of taken) this.#alerts.delete(id);
    return taken;
  }

  countSocketsWith(count: () => number): void {
    this.#socketCount = count;
  }

  socketCount = (): number => this.#socketCount();

  recheckWith(recheck: () => void): void {
    this.#recheck = recheck;
  }

  /** Cuts connections whose sign-in or token no longer holds; done by itself every now and then, and at once when told. */
  recheck = (): void => this.#recheck();

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #startEpoch(): void {
    this.#catalog = this.#deps.registry.current();
    this.#epoch += 1;
    this.#scopes = new Map();
    this.#byEnterprise = new Map();
    this.#park = null;
  }

  #take(readings: readonly LatestReading[]): void {
    for (const reading of readings) {
      const known = this.#values.get(reading.pointId);
      if (known !== undefined && known.observedAt > reading.observedAt) continue;
      this.#values.set(reading.pointId, reading);
      for (const scope of this.#watchersOf(reading.pointId)) scope.mark(reading.pointId);
    }
  }

  #takeAlert(alertId: string): void {
    // Delete first: the newest change of an alert stands last in the queue.
    this.#alerts.delete(alertId);
    this.#alerts.add(alertId);
    if (this.#alerts.size <= maxAlertsWaiting) return;
    // Dashboards catch up by `GET /alerts?since=`.
    this.#alerts.delete(this.#alerts.values().next().value ?? "");
    this.#deps.logger.warn({ limit: maxAlertsWaiting }, "more alerts at once than dashboards can be told of");
  }
}
