// What is shown of words of others: no secret, however it is written, and every ordinary line as it was.

import { describe, expect, test } from "vitest";
import { longestReason, reasonText } from "../../../src/core/reasons.ts";

describe("a line with a secret in it shows none of it", () => {
  const made = [
    "dXNlcjpodW50ZXIyMg",
    "hunter22",
    "hun ter22",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "abcdef0123456789",
  ];
  test.each([
    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "export DB_PASS='hunter22'",
    "OPENAI_KEY=hunter22",
    "SECRET_KEY_BASE: hunter22",
    "TOKEN_PROD=hunter22 next",
    "secretAccessKey: 'hunter22'",
    "spring.datasource.password=hunter22",
    "dbpassword=hunter22",
    "pwd: hunter22",
    "pass: hunter22",
    "auth=hunter22",
    "X-Auth: abcdef0123456789",
    "X-Auth-Token: hunter22",
    "password hunter22",
    "the password is hunter22",
    'wrong password "hunter22" for bob',
    "login with token abcdef0123456789 refused",
    '{"password":"hun ter22","n":1}',
    "{'password': 'hun ter22'}",
    String.raw`{"body":"{\"password\":\"hun ter22\",\"n\":1}"}`,
    String.raw`{"password":"a \" hunter22"}`,
    '{"password":"hunter22 and cut',
    'config["password"] = "hunter22"',
    "psql --password hunter22 --quiet",
    "<password>hunter22</password>",
    "Authorization: Token hunter22",
    "authorization=Digest hunter22",
    "Cookie: a=1; sid=hunter22",
    "Set-Cookie: sid=hunter22; Path=/",
    "-----BEGIN PRIVATE KEY----- hunter22 -----END PRIVATE KEY-----",
    "Password=hunter22;Server=db",
    "msg='cannot open db: password=hunter22' status=3",
    'level=error msg="retry with PASSWORD: hunter22" n=1',
    "Proxy-Authorization: Basic dXNlcjpodW50ZXIyMg==",
  ])("however it is written: %s", (line) => {
    const shown = reasonText(line);
    for (const secret of [...made, ...made.flatMap((it) => it.split(" "))]) expect(shown).not.toContain(secret);
    expect(shown).toContain("…");
    expect(reasonText(shown)).toBe(shown);
  });

  test("nor a line of a key in base64", () => {
    expect(reasonText("MIIEvQIBADANBgkqhki+9w0BAQEFAASC/KcwggSjAgEAAoIBAQC7")).toBe("…");
  });

  test("and what stands beside it stays", () => {
    expect(reasonText('{"password":"hun ter22","n":1}')).toBe('{"password":"…","n":1}');
    expect(reasonText("export DB_PASS='hunter22' PORT=80")).toBe("export DB_PASS='…' PORT=80");
    expect(reasonText("Authorization: Token hunter22 refused")).toBe("Authorization: Token … refused");
    expect(reasonText("psql --password hunter22 --quiet")).toBe("psql --password … --quiet");
  });
});

describe("an ordinary line stays as it is", () => {
  test.each([
    "key: value",
    "- key: doc-17",
    "cache_key=doc-17 primary_key: id idempotency-key: req-17",
    "token 17 of 40",
    "max_tokens: 4000 prompt_tokens=512 tokens_per_second=40.5",
    '{"prompt_tokens":512,"token_type":"bearer","tokenizer":"bert"}',
    "token limit reached, health needs a key",
    "Unexpected token '<', \"<!doctype \"... is not valid JSON",
    "authorised by policy 1",
    "auth: refused a request of bob",
    "auth: ok",
    "second pass: merging segments, pass 2: 40 rows, pass=3",
    "12 pass, 1 fail; bypass=true compass: north",
    "password authentication failed for user bob",
    "password: required, token=missing, secret: not set",
    "password_file=/run/secrets/db secret_name: vault",
    'secret "db-creds" not found',
    "token front-1 was handed on",
    "basic health of embedder-2",
    "author: bob, keyboard: de, secretary: eve",
    "trace 4bf92f3577b34da6a3ce929d0e0e4736 took 3 ms",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7",
    '{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","n":1}',
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "at /tmp/rebound/Work1/data/Shard1/segment2/vectors/of/Documents",
    "/search answered 503 after 12.5 ms (replica retriever-1)",
    'level=info msg="indexed 40 documents" index=v1.2.3 at=2026-11-29T10:00:00Z',
  ])("whatever words it has: %s", (line) => {
    expect(reasonText(line)).toBe(line);
  });
});

test("a line that is made to be slow to read is read", () => {
  const parts = ["password", "a-", '\\"', "token ", "x=", "x='", "-----BEGIN PRIVATE KEY-----", "trace", "Aa1/"];
  for (const part of parts) expect(reasonText(part.repeat(2000)).length).toBeLessThanOrEqual(longestReason);
});
