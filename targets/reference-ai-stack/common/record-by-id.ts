// How a vector replica is asked for one stored passage by its id. Anybody may choose the id, so it is no part of the
// path: some would be another path of the replica's (`held`, `..`).

export const BY_ID = "/records/by-id";

/** The code of the answer of a replica that has no such record; any other 404 says nothing of the record. */
export const NO_SUCH_RECORD = "no_such_record";

/** Path and query. */
export function pathOfRecord(id: string): string {
  return `${BY_ID}?id=${encodeURIComponent(id)}`;
}
