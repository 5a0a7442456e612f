import { mkdirSync } from "node:fs";
import {
  systemPrincipal,
  type DeviceId,
  type EnterpriseId,
  type Logger,
  type Meter,
  type MeterId,
  type Quantity,
  type Registry,
} from "@smart-park/core";
import { aPoint } from "@smart-park/core/testing";
import { dataFolderOf, prepareDataFolder } from "@smart-park/platform";
import { openRegistry } from "@smart-park/store";
import type { LoadDevice } from "../../support/load-devices.ts";

const metersPerEnterprise = 50;
/** Every tenth meter is one of water. */
const waterEvery = 10;
const electricityQuantities = ["activePower", "activeEnergyImport", "powerFactor"] as const satisfies Quantity[];
const waterQuantities = ["waterFlow", "waterVolume", "pressure"] as const satisfies Quantity[];

/** Values in each message of a meter, of either kind. */
export const valuesPerMeter = electricityQuantities.length;

const pad = (n: number): string => String(n).padStart(2, "0");
const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const audit = { at: Date.now(), actor: "load", address: "" };

/** Gateways of a park with this many meters: one for each enterprise, which has one main meter above the others. */
export function gatewaysOfPark(meterCount: number): LoadDevice[] {
  return Array.from({ length: Math.ceil(meterCount / metersPerEnterprise) }, (_, n) => {
    const enterpriseId = `e${pad(n)}`;
    const count = Math.min(metersPerEnterprise, meterCount - n * metersPerEnterprise);
    const ids = Array.from({ length: count }, (_, k) => `${enterpriseId}-${isWater(k) ? "w" : "m"}${pad(k)}`);
    const [meterId = "", ...moreMeterIds] = ids;
    const username = `gateway-${enterpriseId}`;
    const topic = `park/${enterpriseId}/${meterId}/telemetry`;
    const password = `secret-of-${username}-0123456789`;
    return { clientId: username, username, password, topic, enterpriseId, meterId, moreMeterIds };
  });
}

const isWater = (place: number): boolean => place % waterEvery === waterEvery - 1;

/** Makes the data folder of that park, before anything runs in it. Each meter is to send every `intervalS` seconds. */
export function prepareWebPark(dataDirectory: string, gateways: readonly LoadDevice[], intervalS: number): void {
  mkdirSync(dataDirectory, { recursive: true });
  const folder = dataFolderOf(dataDirectory);
  prepareDataFolder(folder);
  const { registryFile: file, secretKeyFile } = folder;
  const { registry, stop } = openRegistry({
    file,
    secretKeyFile,
    clock: { now: () => Date.now() },
    logger: silent,
  });
  for (const gateway of gateways) registerEnterprise(registry, gateway, intervalS);
  void stop();
}

function registerEnterprise(registry: Registry, gateway: LoadDevice, intervalS: number): void {
  const enterpriseId = gateway.enterpriseId as EnterpriseId; // as gatewaysOfPark made it
  const name = `第${gateway.enterpriseId.slice(1)}号精密制造有限公司`;
  registry.createEnterprise(
    systemPrincipal,
    { id: enterpriseId, name, nameEn: `Precision Works ${enterpriseId}`, chain: null, demo: false },
    audit,
  );
  const meterIds = [gateway.meterId, ...(gateway.moreMeterIds ?? [])] as MeterId[]; // as gatewaysOfPark made them
  for (const [place, id] of meterIds.entries())
    registry.createMeter(systemPrincipal, meterAt(id, place, enterpriseId, intervalS), audit);
  const account = {
    id: gateway.username as DeviceId,
    enterpriseId,
    meterIds,
    protocol: "mqtt",
    isEnabled: true,
  } as const;
  registry.createDevice(systemPrincipal, account, gateway.password, audit);
}

function meterAt(id: MeterId, place: number, enterpriseId: EnterpriseId, intervalS: number): Meter {
  const mainMeterId = `${enterpriseId}-m00` as MeterId; // the one at place 0
  const quantities = isWater(place) ? waterQuantities : electricityQuantities;
  return {
    id,
    enterpriseId,
    name: place === 0 ? "总进线" : isWater(place) ? `${place}号车间供水` : `${place}号车间低压柜`,
    nameEn: place === 0 ? "Main incomer" : `Workshop ${place}`,
    kind: isWater(place) ? "water" : "electricity",
    intervalS,
    parentId: place === 0 || isWater(place) ? null : mainMeterId,
    zoneId: null,
    workshop: `${Math.floor(place / 10) + 1}号厂房`,
    dataSource: null,
    points: quantities.map((quantity) => aPoint(quantity, { meterId: id, enterpriseId, intervalS })),
  };
}
