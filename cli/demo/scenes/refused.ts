// Owns the scenes in which policy says no: to a stranger, a bad body, a flood, a model. Knows no cost.

import { runTask } from "../client.ts";
import { decide, type Play, prepare, refusalOf } from "../scene.ts";

/** As in policies/examples/demo: requests of one user in a minute. */
const perUser = 5;

export async function showNoKey(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("No key: nothing reaches the agent");
  const task = { id: "no-key", prompt: "Let me in." };
  show.sent(`POST /agents/assistant/run ${JSON.stringify(task)}`);
  show.note("no key");
  const said = await runTask({ url: stage.runUrl("assistant"), key: undefined, user: "mallory", task });
  show.came(`${refusalOf(said)}: ${said.body.detail}`);
  show.claim({ what: "refused", seen: refusalOf(said), expected: "401 credential_missing" });
  show.claim({
    what: "no task of that name came to the sidecar",
    seen: stage.lines.find(({ task_id }) => task_id === task.id),
    expected: [],
  });
  await decide(play, "Agent/assistant", "spec.callers[0].caller");
}

export async function showSchema(play: Play): Promise<void> {
  const { show } = play;
  show.scene("A body that breaks the schema: refused with the place and the rule");
  const said = await runTask(prepare(play, { user: "ann", task: { prompt: 42 } }));
  show.came(`${refusalOf(said)}: ${said.body.detail}`);
  show.claim({ what: "refused", seen: refusalOf(said), expected: "400 schema_violation" });
  show.claim({ what: "the answer says where", seen: said.body.detail?.includes("/prompt"), expected: true });
  await decide(play, "Agent/assistant", "spec.api.request.schema.properties.prompt.type");
}

export async function showRate(play: Play): Promise<void> {
  const { show } = play;
  show.scene(`Too many requests: user eve sends ${perUser + 1}, user ann does not feel it`);
  const task = { session_id: "s-eve", prompt: "Paris, again?" };
  const call = prepare(play, { user: "eve", task });
  const statuses: number[] = [];
  let last = await runTask(call);
  statuses.push(last.status);
  for (let sent = 1; sent <= perUser; sent += 1) {
    last = await runTask(call);
    statuses.push(last.status);
  }
  show.came(statuses.join(" "));
  show.came(`${refusalOf(last)}: ${last.body.detail}`);
  for (const name of ["ratelimit-policy", "ratelimit", "retry-after"]) {
    show.note(`${name}: ${last.headers.get(name)}`);
  }
  const letIn = Array.from({ length: perUser }, () => 200);
  show.claim({
    what: `${perUser} are let in, the next is refused`,
    seen: statuses,
    expected: [...letIn, 429],
  });
  show.claim({
    what: "the RateLimit header says that nothing is left, Retry-After when there is",
    seen: [/"per-user";r=0;t=\d+/.test(last.headers.get("ratelimit") ?? ""), last.headers.has("retry-after")],
    expected: [true, true],
  });
  await decide(play, "Agent/assistant", "spec.limits.per-user.requests");
  const other = await runTask({ ...call, user: "ann", task: { ...task, session_id: "s-ann" } });
  show.claim({ what: "ann is let in at the same moment", seen: other.status, expected: 200 });
}

export async function showModel(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("A model not on the agent's list: the agent's own SDK raises its own error");
  const seenBefore = stage.provider.log.length;
  const task = { id: "model-1", session_id: "s-dan", prompt: "Think hard.", model: "o3-pro" };
  const { status, body } = await runTask(prepare(play, { user: "dan", task }));
  show.came(`${status} ${body.status}: ${body.error}`);
  show.claim({
    what: "the SDK raised PermissionDeniedError, once: it was told not to try again",
    seen: [
      body.error?.split(":")[0],
      stage.lines.find(({ error_type }) => error_type === "model_denied").length,
    ],
    expected: ["PermissionDeniedError", 1],
  });
  show.claim({
    what: "the provider, which has that model, was not asked",
    seen: stage.provider.log.length - seenBefore,
    expected: 0,
  });
  await decide(play, "Agent/assistant", "spec.models[0]");
}
