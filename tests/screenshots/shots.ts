/** What is looked at before a release: one line for each page, in the looks that differ most. */
export interface Shot {
  readonly name: string;
  /** `{alert}` = the newest alert that stands. */
  readonly path: string;
  readonly as?: "admin" | "enterprise" | "nobody";
  /** Beside zh, light, 1440 × 900. */
  readonly looks?: readonly Look[];
  /** Keys pressed once the page is there. */
  readonly keys?: readonly string[];
  /** The network is cut, and so long is waited, ms. */
  readonly cutMs?: number;
}
export type Look = "dark" | "en" | "phone";

const all: readonly Look[] = ["dark", "en", "phone"];

export const shots: readonly Shot[] = [
  { name: "login", path: "/login", as: "nobody", looks: ["en", "phone"] },
  { name: "overview", path: "/overview", looks: all },
  { name: "overview-cut", path: "/overview", looks: ["dark"], cutMs: 12_000 },
  { name: "live-grid", path: "/live", looks: all },
  { name: "live-tiles", path: "/live?mode=tiles", looks: all },
  { name: "live-map", path: "/live?mode=map", looks: all },
  { name: "live-empty-filter", path: "/live?q=zzzz" },
  { name: "meter", path: "/meters/bridge-a-E0", looks: ["dark", "phone"] },
  { name: "meter-trend", path: "/meters/bridge-a-E0?tab=trend&ch=activePower", looks: ["dark"] },
  { name: "meter-usage", path: "/meters/bridge-a-E0?tab=usage" },
  { name: "meter-messages", path: "/meters/bridge-a-E0?tab=messages" },
  { name: "meter-commands", path: "/meters/bridge-a-E0?tab=commands", looks: ["dark"] },
  { name: "alerts", path: "/alerts", looks: all },
  { name: "alert", path: "/alerts/{alert}", looks: ["dark", "phone"] },
  { name: "energy-load", path: "/energy/load", looks: ["dark"] },
  { name: "energy-tou", path: "/energy/tou", looks: ["dark"] },
  { name: "energy-demand", path: "/energy/demand" },
  { name: "energy-rank", path: "/energy/rank" },
  { name: "energy-heat", path: "/energy/heat", looks: ["dark"] },
  { name: "energy-flow", path: "/energy/flow", looks: ["dark"] },
  { name: "energy-solar", path: "/energy/solar", looks: ["dark", "phone"] },
  { name: "energy-compare", path: "/energy/compare", looks: all },
  { name: "energy-quota", path: "/energy/quota" },
  { name: "energy-advice", path: "/energy/advice" },
  { name: "bills", path: "/bills" },
  { name: "water", path: "/water", looks: ["dark"] },
  { name: "emissions", path: "/emissions", looks: ["dark"] },
  { name: "carbon", path: "/carbon", looks: ["dark"] },
  { name: "enterprises", path: "/enterprises" },
  { name: "enterprise", path: "/enterprises/bridge-a" },
  { name: "enterprise-contracts", path: "/enterprises/bridge-a?tab=contracts", looks: ["dark", "phone"] },
  { name: "regulated", path: "/regulated", looks: ["dark", "phone"] },
  { name: "devices", path: "/ops/devices" },
  { name: "device-new", path: "/ops/devices/new", looks: ["dark"] },
  { name: "device-import", path: "/ops/devices/import" },
  { name: "rules", path: "/ops/rules", looks: ["dark", "en"] },
  { name: "rule-new", path: "/ops/rules/new" },
  { name: "windows", path: "/ops/windows" },
  { name: "walls", path: "/ops/walls", looks: ["en", "phone"] },
  { name: "tokens", path: "/ops/tokens", looks: ["dark", "phone"] },
  { name: "settings", path: "/settings", looks: all },
  { name: "palette", path: "/overview", keys: ["Control+k"] },
  { name: "shortcuts", path: "/overview", keys: ["?"] },
  { name: "not-found", path: "/no-such-page" },
  { name: "my", path: "/my", as: "enterprise", looks: all },
  { name: "my-energy", path: "/my/energy", as: "enterprise" },
  { name: "my-cost", path: "/my/cost", as: "enterprise", looks: ["phone"] },
  { name: "my-compliance", path: "/my/compliance", as: "enterprise" },
  { name: "my-carbon", path: "/my/carbon", as: "enterprise" },
  { name: "my-inputs", path: "/my/inputs", as: "enterprise", looks: ["phone"] },
];

export const wallSizes = [
  { name: "1080p", width: 1920, height: 1080 },
  { name: "laptop", width: 1366, height: 768 },
  { name: "4k", width: 3840, height: 2160 },
  { name: "ultrawide", width: 2560, height: 1080 },
  { name: "upright", width: 1080, height: 1920 },
] as const;
