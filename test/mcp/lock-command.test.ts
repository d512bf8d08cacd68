// Owns the proof that `sluice mcp` writes down what a server offers, shows what changed, and approves it.
// Knows no filter.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { mcpCommand } from "../../cli/mcp.ts";
import { type McpFront, startFront } from "./front.ts";
import { ask, type OddServer, startOddServer } from "./odd-server.ts";

const tool = (name: string, description: string) => ({
  name,
  description,
  inputSchema: { type: "object", properties: { city: { type: "string" } } },
});

describe("sluice mcp", () => {
  let server: OddServer;
  let front: McpFront;
  let spec: string;
  beforeAll(async () => {
    server = await startOddServer([tool("weather", "Tells the weather"), tool("admin_reset", "Resets all")]);
    spec = `{ url: ${server.url}, lock: odd.lock.json, tools: { deny: [admin_*] } }`;
    front = await startFront({ servers: {} });
    await writeFile(
      join(front.policyDir, "odd.yaml"),
      `apiVersion: sluice.dev/v1alpha1\nkind: McpServer\nmetadata: { name: odd }\nspec: ${spec}\n`,
    );
  });
  afterAll(async () => {
    await front.close();
    await server.close();
  });

  /** Within this process: each start of a program takes seconds on a busy machine. */
  const run = async (...args: readonly string[]): Promise<{ code: unknown; out: string }> => {
    const said: string[] = [];
    const spies = (["log", "error"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((line: string) => void said.push(line)),
    );
    const command = mcpCommand();
    for (const each of [command, ...command.commands]) {
      each.exitOverride().configureOutput({ writeErr: (text) => void said.push(text) });
    }
    const [name = "", ...rest] = args;
    const words = [name, "--policies", front.policyDir, "--server", "odd", ...rest];
    const code = await command.parseAsync(words, { from: "user" }).then(
      () => process.exitCode,
      (error: { exitCode?: number }) => error.exitCode,
    );
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
    return { code, out: said.join("\n") };
  };

  it("locks, holds what changed by one letter, and lets it through once it is approved", async () => {
    expect(await front.sidecar.reload()).toBe("failed");
    expect(await run("lock")).toMatchObject({ code: 0, out: expect.stringContaining("1 tools") });
    expect(await run("diff")).toMatchObject({ code: 0 });
    const lock = await readFile(join(front.policyDir, "odd.lock.json"), "utf8");
    expect(lock).toContain('"weather"');
    expect(lock).not.toContain("admin_reset");
    await front.use({ servers: {}, agent: "  mcpServers: { odd: {} }" });
    const call = () =>
      ask(front.urlOf("odd"), "tools/call", { name: "weather", arguments: { city: "Rome" } });
    expect((await call()).code).toBeNull();

    server.tools = [tool("weather", "Tells the weathe\u202er"), tool("send", "Sends")];
    await ask(front.urlOf("odd"), "tools/list");
    expect((await call()).code).toBe("tool_not_approved");
    const changed = await run("diff");
    expect(changed.code).toBe(1);
    expect(changed.out).toContain('~ tool weather: changed\n    /description\n      - "Tells the weather"');
    expect(changed.out).toContain('+ "Tells the weathe\\u{202e}r"');
    expect(changed.out).toContain("+ tool send: added");
    expect(await run("lock")).toMatchObject({ code: 1, out: expect.stringContaining("sluice mcp diff") });
    expect((await run("approve")).code).toBe(2);
    expect((await run("approve", "nothing")).code).toBe(1);

    expect(await run("approve", "weather")).toMatchObject({ code: 0 });
    await front.sidecar.reload();
    expect((await call()).code).toBeNull();
    expect((await ask(front.urlOf("odd"), "tools/call", { name: "send" })).code).toBe("tool_not_approved");
    expect((await run("approve", "--all")).code).toBe(0);
    expect((await run("diff")).code).toBe(0);
  });

  it("a lock that was edited by hand approves nothing: the policy is refused", async () => {
    const file = join(front.policyDir, "odd.lock.json");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("Sends", "Sends all"));
    expect(await front.sidecar.reload()).toBe("failed");
    expect((await run("diff")).out).toContain("does not hash to what it says");
    await writeFile(file, text);
    expect(await front.sidecar.reload()).not.toBe("failed");
  });

  it("says which server there is none of, and what it cannot reach", async () => {
    await server.close();
    const { code, out } = await run("diff");
    expect(code).toBe(1);
    expect(out).toContain("upstream_unreachable");
    server = await startOddServer([]);
  });
});
