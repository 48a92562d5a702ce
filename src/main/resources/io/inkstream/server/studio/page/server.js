// What the page asks of its server.

/**
 * @typedef {{name: string, type: string, low?: number, high?: number, words?: string[], fallback?: unknown, line: string, of: string}} Field
 * @typedef {{name: string, words: string[], normal: unknown, tuned: unknown, line: string}} CacheParameter
 * @typedef {{group: string, name: string, flag?: string, variable: string, is_switch: boolean, words?: string[], fallback: string, help: string}} Setting
 * @typedef {{width: number, height: number, ratio: string}} Size
 * @typedef {{num_inference_steps: number, true_cfg_scale: number, width: number, height: number, max_pixels: number, sampler: string, approximation: string, cache_dit_params: Record<string, unknown>, forecast: Record<string, unknown>}} Defaults
 * @typedef {{version: string, model: {name: string, path: string, device: string, precision: string, draws: boolean, edits: boolean, most_pictures: number, side_unit: number}, defaults: Defaults, sizes: Size[], fields: Field[], cache_dit: CacheParameter[], forecast_policies: string[], routes: string[]}} Schema
 * @typedef {{nickname: string, path: string}} Adapter
 * @typedef {{loaded_adapters: Adapter[], active: {transformer: {nickname: string, strength: number}[]}}} Adapters
 */

const KEY = "inkstream.key";

/** Whether the server draws pictures anew or edits them. @param {Schema} schema */
export const takesPictures = (schema) => schema.model.most_pictures > 0 && schema.routes.includes("POST /v1/images/edits");

/** What a server refused, in its own words. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {{message: string, param?: string | null, code?: string | null}} error
   * @param {Headers} headers
   */
  constructor(status, error, headers) {
    super(error.message);
    this.status = status;
    this.param = error.param ?? null;
    this.code = error.code ?? null;
    this.requestId = headers.get("x-request-id");
    this.retryAfter = Number(headers.get("retry-after")) || null;
  }
}

/**
 * Asks for a key, and gives whether there is one now.
 * @type {(words: string) => Promise<boolean>}
 */
let askForKey = async () => false;

/** @param {(words: string) => Promise<boolean>} ask */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** The key of this session, if somebody gave one. */
export function key() {
  return sessionStorage.getItem(KEY);
}

/** @param {string} given */
export function useKey(given) {
  sessionStorage.setItem(KEY, given);
}

/**
 * Where a path of the server is, wherever the page itself was reached.
 * @param {string} path
 */
export function address(path) {
  return new URL(path.replace(/^\//, ""), document.baseURI).href;
}

/**
 * Asks, with the session's key; where that is wrong or missing, asks for one and tries again.
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {Refused} for any status that is no success
 */
export async function ask(path, init = {}) {
  const response = await send(path, init);
  if (response.ok) return response;
  const refused = await refusal(response);
  if (refused.status === 401 && (await askForKey(refused.message))) return ask(path, init);
  throw refused;
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
function send(path, init) {
  const headers = new Headers(init.headers);
  const bearer = key();
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  return fetch(address(path), { ...init, headers });
}

/** @param {Response} response */
async function refusal(response) {
  const text = await response.text();
  try {
    return new Refused(response.status, JSON.parse(text).error, response.headers);
  } catch {
    const message = text.slice(0, 300) || `${response.status} ${response.statusText}`;
    return new Refused(response.status, { message }, response.headers);
  }
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function json(path) {
  return (await ask(path)).json();
}

/**
 * Sends JSON, or a form.
 * @param {string} path
 * @param {unknown} body
 * @param {RequestInit} [init]
 */
export function post(path, body, init = {}) {
  if (body instanceof FormData) return ask(path, { ...init, method: "POST", body });
  const headers = { "Content-Type": "application/json", ...init.headers };
  return ask(path, { ...init, method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * The state of the server in a word: `ok`, what it waits for, or `away`.
 * @returns {Promise<string>}
 */
export async function health() {
  try {
    return (await (await fetch(address("/health"), { cache: "no-store" })).json()).status;
  } catch {
    return "away";
  }
}

/**
 * The events of a stream, as they come.
 * @param {Response} response
 * @returns {AsyncGenerator<{id: string, type: string, data: any}>}
 */
export async function* events(response) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      let from = Math.max(0, rest.length - 1);
      rest += value;
      for (let end = rest.indexOf("\n\n", from); end >= 0; end = rest.indexOf("\n\n", from)) {
        const event = parsed(rest.slice(0, end));
        rest = rest.slice(end + 2);
        from = 0;
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** @param {string} block */
function parsed(block) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) {
      const name = line.slice(0, colon);
      const value = line.slice(colon + 1).replace(/^ /, "");
      fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
    }
  }
  if (fields.data === undefined) return null;
  const data = JSON.parse(fields.data);
  return { id: fields.id ?? "", type: fields.event ?? data.type ?? "message", data };
}
