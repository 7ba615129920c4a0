// Work in a transaction that fails: nothing of it is left, and what is said is why, also where SQLite ended it already.
import { DatabaseSync } from "@photostructure/sqlite";
import { expect, test } from "vitest";
import { inTransaction } from "../../../../targets/reference-ai-stack/common/in-transaction.ts";

test.each(["INSERT", "INSERT OR ROLLBACK"])("a failed %s leaves nothing, and its own words", (insert) => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE records (id TEXT UNIQUE)");
  const twice = (): void => {
    db.exec("INSERT INTO records VALUES ('one')");
    db.exec(`${insert} INTO records VALUES ('one')`);
  };
  expect(() => inTransaction(db, twice)).toThrow("UNIQUE");
  expect(db.isTransaction).toBe(false);
  inTransaction(db, () => db.exec("INSERT INTO records VALUES ('one')"));
  expect(db.prepare("SELECT count(*) AS n FROM records").get()).toEqual({ n: 1 });
  db.close();
});
