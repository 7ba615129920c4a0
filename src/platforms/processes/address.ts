// Where processes of a stack answer: the only place that puts a host and a port together.

/** Stacks of processes listen here, and nowhere else. */
export const loopbackHost = "127.0.0.1";

/** `host:port`, as a stack is given the addresses of its edges. */
export function hostPortOf(port: number): string {
  return `${loopbackHost}:${port}`;
}

/** `http://host:port` without a slash at the end. */
export function addressAt(port: number): string {
  return `http://${hostPortOf(port)}`;
}
