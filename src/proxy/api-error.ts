// An answer of the API that says no.

/** Carries the HTTP status; the message is the body's `error` field, worded as Toxiproxy words it. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}
