// Owns the proof that one SELECT over listed tables passes, and nothing that writes, hides or takes long.
// Knows no tool.

import { describe, expect, it } from "vitest";
import type { SqlDialect } from "../../../../core/contracts/tool-spec.ts";
import { sqlCheck } from "../../../../core/filters/tool-calls/sql-adapter.ts";

const tables = ["orders", "customers", "public.items"];
const checks = {
  postgresql: sqlCheck({ dialect: "postgresql", tables }),
  mysql: sqlCheck({ dialect: "mysql", tables }),
  mariadb: sqlCheck({ dialect: "mariadb", tables }),
  sqlite: sqlCheck({ dialect: "sqlite", tables }),
};
const dialects = Object.keys(checks) as SqlDialect[];

describe.each(dialects)("%s", (dialect) => {
  const check = checks[dialect];

  it.each([
    "SELECT id, total FROM orders WHERE total > 100 ORDER BY total DESC LIMIT 5",
    "select count(*), lower(name) from customers group by name having count(*) > 1;",
    "SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer WHERE c.name LIKE 'A%'",
    "SELECT * FROM orders WHERE customer IN (SELECT id FROM customers)",
    "SELECT id FROM orders UNION SELECT id FROM customers",
    "WITH big AS (SELECT * FROM orders WHERE total > 5) SELECT * FROM big",
    "SELECT CASE WHEN total > 5 THEN 'big' ELSE 'small' END AS size FROM orders",
    "SELECT * FROM (SELECT id FROM orders) x",
  ])("passes %s", (text) => {
    expect(check(text)).toBeUndefined();
  });

  it.each([
    "DELETE FROM orders",
    "UPDATE orders SET total = 0",
    "INSERT INTO orders VALUES (1)",
    "DROP TABLE orders",
    "SELECT 1; DELETE FROM orders",
    "SELECT * FROM orders; ; SELECT * FROM customers",
    "SELECT * FROM secrets",
    "SELECT * FROM ORDERS_old",
    "SELECT * FROM other.orders",
    "SELECT * FROM orders UNION SELECT * FROM secrets",
    "SELECT * FROM orders WHERE id IN (SELECT id FROM secrets)",
    "SELECT (SELECT max(id) FROM secrets) FROM orders",
    "SELECT * FROM orders JOIN secrets ON true",
    "SELECT * FROM orders, secrets",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM secrets) THEN 1 ELSE 2 END FROM orders",
    "SELECT * FROM orders ORDER BY (SELECT id FROM secrets)",
    "WITH secrets AS (SELECT * FROM secrets) SELECT * FROM secrets",
    "WITH a AS (SELECT * FROM secrets), secrets AS (SELECT 1) SELECT * FROM a",
    "SELECT * FROM secrets, (WITH secrets AS (SELECT 1) SELECT * FROM secrets) x",
    "SELECT * INTO copy FROM orders",
    "SELECT * FROM orders INTO OUTFILE '/tmp/a'",
    "SELECT load_file('/etc/passwd') FROM orders",
    "SELECT pg_read_file('/etc/passwd') FROM orders",
    "SELECT pg_sleep(100) FROM orders",
    "SELECT sleep(100) FROM orders",
    "SELECT load_extension('a') FROM orders",
    "SELECT * FROM pg_ls_dir('/')",
    "SELECT * FROM orders -- and more",
    "SELECT * FROM orders /*! UNION SELECT * FROM secrets */",
    "SELECT 'a\\' ; DELETE FROM orders",
    "SELECT $$a$$ FROM orders",
    "SELECT @a := 1 FROM orders",
    "SET ROLE admin",
    "CALL everything()",
    "EXPLAIN ANALYZE DELETE FROM orders",
    "not SQL at all",
    "",
  ])("refuses %s", (text) => {
    expect(check(text)).toEqual(expect.any(String));
  });

  it("waits for no text for long", () => {
    const hostile = [
      `SELECT * FROM orders WHERE ${"(".repeat(60)}a=1${" and b=2)".repeat(60)}`,
      `SELECT ${"(".repeat(1_900)}1${")".repeat(1_900)} FROM orders`,
      `SELECT ${"CASE WHEN a=1 THEN ".repeat(100)}1${" ELSE 2 END".repeat(100)} FROM orders`,
      `SELECT * FROM orders WHERE ${"a=1 AND ".repeat(490)}b=2`,
      `SELECT ${"-".repeat(3_900)}`,
      `SELECT ${"'".repeat(3_901)}`,
      "x".repeat(1_000_000),
    ];
    for (const text of hostile) {
      const startedMs = performance.now();
      check(text);
      expect(performance.now() - startedMs).toBeLessThan(400);
    }
  });
});

it("locks nothing and takes tables as they are listed", () => {
  expect(checks.mysql("SELECT * FROM orders FOR UPDATE")).toEqual(expect.any(String));
  expect(checks.postgresql("SELECT * FROM public.items")).toBeUndefined();
  expect(checks.postgresql("SELECT * FROM items")).toContain("not listed");
  expect(checks.postgresql('SELECT * FROM "Orders"')).toContain("not listed");
});
