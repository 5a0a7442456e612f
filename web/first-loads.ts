interface Modules {
  getModuleInfo(id: string): {
    readonly importedIds: readonly string[];
    readonly dynamicallyImportedIds: readonly string[];
  } | null;
}

type ChunkName = "frame" | "common" | "shown" | "start" | null;

interface Files {
  /** First file of the app. */
  readonly app: string;
  /** First file of the screens of the park, which stay on their own. */
  readonly screen: string;
  /** The page that most people come to first. */
  readonly start: string;
}

/**
 * Names the chunk of a module that is loaded at once. "frame": the app loads it, "common": a screen too, "shown": a screen
 * loads it, and pages of the app do later, "start": the page loads it that most come to first, which would else consist of
 * two dozen files, as other pages have parts of it too; null for the rest.
 */
export function firstLoads(files: Files): (id: string, modules: Modules) => ChunkName {
  let loaded: Readonly<Record<"app" | "pages" | "screen" | "start", ReadonlySet<string>>> | null = null;
  return (id, modules) => {
    const atOnce = (file: string): ReadonlySet<string> => reachedFrom(file, modules, (info) => info.importedIds);
    loaded ??= {
      app: atOnce(files.app),
      pages: reachedFrom(files.app, modules, (info) => [...info.importedIds, ...info.dynamicallyImportedIds]),
      screen: atOnce(files.screen),
      start: atOnce(files.start),
    };
    if (loaded.screen.has(id)) return loaded.app.has(id) ? "common" : loaded.pages.has(id) ? "shown" : null;
    if (loaded.app.has(id)) return "frame";
    return loaded.start.has(id) ? "start" : null;
  };
}

type Info = NonNullable<ReturnType<Modules["getModuleInfo"]>>;

function reachedFrom(file: string, modules: Modules, next: (info: Info) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [file];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const info = modules.getModuleInfo(id);
    for (const reached of info === null ? [] : next(info)) {
      if (found.has(reached)) continue;
      found.add(reached);
      open.push(reached);
    }
  }
  return found;
}
