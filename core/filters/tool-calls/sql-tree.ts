// Owns what a parsed SELECT may consist of: known parts, known functions, tables of a list. Parses nothing.

/** A node as the parser makes it: its members differ by `type`. */
export type SqlNode = { readonly [member: string]: unknown };

type Names = ReadonlySet<string>;

interface Scope {
  /** Tables that may be read. */
  readonly listed: Names;
  /** Names that a WITH around gave to a query of its own. */
  readonly given: Names;
}

/** In words; undefined: nothing is wrong with it. */
export function sqlObjection(statement: SqlNode, listed: Names): string | undefined {
  if (statement.type !== "select") return "may only read: one SELECT";
  return inSelect(statement, { listed, given: new Set() });
}

const ofSelect: Names = new Set([
  ...["with", "type", "distinct", "columns", "from", "where", "groupby", "having", "orderby", "limit"],
  ...["window", "_next", "set_op", "parentheses_symbol", "_parentheses", "parentheses", "_orderby", "_limit"],
]);

function inSelect(select: SqlNode, scope: Scope): string | undefined {
  for (const [name, value] of Object.entries(select)) {
    if (ofSelect.has(name) || isNothing(value)) continue;
    return name === "into" ? "may not write INTO anything" : `may not use \`${name}\``;
  }
  const given = new Set(scope.given);
  for (const each of listOf(select.with)) {
    const inner = isNode(each.stmt) && isNode(each.stmt.ast) ? each.stmt.ast : each.stmt;
    const name = nameOf(each.name);
    if (!isNode(inner) || inner.type !== "select" || name === undefined) return "may only read: one SELECT";
    // The query itself is not yet known by its name; where it is recursive, it is known to be a query.
    if (each.recursive === true) given.add(name);
    const objection = inSelect(inner, { listed: scope.listed, given: new Set(given) });
    if (objection !== undefined) return objection;
    given.add(name);
  }
  const { with: _, ...rest } = select;
  const here = { listed: scope.listed, given };
  const tables = listOf(select.from).map((table) => inTable(table, here));
  return tables.find((each) => each !== undefined) ?? below({ ...rest, type: undefined }, here);
}

function inTable(from: SqlNode, { listed, given }: Scope): string | undefined {
  const { table, db, schema, catalog } = from;
  if (table === undefined || table === null) return undefined;
  const parts = [catalog, db, schema, table].filter((part) => typeof part === "string" && part !== "");
  const name = parts.join(".");
  if (listed.has(name) || (parts.length === 1 && given.has(name))) return undefined;
  return "reads a table that is not listed: tables have to be written as they are listed";
}

/** What only holds others, and literals: they read nothing. */
const plain: Names = new Set([
  ...["expr", "column_ref", "number", "bool", "null", "string", "single_quote_string", "double_quote_string"],
  ...[
    "binary_expr",
    "unary_expr",
    "expr_list",
    "star",
    "cast",
    "case",
    "when",
    "else",
    "interval",
    "extract",
  ],
  ...["default", "ASC", "DESC", "limit", "date", "time", "timestamp", "datetime", "window_func", "window"],
  ...[
    "backticks_quote_string",
    "boolean",
    "column_list",
    "origin",
    "param",
    "asc",
    "desc",
    "as",
    "var_string",
  ],
]);

function below(value: unknown, scope: Scope): string | undefined {
  if (Array.isArray(value)) {
    for (const each of value) {
      const objection = below(each, scope);
      if (objection !== undefined) return objection;
    }
    return undefined;
  }
  if (!isNode(value)) return undefined;
  const objection = isTyped(value) ? inNode(value, scope) : undefined;
  if (objection !== undefined || value.type === "select") return objection;
  return below(Object.values(value), scope);
}

function isTyped({ type }: SqlNode): boolean {
  return typeof type === "string";
}

function inNode(node: SqlNode, scope: Scope): string | undefined {
  const type = String(node.type);
  if (type === "select") return inSelect(node, scope);
  if (type === "function" || type === "aggr_func") {
    const name = functionName(node.name);
    if (name !== undefined && functions.has(name.toLowerCase())) return undefined;
    return `may not call ${name !== undefined && /^\w{1,64}$/.test(name) ? `\`${name}\`` : "this function"}`;
  }
  return plain.has(type) ? undefined : `may not use ${/^\w{1,32}$/.test(type) ? `\`${type}\`` : "this"}`;
}

/** One without a schema: others may have any name. */
function functionName(name: unknown): string | undefined {
  if (typeof name === "string") return name;
  if (!isNode(name) || name.schema !== undefined) return undefined;
  const parts = listOf(name.name);
  return parts.length === 1 ? nameOf(parts[0]) : undefined;
}

function nameOf(name: unknown): string | undefined {
  if (typeof name === "string") return name;
  return isNode(name) && typeof name.value === "string" ? name.value : undefined;
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  return isNode(value) && Object.values(value).every(isNothing);
}

function listOf(value: unknown): readonly SqlNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is SqlNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** They compute, and do nothing else: no file, no setting, no sleep, no lock, no other server. */
const functions: Names = new Set([
  ...["count", "sum", "avg", "min", "max", "stddev", "variance", "string_agg", "group_concat", "array_agg"],
  ...["lower", "upper", "trim", "ltrim", "rtrim", "length", "char_length", "substring", "substr", "left"],
  ...["right", "concat", "concat_ws", "replace", "position", "instr", "coalesce", "nullif", "ifnull"],
  ...["greatest", "least", "abs", "ceil", "ceiling", "floor", "round", "mod", "power", "sqrt", "sign"],
  ...["now", "current_date", "current_time", "current_timestamp", "date", "time", "datetime", "year"],
  ...["month", "day", "hour", "minute", "second", "date_trunc", "date_part", "date_format", "strftime"],
  ...["to_char", "to_date", "to_number", "to_timestamp", "age", "datediff", "timestampdiff", "extract"],
  ...["row_number", "rank", "dense_rank", "ntile", "lag", "lead", "first_value", "last_value", "cast"],
  ...["percentile_cont", "percentile_disc", "median", "if", "iif", "julianday"],
]);
