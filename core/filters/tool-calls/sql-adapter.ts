// Owns whether a text is one SELECT over tables of a list, by a parser of its dialect, which throws and may
// take long. Knows no tool.

import { createRequire } from "node:module";
import { createContext, Script } from "node:vm";
import type { SqlDialect, SqlRule } from "../../contracts/tool-spec.ts";
import { nestingProblem } from "./sql-nesting.ts";
import { type SqlNode, sqlObjection } from "./sql-tree.ts";

/** Why it may not be; undefined: it may. */
export type SqlCheck = (text: string) => string | undefined;

/** As the library's `parse` gives it; its own types leave most out. */
interface Parsed {
  readonly tableList: readonly string[];
  readonly ast: SqlNode | readonly SqlNode[];
}

interface Parser {
  parse(text: string, options: { readonly database: string }): Parsed;
}

const charsMax = 4_000;
/** What nests too deep is not parsed at all; should anything else take so long, nobody waits for it. */
const parseMsMax = 200;

const require = createRequire(import.meta.url);
const parsers = new Map<SqlDialect, Parser>();

export function sqlCheck({ dialect, tables }: SqlRule): SqlCheck {
  const parser = parserOf(dialect);
  const listed = new Set(tables);
  return (text) => {
    const odd = findOdd(text, dialect);
    if (odd !== undefined) return odd;
    const parsed = parseInTime(() => parser.parse(text, { database: dialect }));
    if (parsed === undefined) return "is no SQL that can be checked, or takes too long to";
    const [first, ...others] = [parsed.ast].flat();
    if (first === undefined || others.length > 0) return "has to be one statement";
    if (parsed.tableList.some((each) => !each.startsWith("select::"))) return "may only read";
    return sqlObjection(first, listed);
  };
}

/** The first texts a parser reads take it ten times as long as those after. */
const warmUp = [
  "SELECT a.b, count(*) FROM a JOIN c ON a.b = c.d WHERE a.e > 1 GROUP BY a.b HAVING count(*) > 1",
  "SELECT lower(a) FROM b WHERE c IN (SELECT d FROM e) AND f LIKE 'g%' ORDER BY a DESC LIMIT 5",
  "SELECT a FROM b UNION SELECT c FROM d",
  "WITH a AS (SELECT * FROM b) SELECT CASE WHEN c > 1 THEN 'd' ELSE 'e' END AS f FROM a",
];

/** A dialect's grammar is 1 MB: read where a policy asks for it. */
function parserOf(dialect: SqlDialect): Parser {
  const known = parsers.get(dialect);
  if (known !== undefined) return known;
  const { Parser: Made } = require(`node-sql-parser/build/${dialect}`) as { Parser: new () => Parser };
  const parser = new Made();
  for (const text of warmUp) parseInTime(() => parser.parse(text, { database: dialect }));
  parsers.set(dialect, parser);
  return parser;
}

/**
 * What servers read otherwise than the parser, depending on their settings: escapes, comments that are run,
 * quotes of PostgreSQL's own. Nothing of it is needed to ask.
 */
function findOdd(text: string, dialect: SqlDialect): string | undefined {
  if (text.length > charsMax) return `is longer than ${charsMax} characters`;
  if (text.includes("\\")) return "holds a backslash, which servers read differently";
  if (/--|\/\*/.test(text) || (dialect !== "postgresql" && text.includes("#"))) return "holds a comment";
  if (/\$[A-Za-z_]*\$/.test(text)) return "holds a dollar quote";
  if (text.trimEnd().slice(0, -1).includes(";")) return "has to be one statement";
  if (/[^\P{Cc}\t\n\r]/u.test(text)) return "holds a control character";
  return nestingProblem(text);
}

const sandbox: { run?: () => unknown } = createContext({});
const script = new Script("run()");

/** Undefined: it cannot be parsed, or not in time. */
function parseInTime(parse: () => Parsed): Parsed | undefined {
  sandbox.run = parse;
  try {
    return script.runInContext(sandbox, { timeout: parseMsMax }) as Parsed;
  } catch {
    return undefined;
  } finally {
    delete sandbox.run;
  }
}
