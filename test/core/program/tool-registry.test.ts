// Owns the proof that what has registered itself is heard of, and stays known while nobody can say. Knows no
// store.

import { expect, it } from "vitest";
import type { Registration } from "../../../core/contracts/tool-registry.ts";
import { RegistryWatch } from "../../../core/program/tool-registry.ts";

const living = (id: string): Registration => ({ id, hash: "same" }) as Registration;

it("hears of each change, and keeps its list where there is none or the store is away", async () => {
  const answers = [[living("a")], [living("a")], "lost", [living("a"), living("b")], []] as const;
  const heard: (readonly Registration[])[] = [];
  const ended = Promise.withResolvers<void>();
  let asked = 0;
  const list = () => {
    heard.push(watch.living);
    if (asked === answers.length) ended.resolve();
    return Promise.resolve(answers[asked++] ?? "lost");
  };
  const watch = new RegistryWatch({ list }, 1);
  watch.begin();
  watch.begin();
  await ended.promise;
  watch.close();
  expect(heard.map((each) => each.map(({ id }) => id).join())).toEqual(["", "a", "a", "a", "a,b", ""]);
  expect(heard[2]).toBe(heard[1]);
  expect(heard[3]).toBe(heard[1]);
});
