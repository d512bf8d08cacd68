// Owns the demo's client: a plain HTTP caller of the gateway. Knows nothing of what answers it.

const answerMsMax = 15_000;

export interface Task {
  readonly id?: string;
  readonly session_id?: string;
  readonly prompt: unknown;
  readonly model?: string;
  readonly stream?: boolean;
}

export interface TaskCall {
  /** `http://127.0.0.1:8080/agents/search/run`. */
  readonly url: string;
  /** Undefined: none is sent. */
  readonly key: string | undefined;
  readonly user: string;
  readonly task: Task;
}

/** What an agent answers; absent members where the answer is not a task's. */
export interface TaskOut {
  readonly status?: string;
  readonly output?: string;
  readonly error?: string | null;
  readonly steps_used?: number;
  readonly tool_calls?: number;
  /** RFC 9457, where Sluice refused. */
  readonly detail?: string;
  /** A piece of a streamed answer. */
  readonly delta?: string;
}

export interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly body: TaskOut;
  readonly durationMs: number;
}

export async function runTask(call: TaskCall): Promise<Said> {
  const startedAt = performance.now();
  const answer = await send(call);
  const body = (await answer.json()) as TaskOut;
  return { status: answer.status, headers: answer.headers, body, durationMs: performance.now() - startedAt };
}

export interface StreamSaid extends Omit<Said, "body"> {
  /** Each event of the stream, as far as it came. */
  readonly events: readonly TaskOut[];
}

/** `onEvent` is told of each event the moment it is read. */
export async function streamTask(call: TaskCall, onEvent: (event: TaskOut) => void): Promise<StreamSaid> {
  const startedAt = performance.now();
  const answer = await send(call);
  const events: TaskOut[] = [];
  let rest = "";
  for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (rest + text).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const event = JSON.parse(part.replace(/^data: /, "")) as TaskOut;
      events.push(event);
      onEvent(event);
    }
  }
  const { status, headers } = answer;
  return { status, headers, events, durationMs: performance.now() - startedAt };
}

function send({ url, key, user, task }: TaskCall): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-user-id": user,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(task),
    signal: AbortSignal.timeout(answerMsMax),
  });
}
