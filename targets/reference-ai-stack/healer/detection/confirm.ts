// Detection is not action: nobody hears of a statistical suspicion before an active probe has seen the same.
import type { Suspicion } from "../nouns.ts";
import type { ConfirmContext, Confirmation } from "../signals/signal.ts";
import { signalNamed } from "../signals/table.ts";

/** Does this suspicion rest on soft signals alone? Then it has to be confirmed. */
export function needsConfirming({ signals }: Suspicion): boolean {
  const own = signals.map(({ name }) => signalNamed(name)).filter(({ opinion }) => opinion !== true);
  return own.every(({ soft }) => soft !== undefined);
}

/**
 * Asks for a second opinion where the signals alone are not enough. Hard probes have already missed twice. What is held
 * against a whole service is confirmed by each of its replicas at which something was seen, and by one at least.
 */
export async function confirm(suspicion: Suspicion, context: ConfirmContext): Promise<Confirmation> {
  const { service, replica } = suspicion.scope;
  // Signals come in the table's order. Of several soft ones the last has the dearest probe, and it decides.
  const soft = suspicion.signals.map(({ name }) => signalNamed(name).soft).findLast((one) => one !== undefined);
  if (soft === undefined || !needsConfirming(suspicion)) {
    return { confirmed: true, says: "seen several times in a row by the same probe" };
  }
  if (replica !== undefined) return soft.confirm(suspicion, { service, replica }, context);
  const own = context.replicas.filter((entry) => entry.service === service);
  if (own.length === 0) return { confirmed: false, says: `no replica of ${service} is known that could be asked` };
  const each = await Promise.all(
    own.map(async (entry) => {
      const answer = await soft.confirm(suspicion, { service, replica: entry.replica }, context);
      return { ...answer, says: `${entry.replica}: ${answer.says}` };
    }),
  );
  const voting = each.filter(({ abstains }) => abstains !== true);
  const refuting = voting.filter(({ confirmed }) => !confirmed);
  const says = (refuting.length > 0 ? refuting : each).map((one) => one.says).join("; ");
  if (voting.length === 0) return { confirmed: false, says: `no replica of ${service} could be looked at: ${says}` };
  const also = each.flatMap((one) => one.also ?? []);
  return { confirmed: refuting.length === 0, says, ...(also.length > 0 && { also }), by: "checks" };
}
