export { defaultTimeouts } from "./config.ts";
export { parseAllowList } from "./net/address-guard.ts";
export { createSender } from "./send-message.ts";
export { startNotifier, type Notifier } from "./start-notifier.ts";
