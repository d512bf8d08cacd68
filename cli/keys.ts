// Owns `sluice keys create`: new API keys and token keys, shown once. Knows no policies, keeps nothing.

import { hash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { generateTokenKeys } from "../core/tokens/keys-adapter.ts";

interface CreateOptions {
  readonly caller: string;
  readonly token?: true;
  readonly admin?: true;
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
    .option("--out <dir>", "with --token: write the pair into this new directory and print only where")
    .action(async ({ caller, token, admin, out }: CreateOptions, command: Command) => {
      const described = admin === true ? describeAdminKey() : describeApiKey(caller);
      process.stdout.write(token === true ? await describeTokenKeys(out, command) : described);
    });
  return new Command("keys").description("keys of callers and of the gateway").addCommand(create);
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

/** A new directory holds nothing to overwrite: a lost private key would lock every sidecar out. */
async function describeTokenKeys(dir: string | undefined, command: Command): Promise<string> {
  const { privateKeyPem, publicKeyPem } = generateTokenKeys();
  if (dir === undefined) return `${privateKeyPem}${publicKeyPem}`;
  const privateFile = join(dir, "token-private.pem");
  const publicFile = join(dir, "token-public.pem");
  try {
    await mkdir(dir, { mode: 0o700 });
    await writeFile(privateFile, privateKeyPem, { mode: 0o600 });
    await writeFile(publicFile, publicKeyPem);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unknown";
    command.error(
      `error: --out ${dir}: ${code === "EEXIST" ? "exists already" : `cannot be written (${code})`}`,
    );
  }
  return `${privateFile} signs tokens: for the gateway only\n${publicFile} verifies them: for sidecars\n`;
}
