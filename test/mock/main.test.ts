// Owns the proof that the mock provider runs and stops as a program of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { runMockProvider } from "../../mock/main.ts";

const main = JSON.stringify(new URL("../../mock/main.ts", import.meta.url).href);

function run(flags: Record<string, string>) {
  const program = `const { runMockProvider } = await import(${main});
process.exitCode = await runMockProvider(${JSON.stringify(flags)});`;
  return spawn(process.execPath, ["--input-type=module", "--eval", program]);
}

test("it prints its address, answers by its script and stops cleanly on SIGTERM", async () => {
  const script = new URL("../../mock/scripts/conversation.yaml", import.meta.url).pathname;
  const child = run({ listen: "127.0.0.1:0", script });
  const closed = once(child, "close");
  const [line] = await once(child.stdout, "data");
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
  const models = await (await fetch(`${address}/v1/models`)).json();
  expect(models).toMatchObject({ data: [{ id: "gpt-4o" }] });
  child.kill("SIGTERM");
  expect(await closed).toEqual([0, null]);
});

test.each([
  [{ script: "/nowhere/script.yaml" }, "ENOENT", 2],
  [
    { script: new URL("../../biome.json", import.meta.url).pathname },
    "must NOT have additional properties",
    2,
  ],
  [{ listen: "nowhere" }, "host:port", 1],
])("%j is told on stderr and in the exit code", async (flags, problem, code) => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => told.mockRestore());
  expect(await runMockProvider(flags)).toBe(code);
  expect(told).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(`^mock provider: [^]*${problem}`));
});
