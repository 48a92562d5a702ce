import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import OpenAI from "openai";
import { POISON, client, fullKey, fullUrl, idle, keyed, quick, slow } from "./client.mjs";

afterEach(() => idle(fullUrl));

const refusal = async (promise, type) => {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (reason) => reason,
  );
  assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
  assert.deepEqual(Object.keys(error.error).sort(), ["code", "message", "param", "type"]);
  return error;
};

const badRequest = (request) => refusal(client.images.generate(request), OpenAI.BadRequestError);

for (const n of [0, 11]) {
  test(`n of ${n} is refused`, async () => {
    assert.equal((await badRequest({ ...quick, n })).param, "n");
  });
}

test("a prompt of 32,001 characters is refused", async () => {
  assert.equal((await badRequest({ ...quick, prompt: "a".repeat(32_001) })).param, "prompt");
});

test("a prompt of 32,000 characters is drawn", async () => {
  const answer = await client.images.generate({ ...quick, prompt: "a".repeat(32_000) });
  assert.equal(answer.data.length, 1);
});

const BAD_VALUES = {
  size: "wide",
  quality: "best",
  response_format: "file",
  output_format: "gif",
  output_compression: 101,
  background: "blue",
  moderation: "strict",
  style: "wild",
  num_inference_steps: 0,
};

for (const [field, value] of Object.entries(BAD_VALUES)) {
  test(`a bad ${field} is named`, async () => {
    assert.equal((await badRequest({ ...quick, [field]: value })).param, field);
  });
}

test("partial_images of 4 are refused before the stream begins", async () => {
  assert.equal((await badRequest({ ...quick, stream: true, partial_images: 4 })).param, "partial_images");
});

test("another model is not found", async () => {
  const error = await refusal(client.images.generate({ ...quick, model: "dall-e-3" }), OpenAI.NotFoundError);
  assert.equal(error.code, "model_not_found");
});

test("a wrong key is refused", async () => {
  const stranger = new OpenAI({ apiKey: `${fullKey}x`, baseURL: fullUrl, maxRetries: 0 });
  const error = await refusal(stranger.images.generate(quick), OpenAI.AuthenticationError);
  assert.equal(error.code, "invalid_api_key");
});

test("a full queue says when to come again", async () => {
  const running = await keyed.images.generate({ ...slow, stream: true, stream_progress: true });
  const events = running[Symbol.asyncIterator]();
  await events.next();
  const error = await refusal(keyed.images.generate(quick), OpenAI.RateLimitError);
  assert.ok(Number(error.headers.get("retry-after")) >= 1);
  running.controller.abort();
});

test("a failed picture is a server error that nobody repeats", async () => {
  const request = { ...quick, prompt: POISON };
  const error = await refusal(client.images.generate(request), OpenAI.InternalServerError);
  assert.equal(error.type, "server_error");
  assert.equal(error.headers.get("x-should-retry"), "false");
});
