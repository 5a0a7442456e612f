import { Worker } from "node:worker_threads";
import { ParkError } from "@smart-park/core";

/** Hashes and checks people's passwords (argon2id) in a thread of its own. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** `hash` null = the account does not exist: takes as long as for one that does, and gives false. */
  verify(hash: string | null, password: string): Promise<boolean>;
  stop(): Promise<void>;
}

const maxWaiting = 64;

interface Waiting {
  readonly resolve: (result: string | boolean | null) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the password thread; at most 64 requests wait for it, more are refused (rate_limited). */
export async function startPasswords(): Promise<Passwords> {
  const thread = new PasswordThread();
  const decoy = await thread.hash("no account has this password");
  return {
    hash: (password) => thread.hash(password),
    verify: async (hash, password) => (await thread.verify(hash ?? decoy, password)) && hash !== null,
    stop: () => thread.stop(),
  };
}

class PasswordThread {
  /** Null until the next password, at first and after it ended (out of memory, for one). */
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  #start(): Worker {
    const worker = new Worker(new URL("./password-worker.mjs", import.meta.url), { execArgv: [] });
    worker.on("message", ({ id, result }: { id: number; result: string | boolean | null }) => {
      this.#waiting.get(id)?.resolve(result);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    });
    // An error is followed by the exit.
    worker.on("error", (error) => this.#failAll(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => {
      this.#worker = null;
      this.#failAll(new Error("the password thread has ended"));
    });
    return worker;
  }

  async hash(password: string): Promise<string> {
    const result = await this.#ask(password, null);
    if (typeof result !== "string") throw new ParkError("internal", "the password could not be hashed");
    return result;
  }

  async verify(hash: string, password: string): Promise<boolean> {
    return (await this.#ask(password, hash)) === true;
  }

  #ask(password: string, hash: string | null): Promise<string | boolean | null> {
    if (this.#waiting.size >= maxWaiting)
      throw new ParkError("rate_limited", "too many people are signing in right now");
    const id = ++this.#lastId;
    const worker = (this.#worker ??= this.#start());
    // An idle thread must not keep the program alive, one with work to do must.
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, password, hash });
    });
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }
}

/** Hashes one password, for accounts that the platform itself makes. */
export async function hashPassword(password: string): Promise<string> {
  const passwords = await startPasswords();
  try {
    return await passwords.hash(password);
  } finally {
    await passwords.stop();
  }
}
