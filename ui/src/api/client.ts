/**
 * One door to the server. Answers with a fault become ApiProblem, whose words the server already chose in the person's
 * language (problem+json, Accept-Language); nothing here invents a reason.
 */
import { learnServerTime } from "../i18n/time";
import { storedLanguage } from "../i18n/words";

export const BASE = "/api/v1";

export interface FieldFault {
  path: string;
  code: string;
  message: string;
}

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string | undefined,
    readonly advice: string | undefined,
    readonly errors: readonly FieldFault[] = [],
  ) {
    super(`${code}: ${detail ?? title}`);
  }
  /** The fault of one field of a form, if the server named it. */
  field(path: string): string | undefined {
    return this.errors.find((fault) => fault.path.replace(/^[/.]/, "").replaceAll("/", ".") === path)?.message;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
export interface Call {
  path?: Readonly<Record<string, string | number>>;
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal;
}

/** "/devices/{id}" with {id: 7} and a query → "/api/v1/devices/7?q=…"; empty values are left out. */
export function address(path: string, call: Pick<Call, "path" | "query"> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(call.path?.[name] ?? "")));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined && value !== null && value !== "") query.set(key, String(value));
  }
  const text = query.toString();
  return `${BASE}${filled}${text ? `?${text}` : ""}`;
}

let csrfToken = "";
export function setCsrfToken(token: string): void {
  csrfToken = token;
}
let onSignedOut: () => void = () => undefined;
/** What to do when the session has ended behind our back. */
export function whenSignedOut(run: () => void): void {
  onSignedOut = run;
}

async function ask(method: string, path: string, call: Call): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json", "Accept-Language": storedLanguage() };
  let body: BodyInit | undefined;
  if (call.body instanceof Blob) {
    body = call.body;
    headers["Content-Type"] = call.body.type || "application/octet-stream";
  } else if (call.body instanceof FormData) {
    body = call.body; // the browser writes the boundary
  } else if (call.body !== undefined) {
    body = JSON.stringify(call.body);
    headers["Content-Type"] = "application/json";
  }
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  try {
    const answer = await fetch(address(path, call), { method, headers, credentials: "same-origin", ...(body === undefined ? {} : { body }), ...(call.signal ? { signal: call.signal } : {}) });
    learnServerTime(answer.headers.get("Date"));
    return answer;
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw unreachable();
  }
}

function unreachable(): ApiProblem {
  const ja = storedLanguage() === "ja";
  return new ApiProblem(0, "ui.unreachable", ja ? "サーバーにつながりません" : "The server cannot be reached", undefined, ja ? "ネットワークの接続を確かめて、少し待ってからもう一度お試しください。" : "Check the network connection and try again in a moment.");
}

export async function send(method: string, path: string, call: Call = {}): Promise<unknown> {
  return contentOf(await ask(method, path, call), path);
}

/** Lines of JSON as they come. A stream that breaks off is a fault: its last line was not there. */
export async function sendForLines(method: string, path: string, call: Call, onLine: (line: unknown) => void): Promise<void> {
  const answer = await ask(method, path, call);
  if (!answer.ok || !answer.body) {
    await contentOf(answer, path);
    return;
  }
  const pieces = answer.body.getReader();
  const decoder = new TextDecoder();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) break;
      const lines = (held + decoder.decode(value, { stream: true })).split("\n");
      held = lines.pop() ?? "";
      for (const line of lines) if (line) onLine(JSON.parse(line));
    }
    if (held) onLine(JSON.parse(held));
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw unreachable();
  }
}

async function contentOf(answer: Response, path: string): Promise<unknown> {
  if (answer.status === 204) return undefined;
  const type = answer.headers.get("Content-Type") ?? "";
  const content: unknown = type.includes("json") ? await answer.json().catch(() => undefined) : await answer.text();
  if (answer.ok) return content;
  // A refused password or code is no ended session.
  if (answer.status === 401 && !path.startsWith("/session") && !path.startsWith("/setup")) onSignedOut();
  throw problemFrom(answer.status, content);
}

function problemFrom(status: number, content: unknown): ApiProblem {
  const ja = storedLanguage() === "ja";
  if (typeof content !== "object" || content === null) {
    return new ApiProblem(status, `http.${status}`, ja ? `サーバーが処理できませんでした（${status}）` : `The server could not do this (${status})`, undefined, undefined);
  }
  const found = content as { title?: string; detail?: string; code?: string; advice?: string; errors?: FieldFault[] };
  return new ApiProblem(status, found.code ?? `http.${status}`, found.title ?? `HTTP ${status}`, found.detail, found.advice, found.errors ?? []);
}
