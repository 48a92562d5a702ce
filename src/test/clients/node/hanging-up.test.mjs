import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { client, idle, load, openUrl, slow, waitUntil } from "./client.mjs";

const progressing = () =>
  client.images.generate({ ...slow, stream: true, stream_progress: true });

test("a time-out stops the job", async () => {
  const request = client.images.generate(slow, { timeout: 1000 });
  await assert.rejects(request, OpenAI.APIConnectionTimeoutError);
  await idle(openUrl);
});

test("leaving a stream's loop early stops the job", async () => {
  for await (const event of await progressing()) {
    assert.equal(event.type, "image_generation.progress");
    assert.deepEqual(await load(openUrl), [1, 0]);
    break;
  }
  await idle(openUrl);
});

test("an abort signal stops the job", async () => {
  const abort = new AbortController();
  const request = client.images.generate(slow, { signal: abort.signal });
  await Promise.all([
    assert.rejects(request, OpenAI.APIUserAbortError),
    waitUntil("it runs", async () => (await load(openUrl))[0] === 1).finally(() => abort.abort()),
  ]);
  await idle(openUrl);
});

test("an abort in the queue leaves the running job alone", async () => {
  const running = await progressing();
  await running[Symbol.asyncIterator]().next();
  const abort = new AbortController();
  const waiting = client.images.generate(slow, { signal: abort.signal });
  await Promise.all([
    assert.rejects(waiting, OpenAI.APIUserAbortError),
    waitUntil("it waits", async () => (await load(openUrl))[1] === 1).finally(() => abort.abort()),
  ]);
  await waitUntil("only the first is left", async () => (await load(openUrl))[1] === 0);
  assert.deepEqual(await load(openUrl), [1, 0]);
  running.controller.abort();
  await idle(openUrl);
});
