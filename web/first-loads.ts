interface Modules {
  getModuleInfo(id: string): {
    readonly importedIds: readonly string[];
    readonly dynamicallyImportedIds: readonly string[];
  } | null;
}

type ChunkName = "frame" | "common" | "shown" | null;

/**
 * Names the chunk of a module that is loaded at once. `app` and `screen` are the first files of the app and of the screens of
 * the park, which stay on their own. "frame": the app loads it, "common": a screen too, "shown": a screen loads it, and pages
 * of the app do later; null for the rest.
 */
export function firstLoads(app: string, screen: string): (id: string, modules: Modules) => ChunkName {
  let loaded: Readonly<Record<"app" | "pages" | "screen", ReadonlySet<string>>> | null = null;
  return (id, modules) => {
    loaded ??= {
      app: reachedFrom(app, modules, (info) => info.importedIds),
      pages: reachedFrom(app, modules, (info) => [...info.importedIds, ...info.dynamicallyImportedIds]),
      screen: reachedFrom(screen, modules, (info) => info.importedIds),
    };
    if (!loaded.screen.has(id)) return loaded.app.has(id) ? "frame" : null;
    if (loaded.app.has(id)) return "common";
    return loaded.pages.has(id) ? "shown" : null;
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
