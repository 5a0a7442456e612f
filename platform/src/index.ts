export { startPlatform, type Platform, type PlatformDeps, type Ports } from "./platform.ts";
export { parseConfig, type Config, type Role } from "./config.ts";
export { createLogger } from "./logger.ts";
export { dataFolderOf, prepareDataFolder } from "./data-folder.ts";
export { edgeNodeOptions } from "./child-process.ts";
