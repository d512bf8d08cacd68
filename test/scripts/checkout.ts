// Owns a small checkout with a pretended npm, to run the setup script in. Knows nothing of the real packages.

import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/setup.mjs", import.meta.url));
const lock = { packages: { "": {}, "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } } };

/** Writes down each call; `ci` makes node_modules, `install` the runtime, FAIL makes both fail. */
const npm = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
fs.appendFileSync("npm.log", args.join(" ") + "\\n");
if (process.env.FAIL) { console.error("npm error " + process.env.FAIL); process.exit(7); }
if (args[0] === "ci") {
  fs.rmSync("node_modules", { recursive: true, force: true });
  fs.mkdirSync("node_modules/.bin", { recursive: true });
}
if (args[0] === "install") {
  const [, name, version] = /(node-\\S+)@(\\S+)/.exec(args.join(" "));
  fs.mkdirSync(".runtime/node_modules/" + name + "/bin", { recursive: true });
  fs.writeFileSync(".runtime/node_modules/" + name + "/package.json", JSON.stringify({ version }));
  fs.writeFileSync(".runtime/node_modules/" + name + "/bin/node", "#!/bin/sh\\nexit 0\\n", { mode: 0o755 });
}
`;

export interface SetupRun {
  readonly code: number | null;
  readonly said: string;
}

export class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), "sluice-setup-"));

  constructor({ minimumNode }: { minimumNode: string }) {
    this.write("package.json", JSON.stringify({ engines: { node: `>=${minimumNode}` } }));
    this.write("package-lock.json", JSON.stringify(lock));
    this.write("bin/npm", npm);
    this.write("bin/redis-server", "");
    mkdirSync(this.at("scripts"));
    copyFileSync(script, this.at("scripts/setup.mjs"));
    symlinkSync(process.execPath, this.at("bin/node"));
  }

  at(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
    chmodSync(this.at(path), 0o755);
  }

  has(path: string): boolean {
    return existsSync(this.at(path));
  }

  /** The calls of npm so far, by their first word. */
  npmCalls(): readonly string[] {
    if (!this.has("npm.log")) return [];
    const calls = readFileSync(this.at("npm.log"), "utf8").trim().split("\n");
    return calls.map((call) => call.split(" ")[0] ?? "");
  }

  /** Runs the setup; `onSaid` sees its words as they come. PATH holds the pretended commands alone. */
  run({
    env = {},
    onSaid,
  }: {
    env?: Record<string, string>;
    onSaid?: (said: string) => void;
  } = {}): Promise<SetupRun> {
    const child = spawn(process.execPath, [this.at("scripts/setup.mjs")], {
      cwd: this.root,
      env: { PATH: this.at("bin"), ...env },
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
      onSaid?.(said);
    });
    return new Promise((resolve) => {
      child.on("close", (code) => resolve({ code, said }));
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
