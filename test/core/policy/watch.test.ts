// Owns the proof of hot reload: every way a policy directory changes on disk, and that nothing else swaps.

import { mkdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Policy, PolicyResult, Problem } from "../../../core/contracts/policy.ts";
import { loadPolicy } from "../../../core/policy/load.ts";
import { type PolicyWatch, watchPolicies } from "../../../core/policy/watch.ts";
import { makeDirectory, writeFiles } from "./directory.ts";
import { document, type Files, good, spoil } from "./samples.ts";

type Event = { readonly loaded: string } | { readonly failed: readonly Problem[] };

/** What the watch said, in order; each may be awaited once. */
class Events {
  readonly #told: Event[] = [];
  #wake: (() => void) | undefined = undefined;

  tell(event: Event): void {
    this.#told.push(event);
    this.#wake?.();
  }

  async next(): Promise<Event> {
    while (this.#told.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#told.shift() as Event;
  }

  /** The agents in force next; that a file was read half written may be told before. */
  async nextLoaded(): Promise<string> {
    const event = await this.next();
    return "loaded" in event ? event.loaded : this.nextLoaded();
  }

  get waiting(): number {
    return this.#told.length;
  }
}

const open: PolicyWatch[] = [];
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.close();
});

interface Watching {
  readonly events: Events;
  readonly watch: PolicyWatch;
}

/** Polls seldom enough that only the file system can have told, unless a test says otherwise. */
async function watching(
  dir: string,
  options: { pollMs?: number; load?: (dirs: readonly string[]) => Promise<PolicyResult> } = {},
): Promise<Watching> {
  const events = new Events();
  const watch = watchPolicies<Policy>([dir], {
    load: loadPolicy,
    onLoaded: (policy) => events.tell({ loaded: [...policy.agents.keys()].join() }),
    onFailed: (failed) => events.tell({ failed }),
    quietMs: 20,
    pollMs: 600_000,
    ...options,
  });
  open.push(watch);
  expect(await events.next()).toEqual({ loaded: "search" });
  return { events, watch };
}

const agent = (name: string): Files => ({ "agent.yaml": document("Agent", name, "models: []") });
const failure = (problem: string) => ({ failed: [expect.objectContaining({ problem })] });

describe("a change is seen where", () => {
  it("a file is written, and where it comes and goes", async () => {
    const dir = await makeDirectory(good);
    const { events } = await watching(dir);
    await writeFiles(dir, agent("written"));
    expect(await events.nextLoaded()).toBe("written");
    await writeFiles(dir, { "deep/new.yaml": document("Agent", "new", "models: []") });
    expect(await events.nextLoaded()).toBe("written,new");
    await writeFiles(dir, { "deep/new.yaml": document("Agent", "newer", "models: []") });
    expect(await events.nextLoaded()).toBe("written,newer");
    await rm(join(dir, "deep/new.yaml"));
    expect(await events.nextLoaded()).toBe("written");
  });

  it("an editor renames a file over it", async () => {
    const dir = await makeDirectory(good);
    const { events } = await watching(dir);
    for (const name of ["one", "two"]) {
      await writeFile(join(dir, ".agent.yaml.swp"), agent(name)["agent.yaml"] ?? "");
      await rename(join(dir, ".agent.yaml.swp"), join(dir, "agent.yaml"));
      expect(await events.nextLoaded()).toBe(name);
    }
  });

  it("a ConfigMap's ..data is swapped", async () => {
    const dir = await makeDirectory();
    const version = async (name: string, files: Files): Promise<void> => {
      await writeFiles(join(dir, name), files);
      await symlink(name, join(dir, "..data_tmp"));
      await rename(join(dir, "..data_tmp"), join(dir, "..data"));
    };
    await version("..2026_01", good);
    for (const file of Object.keys(good)) await symlink(`..data/${file}`, join(dir, file));
    const { events } = await watching(dir);
    await version("..2026_02", { ...good, ...agent("second") });
    expect(await events.nextLoaded()).toBe("second");
    await rm(join(dir, "..2026_01"), { recursive: true });
    await version("..2026_03", { ...good, ...agent("third") });
    expect(await events.nextLoaded()).toBe("third");
  });

  it("the directory itself is a link that points elsewhere", async () => {
    const root = await makeDirectory({});
    await writeFiles(join(root, "v1"), good);
    await writeFiles(join(root, "v2"), { ...good, ...agent("v2") });
    await symlink("v1", join(root, "current"));
    const { events } = await watching(join(root, "current"));
    await symlink("v2", join(root, "next"));
    await rename(join(root, "next"), join(root, "current"));
    expect(await events.nextLoaded()).toBe("v2");
    await writeFiles(join(root, "v2"), agent("v2b"));
    expect(await events.nextLoaded()).toBe("v2b");
  });

  it("the directory is deleted and made again", async () => {
    const root = await makeDirectory({});
    const dir = join(root, "policies");
    await writeFiles(dir, good);
    const { events } = await watching(dir);
    await rm(dir, { recursive: true });
    let event = await events.next();
    while (!JSON.stringify(event).includes("as a directory")) event = await events.next();
    expect(event).toEqual(failure("cannot be read as a directory: ENOENT"));
    await mkdir(dir);
    expect(await events.next()).toEqual(failure("holds no policy file"));
    await writeFiles(root, { "staged/agent.yaml": agent("again")["agent.yaml"] ?? "" });
    await rename(join(root, "staged/agent.yaml"), join(dir, "agent.yaml"));
    expect(await events.nextLoaded()).toBe("again");
  });

  it("nothing tells but the poll", async () => {
    const root = await makeDirectory({});
    await writeFiles(join(root, "elsewhere"), agent("search"));
    const dir = join(root, "policies");
    await mkdir(dir);
    await symlink("../elsewhere/agent.yaml", join(dir, "agent.yaml"));
    const { events } = await watching(dir, { pollMs: 20 });
    await writeFiles(join(root, "elsewhere"), agent("polled"));
    expect(await events.nextLoaded()).toBe("polled");
  });
});

describe("the last good policy stays", () => {
  it("while a file is half written, until the rest follows", async () => {
    const dir = await makeDirectory(good);
    const { events } = await watching(dir);
    const text = agent("whole")["agent.yaml"] ?? "";
    await writeFile(join(dir, "agent.yaml"), text.slice(0, 50));
    expect(await events.next()).toHaveProperty("failed");
    await writeFile(join(dir, "agent.yaml"), text);
    expect(await events.nextLoaded()).toBe("whole");
  });

  it("while a file is empty", async () => {
    const dir = await makeDirectory(good);
    const { events, watch } = await watching(dir);
    await truncate(join(dir, "agent.yaml"));
    expect(await events.next()).toEqual(failure("is empty"));
    await writeFiles(dir, good);
    expect(await watch.reload()).toBe("unchanged");
    expect(events.waiting).toBe(0);
  });

  it("and a bad one is told once, and again when asked", async () => {
    const dir = await makeDirectory(good);
    const { events, watch } = await watching(dir);
    await writeFiles(dir, spoil("agent.yaml", "gpt-4o", "gpt-5"));
    expect(await events.next()).toHaveProperty("failed");
    await writeFiles(dir, { "notes.txt": "no policy" });
    expect(await watch.reload()).toBe("failed");
    expect(await events.next()).toHaveProperty("failed");
    expect(events.waiting).toBe(0);
  });

  it("where loading itself breaks", async () => {
    let isBroken = false;
    const load = (dirs: readonly string[]): Promise<PolicyResult> =>
      isBroken ? Promise.reject(new Error("out of luck")) : loadPolicy(dirs);
    const { events, watch } = await watching(await makeDirectory(good), { load });
    isBroken = true;
    expect(await watch.reload()).toBe("failed");
    expect(await events.next()).toEqual(failure("could not be put into force: out of luck"));
  });
});

describe("loads", () => {
  it("swap nothing where the digest is the same", async () => {
    const { events, watch } = await watching(await makeDirectory(good));
    expect(await watch.reload()).toBe("unchanged");
    expect(events.waiting).toBe(0);
  });

  it("never overlap, and those asked for meanwhile are one", async () => {
    let running = 0;
    let most = 0;
    let loads = 0;
    const load = async (dirs: readonly string[]): Promise<PolicyResult> => {
      loads += 1;
      running += 1;
      most = Math.max(most, running);
      const result = await loadPolicy(dirs);
      running -= 1;
      return result;
    };
    const { watch } = await watching(await makeDirectory(good), { load });
    const before = loads;
    await Promise.all(Array.from({ length: 50 }, () => watch.reload()));
    expect(most).toBe(1);
    expect(loads - before).toBeLessThanOrEqual(2);
  });

  it("end with close: no handle and no callback is left", async () => {
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap" || name === "Timeout").length;
    const dir = await makeDirectory(good);
    const before = handles();
    const { events, watch } = await watching(dir);
    const last = watch.reload();
    await watch.close();
    await last;
    await writeFiles(dir, agent("late"));
    expect(await watch.reload()).toBe("unchanged");
    expect(events.waiting).toBe(0);
    expect(handles()).toBeLessThanOrEqual(before);
  });
});
