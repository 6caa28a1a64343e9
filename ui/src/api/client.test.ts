import { afterEach, describe, expect, it, vi } from "vitest";
import { address, ApiProblem, send, setCsrfToken, whenSignedOut } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: string, type = "application/json") {
  const fetched = vi.fn(() => Promise.resolve(new Response(status === 204 ? null : body, { status, headers: { "Content-Type": type } })));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

describe("address", () => {
  it("fills the path and leaves out what is empty", () => expect(address("/devices/{id}/series", { path: { id: 7 }, query: { metric: "cpu", instance: "", from: undefined, to: null } })).toBe("/api/v1/devices/7/series?metric=cpu"));
  it("cannot be led to another path by a value", () => expect(address("/ledgers/{ledger}/rows", { path: { ledger: "../people?x=" } })).toBe("/api/v1/ledgers/..%2Fpeople%3Fx%3D/rows"));
  it("keeps Japanese and signs in the query", () => expect(new URLSearchParams(address("/a", { query: { q: "松阪 & 髙橋+1" } }).split("?")[1]).get("q")).toBe("松阪 & 髙橋+1"));
});

describe("send", () => {
  it("sends the token with changes and not with questions", async () => {
    setCsrfToken("t0ken");
    const fetched = answering(200, "{}");
    await send("GET", "/today");
    await send("POST", "/silences", { body: { why: "x" } });
    const headers = (fetched.mock.calls as unknown as [string, RequestInit][]).map(([, options]) => options.headers as Record<string, string>);
    expect(headers[0]).not.toHaveProperty("X-CSRF-Token");
    expect(headers[1]).toMatchObject({ "X-CSRF-Token": "t0ken", "Content-Type": "application/json", "Accept-Language": "ja" });
  });

  it("turns a problem into words and faults by field", async () => {
    answering(422, JSON.stringify({ title: "入力に誤りがあります", code: "schema.invalid", advice: "直してください", errors: [{ path: "/fields/address", code: "x", message: "形が違います" }] }), "application/problem+json");
    const fault = await send("POST", "/x").catch((caught: unknown) => caught);
    expect(fault).toBeInstanceOf(ApiProblem);
    expect((fault as ApiProblem).field("fields.address")).toBe("形が違います");
    expect((fault as ApiProblem).field("address")).toBeUndefined();
  });

  it("survives an answer that is not a problem at all", async () => {
    answering(502, "<html>Bad gateway</html>", "text/html");
    await expect(send("GET", "/x")).rejects.toMatchObject({ status: 502, code: "http.502" });
  });

  it("says that the server cannot be reached", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(send("GET", "/x")).rejects.toMatchObject({ status: 0, code: "ui.unreachable" });
  });

  it("tells when a session has ended, but not while asking whether there is one", async () => {
    const ended = vi.fn();
    whenSignedOut(ended);
    answering(401, JSON.stringify({ title: "x", code: "web.signed_out" }), "application/problem+json");
    await send("GET", "/session").catch(() => undefined);
    await send("POST", "/session/second-factor").catch(() => undefined);
    expect(ended).not.toHaveBeenCalled();
    await send("GET", "/today").catch(() => undefined);
    expect(ended).toHaveBeenCalledOnce();
  });
});
