// The service behind: gives back the text it was sent.

import { portFrom, serve } from "./web.ts";

process.once("SIGTERM", () => process.exit(0));

await serve(portFrom("BACK_PORT", 7502), (_request, url) => {
  if (url.pathname === "/health") return { status: 200, body: { ok: true } };
  if (url.pathname === "/echo") return { status: 200, body: { text: url.searchParams.get("text") ?? "" } };
  return { status: 404, body: { error: "not found" } };
});
