// Servers and clients for the tests; suites.py has started the servers.
import assert from "node:assert/strict";
import OpenAI from "openai";

export const MODEL = "qwen-image-tiny";
export const POISON = "~";
export const WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
export const openUrl = process.env.INKSTREAM_OPEN_URL;
export const fullUrl = process.env.INKSTREAM_FULL_URL;
export const fullKey = process.env.INKSTREAM_FULL_KEY;

const LONGEST_MILLIS = 120_000;
const GAUGES = ["inkstream_queue_running", "inkstream_queue_waiting"];

export const client = new OpenAI({ apiKey: "EMPTY", baseURL: openUrl, maxRetries: 0 });
export const keyed = new OpenAI({ apiKey: fullKey, baseURL: fullUrl, maxRetries: 0 });

/** A request that ends at once. */
export const quick = { model: MODEL, prompt: "a red apple", size: "64x64", num_inference_steps: 2 };

/** A request that takes minutes unless it is stopped. */
export const slow = { ...quick, size: "512x512", num_inference_steps: 10_000 };

export const waitUntil = async (what, condition) => {
  const end = Date.now() + LONGEST_MILLIS;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `not within ${LONGEST_MILLIS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** A server's running and waiting requests. */
export const load = async (url) => {
  const lines = (await (await fetch(url.replace(/\/v1$/, "/metrics"))).text()).split("\n");
  return GAUGES.map((name) => {
    const line = lines.find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
    assert.ok(line, `${name} is no metric of ${url}`);
    return Number(line.slice(line.lastIndexOf(" ")));
  });
};

export const idle = (url) =>
  waitUntil("nothing runs or waits", async () => (await load(url)).every((jobs) => jobs === 0));

/** The kind of a whole picture, by its first and last bytes. */
export const formatOf = (base64) => {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.subarray(1, 4).equals(Buffer.from("PNG")) && bytes.includes("IEND", bytes.length - 12)) {
    return "png";
  }
  if (bytes.readUInt16BE(0) === 0xffd8 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9) {
    return "jpeg";
  }
  if (bytes.toString("latin1", 8, 12) === "WEBP" && bytes.readUInt32LE(4) + 8 === bytes.length) {
    return "webp";
  }
  return assert.fail(`no picture: ${bytes.length} bytes that begin ${bytes.toString("hex", 0, 12)}`);
};

export const collect = async (stream) => {
  const events = [];
  for await (const event of stream) {
    events.push(event);
  }
  return events;
};
