import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadDevice } from "../../support/load-devices.ts";
import type { FromWebLoad, ToWebLoad } from "./web-load-messages.ts";

/** The load generator in a process of its own; what it takes is not taken from the page. */
export class LoadProcess {
  readonly #child: ChildProcess;
  #acknowledged = 0;
  #asked = 0;
  #rate = { perSecond: 0, since: performance.now() };

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Connects every gateway; sends nothing until told a rate. */
  static start(port: number, gateways: readonly LoadDevice[]): Promise<LoadProcess> {
    const child = fork(fileURLToPath(new URL("web-load.ts", import.meta.url)), {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      execArgv: ["--import", "tsx"],
    });
    const load = new LoadProcess(child);
    return new Promise((resolve, reject) => {
      child.on("message", (message: FromWebLoad) => {
        if (message.type === "started") resolve(load);
        else if (message.type === "acknowledged") load.#acknowledged = message.values;
        else {
          process.stderr.write(`The load generator: ${message.reason}\n`);
          reject(new Error(message.reason));
        }
      });
      child.on("exit", () => reject(new Error("the load generator ended early")));
      load.#tell({ type: "start", port, gateways });
    });
  }

  setRate = (valuesPerSecond: number): void => {
    this.#asked = this.#askedSoFar();
    this.#rate = { perSecond: valuesPerSecond, since: performance.now() };
    this.#tell({ type: "rate", valuesPerSecond });
  };

  /** Share of what was to be sent until now that the broker has acknowledged. */
  sentShare = (): number => this.#acknowledged / this.#askedSoFar();

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #askedSoFar = (): number => this.#asked + (this.#rate.perSecond * (performance.now() - this.#rate.since)) / 1000;

  #tell(message: ToWebLoad): void {
    if (!this.#child.connected) throw new Error("the load generator ended early");
    this.#child.send(message);
  }
}
