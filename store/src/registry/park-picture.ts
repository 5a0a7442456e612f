import {
  canSee,
  Catalog,
  emptyCatalog,
  systemPrincipal,
  type Device,
  type DeviceId,
  type Enterprise,
  type EnterpriseId,
  type Meter,
  type MeterId,
  type Principal,
  type RemovedMeter,
} from "@smart-park/core";
import { Touched } from "./change-notices.ts";
import { loadDevices } from "./devices.ts";
import { loadEnterprises } from "./enterprises.ts";
import { loadMeters } from "./meters.ts";
import { loadRemovedMeters } from "./removed-meters.ts";
import type { SqlConnection } from "./sql-connection.ts";

/** From here on reading everything again is cheaper, and it keeps the lists of ids in a statement short. */
const maxTouched = 1000;

/**
 * The whole park in memory, for those who ask with every message. Only what was touched is read again, and only when
 * somebody asks: setting up 10,000 meters one by one must not read the park 10,000 times.
 */
export class ParkPicture {
  readonly #db: SqlConnection;
  readonly #enterprises = new Map<EnterpriseId, Enterprise>();
  readonly #meters = new Map<MeterId, Meter>();
  readonly #devices = new Map<DeviceId, Device>();
  #removed: readonly RemovedMeter[] = [];
  #catalog: Catalog = emptyCatalog;
  /** By id. */
  #sortedMeters: readonly Meter[] = [];
  #stale: Touched | "all" | null = "all";

  constructor(db: SqlConnection) {
    this.#db = db;
  }

  current(): Catalog {
    if (this.#stale === null) return this.#catalog;
    if (this.#stale === "all") this.#readAll();
    else this.#readAgain(this.#stale);
    this.#stale = null;
    this.#catalog = new Catalog({
      enterprises: [...this.#enterprises.values()],
      meters: [...this.#meters.values()],
      devices: [...this.#devices.values()],
      removedMeters: this.#removed,
    });
    this.#sortedMeters = [...this.#meters.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.#catalog;
  }

  /** What the principal may see, by id, as from the tables: a parent that it may not see is not named. */
  metersOf(principal: Principal): readonly Meter[] {
    this.current();
    if (principal.scope === "all") return this.#sortedMeters;
    return this.#sortedMeters
      .filter((meter) => canSee(principal, meter.enterpriseId))
      .map((meter) => {
        const parent = meter.parentId === null ? undefined : this.#meters.get(meter.parentId);
        return parent === undefined || canSee(principal, parent.enterpriseId) ? meter : { ...meter, parentId: null };
      });
  }

  touchAll(): void {
    this.#stale = "all";
  }

  touch(touched: Touched): void {
    if (this.#stale === "all" || !touched.park) return;
    const stale = this.#stale ?? new Touched();
    this.#stale = stale;
    for (const id of touched.enterprises) stale.enterprises.add(id);
    for (const id of touched.meters) stale.meters.add(id);
    for (const id of touched.devices) stale.devices.add(id);
    if (stale.enterprises.size + stale.meters.size + stale.devices.size > maxTouched) this.#stale = "all";
  }

  #readAll(): void {
    for (const map of [this.#enterprises, this.#meters, this.#devices]) map.clear();
    for (const enterprise of loadEnterprises(this.#db, systemPrincipal))
      this.#enterprises.set(enterprise.id, enterprise);
    for (const meter of loadMeters(this.#db, systemPrincipal)) this.#meters.set(meter.id, meter);
    for (const device of loadDevices(this.#db, systemPrincipal)) this.#devices.set(device.id, device);
    this.#removed = loadRemovedMeters(this.#db, systemPrincipal);
  }

  #readAgain({ enterprises, meters, devices }: Touched): void {
    replace(this.#enterprises, enterprises, loadEnterprises(this.#db, systemPrincipal, [...enterprises]));
    replace(this.#meters, meters, loadMeters(this.#db, systemPrincipal, [...meters]));
    if (meters.size > 0) this.#removed = loadRemovedMeters(this.#db, systemPrincipal);
    replace(this.#devices, devices, loadDevices(this.#db, systemPrincipal, [...devices]));
  }
}

function replace<K, V extends { readonly id: K }>(known: Map<K, V>, ids: ReadonlySet<K>, now: readonly V[]): void {
  const found = new Set(now.map(({ id }) => id));
  for (const id of ids) if (!found.has(id)) known.delete(id);
  for (const item of now) known.set(item.id, item);
}
