// What writing the reports of one run took.

/** Of one process that has its trials on disk and of them in memory what a run keeps. */
export interface Taken {
  /** From the first report to the last, ms. */
  readonly ms: number;
  /** Time of a processor in it, ms: what a machine that is shared leaves to compare. */
  readonly cpuMs: number;
  /** Peak resident memory of the process, MiB. */
  readonly peakMiB: number;
  /** Resident memory just before, MiB: what the run had kept of its trials. */
  readonly beforeMiB: number;
  /** By the names of those that write, ms; absent: the build does not tell them apart. */
  readonly by?: Readonly<Record<string, number>>;
}

/** Writes the reports, and says what that took. */
export async function timed(write: () => Promise<void>): Promise<Taken> {
  const beforeMiB = process.memoryUsage().rss / 2 ** 20;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await write();
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - began;
  return { ms, cpuMs: (user + system) / 1000, peakMiB: process.resourceUsage().maxRSS / 2 ** 10, beforeMiB };
}
