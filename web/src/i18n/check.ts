/// <reference types="node" />
/* eslint-disable no-restricted-imports -- a command for the build machine, not a part of the page */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

type Texts = { readonly [key: string]: string | Texts };

const sourceFolder = join(import.meta.dirname, "..");
const plural = /_(zero|one|two|few|many|other)$/;

const load = (language: string): Texts =>
  JSON.parse(readFileSync(join(import.meta.dirname, `${language}.json`), "utf8")) as Texts; // our own file

const flatten = (texts: Texts, prefix = ""): [key: string, text: string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  );

const placeholders = (text: string): string =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map((match) => match[1])
    .sort()
    .join(",");

/** Keys that one language has and the other has not, empty texts, and placeholders that differ. */
export function compareLanguages(a: Texts, b: Texts): string[] {
  const [left, right] = [new Map(flatten(a)), new Map(flatten(b))];
  const problems = [...right.keys()]
    .filter((key) => !left.has(key))
    .map((key) => `${key}: missing in the first language`);
  for (const [key, text] of left) {
    const other = right.get(key);
    if (other === undefined) problems.push(`${key}: missing in the second language`);
    else if (text.trim() === "" || other.trim() === "") problems.push(`${key}: empty text`);
    else if (placeholders(text) !== placeholders(other)) problems.push(`${key}: placeholders differ`);
  }
  return problems;
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") && entry.name !== "check.ts") yield path;
  }
}

/** Keys named in a source text: whole ones, and the fixed beginning of those built from a value. */
export function keysUsed(source: string): { whole: string[]; beginnings: string[] } {
  const whole = [...source.matchAll(/(?<![\w.])(?:t\(\s*|[kK]ey:\s*|Key=)"([\w.]+)"/g)].map((match) => match[1] ?? "");
  const beginnings = [...source.matchAll(/(?<![\w.])t\(\s*`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? "");
  return { whole: whole.filter((key) => key.includes(".")), beginnings };
}

/** Keys used by the pages that no text exists for. */
export function unknownKeys(texts: Texts, sources: Iterable<readonly [path: string, source: string]>): string[] {
  const known = new Set(flatten(texts).map(([key]) => key.replace(plural, "")));
  const problems: string[] = [];
  for (const [path, source] of sources) {
    const { whole, beginnings } = keysUsed(source);
    problems.push(...whole.filter((key) => !known.has(key)).map((key) => `${path}: ${key} has no text`));
    const lost = beginnings.filter((start) => ![...known].some((key) => key.startsWith(start)));
    problems.push(...lost.map((start) => `${path}: nothing begins with ${start}`));
  }
  return problems;
}

/** Texts that no page shows. */
export function unusedKeys(texts: Texts, sources: readonly (readonly [path: string, source: string])[]): string[] {
  const used = sources.map(([, source]) => keysUsed(source));
  const whole = new Set(used.flatMap((keys) => keys.whole));
  const beginnings = used.flatMap((keys) => keys.beginnings);
  const names = new Set(flatten(texts).map(([key]) => key.replace(plural, "")));
  return [...names].filter((key) => !whole.has(key) && !beginnings.some((start) => key.startsWith(start)));
}

if (process.argv[1] === import.meta.filename) {
  // The first load's and those that come with a page.
  const parts = readdirSync(import.meta.dirname).filter((name) => /^zh.*\.json$/.test(name));
  const zh = Object.assign({}, ...parts.map((name) => load(name.slice(0, -5)))) as Texts;
  const en = load("en");
  const sources = [...sourceFiles(sourceFolder)].map((path) => [path, readFileSync(path, "utf8")] as const);
  const problems = [
    ...compareLanguages(zh, en),
    ...unknownKeys(zh, sources),
    ...unusedKeys(zh, sources).map((key) => `${key}: no page shows this text`),
  ];
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(`i18n: ${flatten(zh).length} texts, ${problems.length} problems\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
