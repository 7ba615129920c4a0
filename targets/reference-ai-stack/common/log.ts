// Structured lines on stderr: one JSON object a line, so that an operator can grep and a machine can read.

type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

/** A logger whose lines carry the replica's name. Never hand it a token or a header. */
export function createLogger(replica: string): Logger {
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, replica, message, ...fields })}\n`);
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
