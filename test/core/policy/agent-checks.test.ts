// Owns the proof that mistakes in agents, limits and providers get a line each. Knows no file system.

import { describe, expect, it } from "vitest";
import { document, type Files, good, problemsIn, said, spoil } from "./samples.ts";

type Case = readonly [what: string, files: Files, line: string];

const limit = (text: string): Files =>
  spoil("agent.yaml", "requests: 60, window: { sliding: 1m }, burst: 10", text);
const inLimit = "agent.yaml:11 Agent/search spec.limits.requests";

const limits: readonly Case[] = [
  ["no window", limit("requests: 60"), `${inLimit}.window: is missing (such as window: { sliding: 1m })`],
  [
    "nothing counted",
    limit("window: { sliding: 1m }"),
    said(
      `${inLimit}`,
      `must count exactly one thing, not none`,
      `one of requests, concurrency, steps, tokens, usd, toolCalls, wallClock, depth`,
    ),
  ],
  [
    "two things counted",
    limit("requests: 60, concurrency: 3"),
    said(
      `${inLimit}`,
      `must count exactly one thing, not requests and concurrency`,
      `an overlay takes the other one away with null`,
    ),
  ],
  [
    "two windows",
    limit("requests: 60, window: { sliding: 1m, fixed: 1h }"),
    said(
      `${inLimit}.window`,
      `must be exactly one of fixed, sliding, calendar and life, not fixed and sliding`,
      `an overlay takes the other one away with null`,
    ),
  ],
  [
    "a window where none belongs",
    limit("concurrency: 3, window: { sliding: 1m }"),
    `${inLimit}.window: does not go with concurrency (it is counted at each moment)`,
  ],
  [
    "a depth that is never reached",
    spoil("agent.yaml", "requests: 60, window: { sliding: 1m }, burst: 10, by: [caller]", "depth: 17"),
    `${inLimit}.depth: is more than 16, and no call goes deeper`,
  ],
  [
    "a depth of somebody's own",
    limit("depth: 3"),
    `${inLimit}.by: does not go with depth (say with match where it holds)`,
  ],
  [
    "a zone without a calendar",
    limit("requests: 60, window: { sliding: 1m, zone: UTC }"),
    `${inLimit}.window.zone: does not go with sliding (only with calendar)`,
  ],
  [
    "no zone of this world",
    limit("requests: 60, window: { calendar: day, zone: Mars/Olympus }"),
    `${inLimit}.window.zone: is not a time zone (such as UTC or Europe/Berlin)`,
  ],
  [
    "a burst over a fixed window",
    limit("requests: 60, window: { fixed: 1m }, burst: 10"),
    `${inLimit}.burst: goes with a sliding window only`,
  ],
  [
    "a burst that is never reached",
    limit("requests: 60, window: { sliding: 1m }, burst: 61"),
    `${inLimit}.burst: is more than requests, so it would never be reached`,
  ],
  [
    "no requests at all",
    limit("requests: 0, window: { sliding: 1m }"),
    `${inLimit}.requests: must be >= 1 (a whole number from 1)`,
  ],
  [
    "no time at all",
    limit("requests: 60, window: { sliding: 0s }"),
    `${inLimit}.window.sliding: is not well-formed (a duration such as 250ms, 30s or 10m)`,
  ],
];

const twin = document("Agent", "twin", "endpoints: [http://127.0.0.1:9]\npaths: [/search/]");

const agents: readonly Case[] = [
  [
    "a path two agents claim",
    { ...good, "twin.yaml": twin },
    said(
      "twin.yaml:6 Agent/twin spec.paths[0]",
      "is claimed by another agent as well",
      "Agent/search at agent.yaml:6",
    ),
  ],
  [
    "a host two agents claim",
    {
      ...spoil("agent.yaml", "paths: [/search]", "hosts: [a.example]"),
      "twin.yaml": twin.replace("paths: [/search/]", "hosts: [b.example, a.example]\n  paths: [/]"),
    },
    said(
      "twin.yaml:7 Agent/twin spec.paths[0]",
      "is claimed by another agent as well",
      "Agent/search at agent.yaml:6",
    ),
  ],
  [
    "a path of Sluice's own",
    spoil("agent.yaml", "[/search]", "[/agents/search]"),
    "agent.yaml:6 Agent/search spec.paths[0]: lies below /agents, which is Sluice's own",
  ],
  [
    "a path that climbs",
    spoil("agent.yaml", "[/search]", "[/a/../b]"),
    said(
      "agent.yaml:6 Agent/search spec.paths[0]",
      "is not well-formed",
      "a path such as /search, without . or .. or escapes",
    ),
  ],
  [
    "a schema with a mistyped keyword",
    spoil("agent.yaml", "{ type: object }", "{ type: object, requird: [prompt] }"),
    said(
      "agent.yaml:8 Agent/search spec.api.request.schema",
      "is not a JSON Schema that can be checked",
      '/requird unknown keyword: "requird"',
    ),
  ],
  [
    "a schema that points elsewhere",
    spoil("agent.yaml", "{ type: object }", '{ $ref: "https://example.com/schema" }'),
    said(
      "agent.yaml:8 Agent/search spec.api.request.schema",
      "is not a JSON Schema that can be checked",
      "/$ref leads out of the schema, or to nothing in it",
    ),
  ],
  [
    "a pointer that is none",
    spoil("agent.yaml", "schema: { type: object }", "session: session_id"),
    said(
      "agent.yaml:8 Agent/search spec.api.request.session",
      "is not well-formed",
      "a JSON pointer such as /session_id",
    ),
  ],
  [
    "one place that may be many",
    spoil("agent.yaml", "schema: { type: object }", 'task: "/items/*/id"'),
    said(
      "agent.yaml:8 Agent/search spec.api.request.task",
      "is not well-formed",
      "a JSON pointer such as /session_id",
    ),
  ],
  [
    "a caller that is nobody, and not",
    spoil("agent.yaml", "{ caller: web-app }", "{ anonymous: false }"),
    "agent.yaml:7 Agent/search spec.callers[0].anonymous: must be true",
  ],
  [
    "a limit of an unusual name",
    spoil("agent.yaml", "requests: {", '"Per Minute": {'),
    said(
      'agent.yaml:11 Agent/search spec.limits["Per Minute"]',
      "has a name that does not fit",
      "lower-case letters, digits, - and .",
    ),
  ],
  [
    "a reference to nobody",
    spoil("agent.yaml", "[{ caller: web-app }]", "[{}]"),
    said(
      "agent.yaml:7 Agent/search spec.callers[0]",
      "is empty",
      "{ caller: NAME }, { agent: NAME } or { anonymous: true }",
    ),
  ],
];

const providers: readonly Case[] = [
  [
    "a family of routes that never passes unread",
    spoil("agent.yaml", "models:", "metered: [audio, batches]\n  models:"),
    "agent.yaml:9 Agent/search spec.metered[1]: " +
      "must be one of chat, moderations, rerank, audio, images, files",
  ],
  [
    "another unit of owners than those there are",
    spoil("agent.yaml", "models:", "stored: { owner: team }\n  models:"),
    "agent.yaml:9 Agent/search spec.stored.owner: must be one of user, agent",
  ],
  [
    "a name that is a path of Sluice's own",
    {
      ...spoil("provider.yaml", "name: openai", "name: tools"),
      "model.yaml": (good["model.yaml"] ?? "").replace("provider: openai", "provider: tools"),
    },
    said(
      "provider.yaml:3 Provider/tools metadata.name",
      '"tools" is one of Sluice\'s own paths',
      "not one of tools, mcp, agents, tasks",
    ),
  ],
  [
    "a timeout beyond a day",
    spoil("provider.yaml", "credential:", "timeouts: { total: 25h }\n  credential:"),
    "provider.yaml:7 Provider/openai spec.timeouts.total: is longer than 24h",
  ],
  [
    "another word for whether usage is asked for",
    spoil("provider.yaml", "credential:", "streamUsage: never\n  credential:"),
    "provider.yaml:7 Provider/openai spec.streamUsage: must be one of ask, leave",
  ],
  [
    "a price finer than a nano-dollar",
    spoil("provider.yaml", "input: 2.50", "input: 0.0000000001"),
    said(
      "provider.yaml:9 Provider/openai spec.models.gpt-4o.price.perMillion.input",
      "is not an amount in whole nano-dollars",
      "at most 9 decimals",
    ),
  ],
  [
    "a price below nothing",
    spoil("provider.yaml", '"10.00"', '"-1"'),
    said(
      "provider.yaml:9 Provider/openai spec.models.gpt-4o.price.perMillion.output",
      "is not well-formed",
      'US dollars such as 2.50 or "0.000125", at most 9 decimals',
    ),
  ],
  [
    "half a price",
    spoil("provider.yaml", ', output: "10.00"', ""),
    said(
      "provider.yaml:9 Provider/openai spec.models.gpt-4o.price.perMillion.output",
      "is missing",
      'US dollars such as 2.50 or "0.000125", at most 9 decimals',
    ),
  ],
];

/** What is not enforced yet has tests of its own. */
const one = (_what: string, files: Files, line: string): void => {
  expect(problemsIn(files).filter((problem) => !problem.includes("not enforced"))).toEqual([line]);
};
describe("limits", () => it.each(limits)("%s", one));
describe("agents", () => it.each(agents)("%s", one));
describe("providers", () => it.each(providers)("%s", one));

it("checks the same in Defaults, and says it once however many agents have it", () => {
  const files = {
    ...good,
    "second.yaml": document("Agent", "second", "models: [gpt-4o]"),
    "defaults.yaml": document("Defaults", "all", "agent:\n  limits: { flood: { requests: 5 } }\n  modls: []"),
  };
  expect(problemsIn(files)).toEqual([
    said(
      "defaults.yaml:6 Defaults/all spec.agent.limits.flood.window",
      "is missing",
      "such as window: { sliding: 1m }",
    ),
    'defaults.yaml:7 Defaults/all spec.agent.modls: unknown field (did you mean "models"?)',
  ]);
});
