// Owns the admin routes of calls that wait for a person: what they take and say. Knows no store by name and
// no key.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApprovalDecision, ApprovalRequest, Approvals } from "../../core/contracts/approval.ts";
import { refuse } from "../../core/contracts/refusal.ts";
import { parseJson } from "../../core/text/json-adapter.ts";
import { sendRefusal } from "./refused.ts";

export interface ApprovalRoutesOptions {
  readonly approvals: Approvals;
  readonly onDecided: (asked: ApprovalRequest, said: ApprovalDecision, request: FastifyRequest) => void;
}

const listedMax = 1_000;
const place = { type: "object", properties: { id: { type: "string", pattern: "^[0-9a-f-]{36}$" } } };
const order = {
  type: "object",
  additionalProperties: false,
  required: ["decision", "by"],
  properties: {
    decision: { type: "string", enum: ["approve", "deny"] },
    by: { type: "string", minLength: 1, maxLength: 128, pattern: "^[A-Za-z0-9._@+-]+$" },
    reason: { type: "string", minLength: 1, maxLength: 500, pattern: "^[^\\u0000-\\u001f\\u007f]+$" },
  },
};

interface Place {
  readonly id: string;
}

interface Order {
  readonly decision: "approve" | "deny";
  readonly by: string;
  readonly reason?: string;
}

export function addApprovalRoutes(app: FastifyInstance, options: ApprovalRoutesOptions): void {
  const { approvals } = options;
  app.get("/approvals", async (_request, reply) => {
    const waiting = await approvals.list(listedMax);
    if (waiting === "lost") return lost(reply);
    // Whoever looks them over needs no arguments yet.
    return reply.send({ approvals: waiting.map(({ arguments: _, ...rest }) => rest) });
  });
  app.get<{ Params: Place }>("/approvals/:id", { schema: { params: place } }, async ({ params }, reply) => {
    const found = await approvals.find(params.id);
    if (found === "lost") return lost(reply);
    if (found === undefined) return sendRefusal(reply, refuse("approval_unknown"));
    return reply.send({ ...found, arguments: parseJson(found.arguments) });
  });
  app.post<{ Params: Place; Body: Order }>(
    "/approvals/:id",
    { schema: { params: place, body: order } },
    (request, reply) => decide(options, request, reply),
  );
}

async function decide(
  { approvals, onDecided }: ApprovalRoutesOptions,
  request: FastifyRequest<{ Params: Place; Body: Order }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { decision, by, reason } = request.body;
  const said: ApprovalDecision = { decision, by, reason, at: new Date().toISOString() };
  const settling = await approvals.settle(request.params.id, said);
  if (settling === "lost") return lost(reply);
  if (settling.kind === "unknown") return sendRefusal(reply, refuse("approval_unknown"));
  if (settling.kind === "earlier") {
    const { decision: earlier, by: who, at } = settling.decision;
    return sendRefusal(
      reply,
      refuse("approval_decided", { message: `Decided before: ${earlier} by ${who}, ${at}.` }),
    );
  }
  if (settling.request !== undefined) onDecided(settling.request, said, request);
  return reply.send({ id: request.params.id, ...said });
}

function lost(reply: FastifyReply): FastifyReply {
  return sendRefusal(reply, refuse("store_unavailable"));
}
