import { mkdirSync } from "node:fs";
import {
  systemPrincipal,
  type DeviceId,
  type EnterpriseId,
  type Logger,
  type MeterId,
  type Quantity,
} from "@smart-park/core";
import { dataFolderOf, prepareDataFolder } from "@smart-park/platform";
import { openRegistry } from "@smart-park/store";
import { aPoint } from "@smart-park/core/testing";

/** A device and its meters, as a client that loads a broker knows it. */
export interface LoadDevice {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly topic: string;
  readonly enterpriseId: string;
  readonly meterId: string;
  /** Of a gateway: meters besides the one that `topic` names. */
  readonly moreMeterIds?: readonly string[];
}

export const loadDevices = (count: number, enterpriseId = "bench"): LoadDevice[] =>
  Array.from({ length: count }, (_, n) => {
    const [id, meterId] = [`${enterpriseId}-${n}`, `${enterpriseId}-meter-${n}`];
    const topic = `park/${enterpriseId}/${meterId}/telemetry`;
    return { clientId: id, username: id, password: `secret-of-${id}-0123456789abcdef`, topic, enterpriseId, meterId };
  });

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes a data folder whose registry knows these devices and their meters' points, before anything else runs in it. */
export function registerDevices(
  dataDirectory: string,
  devices: readonly LoadDevice[],
  quantities: readonly Quantity[] = ["activePower", "activeEnergyImport"],
): void {
  mkdirSync(dataDirectory, { recursive: true });
  const folder = dataFolderOf(dataDirectory);
  prepareDataFolder(folder);
  const files = { file: folder.registryFile, secretKeyFile: folder.secretKeyFile };
  const clock = { now: () => Date.now() };
  const { registry, stop } = openRegistry({ ...files, clock, logger: silent });
  const audit = { at: clock.now(), actor: "load", address: "" };
  const names = { nameEn: null, chain: null, demo: false };
  for (const id of new Set(devices.map(({ enterpriseId }) => enterpriseId as EnterpriseId)))
    registry.createEnterprise(systemPrincipal, { id, name: id, ...names }, audit);
  for (const device of devices) {
    const enterpriseId = device.enterpriseId as EnterpriseId;
    const meterIds = [device.meterId, ...(device.moreMeterIds ?? [])] as MeterId[];
    for (const id of meterIds) {
      const meter = {
        ...aMeter,
        id,
        enterpriseId,
        name: id,
        points: quantities.map((quantity) => aPoint(quantity, { meterId: id, enterpriseId })),
      };
      registry.createMeter(systemPrincipal, meter, audit);
    }
    const account = { id: device.username as DeviceId, enterpriseId, meterIds };
    const mqtt = { protocol: "mqtt", isEnabled: true } as const;
    registry.createDevice(systemPrincipal, { ...account, ...mqtt }, device.password, audit);
  }
  void stop();
}

const aMeter = {
  nameEn: null,
  kind: "electricity",
  intervalS: 60,
  parentId: null,
  zoneId: null,
  workshop: null,
  dataSource: null,
} as const;
