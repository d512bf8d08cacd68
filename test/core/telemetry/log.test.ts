// Owns the test of the log: names and fields of its events, what never gets in, and the way to stdout.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { refuse } from "../../../core/contracts/refusal.ts";
import { type ExchangeLine, Log, type LogLevel } from "../../../core/telemetry/log.ts";

type Line = Record<string, unknown>;

function logged(run: (log: Log) => void, level: LogLevel = "info"): readonly Line[] {
  const lines: string[] = [];
  run(new Log({ level, program: "gateway", stream: { write: (line) => lines.push(line) } }));
  for (const line of lines) expect(line.indexOf("\n")).toBe(line.length - 1);
  return lines.map((line) => JSON.parse(line) as Line);
}

const line: ExchangeLine = {
  request_id: "r1",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  agent_id: "search",
  route: "search",
  status: "success",
  error_type: undefined,
  http_status: 200,
  duration_ms: 12.345,
  attempts: 1,
};

describe("an exchange's line", () => {
  it("has its event and fields flat, in the head of every other line", () => {
    const [made, byPino] = logged((log) => {
      log.exchangeEnded("agent_request", line);
      log.programDraining();
    });
    const { error_type: _absent, ...fields } = line;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(made).toEqual({ level: "info", time, program: "gateway", event: "agent_request", ...fields });
    expect(byPino).toEqual({ level: "info", time, program: "gateway", event: "program.draining" });
    expect(Object.keys(made ?? {}).slice(0, 4)).toEqual(Object.keys(byPino ?? {}));
  });

  it.each([
    ["success", "info"],
    ["completed", "info"],
    ["refused", "warn"],
    ["cancelled", "warn"],
    ["error", "error"],
    ["failed", "error"],
  ] as const)("%s is written at %s", (status, level) => {
    const [made] = logged((log) => log.exchangeEnded("llm_call", { ...line, status }));
    expect([made?.event, made?.level]).toEqual(["llm_call", level]);
  });

  it("is an agent_error with the same fields where there is an error type", () => {
    const [made] = logged((log) => {
      log.exchangeEnded("llm_call", { ...line, status: "refused", error_type: "rate_limited" });
    });
    expect(made).toMatchObject({ event: "agent_error", error_type: "rate_limited", agent_id: "search" });
  });

  it("is left out below the level", () => {
    const run = (log: Log) => {
      log.exchangeEnded("llm_call", line);
      log.exchangeEnded("llm_call", { ...line, status: "error", error_type: "internal" });
    };
    expect(logged(run, "warn").map(({ level }) => level)).toEqual(["error"]);
    expect(logged(run, "silent")).toEqual([]);
  });
});

describe("the program's own events", () => {
  const problem = {
    file: "/p/a.yaml",
    line: 3,
    path: "Agent/search spec.limits",
    problem: "is empty",
    hint: "",
  };

  it("have one function each", () => {
    const lines = logged((log) => {
      log.programStarted({ data: 8080 });
      log.programStopped();
      log.policyLoaded({ digest: "abc", documents: 4, warnings: [problem] });
      log.policyRejected([{ ...problem, hint: "remove it" }]);
      log.storeLost("redis");
      log.storeRestored("redis");
      log.llmFellBack({ request_id: "r1", from_model: "gpt-4o", reason: "upstream_timeout" });
      log.turnedAway(refuse("headers_too_large"));
    });
    const print = "/p/a.yaml:3 Agent/search spec.limits: is empty";
    expect(lines.map(({ time, program, ...rest }) => rest)).toEqual([
      { level: "info", event: "program.started", ports: { data: 8080 } },
      { level: "info", event: "program.stopped" },
      { level: "info", event: "policy.loaded", digest: "abc", documents: 4, warnings: 1 },
      { level: "warn", event: "policy.warning", problem: print },
      { level: "error", event: "policy.rejected", count: 1, problems: [`${print} (remove it)`] },
      { level: "error", event: "store.lost", store: "redis" },
      { level: "info", event: "store.restored", store: "redis" },
      {
        level: "warn",
        event: "llm.fallback",
        request_id: "r1",
        from_model: "gpt-4o",
        reason: "upstream_timeout",
      },
      {
        level: "warn",
        event: "agent_error",
        status: "refused",
        error_type: "headers_too_large",
        http_status: 431,
      },
    ]);
  });

  it("show at most twenty problems and say how many there are", () => {
    const [rejected] = logged((log) => log.policyRejected(Array.from({ length: 500 }, () => problem)));
    expect(rejected?.count).toBe(500);
    expect(rejected?.problems).toHaveLength(20);
  });
});

describe("a bug", () => {
  it("shows where it was, never what it was about", () => {
    const bugs: unknown[] = ["canary", { canary: 1 }, new Error("canary\n    at canary (canary.ts:1:1)")];
    try {
      JSON.parse('{"secret": canary}');
    } catch (bug) {
      bugs.push(bug);
    }
    bugs.push(Object.assign(new TypeError("canary"), { message: "changed canary" }));
    const lines = logged((log) => {
      for (const bug of bugs) log.bugFound(bug, "r1");
    });
    expect(JSON.stringify(lines)).not.toContain("canary");
    expect(lines.map(({ error_type }) => error_type)).toEqual([
      "string",
      "object",
      "Error",
      "SyntaxError",
      "TypeError",
    ]);
    for (const at of [2, 3]) expect(JSON.stringify(lines[at]?.frames)).toContain("log.test.ts");
  });
});

const run = promisify(execFile);
const module = new URL("../../../core/telemetry/log.ts", import.meta.url).href;

async function runLogging(script: string): Promise<readonly Line[]> {
  const source = `import { Log } from ${JSON.stringify(module)};
    const line = ${JSON.stringify(line)};
    const log = new Log({ level: "info", program: "sidecar" });
    ${script}`;
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", source], options);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((each) => JSON.parse(each) as Line);
}

describe("stdout", () => {
  it("has every line of a batch nobody has begun to write, though the program exits at once", async () => {
    const lines = await runLogging(`
      log.programStarted({});
      for (let at = 0; at < 100; at += 1) log.exchangeEnded("llm_call", { ...line, attempts: at });
      log.programStopped();
      process.exit(0);`);
    expect(lines.map(({ attempts }) => attempts)).toEqual([undefined, ...Array(100).keys(), undefined]);
    expect(lines.at(-1)?.event).toBe("program.stopped");
  });

  it("has them without an exit: the batch does not wait for a full one", async () => {
    const lines = await runLogging(`log.exchangeEnded("llm_call", line); await log.flush();`);
    expect(lines).toHaveLength(1);
  });

  it("drops what is past the bound and says how much", async () => {
    const count = 60_000;
    const lines = await runLogging(`
      for (let index = 0; index < ${count}; index += 1) log.exchangeEnded("llm_call", line);
      await log.flush();
      log.programStopped();
      await log.flush();`);
    const kept = lines.filter(({ event }) => event === "llm_call").length;
    const lost = lines.filter(({ event }) => event === "log.lost").map((each) => Number(each.lines));
    expect(kept).toBeLessThan(count);
    expect(kept + lost.reduce((sum, each) => sum + each, 0)).toBe(count);
    expect(lines.at(-1)?.event).toBe("program.stopped");
  });
});
