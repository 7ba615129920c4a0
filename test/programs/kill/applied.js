// Which faults a run of the kill test shows nothing of: a fault that is refused, as for want of a control of the target,
// leaves nothing behind in any round.

/** Phases in which the harness is struck before the fault is known to be in place. */
const before = new Set(["start", "prepare", "boot", "warmup", "baseline", "inject"]);

/** Whether a strike at this moment meets a fault that is in place, or was. */
export function isAfterFault({ phase }) {
  return !before.has(phase);
}

/**
 * Faults that were in place in none of their rounds, though at least one of these was to be struck after that. A run
 * says ` observe ` once its fault took effect.
 */
export function neverApplied(results) {
  const names = new Set(results.filter(({ plan }) => isAfterFault(plan.moment)).map(({ plan }) => plan.fault.name));
  for (const { plan, said } of results) if (said.includes(" observe ")) names.delete(plan.fault.name);
  return [...names].toSorted((a, b) => a.localeCompare(b));
}
