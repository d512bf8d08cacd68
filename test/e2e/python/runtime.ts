// Owns a Python with the official SDKs for tests, kept in the checkout between runs. Knows no SDK.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const requirements = here("requirements.txt");
const program = here("clients.py");
const stepMsMax = 180_000;
const outputCharactersMax = 1_000_000;

export type Python =
  | { readonly isThere: true; readonly command: string }
  | { readonly isThere: false; readonly reason: string };

/** Makes it where it is not there yet or its packages have changed; about half a minute, once a checkout. */
export async function preparePython(): Promise<Python> {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const home = here(`../../../.runtime/python-${wanted}`);
  const command = `${home}/bin/python`;
  if (existsSync(`${home}/ready`)) return { isThere: true, command };
  await mkdir(here("../../../.runtime"), { recursive: true });
  await rm(home, { recursive: true, force: true });
  const made = await run("python3", ["-m", "venv", home]);
  if (made.code !== 0) return { isThere: false, reason: `python3 -m venv: ${lastLine(made.said)}` };
  const flags = ["--quiet", "--disable-pip-version-check", "--no-input"];
  const installed = await run(command, ["-m", "pip", "install", ...flags, "-r", requirements]);
  if (installed.code !== 0) return { isThere: false, reason: `pip install: ${lastLine(installed.said)}` };
  await writeFile(`${home}/ready`, "");
  return { isThere: true, command };
}

/** What the SDK of that name saw below that URL. Throws what Python said where it failed. */
export async function askThrough(command: string, sdk: string, baseUrl: string): Promise<unknown> {
  const { code, said, output } = await run(command, [program, sdk, baseUrl]);
  if (code !== 0) throw new Error(said);
  return JSON.parse(output);
}

interface Run {
  readonly code: number | null;
  readonly output: string;
  /** Of both streams. */
  readonly said: string;
}

function run(command: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: stepMsMax });
    let output = "";
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output = (output + chunk).slice(-outputCharactersMax);
      said = (said + chunk).slice(-outputCharactersMax);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said = (said + chunk).slice(-outputCharactersMax);
    });
    child.on("error", ({ message }) => resolve({ code: 127, output, said: message }));
    child.on("close", (code) => resolve({ code, output, said }));
  });
}

function lastLine(said: string): string {
  return said.trim().split("\n").at(-1) ?? "";
}
