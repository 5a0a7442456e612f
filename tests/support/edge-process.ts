import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { childProgram } from "./child-program.ts";
import type { TableDevice } from "./device-table.ts";

export interface EdgeChildOrder {
  readonly folder: string;
  readonly devices: Readonly<Record<string, TableDevice>>;
  /** Kills itself by SIGKILL when it passes this point for the n-th time after it was ready. */
  readonly dieAt?: {
    readonly point: "after append" | "after sync" | "before acknowledgement" | "after acknowledgement";
    readonly pass: number;
  };
  /** The control of the kill test: PUBACK before the disk. */
  readonly acknowledgesFirst?: boolean;
}

export interface EdgeProcess {
  readonly port: number;
  readonly hj212Port: number;
  readonly child: ChildProcess;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<unknown>;
}

/** Edge in a process of its own; `before` = a program to run it under, with its arguments. */
export async function startEdgeProcess(order: EdgeChildOrder, before: readonly string[] = []): Promise<EdgeProcess> {
  const [program = "", ...args] = [...before, process.execPath, ...childProgram("edge"), JSON.stringify(order)];
  const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const [message] = (await Promise.race([
    once(child, "message"),
    ended.then(() => Promise.reject(new Error("edge ended before it was ready"))),
  ])) as [{ port: number; hj212Port: number }];
  return { ...message, child, ended };
}
