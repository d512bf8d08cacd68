// Owns the page that tells people of an agent's tools: readable, and in need of nothing else. Knows no
// request.

import type { JsonObject, JsonValue } from "../core/contracts/json.ts";
import type { ListedTool } from "./tools.ts";

export function toolsPage(agent: string, tools: readonly ListedTool[]): string {
  const title = `Tools of ${escaped(agent)}`;
  const none = "<p>This agent may call no tools.</p>";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body><main><h1>${title}</h1>
<p>Called by <code>POST /tools/{tool}</code> with the arguments as a JSON object. A range of versions is asked
for with the header <code>x-tool-version: ^2.0</code> or as <code>/tools/{tool}@^2.0</code>.
<a href="/tools">As JSON</a></p>
${tools.length === 0 ? none : `<ul>${tools.map(contents).join("")}</ul>${tools.map(section).join("\n")}`}
</main></body></html>
`;
}

const style = `
body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c1c1c;background:#fff}
main{max-width:56rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.45 ui-monospace,monospace;background:#f3f3f1;border-radius:4px}
code{padding:.1em .3em}pre{padding:.8rem;overflow:auto}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.35rem .6rem;
border-bottom:1px solid #ddd}section{margin-top:2.5rem}.facts{color:#555}
@media(prefers-color-scheme:dark){body{background:#161616;color:#e6e6e6}code,pre{background:#262626}
td,th{border-color:#3a3a3a}.facts{color:#aaa}a{color:#8ab4f8}}`;

function contents({ spec: { name } }: ListedTool): string {
  return `<li><a href="#${escaped(name)}">${escaped(name)}</a></li>`;
}

function section({ spec, versions }: ListedTool): string {
  const { name, version, description = "", parameters, service, argsCharsMax } = spec;
  const facts = [
    `version ${version}`,
    versions.length > 1 ? `also ${versions.slice(1).join(", ")}` : "",
    service === undefined ? "run by the agent itself" : effects[service.effect],
    service === undefined ? "" : `at most ${service.timeoutMs} ms`,
    service?.operations.length ? `needs ${service.operations.join(", ")}` : "",
    `arguments of at most ${argsCharsMax} characters`,
  ].filter((fact) => fact !== "");
  return `<section id="${escaped(name)}"><h2>${escaped(name)}</h2>
<p>${escaped(description)}</p><p class="facts">${escaped(facts.join(" · "))}</p>
${parameterTable(parameters)}${schemaOf("Parameters", parameters)}
${schemaOf("Returns", service?.returns)}</section>`;
}

const effects = { read: "changes nothing", write: "changes something" } as const;

function parameterTable(parameters: JsonObject | undefined): string {
  const properties = objectIn(parameters?.properties);
  const rows = Object.entries(properties ?? {});
  if (rows.length === 0) return "";
  const required = Array.isArray(parameters?.required) ? parameters.required : [];
  const body = rows.map(([name, schema]) => {
    const { type, description } = objectIn(schema) ?? {};
    const cells = [
      `<code>${escaped(name)}</code>`,
      escaped(typeText(type)),
      required.includes(name) ? "required" : "",
      escaped(typeof description === "string" ? description : ""),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<table><tr><th>name</th><th>type</th><th></th><th></th></tr>${body.join("")}</table>`;
}

function typeText(type: JsonValue | undefined): string {
  return Array.isArray(type) ? type.join(" or ") : typeof type === "string" ? type : "";
}

function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function schemaOf(title: string, schema: JsonObject | undefined): string {
  if (schema === undefined) return "";
  const text = escaped(JSON.stringify(schema, undefined, 2));
  return `<details><summary>${title}, as JSON Schema</summary><pre>${text}</pre></details>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
