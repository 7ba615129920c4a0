// All of a piece of work in one transaction of SQLite, or nothing of it.

interface Db {
  readonly isTransaction: boolean;
  exec(sql: string): void;
}

/** Throws what `work` throws. */
export function inTransaction<Done>(db: Db, work: () => Done): Done {
  db.exec("BEGIN IMMEDIATE");
  try {
    const done = work();
    db.exec("COMMIT");
    return done;
  } catch (error) {
    // After some errors, such as a full disk, SQLite has done it itself, and would refuse.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
