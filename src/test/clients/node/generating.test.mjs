import assert from "node:assert/strict";
import { test } from "node:test";
import { MODEL, client, formatOf, openUrl, quick } from "./client.mjs";

test("b64_json is a picture", async () => {
  const answer = await client.images.generate({ ...quick, response_format: "b64_json" });
  assert.equal(formatOf(answer.data[0].b64_json), "png");
  assert.equal(answer.size, "64x64");
  assert.equal(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens);
});

test("url is fetched with its type", async () => {
  const request = { ...quick, response_format: "url", output_format: "jpeg" };
  const answer = await client.images.generate(request);
  const fetched = await fetch(new URL(answer.data[0].url, openUrl));
  assert.equal(fetched.headers.get("content-type"), "image/jpeg");
  assert.equal(formatOf(Buffer.from(await fetched.arrayBuffer()).toString("base64")), "jpeg");
});

test("three pictures differ, and each says its seed", async () => {
  const answer = await client.images.generate({ ...quick, n: 3, response_format: "b64_json" });
  assert.equal(new Set(answer.data.map((image) => image.b64_json)).size, 3);
  const { seed, b64_json } = answer.data[2];
  const again = await client.images.generate({ ...quick, seed, response_format: "b64_json" });
  assert.equal(formatOf(again.data[0].b64_json), formatOf(b64_json));
  assert.equal(again.data[0].seed, seed);
});

test("three pictures by url", async () => {
  const answer = await client.images.generate({ ...quick, n: 3, response_format: "url" });
  assert.equal(new Set(answer.data.map((image) => image.url)).size, 3);
  for (const { url } of answer.data) {
    assert.equal((await fetch(new URL(url, openUrl))).status, 200);
  }
});

for (const output_format of ["png", "jpeg", "webp"]) {
  test(`${output_format} is drawn`, async () => {
    const answer = await client.images.generate({ ...quick, output_format, output_compression: 50 });
    assert.equal(formatOf(answer.data[0].b64_json), output_format);
    assert.equal(answer.output_format, output_format);
  });
}

const NULLABLE = [
  ["model", "n", "quality", "response_format", "output_format", "output_compression", "stream"],
  ["partial_images", "moderation", "background", "style", "user", "seed", "negative_prompt"],
  ["guidance_scale", "true_cfg_scale", "enable_cache_dit", "cache_dit_params", "extra_body"],
].flat();

test("null is the default of every optional field", async (t) => {
  for (const field of NULLABLE) {
    await t.test(field, async () => {
      const answer = await client.images.generate({ ...quick, [field]: null });
      assert.equal(answer.data.length, 1);
    });
  }
});

test("extras inside extra_body", async () => {
  const { num_inference_steps, ...request } = quick;
  const answer = await client.images.generate({ ...request, extra_body: { num_inference_steps, seed: 7 } });
  assert.equal(answer.data[0].seed, 7);
});

test("the model is listed and read", async () => {
  const models = await client.models.list();
  assert.deepEqual(models.data.map((model) => model.id), [MODEL]);
  assert.equal((await client.models.retrieve(MODEL)).id, MODEL);
});
