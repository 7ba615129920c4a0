// The service that users call: asks the one behind, at the address it was given, for every request anew.

import { portFrom, serve } from "./web.ts";

process.once("SIGTERM", () => process.exit(0));

const back = process.env["FRONT_TO_BACK"] ?? "127.0.0.1:7502";
const timeoutMs = 3_000;

await serve(portFrom("FRONT_PORT", 7501), async (_request, url) => {
  if (url.pathname === "/health") return { status: 200, body: { ok: true } };
  if (url.pathname !== "/echo") return { status: 404, body: { error: "not found" } };
  const answer = await fetch(`http://${back}/echo${url.search}`, { signal: AbortSignal.timeout(timeoutMs) });
  return { status: answer.status, body: await answer.json() };
});
