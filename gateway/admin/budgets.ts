// Owns the admin routes of budgets: what they take and say. Knows no store and no key.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Refusal } from "../../core/contracts/refusal.ts";
import type { BudgetChange, BudgetDesk } from "../../core/program/budgets/desk.ts";
import { type BudgetQuery, parseScopes } from "../../core/program/budgets/selection.ts";
import { sendRefusal } from "./refused.ts";

export interface BudgetRoutesOptions {
  readonly desk: BudgetDesk;
  /** `memory`: what sidecars count is not in it. */
  readonly store: string;
  readonly onChange: (change: BudgetChange, key: string, request: FastifyRequest) => void;
}

const name = { type: "string", minLength: 1, maxLength: 253 };
const valueCharsMax = 1_024;

const question = {
  type: "object",
  additionalProperties: false,
  properties: { limit: name, agent: name, scope: { type: "string", maxLength: 4 * valueCharsMax } },
};

const order = {
  type: "object",
  additionalProperties: false,
  required: ["limit"],
  properties: {
    limit: name,
    agent: name,
    scope: {
      type: "object",
      maxProperties: 16,
      additionalProperties: { type: ["string", "null"], maxLength: valueCharsMax },
    },
  },
};

const resetOrder = { ...order, properties: { ...order.properties, all: { type: "boolean" } } };
const grantOrder = {
  ...order,
  required: ["limit", "amount"],
  properties: {
    ...order.properties,
    amount: { type: ["string", "integer"], minLength: 1, maxLength: 32, minimum: 1 },
  },
};

interface Question {
  readonly limit?: string;
  readonly agent?: string;
  readonly scope?: string;
}

interface Order {
  readonly limit: string;
  readonly agent?: string;
  readonly scope?: Readonly<Record<string, string | null>>;
}

export function addBudgetRoutes(app: FastifyInstance, { desk, store, onChange }: BudgetRoutesOptions): void {
  app.get<{ Querystring: Question }>(
    "/budgets",
    { schema: { querystring: question } },
    async ({ query: { limit, agent, scope = "" } }, reply) => {
      const scopes = parseScopes(scope);
      const said = "kind" in scopes ? scopes : await desk.show({ limit, agent, scopes });
      return answer(reply, "kind" in said ? said : { store, ...said });
    },
  );
  app.post<{ Body: Order & { readonly all?: boolean } }>(
    "/budgets/reset",
    { schema: { body: resetOrder } },
    async (request, reply) => {
      const of = request.body.all === true ? "all" : "one";
      const note = (change: BudgetChange, key: string) => onChange(change, key, request);
      const said = await desk.reset(queryOf(request.body), { of, onChange: note });
      return answer(reply, "kind" in said ? said : { changes: said });
    },
  );
  app.post<{ Body: Order & { readonly amount: string | number } }>(
    "/budgets/grant",
    { schema: { body: grantOrder } },
    async (request, reply) => {
      const amount = String(request.body.amount);
      const note = (change: BudgetChange, key: string) => onChange(change, key, request);
      const said = await desk.grant(queryOf(request.body), { amount, onChange: note });
      return answer(reply, "kind" in said ? said : { changes: [said] });
    },
  );
}

function queryOf({ limit, agent, scope = {} }: Order): BudgetQuery {
  const values = Object.entries(scope).map(([scope, value]) => [scope, value ?? undefined] as const);
  return { limit, agent, scopes: new Map(values) };
}

function answer(reply: FastifyReply, said: Refusal | object): FastifyReply {
  return "kind" in said ? sendRefusal(reply, said as Refusal) : reply.send(said);
}
