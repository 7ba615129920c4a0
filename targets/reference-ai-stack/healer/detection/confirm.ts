// Detection is not action: nobody hears of a statistical suspicion before an active probe has seen the same.
import type { Suspicion } from "../nouns.ts";
import type { ConfirmContext, Confirmation } from "../signals/signal.ts";
import { signalNamed } from "../signals/table.ts";

/** Does this suspicion rest on soft signals alone? Then it has to be confirmed. */
export function needsConfirming({ scope, signals }: Suspicion): boolean {
  const own = signals.map(({ name }) => signalNamed(name)).filter(({ opinion }) => opinion !== true);
  return scope.replica !== undefined && own.every(({ soft }) => soft !== undefined);
}

/** Asks for a second opinion where the signals alone are not enough. Hard probes have already missed twice. */
export async function confirm(suspicion: Suspicion, context: ConfirmContext): Promise<Confirmation> {
  const { service, replica } = suspicion.scope;
  // Signals come in the table's order. Of several soft ones the last has the dearest probe, and it decides.
  const soft = suspicion.signals.map(({ name }) => signalNamed(name).soft).findLast((one) => one !== undefined);
  if (replica === undefined || soft === undefined || !needsConfirming(suspicion)) {
    return { confirmed: true, says: "seen several times in a row by the same probe" };
  }
  return soft.confirm(suspicion, { service, replica }, context);
}
