// Requests to the reference stack that were right but for their token, and the answers that show that one was read.

const VECTOR = Array.from({ length: 512 }, () => 0.04);
const CHAT = { model: "m", stream: false, max_tokens: 4, messages: [{ role: "user", content: "What is a stream?" }] };
/** A right request, where parts of it may be spoilt and the rest does no harm. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  "/v1/chat/completions": CHAT,
  "/v1/embeddings": { input: "What is a stream?", encoding_format: "float" },
  "/search": { vectors: [VECTOR], k: 3, include: ["text"] },
  "/search/exact": { vectors: [VECTOR], k: 3 },
  "/internal/check": { upstream: "vector-1" },
  "/audit": { what: "verified", event: "test/1", reasons: [] },
  "/models/roll-out": { version: "nobody-1", share: 0.5 },
  "/models/promote": { version: "nobody-1" },
  "/models/roll-back": { version: "nobody-1" },
  "/models/serving": { stable: "nobody-1", canary: null, before: [] },
  "/operations/:operation": { replica: "vector-9", source: "snapshot" },
  "supervisor /incidents/:id/approval": { answer: "granted", plan: "a".repeat(64), nonce: "b".repeat(32) },
  "healer /incidents/:id/approval": { answer: "granted", by: "ada", plan: "a".repeat(64), nonce: "b".repeat(32) },
  "/console/login": { token: "nobody's" },
  "/console/logout": { csrf: "" },
  "/console/approvals": { csrf: "", incident: "inc-0", answer: "granted", plan: "a".repeat(64), nonce: "b".repeat(32) },
  "/learning/changes/:id/take-back": { by: "ada" },
  "/v1/metrics": {
    resourceMetrics: [
      {
        resource: {},
        scopeMetrics: [{ metrics: [{ name: "a", gauge: { dataPoints: [{ asDouble: 1, timeUnixNano: "1" }] } }] }],
      },
    ],
  },
  "/v1/traces": {
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [{ spans: [{ traceId: "a".repeat(32), spanId: "b".repeat(16), name: "x" }] }],
      },
    ],
  },
  "/v1/logs": { resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [{ body: { stringValue: "x" } }] }] }] },
};
/** Answers that show that the body was read, and that a right one went as far as the question that nobody asked. */
export const READ: Readonly<Record<string, readonly number[]>> = {
  "supervisor /incidents/:id/approval": [400, 403],
  "healer /incidents/:id/approval": [400, 403],
  "supervisor /console/approvals": [400, 403],
};
