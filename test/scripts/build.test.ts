// Owns the proof that a build has what the programs read beside their code. Builds nothing.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

it("every file of core that is no code is in the build", () => {
  const { include } = JSON.parse(readFileSync(`${root}tsconfig.build.json`, "utf8"));
  const data = globSync("core/**/*.*", { cwd: root }).filter((path) => !path.endsWith(".ts"));
  expect(data).toContain("core/prices/table.json");
  expect(data.filter((path) => !include.includes(path))).toEqual([]);
});
