import { apiPrefix, operationIdOf, toSchema } from "./openapi.ts";
import type { Route } from "./define-route.ts";

/** The API as one page to read: made once of the declared routes, no script, no request to anywhere else. */
export function docsPage(routes: readonly Route[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>smart-park API</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header><h1>smart-park API</h1>
<p>All paths below <code>${apiPrefix}</code>. Sign in with <code>POST /session</code> (cookie) or send <code>Authorization: Bearer</code>
with a token. Errors are <code>application/problem+json</code>. For programs: <a href="${apiPrefix}/openapi.json">openapi.json</a>.</p></header>
<nav aria-label="Routes"><ul>${routes.map(toLink).join("")}</ul></nav>
<main>${routes.map(toSection).join("")}</main>
</body>
</html>`;
}

const toLink = (route: Route): string => `<li><a href="#${operationIdOf(route)}">${nameOf(route)}</a></li>`;
const nameOf = (route: Route): string => `<code>${route.method.toUpperCase()} ${escapeHtml(route.path)}</code>`;

function toSection(route: Route): string {
  const body = route.body === null ? "" : toSchemaBlock("Body", toSchema(route.body, "input"));
  const answer = route.answer === null ? "" : toSchemaBlock(`Answer ${route.status}`, toSchema(route.answer, "output"));
  const query = toSchema(route.query, "input");
  const hasQuery = Object.keys((query.properties as object | undefined) ?? {}).length > 0;
  return `<section id="${operationIdOf(route)}"><h2>${nameOf(route)}</h2>
<p>${escapeHtml(route.summary)}. Right: <code>${route.access}</code>.${toFilesNote(route)}</p>
${hasQuery ? toSchemaBlock("Query", query) : ""}${body}${answer}</section>`;
}

function toFilesNote({ hasTable, fileBody }: Route): string {
  const answer = hasTable ? " As a sheet: <code>?format=csv</code>, <code>?format=xlsx</code>." : "";
  const types = (fileBody ?? []).map((type) => `<code>${escapeHtml(type)}</code>`);
  return answer + (types.length === 0 ? "" : ` Body: ${types.join(" or ")}.`);
}

const toSchemaBlock = (title: string, schema: object): string =>
  `<details><summary>${title}</summary><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`;

const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
]);
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities.get(sign) ?? sign);

export const docsStyle = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif;margin:0 auto;max-width:60rem;padding:1.5rem}
nav ul{columns:18rem;list-style:none;padding:0}
section{border-top:1px solid #8884;padding-top:.5rem;margin-top:1.5rem}
h2{font-size:1.1rem}
pre{overflow:auto;background:#8881;padding:.75rem;border-radius:.25rem}
`;
