// Owns the scene in which an agent calls tools through its sidecar: a wrong argument, a tool that is not its
// own. Knows no cost.

import { decide, type Play, refusalOf } from "../scene.ts";
import { localUrl } from "../stage.ts";

export async function showTools(play: Play): Promise<void> {
  const { stage, show } = play;
  show.scene("Tools through the sidecar: only those on the list, only with arguments that fit");
  const [member] = stage.members;
  const url = `${localUrl(member?.sidecar.egressPort)}/tools`;
  const call = async (name: string, args: object) => {
    show.sent(`POST /tools/${name} ${JSON.stringify(args)}   (at the sidecar)`);
    const { status, headers, body } = await postJson(`${url}/${name}`, args);
    show.came(`${refusalOf({ status, headers })}: ${body.detail}`);
    return { said: refusalOf({ status, headers }), detail: body.detail ?? "" };
  };
  const wrong = await call("get_weather", { town: "Paris" });
  show.claim({
    what: "a hallucinated argument is refused, and the agent is told which",
    seen: [wrong.said, wrong.detail.includes("/city: required"), wrong.detail.includes('no member "town"')],
    expected: ["400 schema_violation", true, true],
  });
  await decide(play, "Tool/get_weather", "spec.parameters.additionalProperties");
  const other = await call("shell", { command: "id" });
  show.claim({
    what: "a tool that is not on the list is refused",
    seen: other.said,
    expected: "403 tool_denied",
  });
  const listed = await fetch(`${url}?format=openai`);
  const tools = (await listed.json()) as readonly { readonly function: { readonly name: string } }[];
  show.claim({
    what: "the list, as an SDK takes it, holds what the agent may call and nothing else",
    seen: tools.map((tool) => tool.function.name),
    expected: ["get_weather"],
  });
}

async function postJson(url: string, body: object) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const said = (await response.json()) as { readonly detail?: string };
  return { status: response.status, headers: response.headers, body: said };
}
