import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { POISON, client, collect, formatOf, quick } from "./client.mjs";

const PARTIAL = "image_generation.partial_image";
const COMPLETED = "image_generation.completed";

const streamed = async (request) =>
  collect(await client.images.generate({ ...quick, stream: true, ...request }));

for (const partial_images of [0, 1, 3]) {
  test(`${partial_images} partial images come before the picture`, async () => {
    const events = await streamed({ num_inference_steps: 12, partial_images });
    const types = events.map((event) => event.type);
    assert.deepEqual(types, [...Array(partial_images).fill(PARTIAL), COMPLETED]);
    const indexes = events.slice(0, -1).map((event) => event.partial_image_index);
    assert.deepEqual(indexes, [...Array(partial_images).keys()]);
    events.forEach((event) => assert.equal(formatOf(event.b64_json), "png"));
  });
}

test("completed has usage and size", async () => {
  const [completed] = await streamed({});
  assert.equal(completed.size, "64x64");
  const { usage } = completed;
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
});

test("each of three pictures says which it is", async () => {
  const events = await streamed({ n: 3, partial_images: 1 });
  const completed = events.filter((event) => event.type === COMPLETED);
  assert.deepEqual(completed.map((event) => event.image_index).sort(), [0, 1, 2]);
});

// One a second; this picture takes several.
test("heartbeats between slow steps are no events", async () => {
  const slow = { size: "512x512", num_inference_steps: 100 };
  const events = await streamed({ ...slow, partial_images: 1 });
  assert.deepEqual(events.map((event) => event.type), [PARTIAL, COMPLETED]);
});

test("progress comes when it is asked for", async () => {
  const events = await streamed({ num_inference_steps: 8, stream_progress: true });
  const progress = events.filter((event) => event.type === "image_generation.progress");
  assert.ok(progress.some((event) => event.steps === 8 && event.step >= 1));
  assert.equal(events.at(-1).type, COMPLETED);
});

test("no progress comes unasked", async () => {
  const events = await streamed({ num_inference_steps: 8 });
  assert.deepEqual(events.map((event) => event.type), [COMPLETED]);
});

test("a failure in the middle is an APIError", async () => {
  const stream = await client.images.generate({ ...quick, stream: true, prompt: POISON });
  await assert.rejects(collect(stream), (error) => {
    assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
    assert.equal(error.type, "server_error");
    return true;
  });
});
