// Owns the scene in which the provider goes away in the middle of its answer.

import { streamTask } from "../client.ts";
import { type Play, prepare } from "../scene.ts";

export async function showCut(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("The provider's stream is cut: an error, never an end that looks complete");
  const task = { id: "cut-1", session_id: "s-dan", prompt: "Talk until you are cut.", stream: true };
  const call = prepare(play, { user: "dan", task });
  const live = show.stream();
  const { events } = await streamTask(call, ({ delta }) => live.add(delta ?? ""));
  live.end();
  const end = events.at(-1);
  show.came(`${end?.status}: ${end?.error}`);
  const [line] = await stage.lines.waitFor(1, ({ error_type }) => error_type === "upstream_truncated");
  show.claim({
    what: "some text came, then the agent's SDK raised",
    seen: [events.length > 1, end?.status, end?.error?.split(":")[0]],
    expected: [true, "failed", "APIError"],
  });
  show.claim({
    what: "the provider's log and the sidecar's say the same",
    seen: [stage.provider.log.at(-1)?.ended, line?.task_id],
    expected: ["cut", task.id],
  });
}
