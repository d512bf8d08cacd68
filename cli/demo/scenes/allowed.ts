// Owns the scenes in which all goes well: a task with a tool call, a streamed one, one of the Python agent.

import { runTask, streamTask } from "../client.ts";
import { decide, ms, type Play, prepare } from "../scene.ts";
import { providerKey } from "../stage.ts";

const weather = { prompt: "What is the weather in Paris?" };
const weatherSaid = "It is 18 °C and sunny in Paris.";
const poemSaid =
  "A gate of oak, a stream beneath, it lets the quiet water through, and holds the flood between its teeth.";

/** What the agent works on stays in the pod. */
const ownHeaders = /^(x-sluice-|x-task-id|x-session-id|x-user-id|x-request-id|traceparent|baggage)/;

export async function showTask(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("A task: the agent (openai SDK) asks its model, calls a tool, asks again");
  const task = { id: "weather-1", session_id: "s-ann", ...weather };
  const seenBefore = stage.provider.log.length;
  const { status, body, durationMs } = await runTask(prepare(play, { user: "ann", task }));
  const calls = stage.provider.log.slice(seenBefore);
  const lines = await stage.lines.waitFor(4, ({ task_id }) => task_id === task.id);
  show.came(`${status} ${body.status}: "${body.output}" (${ms(durationMs)})`);
  show.claim({ what: "the agent answered", seen: [status, body.output], expected: [200, weatherSaid] });
  show.claim({
    what: "two LLM calls reached the provider, with the policy's credential, which no agent has",
    seen: calls.map(({ headers }) => headers.authorization),
    expected: [`Bearer ${providerKey}`, `Bearer ${providerKey}`],
  });
  await decide(play, "Provider/openai", "spec.credential.env");
  const ownSent = calls.flatMap(({ headers }) =>
    Object.keys(headers).filter((name) => ownHeaders.test(name)),
  );
  show.claim({ what: "nothing of who asked or what for went out with them", seen: ownSent, expected: [] });
  const traces = new Set(lines.map(({ trace_id }) => trace_id));
  show.claim({
    what: `gateway, sidecar and both calls wrote a line each, of one trace: ${[...traces][0]?.slice(0, 8)}…`,
    seen: { lines: lines.length, traces: traces.size },
    expected: { lines: 4, traces: 1 },
  });
}

export async function showStream(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("A streamed answer: each piece passes as it comes");
  const task = { id: "poem-1", session_id: "s-bob", prompt: "Write a poem about a sluice.", stream: true };
  const call = prepare(play, { user: "bob", task });
  const live = show.stream();
  let wasUnderWay = false;
  const { events, durationMs } = await streamTask(call, ({ delta }) => {
    if (delta === undefined) return;
    wasUnderWay ||= stage.provider.log.at(-1)?.ended === undefined;
    live.add(delta);
  });
  live.end();
  const deltas = events.flatMap(({ delta }) => delta ?? []);
  show.claim({
    what: `the text is whole, in ${deltas.length} pieces`,
    seen: deltas.join(""),
    expected: poemSaid,
  });
  show.claim({
    what: `the client was reading while the provider still wrote (${ms(durationMs)} in all)`,
    seen: wasUnderWay,
    expected: true,
  });
  show.claim({ what: "the task ended well", seen: events.at(-1)?.status, expected: "completed" });
}

export async function showPython(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("The same task for an agent in Python (standard library only)");
  if (stage.members.every(({ agent }) => agent !== "assistant-py")) {
    show.note("SKIPPED: there is no python3 on this machine");
    return;
  }
  const task = { id: "weather-2", session_id: "s-ann", ...weather };
  const call = prepare(play, { agent: "assistant-py", user: "ann", task });
  const { status, body, durationMs } = await runTask(call);
  show.came(`${status} ${body.status}: "${body.output}" (${ms(durationMs)})`);
  show.claim({ what: "the agent answered", seen: [status, body.output], expected: [200, weatherSaid] });
}
