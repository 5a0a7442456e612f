import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { ParkError } from "@smart-park/core";

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Keeps a second writer out of a journal: its segments would end the first one's for every reader. The lock is an
 * abstract socket, which the system frees whenever and however its process ends. Other systems than Linux have none;
 * there the second process fails on its ports before it writes.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  if (process.platform !== "linux") return { release: async () => undefined };
  const { dev, ino } = await stat(directory);
  const server = createServer((socket) => socket.destroy());
  await listen(server, `\0smart-park-journal-${dev}-${ino}`, directory);
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(server: Server, name: string, directory: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EADDRINUSE") return reject(cause);
      reject(new ParkError("config_invalid", `The journal ${directory} is in use by another process.`, { cause }));
    });
    server.listen(name, resolve);
  });
}
