import { existsSync, readdirSync } from "node:fs";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const rooms = ["broker", "ingest", "notify", "api", "web", "simulators"];
const workspaces = ["core", "store", ...rooms, "platform", "tests"];
const testFiles = ["**/*.test.ts", "**/*.test.tsx", "tests/**/*.ts", "tests/**/*.tsx"];

/** @typedef {{ regex: string; message: string }} Forbidden */

/**
 * Forbids imports of the named workspaces, by package name or by a relative path that climbs out of the own one.
 * @param {string[]} names @param {string} message @returns {Forbidden}
 */
const forbidWorkspaces = (names, message) => ({
  regex: `^(@smart-park/|(\\.\\./)+)(${names.join("|")})(/|$)`,
  message,
});

/**
 * `no-restricted-imports` is one option list per file (the last match wins), so each folder states its whole list.
 * @param {Forbidden[]} patterns @returns {import("eslint").Linter.RulesRecord}
 */
const importRule = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

/** @param {string} room @param {string[]} mayImport */
const direction = (room, mayImport) =>
  forbidWorkspaces(
    workspaces.filter((name) => name !== room && !mayImport.includes(name)),
    `${room} may import only: ${mayImport.join(", ")}. Rooms receive ports; platform wires them together.`,
  );

const webLayers = [
  {
    folder: "lib",
    forbidden: ["ui", "charts", "annotations", "saved-views", "live", "figures", "features", "app", "wall"],
  },
  { folder: "ui", forbidden: ["annotations", "saved-views", "live", "figures", "features", "app", "wall"] },
  { folder: "charts", forbidden: ["annotations", "saved-views", "live", "figures", "features", "app", "wall"] },
  { folder: "annotations", forbidden: ["live", "figures", "features", "app", "wall"] },
  { folder: "saved-views", forbidden: ["live", "figures", "features", "app", "wall"] },
  { folder: "live", forbidden: ["figures", "features", "app", "wall"] },
  { folder: "figures", forbidden: ["features", "app", "wall"] },
  { folder: "features", forbidden: ["app", "wall"] },
  // An entry of its own with a small first load.
  { folder: "wall", forbidden: ["figures", "features", "app"] },
];
const webDirection = direction("web", ["core"]);
const webServerModules = { regex: "^node:", message: "web runs in a browser." };
/** @param {string[]} forbidden */
const webLayer = (forbidden) => ({
  regex: `^(\\.\\./)+(${forbidden.join("|")})/`,
  message:
    "Inside web: ui, charts, lib <- annotations, saved-views <- live <- figures <- features <- app; wall stands on live.",
});

const featuresFolder = new URL("./web/src/features", import.meta.url);
const features = existsSync(featuresFolder)
  ? readdirSync(featuresFolder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  : [];
const featureRules = features.flatMap((feature) => {
  const others = features.filter((name) => name !== feature);
  if (others.length === 0) return [];
  /** @param {string} climb */
  const noOther = (climb) => ({
    regex: `^${climb}(${others.join("|")})(/|$)`,
    message: "A feature never imports another; lift what both need into ui, charts, lib or live.",
  });
  const common = [webDirection, webServerModules, webLayer(["app"])];
  return [
    { files: [`web/src/features/${feature}/*`], rules: importRule(...common, noOther("\\.\\./")) },
    { files: [`web/src/features/${feature}/*/**`], rules: importRule(...common, noOther("\\.\\./\\.\\./")) },
  ];
});

export default tseslint.config(
  { ignores: ["**/node_modules", "**/dist", "**/dist.new", "**/coverage", "data", "**/*.d.ts"] },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-debugger": "error",
      "no-fallthrough": "error",
      "no-unreachable": "error",
      "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"] }],
    },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },

  // Who may import whom.
  { files: ["store/src/**"], rules: importRule(direction("store", ["core"])) },
  ...["broker", "ingest", "notify", "api", "simulators"].map((room) => ({
    files: [`${room}/src/**`],
    rules: importRule(direction(room, ["core"])),
  })),
  {
    files: ["platform/src/**"],
    rules: importRule(forbidWorkspaces(["tests"], "Tests are not part of the product.")),
  },
  {
    files: ["core/src/**"],
    rules: {
      ...importRule({ regex: "^(?!\\.{1,2}/)", message: "core imports nothing but itself; zod only inside wire/." }),
      "no-restricted-globals": [
        "error",
        ...["fetch", "process", "Buffer", "performance", "console", "window", "document"].map((name) => ({
          name,
          message: "core has no I/O, no clock, no environment.",
        })),
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: "core has no clock: take the time as an argument.",
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "core has no clock: take the time as an argument.",
        },
      ],
    },
  },
  {
    files: ["core/src/wire/**"],
    rules: importRule({ regex: "^(?!\\.{1,2}/|zod$)", message: "core/wire imports only core and zod." }),
  },

  // Web: layers, hooks.
  {
    files: ["web/src/**"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // It warns of libraries the React Compiler cannot memoize; this build does not use the compiler.
      "react-hooks/incompatible-library": "off",
      ...importRule(webDirection, webServerModules),
      // React handlers may be async; their errors are shown by the query layer.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // A route loader redirects by throwing a Response.
      "@typescript-eslint/only-throw-error": ["error", { allow: [{ from: "lib", name: "Response" }] }],
    },
  },
  {
    files: ["web/src/**"],
    // How long something took is the same by any clock.
    ignores: ["ui/after-sign-in", "ui/sign-in-form", "wall/content-feed", "wall/use-night-reload"]
      .map((name) => `web/src/${name}.*`)
      .concat("**/*.test.ts"),
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "Date",
          property: "now",
          message: "The PC's clock may be hours wrong: take the server's, `usePark().now` or the live clock.",
        },
      ],
    },
  },
  ...webLayers.map(({ folder, forbidden }) => ({
    files: [`web/src/${folder}/**`],
    rules: importRule(webDirection, webServerModules, webLayer(forbidden)),
  })),
  ...featureRules,

  // The environment is read in one place; servers speak through the logger.
  {
    files: [...["core", "store", ...rooms, "platform"].map((name) => `${name}/src/**`)],
    // child-process.ts hands the whole environment on to the processes it starts; command-line.ts is of programs of their own.
    ignores: [
      ...["main", "config", "child-process"].map((name) => `platform/src/${name}.ts`),
      "simulators/src/command-line.ts",
      ...testFiles,
    ],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Only platform/src/main.ts and config.ts read the environment.",
        },
      ],
    },
  },
  {
    files: ["core", "store", "broker", "ingest", "notify", "api"].map((name) => `${name}/src/**`),
    rules: { "no-console": "error" },
  },

  // Tests may look inside; what they may not do is leave others out.
  {
    files: testFiles,
    rules: {
      ...importRule(),
      "no-restricted-globals": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name='only']",
          message: "A focused test silently leaves out all others.",
        },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
);
