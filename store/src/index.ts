export { openDeviceDirectory } from "./registry/device-directory.ts";
export { readLedgerNumbers } from "./registry/ledger-position.ts";
export { openRegistry, type RegistryDatabase, type RegistryOptions } from "./registry/open-registry.ts";
export { openReadingStore } from "./readings/open-store.ts";
export { openRollups } from "./rollups/open-rollups.ts";
