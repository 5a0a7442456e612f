import { readdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DataFolder } from "../data-folder.ts";
import type { Figures } from "./figures.ts";

/** The disk of the data folder, and what the app's stores take of it. Readings in InfluxDB lie elsewhere and have no size here. */
export function addDiskFigures(figures: Figures, folder: DataFolder, hasReadings: boolean): void {
  // A disk that does not answer has no size; all other figures are told all the same.
  const disk = figures.oncePerAnswer(() => statfs(folder.directory).catch(() => unknownDisk));
  figures.gauge("park_disk_free_bytes", "Free on the disk of the data folder.", async () => {
    const { bavail, bsize } = await disk();
    return bavail * bsize;
  });
  figures.gauge("park_disk_size_bytes", "Size of the disk of the data folder.", async () => {
    const { blocks, bsize } = await disk();
    return blocks * bsize;
  });
  figures.gauge("park_registry_disk_bytes", "Bytes of the registry's files.", () => registryBytes(folder.registryFile));
  if (hasReadings)
    figures.gauge("park_readings_disk_bytes", "Bytes of the embedded store's files, roll-ups included.", () =>
      folderBytes(folder.readings),
    );
}

const unknownDisk = { bavail: Number.NaN, blocks: Number.NaN, bsize: 1 };

/** The database with its write-ahead log beside it. */
async function registryBytes(file: string): Promise<number> {
  const names = await readdir(dirname(file)).catch(() => null);
  if (names === null) return Number.NaN;
  return sumOfSizes(names.map((name) => join(dirname(file), name)).filter((path) => path.startsWith(file)));
}

async function folderBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return Number.NaN;
  return sumOfSizes(entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)));
}

/** A file that went meanwhile has no size. */
async function sumOfSizes(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
