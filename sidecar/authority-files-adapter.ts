// Owns the files of the pod's certificate authority: its key where one is kept, and what the application
// trusts. Signs nothing.

import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PodAuthority } from "../core/motion/pod-authority.ts";
import { type Issuer, makeIssuer, printIssuer, readIssuer } from "../core/motion/x509-adapter.ts";
import { SettingsError } from "../core/program/settings.ts";
import type { AuthoritySettings } from "./settings.ts";

const othersMayRead = 0o077;

/** Throws SettingsError where a file cannot be used. */
export async function openAuthority({ bundleFile, keyFile }: AuthoritySettings): Promise<PodAuthority> {
  const issuer = keyFile === undefined ? await makeIssuer("secret") : await keptIssuer(keyFile);
  const authority = await PodAuthority.open(issuer);
  writeBundle(bundleFile, authority.bundle);
  return authority;
}

async function keptIssuer(path: string): Promise<Issuer> {
  const pem = readKey(path);
  if (pem === undefined) {
    const issuer = await makeIssuer("kept");
    writeKey(path, await printIssuer(issuer));
    return issuer;
  }
  const issuer = await readIssuer(pem);
  if (issuer === undefined) {
    throw new SettingsError(`--ca-key: ${path} holds no CA that is valid; remove it and one is made`);
  }
  return issuer;
}

/** Undefined: there is no such file. */
function readKey(path: string): string | undefined {
  let text: string;
  let isOurs: boolean;
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    isOurs = stats.isFile() && (stats.mode & othersMayRead) === 0;
    text = isOurs ? readFileSync(path, "utf8") : "";
  } catch {
    throw new SettingsError(`--ca-key: ${path} cannot be read`);
  }
  if (!isOurs) throw new SettingsError(`--ca-key: ${path} has to be a file that nobody else may read (0600)`);
  return text;
}

function writeKey(path: string, pem: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, pem, { mode: 0o600, flag: "wx" });
  } catch {
    throw new SettingsError(`--ca-key: ${path} cannot be written`);
  }
}

/** Whole or not at all: the application may start at any time. */
function writeBundle(path: string, pem: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(draft, { force: true });
    writeFileSync(draft, pem, { mode: 0o644, flag: "wx" });
    renameSync(draft, path);
  } catch {
    throw new SettingsError(`--ca-bundle: ${path} cannot be written`);
  }
}
