// Whether a replica is well, as it is asked itself.

/** How one asks whether a replica is well. */
export interface Health {
  readonly path: string;
  /** It is well when it takes a connection; it is not asked for the path. */
  readonly tcp?: true;
  /** The one status that means that it is well; absent: 200 to 299. */
  readonly status?: number;
  /** Sent with the question; `{env:NAME}` stands for a key. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface AskedForHealth {
  readonly healthPath: string;
  readonly health?: Omit<Health, "path">;
}

/** How replicas of a service are asked whether they are well; of a service that nobody knows, its top. */
export function healthOf(service: AskedForHealth | undefined): Health {
  return { path: service?.healthPath ?? "/", ...service?.health };
}
