import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Logger } from "@smart-park/core";
import { toBanner } from "./banner.ts";
import { startRoleProcess, type RoleProcess } from "./child-process.ts";
import type { FirstAdministrator } from "./administrator.ts";
import type { Config } from "./config.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Ports } from "./platform.ts";

const graceMs = 8000;
const restartMs = { first: 500, longest: 15_000, settled: 60_000 };

export interface Supervisor {
  stop(): Promise<void>;
}

interface SupervisorDeps {
  readonly logger: Logger;
  readonly entryUrl: string;
  readonly print: (text: string) => void;
  /** Resolves when everything is to end; a start under way is then given up. */
  readonly stopSignal: Promise<void>;
}

interface Group {
  readonly name: "edge" | "app" | "demo";
  readonly roles: string;
  process: RoleProcess;
  isReady: boolean;
  delayMs: number;
}

/**
 * Runs edge and app (ingest + api), and the demo's simulators, each in its own process. The first start succeeds as a
 * whole, is given up at the stop signal, or throws the reason; later a process that dies is started again with growing pauses. `run.json` stands in the
 * data folder while every role is ready.
 */
export async function startSupervisor(config: Config, folder: DataFolder, deps: SupervisorDeps): Promise<Supervisor> {
  const groups: Group[] = [];
  let stopped: Promise<void> | null = null;
  let ports: Ports = { http: null, mqtt: null, ws: null, mqtts: null, hj212: null };
  let demoToken: string | null = null;
  let firstAdministrator: FirstAdministrator | null = null;

  // A function, because it changes while others wait.
  const isStopping = (): boolean => stopped !== null;

  const start = (name: Group["name"], roles: string): Group => {
    const process = startRoleProcess(deps.entryUrl, roles);
    const group = { name, roles, process, isReady: false, delayMs: restartMs.first };
    groups.push(group);
    return group;
  };

  const stop = (): Promise<void> => (stopped ??= stopAll());

  const stopAll = async (): Promise<void> => {
    rmSync(folder.runFile, { force: true });
    const stopAllOf = (...names: Group["name"][]): Promise<unknown> =>
      Promise.all(groups.filter(({ name }) => names.includes(name)).map((group) => group.process.stop(graceMs / 2)));
    // What takes readings first, so that ingest can finish what was taken.
    await stopAllOf("demo", "edge");
    await stopAllOf("app");
  };

  const takeOver = async (group: Group): Promise<void> => {
    const ready = await group.process.ready;
    group.isReady = true;
    if (group.name === "edge") ports = { ...ready.ports, http: ports.http };
    if (group.name === "app") ports = { ...ports, http: ready.ports.http };
    demoToken = ready.demoToken ?? demoToken;
    if (group.name === "app") firstAdministrator = ready.firstAdministrator;
  };

  const writeRunFile = (): void => {
    if (groups.some((group) => group.name !== "demo" && !group.isReady)) return;
    const pidOf = (name: Group["name"]): number | null =>
      groups.find((group) => group.name === name)?.process.pid ?? null;
    const run = { ...ports, pid: process.pid, pids: { edge: pidOf("edge"), app: pidOf("app") } };
    writeFileSync(`${folder.runFile}.new`, JSON.stringify(run));
    renameSync(`${folder.runFile}.new`, folder.runFile);
  };

  const startDemoIn = (group: Group): void => {
    if (demoToken === null) return;
    const host = (address: string) => (address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address);
    group.process.send({
      type: "demo",
      apiUrl: `${config.tls ? "https" : "http"}://${host(config.http.host)}:${ports.http}`,
      mqttUrl: `mqtt://${host(config.mqtt.plainHost)}:${ports.mqtt}`,
      token: demoToken,
    });
  };

  /** "Any free port" was decided by the first start; devices and pages keep knowing it. */
  const boundPorts = (): Record<string, string> => {
    const known = { PARK_HTTP_PORT: ports.http, PARK_MQTT_PORT: ports.mqtt, PARK_MQTT_WS_PORT: ports.ws };
    const others = { PARK_MQTTS_PORT: ports.mqtts, PARK_HJ212_PORT: ports.hj212 };
    const bound = Object.entries({ ...known, ...others }).filter(([, port]) => port !== null);
    return Object.fromEntries(bound.map(([name, port]) => [name, String(port)]));
  };

  const watch = (group: Group): void => {
    const startedAt = performance.now();
    const { process } = group;
    void process.exited.then(() => {
      if (isStopping()) return;
      group.isReady = false;
      if (performance.now() - startedAt > restartMs.settled) group.delayMs = restartMs.first;
      const { name, delayMs: restartInMs } = group;
      deps.logger.error(
        { process: name, reason: process.failure, restartInMs },
        "a process ended and is started again",
      );
      if (group.name !== "demo") rmSync(folder.runFile, { force: true });
      setTimeout(() => void restart(group), group.delayMs);
      group.delayMs = Math.min(group.delayMs * 2, restartMs.longest);
    });
  };

  const restart = async (group: Group): Promise<void> => {
    if (isStopping()) return;
    group.process = startRoleProcess(deps.entryUrl, group.roles, boundPorts());
    watch(group);
    try {
      await takeOver(group);
      if (isStopping()) return;
      writeRunFile();
      const password = firstAdministrator?.oneTimePassword;
      if (group.name === "app" && password) deps.print(`New one-time password of ${config.admin.user}: ${password}`);
      const demo = groups.find((other) => other.name === "demo");
      if (demo && group.name !== "edge") startDemoIn(demo);
    } catch (error) {
      deps.logger.error({ process: group.name, error }, "a process did not start");
    }
  };

  rmSync(folder.runFile, { force: true });
  try {
    const main = [start("edge", "edge"), start("app", "ingest,api")];
    await Promise.race([Promise.all(main.map(takeOver)), deps.stopSignal.then(stop)]);
    if (isStopping()) return { stop };
    main.forEach(watch);
  } catch (error) {
    const isWanted = isStopping();
    await stop();
    if (isWanted) return { stop };
    throw error;
  }
  writeRunFile();
  if (config.isDemo) {
    const demo = start("demo", "demo");
    watch(demo);
    startDemoIn(demo);
  }
  deps.print(toBanner(config, folder, ports, firstAdministrator));
  return { stop };
}
