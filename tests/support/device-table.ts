import type { DeviceDirectory, DeviceId, DeviceIdentity, EnterpriseId, MeterId } from "@smart-park/core";

export interface TableDevice {
  readonly secret: string;
  enterpriseId: string;
  readonly meterIds: readonly string[];
  readonly isService?: boolean;
  isEnabled?: boolean;
  /** Makes it an HJ 212 station, its secret the PW. */
  readonly mn?: string;
}

/** A device directory over a plain table, for tests of the edge without a registry. Changes count from `reload` on. */
export class DeviceTable implements DeviceDirectory {
  readonly devices: Map<string, TableDevice>;
  #loaded = new Map<string, { readonly identity: DeviceIdentity; readonly secret: string }>();

  constructor(devices: Readonly<Record<string, TableDevice>>) {
    this.devices = new Map(Object.entries(devices));
    this.reload();
  }

  authenticate(username: string, password: string | null): DeviceIdentity | null {
    if (password !== null) {
      const device = this.#loaded.get(username);
      return device?.secret === password ? device.identity : null;
    }
    for (const { secret, identity } of this.#loaded.values()) if (secret === username) return identity; // the dialect that puts the secret there
    return null;
  }

  authenticateStation(mn: string, pw: string): DeviceIdentity | null {
    const [id] = [...this.devices].find(([, device]) => device.mn === mn && device.secret === pw) ?? [""];
    return this.#loaded.get(id)?.identity ?? null;
  }

  current({ deviceId }: DeviceIdentity): DeviceIdentity | null {
    return this.#loaded.get(deviceId)?.identity ?? null;
  }

  meterOwner(meterId: string): EnterpriseId | null {
    for (const { identity } of this.#loaded.values())
      if (identity.meterIds.has(meterId as MeterId)) return identity.enterpriseId;
    return null;
  }

  reload(): void {
    const enabled = [...this.devices].filter(([, device]) => device.isEnabled !== false);
    this.#loaded = new Map(
      enabled.map(([id, device]) => [
        id,
        {
          secret: device.secret,
          identity: {
            deviceId: id as DeviceId,
            enterpriseId: device.enterpriseId as EnterpriseId,
            meterIds: new Set(device.meterIds as readonly MeterId[]),
            isService: device.isService ?? false,
          },
        },
      ]),
    );
  }
}
