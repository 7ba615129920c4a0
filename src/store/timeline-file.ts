// timeline.jsonl: what was seen in one trial, streamed to disk line by line so that a crash costs at most the last
// line.

import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { HarnessError, messageOf } from "../core/errors.ts";
import type { Problem } from "../core/errors.ts";
import { counted, listed } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import { timelineEventSchema, type TimelineEvent } from "../records/timeline/event.ts";
import { fileTrouble, isLinked } from "../lib/fs.ts";
import { eachWholeLine, readJsonLine } from "../lib/json-lines.ts";
import { isPlainEvent } from "./plain-events.ts";
import { eventByTodaysNames } from "../records/former-names.ts";
import { explainIssues } from "./validate.ts";

/** Whether the file is still there is looked at this often while it is written to, ms. */
const lookEveryMs: Ms = 500;

/**
 * Appends events to a new file. `append` never waits and never throws; what could not be written is reported by `flush`
 * or `close`. Lines go out in order, each batch in one append, so a kill tears at most the last line.
 */
export class TimelineWriter implements AsyncDisposable {
  readonly file: string;
  #handle: FileHandle;
  #pending: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #scheduled = false;
  #failure: HarnessError | undefined;
  #closed = false;
  readonly #lost = new AbortController();
  #lookedAt = -Infinity;

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /** Creates the file; throws `environment` when it is there already (a timeline is written once) or cannot be made. */
  static async open(file: string): Promise<TimelineWriter> {
    try {
      return new TimelineWriter(file, await open(file, "ax"));
    } catch (error) {
      throw new HarnessError("environment", `cannot create the timeline ${file}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Aborts, with a HarnessError as its reason, as soon as it is known that something could not be written. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Takes one event; it is on its way to the file before the next turn of the event loop is over. */
  append(event: TimelineEvent): void {
    if (this.#closed) {
      this.#give(new HarnessError("bug", `an event came after ${this.file} was closed`));
      return;
    }
    this.#pending.push(`${JSON.stringify(event)}\n`);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#writing = this.#writing.then(() => this.#writePending());
  }

  /**
   * Resolves when everything appended so far is in the file; throws `environment` when something could not be written.
   */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Like `flush`, and on the disk too, in a file that is still there: what the next step may rely on. */
  async written(): Promise<void> {
    await this.flush();
    try {
      await this.#handle.datasync();
      await this.#mustBeThere();
    } catch (error) {
      this.#fail(error);
    }
    await this.flush();
  }

  /** Writes the rest, forces it to the disk and closes the file; may be called again. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      await this.#writing;
      try {
        await this.#handle.sync();
      } catch (error) {
        this.#fail(error);
      } finally {
        await this.#handle.close();
      }
    }
    await this.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #writePending(): Promise<void> {
    this.#scheduled = false;
    const batch = this.#pending.join("");
    this.#pending = [];
    if (this.#failure) return;
    try {
      await this.#handle.appendFile(batch);
      if (performance.now() - this.#lookedAt > lookEveryMs) await this.#mustBeThere();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Writing to a file that was deleted succeeds, and nobody will ever read it. */
  async #mustBeThere(): Promise<void> {
    this.#lookedAt = performance.now();
    if (!(await isLinked(this.#handle))) throw new Error("it was deleted");
  }

  #fail(error: unknown): void {
    this.#give(new HarnessError("environment", `cannot write ${this.file}: ${messageOf(error)}`, { cause: error }));
  }

  #give(failure: HarnessError): void {
    this.#failure ??= failure;
    this.#lost.abort(this.#failure);
  }
}

/** So many bad lines are named one by one; of more only their number is told. */
const mostNamed = 100;

/**
 * Reads a timeline back, piece by piece, and hands on every event; ten hours of it need no more memory than what is
 * made of them. A last line without its line end was torn by a crash and is left out; anything else that is not an
 * event throws `bad-input`, at the end, naming the bad lines.
 */
export async function readTimelineInto(file: string, take: (event: TimelineEvent) => void): Promise<void> {
  const problems: Problem[] = [];
  let [lines, bad] = [0, 0];
  const takeLine = (line: string): void => {
    lines += 1;
    const parsed = parseLine(line);
    if (parsed.event) take(parsed.event);
    else {
      bad += 1;
      const problem = { place: { file, line: lines, column: 1 }, found: parsed.found, expected: "a timeline event" };
      if (bad <= mostNamed) problems.push(problem);
    }
  };
  try {
    await eachWholeLine(file, takeLine);
  } catch (error) {
    throw new HarnessError("bad-input", `cannot read the timeline ${file}: ${fileTrouble(error)}`, { cause: error });
  }
  if (bad > 0) {
    const says = `${counted(bad, "bad line")} in the timeline ${file}: ${badLineWords(problems, bad)}`;
    throw new HarnessError("bad-input", says, { problems });
  }
}

/** So many bad lines are named in one sentence. */
const mostInWords = 3;

/** `line 301`, `lines 2, 3, 9 and 40 more`. */
function badLineWords(problems: readonly Problem[], bad: number): string {
  const lines = problems.slice(0, mostInWords).map(({ place }) => String(place?.line));
  const more = bad > lines.length ? [`${bad - lines.length} more`] : [];
  return `line${bad === 1 ? "" : "s"} ${listed([...lines, ...more])}`;
}

/** What could be read of a timeline, and why that is not all of it; null: nothing could. */
export interface ReadableTimeline {
  readonly timeline: readonly TimelineEvent[] | null;
  /** Empty: all of its lines. */
  readonly amiss: string;
}

/** Reads what can be read; never throws for what is in the file. */
export async function readableTimeline(file: string): Promise<ReadableTimeline> {
  const timeline: TimelineEvent[] = [];
  try {
    await readTimelineInto(file, (event) => timeline.push(event));
    return { timeline, amiss: "" };
  } catch (thrown) {
    if (!(thrown instanceof HarnessError && thrown.code === "bad-input")) throw thrown;
    const amiss = thrown.problems.length === 0 ? thrown.message : thrown.message.replace(` ${file}`, "");
    return { timeline: timeline.length === 0 ? null : timeline, amiss };
  }
}

function parseLine(
  line: string,
): { readonly event: TimelineEvent } | { readonly event?: never; readonly found: string } {
  const read = readJsonLine(line);
  if (!read.ok) return { found: read.reason };
  if (isPlainEvent(read.value)) return { event: read.value };
  const result = timelineEventSchema.safeParse(eventByTodaysNames(read.value));
  return result.success ? { event: result.data } : { found: explainIssues(result.error) };
}
