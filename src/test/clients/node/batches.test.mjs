import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import OpenAI, { toFile } from "openai";
import { MODEL, WEBHOOK_SECRET, client, formatOf, quick, slow, waitUntil } from "./client.mjs";

const ENDPOINT = "/v1/images/generations";
const FINAL = ["completed", "failed", "expired", "cancelled"];

const lines = (...bodies) =>
  bodies
    .map((body, i) => JSON.stringify({ custom_id: `request-${i}`, method: "POST", url: ENDPOINT, body }) + "\n")
    .join("");

const send = async (contents) =>
  client.files.create({ file: await toFile(Buffer.from(contents), "requests.jsonl"), purpose: "batch" });

const create = async (contents, more = {}) => {
  const { id } = await send(contents);
  return client.batches.create({ input_file_id: id, endpoint: ENDPOINT, completion_window: "24h", ...more });
};

const ended = async ({ id }) => {
  let batch;
  await waitUntil("the batch ends", async () => {
    batch = await client.batches.retrieve(id);
    return FINAL.includes(batch.status);
  });
  return batch;
};

const contents = async (file) =>
  (await (await client.files.content(file)).text()).trim().split("\n").map((line) => JSON.parse(line));

test("a file is sent, listed, read and deleted", async () => {
  const file = await send(lines(quick));
  assert.equal(file.filename, "requests.jsonl");
  assert.equal((await client.files.retrieve(file.id)).bytes, file.bytes);
  const ids = [];
  for await (const each of client.files.list({ limit: 1 })) {
    ids.push(each.id);
  }
  assert.ok(ids.includes(file.id));
  assert.equal(await (await client.files.content(file.id)).text(), lines(quick));
  assert.equal((await client.files.delete(file.id)).deleted, true);
  await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
});

test("a batch is drawn, and refused requests are in the error file", async () => {
  const done = await ended(await create(lines(quick, { ...quick, n: 11 }), { metadata: { of: "a test" } }));
  assert.equal(done.status, "completed");
  assert.equal(done.model, MODEL);
  assert.deepEqual(done.request_counts, { total: 2, completed: 1, failed: 1 });
  const [drawn] = await contents(done.output_file_id);
  assert.equal(drawn.custom_id, "request-0");
  assert.equal(formatOf(drawn.response.body.data[0].b64_json), "png");
  const [refused] = await contents(done.error_file_id);
  assert.equal(refused.response.body.error.param, "n");
  const ids = [];
  for await (const each of client.batches.list({ limit: 1 })) {
    ids.push(each.id);
  }
  assert.ok(ids.includes(done.id));
});

test("a batch is cancelled", async () => {
  const batch = await create(lines(slow, slow));
  await waitUntil("it is drawn", async () => (await client.batches.retrieve(batch.id)).status === "in_progress");
  assert.equal((await client.batches.cancel(batch.id)).status, "cancelling");
  assert.equal((await ended(batch)).status, "cancelled");
});

test("the end of a batch is told, and the client trusts it", async () => {
  const requests = [];
  const receiver = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      requests.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.end();
    });
  });
  await new Promise((listening) => receiver.listen(0, "127.0.0.1", listening));
  const batch = await create(lines(quick), { webhook: `http://127.0.0.1:${receiver.address().port}/` });
  await waitUntil("it is told", async () => requests.length === 1);
  const [{ headers, body }] = requests;
  const event = await client.webhooks.unwrap(body, headers, WEBHOOK_SECRET);
  assert.equal(event.type, "batch.completed");
  assert.equal(event.data.id, batch.id);
  await assert.rejects(client.webhooks.unwrap(`${body} `, headers, WEBHOOK_SECRET));
  receiver.close();
});
