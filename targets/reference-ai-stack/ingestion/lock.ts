// One ingestion to a folder: a second one would take the same files and write the same ledger. The lock is the
// system's, on a file that SQLite holds, and goes with the process, however it ends.
import { DatabaseSync } from "@photostructure/sqlite";
import { join } from "node:path";

/** So long the one before it may take to end, ms. */
const WAIT_MS = 2000;

/**
 * Holds the folder until what it returns is called. Throws where another ingestion holds it for `waitMs` more, in this
 * process or not.
 */
export function lockFolder(dir: string, waitMs = WAIT_MS): () => void {
  const db = new DatabaseSync(join(dir, "in-use.db"));
  try {
    db.exec(`PRAGMA busy_timeout = ${waitMs}`);
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if (!String(error).includes("locked")) throw error;
    throw new Error(
      `another ingestion works in ${dir}; expected none: end it, or give this one a folder of its own (STACK_DATA_DIR)`,
      { cause: error },
    );
  }
  return () => db.close();
}
