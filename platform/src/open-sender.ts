import { lookup } from "node:dns/promises";
import { ParkTime, type CatalogSource, type Clock, type EdgeLink, type SendMessage } from "@smart-park/core";
import { createSender, defaultTimeouts, parseAllowList } from "@smart-park/notify";
import type { Config } from "./config.ts";

/** The way out for alerts: the real resolver, the allowed inner addresses of the settings, beacons by way of edge. */
export const openSender = (
  { notifyAllow, timeZone }: Pick<Config, "notifyAllow" | "timeZone">,
  { catalog, link, clock }: { catalog: CatalogSource; link: EdgeLink; clock: Clock },
): SendMessage =>
  createSender({
    resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    allow: parseAllowList(notifyAllow),
    timeouts: defaultTimeouts,
    catalog,
    time: new ParkTime(timeZone),
    clock,
    publish: (topic, payload) => link.publish(topic, payload),
  });
