// Owns `sluice keys create`: new API keys and token keys, shown once. Knows no policies, keeps nothing.

import { hash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { agentKeyOf, generateTokenKeys } from "../core/tokens/keys-adapter.ts";

interface CreateOptions {
  readonly caller: string;
  readonly token?: true;
  readonly admin?: true;
  readonly agent?: string;
  readonly out?: string;
}

export function keysCommand(): Command {
  const create = new Command("create")
    .description("print a new API key once, and the hash that goes into a policy")
    .option("--caller <name>", "the Caller it is for, as the snippet names it", "my-caller")
    .addOption(
      new Option(
        "--admin",
        "for the gateway's admin listener, with the setting its hash goes into",
      ).conflicts("token"),
    )
    .option("--token", "make the pair of keys for the gateway's token instead")
    .addOption(
      new Option(
        "--agent <name>",
        "make the key of an agent's sidecar instead, with which the agent calls others",
      ).conflicts(["token", "admin"]),
    )
    .option(
      "--out <dir>",
      "with --token or --agent: write what is secret into this new directory, and print only where",
    )
    .action(async ({ caller, token, admin, agent, out }: CreateOptions, command: Command) => {
      const place = { dir: out, command };
      const described = admin === true ? describeAdminKey() : describeApiKey(caller);
      if (agent !== undefined) process.stdout.write(await describeAgentKey(agent, place));
      else process.stdout.write(token === true ? await describeTokenKeys(place) : described);
    });
  return new Command("keys").addCommand(create);
}

/** 32 random bytes; the prefix lets scanners for leaked secrets know one. */
export function generateApiKey(): string {
  return `slk_${randomBytes(32).toString("base64url")}`;
}

function describeApiKey(caller: string): string {
  const key = generateApiKey();
  return `${key}

This key is shown only now. Give it to the caller, who sends it as "Authorization: Bearer" or x-api-key.
A policy holds its hash; up to two keys of a caller are valid at once, for changing them without a gap:

apiVersion: sluice.dev/v1alpha1
kind: Caller
metadata: { name: ${caller} }
spec:
  apiKeys:
    current: { sha256: ${hash("sha256", key, "hex")} }
`;
}

function describeAdminKey(): string {
  const key = generateApiKey();
  return `${key}

This key is shown only now. Keep it in SLUICE_ADMIN_KEY where \`sluice budget … --admin URL\` runs.
The gateway has its hash; up to two with a comma between, for changing them without a gap:

SLUICE_ADMIN_KEY_SHA256=${hash("sha256", key, "hex")}
`;
}

interface Place {
  /** Undefined: it is printed. */
  readonly dir: string | undefined;
  readonly command: Command;
}

async function describeTokenKeys({ dir, command }: Place): Promise<string> {
  const { privateKeyPem, publicKeyPem } = generateTokenKeys();
  if (dir === undefined) return `${privateKeyPem}${publicKeyPem}`;
  const files = { "token-private.pem": privateKeyPem, "token-public.pem": publicKeyPem };
  const [privateFile, publicFile] = await writeFiles(files, { dir, command });
  return `${privateFile} signs tokens: for the gateway only\n${publicFile} verifies them: for sidecars\n`;
}

async function describeAgentKey(agent: string, { dir, command }: Place): Promise<string> {
  const { privateKeyPem } = generateTokenKeys();
  const file = `${agent}-private.pem`;
  const [path] = dir === undefined ? [] : await writeFiles({ [file]: privateKeyPem }, { dir, command });
  const secret = path === undefined ? privateKeyPem : `${path} is the private key\n`;
  return `${secret}
Give the private key to the sidecar of this agent and to nobody else: --agent-key (SLUICE_AGENT_KEY).
A policy holds the public half; up to two of an agent are valid at once, for changing them without a gap:

apiVersion: sluice.dev/v1alpha1
kind: Agent
metadata: { name: ${agent} }
spec:
  keys:
    current: { ed25519: ${String(agentKeyOf(privateKeyPem))} }
`;
}

/** A new directory holds nothing to overwrite: a lost private key would lock every sidecar out. */
async function writeFiles(
  files: Readonly<Record<string, string>>,
  { dir, command }: { readonly dir: string; readonly command: Command },
): Promise<readonly string[]> {
  try {
    await mkdir(dir, { mode: 0o700 });
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(dir, name), text, { mode: name.includes("private") ? 0o600 : 0o666 });
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unknown";
    command.error(
      `error: --out ${dir}: ${code === "EEXIST" ? "exists already" : `cannot be written (${code})`}`,
    );
  }
  return Object.keys(files).map((name) => join(dir, name));
}
