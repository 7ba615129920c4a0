// What verification sees of a stack in memory.
import type { Witness } from "../../../../../targets/reference-ai-stack/healer/verification/witness.ts";

interface FakeReplica {
  readonly service: string;
  readonly replica: string;
  readonly port: number;
  readonly pid: number | null;
  readonly weight: number;
  readonly edgeMs: number;
  readonly hung: boolean;
  readonly failing: boolean;
  readonly damagedShare: number;
}

/** As a user's question would fare: through one replica of each service that has weight. */
export function witnessOn(replicas: readonly FakeReplica[], sleep: (ms: number) => Promise<void>): Witness {
  const named = (port: number): FakeReplica | undefined =>
    replicas.find((one) => one.port === port && one.pid !== null);
  return {
    users: async () => null,
    ask: async () => {
      const open = replicas.filter((one) => one.weight > 0 && one.pid !== null && !one.hung && !one.failing);
      const services = ["gateway", "embedder", "vector", "inference"];
      const first = services.map((service) => open.find((one) => one.service === service));
      const ms = first.reduce((sum, one) => sum + (one?.edgeMs ?? 0), 20);
      await sleep(ms);
      return { ok: first.every((one) => one !== undefined), ms };
    },
    reaches: async (replica) => {
      const one = replicas.find((candidate) => candidate.replica === replica);
      return one !== undefined && one.pid !== null && !one.hung;
    },
    records: async (port) => (named(port) === undefined ? null : 2187),
    agreement: async (port, siblingPort) => {
      const [own, sibling] = [named(port), named(siblingPort)];
      return own === undefined || sibling === undefined ? null : { share: 1 - own.damagedShare, checked: 40 };
    },
  };
}
