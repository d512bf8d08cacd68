// Owns every "no" Sluice can say: one table of codes, one type for all phases. Knows nothing of dialects or
// sockets.

/** Whose fault a refusal is; `client` and `policy` are never worth an upstream retry. */
export type Fault = "client" | "policy" | "upstream" | "sluice";

interface Row {
  readonly status: number;
  readonly fault: Fault;
  /** Whether the very same request may succeed later. Drives `retry-after` and `x-should-retry`. */
  readonly retryable: boolean;
  /** What the reader of the docs and of the answer should know; never carries the client's own data. */
  readonly meaning: string;
}

const row = (status: number, fault: Fault, retry: "retry" | "final", meaning: string): Row => ({
  status,
  fault,
  retryable: retry === "retry",
  meaning,
});

/** code → status, whose fault, retryable, meaning. The docs' table is generated from this one. */
export const refusalTable = {
  // who is calling
  credential_missing: row(401, "client", "final", "No API key or token was sent."),
  credential_invalid: row(401, "client", "final", "The API key or token is not valid."),
  token_missing: row(401, "client", "final", "The gateway's token is missing on this request."),
  token_invalid: row(401, "client", "final", "The gateway's token is not valid here."),
  caller_denied: row(403, "policy", "final", "This caller may not call this agent."),
  agent_denied: row(403, "policy", "final", "This agent may not call that agent, or not for this task."),
  model_denied: row(403, "policy", "final", "This model is not on the agent's list."),
  hosted_tool_denied: row(403, "policy", "final", "A provider-run tool in the request is not allowed."),
  egress_denied: row(403, "policy", "final", "This host is not on the agent's egress list."),
  address_denied: row(403, "policy", "final", "The host stands for an address that nobody may reach so."),
  tunnel_denied: row(403, "policy", "final", "What came through the tunnel is no TLS to its own host."),
  unattributed_denied: row(403, "policy", "final", "The call belongs to no task this sidecar has open."),
  // what was asked
  request_malformed: row(400, "client", "final", "The request is not well-formed."),
  body_malformed: row(400, "client", "final", "The body is not one well-formed JSON text."),
  body_ambiguous: row(400, "client", "final", "The body can be read in more than one way."),
  body_encoded: row(415, "client", "final", "Content encodings are not accepted on this route."),
  schema_violation: row(400, "client", "final", "The body does not fit the schema."),
  ceiling_out_of_bounds: row(400, "client", "final", "A ceiling the task asks for is outside the bounds."),
  route_unknown: row(404, "client", "final", "Nothing is routed at this path."),
  route_refused: row(403, "policy", "final", "This provider route is not covered, so it is refused."),
  method_refused: row(405, "client", "final", "This method is not accepted here."),
  upgrade_refused: row(403, "policy", "final", "This route does not accept an upgrade."),
  version_refused: row(505, "client", "final", "Only HTTP/1.1 is accepted."),
  call_uncarried: row(400, "client", "final", "No upstream of this model takes what the call asks for."),
  stored_denied: row(403, "policy", "final", "What is stored under this id is not yours to use."),
  tool_denied: row(403, "policy", "final", "This tool, or this use of it, is not allowed to this agent."),
  tool_not_approved: row(403, "policy", "final", "This tool is not as it was when it was approved."),
  resource_denied: row(403, "policy", "final", "This resource is not allowed to this agent."),
  prompt_denied: row(403, "policy", "final", "This prompt is not allowed to this agent."),
  origin_denied: row(403, "policy", "final", "This origin or host may not ask here."),
  mcp_header_mismatch: row(400, "client", "final", "An MCP header is missing or differs from the body."),
  mcp_session_unknown: row(404, "client", "final", "This MCP session is over, or another agent's."),
  approval_denied: row(403, "policy", "final", "A person has denied this call."),
  approval_expired: row(403, "policy", "final", "Nobody has approved this call in time."),
  approval_unknown: row(404, "client", "final", "No such call waits for approval."),
  approval_decided: row(409, "client", "final", "This call has been decided before."),
  registration_denied: row(403, "policy", "final", "This caller may not register this tool."),
  registration_conflict: row(409, "client", "final", "This version does not go with those that live."),
  registration_unknown: row(404, "client", "final", "Nothing of this caller's is registered under this id."),
  tool_call_invalid: row(400, "policy", "final", "A call of a tool does not fit the tool."),
  tool_version_unknown: row(404, "client", "final", "No version of this tool is in the range asked for."),
  idempotency_conflict: row(422, "client", "final", "This key was used before, with another body."),
  idempotency_pending: row(409, "client", "retry", "The first call with this key is still under way."),
  idempotency_unknown: row(409, "client", "final", "Nobody knows what came of the call with this key."),
  // guards
  prompt_injection_detected: row(400, "policy", "final", "A text looks like a prompt injection."),
  blocked_content: row(400, "policy", "final", "A text is of a kind that the policy does not allow."),
  pii_detected: row(400, "policy", "final", "A text holds personal data."),
  secret_detected: row(400, "policy", "final", "A text holds a secret."),
  response_too_long: row(400, "policy", "final", "The answer is longer than the policy allows."),
  text_out_of_bounds: row(400, "policy", "final", "A text is shorter or longer than the policy allows."),
  inappropriate_tone: row(400, "policy", "final", "The tone of a text is not what the policy allows."),
  answer_invalid: row(400, "policy", "final", "The model's answer does not fit its schema."),
  role_denied: row(403, "policy", "final", "A message stands in a role that is not the client's to use."),
  input_uninspectable: row(403, "policy", "final", "The request holds something that nobody here can read."),
  answer_uninspectable: row(403, "policy", "final", "The answer holds something that nobody here can read."),
  stream_denied: row(403, "policy", "final", "A guard needs the whole answer: ask without streaming."),
  confirmation_required: row(403, "policy", "final", "A person has to confirm this first."),
  guard_unavailable: row(503, "sluice", "retry", "A guard cannot decide right now."),
  // bounds
  request_timeout: row(408, "client", "retry", "The request did not arrive in time."),
  body_too_large: row(413, "client", "final", "The body is larger than the bound."),
  url_too_long: row(414, "client", "final", "The URL is longer than the bound."),
  headers_too_large: row(431, "client", "final", "The header block is larger than the bound."),
  // limits
  rate_limited: row(429, "policy", "retry", "A request limit is reached."),
  concurrency_limited: row(429, "policy", "retry", "Too many requests are in flight."),
  budget_exceeded: row(429, "policy", "final", "A budget of tokens or money is spent."),
  budget_reserved: row(429, "policy", "retry", "Calls under way hold what is left of a budget."),
  budget_unavailable: row(503, "sluice", "retry", "The budget cannot be checked right now."),
  steps_exceeded: row(429, "policy", "final", "A limit on model calls is reached."),
  tool_calls_exceeded: row(429, "policy", "final", "A limit on tool calls is reached."),
  wall_clock_exceeded: row(429, "policy", "final", "The time this work may take is over."),
  depth_exceeded: row(429, "policy", "final", "Agents have called agents too many times."),
  loop_detected: row(429, "policy", "final", "The agent does the same thing over and over."),
  budget_unknown: row(404, "client", "final", "There is no such limit, scope or counter."),
  budget_ambiguous: row(409, "client", "final", "More than one counter is meant."),
  price_unknown: row(403, "policy", "final", "Money is limited, and nobody knows what this model costs."),
  input_unbounded: row(403, "policy", "final", "A budget cannot hold input whose size nobody knows."),
  model_downgraded: row(429, "policy", "retry", "A cheaper model is asked in this one's place."),
  // upstream
  upstream_unreachable: row(502, "upstream", "retry", "The upstream could not be reached."),
  upstream_malformed: row(502, "upstream", "retry", "The upstream's answer is not well-formed."),
  upstream_failed: row(502, "upstream", "retry", "The provider answered with an error."),
  upstream_truncated: row(502, "upstream", "retry", "The upstream's answer ended before its end."),
  upstream_redirected: row(502, "upstream", "final", "The upstream redirected; redirects are not followed."),
  upstream_encoded: row(502, "upstream", "final", "The upstream compressed an answer that has to be read."),
  upstream_too_large: row(502, "upstream", "final", "The upstream's answer is larger than the bound."),
  upstream_timeout: row(504, "upstream", "retry", "The upstream did not answer in time."),
  tool_failed: row(502, "upstream", "retry", "The tool failed; its error text is withheld."),
  tool_answer_invalid: row(502, "upstream", "final", "The tool's answer is not what it is to return."),
  agent_failed: row(502, "upstream", "retry", "The agent failed; its error text is withheld."),
  // ours
  credential_unavailable: row(503, "sluice", "retry", "The provider's credential cannot be read."),
  store_unavailable: row(503, "sluice", "retry", "The limit cannot be checked right now."),
  keys_unavailable: row(503, "sluice", "retry", "The keys that verify this token cannot be fetched."),
  overloaded: row(503, "sluice", "retry", "Too much is in flight right now."),
  draining: row(503, "sluice", "retry", "This instance is shutting down."),
  internal: row(500, "sluice", "final", "Sluice failed on this request."),
} as const satisfies Record<string, Row>;

export type RefusalCode = keyof typeof refusalTable;

/** A "no", the same in every phase. `message` is shown to the client and never carries data of anybody. */
export interface Refusal {
  readonly kind: "refusal";
  readonly code: RefusalCode;
  readonly status: number;
  readonly message: string;
  /** Seconds after which a retry makes sense; absent where waiting does not help. */
  readonly retryAfterS?: number;
  /** Said beside the ones every refusal has, such as `ratelimit`; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RefusalDetail {
  /** What this reader should do, in one or two sentences; the table's meaning where absent. */
  readonly message?: string;
  /** Only where the policy selects it (429 or 503) or an upstream's own status is kept. */
  readonly status?: number;
  readonly retryAfterS?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function refuse(code: RefusalCode, detail: RefusalDetail = {}): Refusal {
  const row = refusalTable[code];
  return {
    kind: "refusal",
    code,
    status: detail.status ?? row.status,
    message: detail.message ?? row.meaning,
    ...(detail.retryAfterS === undefined ? {} : { retryAfterS: detail.retryAfterS }),
    ...(detail.headers === undefined ? {} : { headers: detail.headers }),
  };
}

/** The headers every refusal carries, whatever the dialect of its body. */
export function refusalHeaders(refusal: Refusal): Record<string, string> {
  const headers: Record<string, string> = { ...refusal.headers, "x-sluice-refusal": refusal.code };
  if (refusal.retryAfterS !== undefined) headers["retry-after"] = String(refusal.retryAfterS);
  if (!refusalTable[refusal.code].retryable) headers["x-should-retry"] = "false";
  return headers;
}

/** RFC 9457: the body of a refusal where no dialect claims it. */
export function problemJson(refusal: Refusal): Record<string, string | number> {
  return {
    type: `urn:sluice:refusal:${refusal.code}`,
    title: refusalTable[refusal.code].meaning,
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
  };
}
