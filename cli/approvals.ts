// Owns `sluice approvals`: its flags, how it asks a gateway, what it prints and how it ends. Decides nothing
// itself.

import { userInfo } from "node:os";
import { Command, Option } from "commander";
import type { ApprovalRequest } from "../core/contracts/approval.ts";

interface ApprovalFlags {
  readonly admin: string;
  readonly adminKey: string;
  readonly by?: string;
  readonly reason?: string;
}

const answerMsMax = 15_000;
const failed = 1;
const badUsage = 2;

const after = `
Lists what waits for a person, shows the very arguments that will be sent, and decides. The admin key is
read from the environment only. Exits 0 when it is done, 1 when nobody answers, 2 on bad usage or where
somebody has decided before.`;

export function approvalsCommand(): Command {
  const command = new Command("approvals");
  const list = subcommand("list", "what waits, the oldest first");
  const show = subcommand("show", "one of them, with its arguments").argument("<id>");
  const approve = deciding("approve", "let it be made");
  const deny = deciding("deny", "let it not be made");
  list.action((flags: ApprovalFlags) => run(list, flags, { path: "/approvals", print: printList }));
  show.action((id: string, flags: ApprovalFlags) =>
    run(show, flags, { path: pathOf(id), print: (said) => `${legible(JSON.stringify(said, null, 2))}\n` }),
  );
  for (const [sub, decision] of [
    [approve, "approve"],
    [deny, "deny"],
  ] as const) {
    sub.action((id: string, flags: ApprovalFlags) => {
      const { by = userInfo().username, reason } = flags;
      const body = { decision, by, ...(reason !== undefined && { reason }) };
      return run(sub, flags, { path: pathOf(id), body, print: () => `${id}: ${decision}\n` });
    });
  }
  return command.addCommand(list).addCommand(show).addCommand(approve).addCommand(deny);
}

function deciding(name: string, description: string): Command {
  return subcommand(name, description)
    .argument("<id>")
    .option("--by <name>", "who decides; your name here where none is given")
    .option("--reason <text>", "the agent is told");
}

function subcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addHelpText("after", after)
    .addOption(
      new Option("--admin <url>", "a gateway's admin listener")
        .env("SLUICE_ADMIN")
        .default("http://127.0.0.1:9091"),
    )
    .addOption(
      new Option("--admin-key <variable>", "the environment variable that holds the admin key").default(
        "SLUICE_ADMIN_KEY",
      ),
    );
}

function pathOf(id: string): string {
  return `/approvals/${encodeURIComponent(id)}`;
}

interface Asking {
  readonly path: string;
  readonly body?: object;
  readonly print: (said: unknown) => string;
}

async function run(
  command: Command,
  { admin, adminKey }: ApprovalFlags,
  { path, body, print }: Asking,
): Promise<void> {
  const key = process.env[adminKey];
  if (!key) return command.error(`error: ${adminKey} holds no admin key`, { exitCode: badUsage });
  if (!URL.canParse(admin)) return command.error("error: --admin is not a URL", { exitCode: badUsage });
  try {
    const response = await fetch(new URL(path, admin), {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(answerMsMax),
    });
    const said = (await response.json()) as { readonly detail?: string };
    if (response.ok) process.stdout.write(print(said));
    else end(legible(String(said.detail)), response.status >= 500 ? failed : badUsage);
  } catch (error) {
    end(`${admin}: ${error instanceof Error ? error.message : String(error)}`, failed);
  }
}

function end(message: string, exitCode: number): void {
  console.error(`sluice: ${message}`);
  process.exitCode = exitCode;
}

function printList(said: unknown): string {
  const { approvals } = said as { readonly approvals: readonly Omit<ApprovalRequest, "arguments">[] };
  if (approvals.length === 0) return "Nothing waits.\n";
  return approvals
    .map(({ id, agent_id, tool, version, user_id = "-", expires_at }) =>
      legible(`${id}  ${agent_id}  ${tool}@${version}  ${user_id}  until ${expires_at}\n`),
    )
    .join("");
}

/** Whoever wrote arguments must not choose how they look: nothing is invisible or moves the cursor. */
function legible(text: string): string {
  return text.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
