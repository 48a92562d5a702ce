import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { test } from "node:test";
import { toFile } from "openai";
import { client, formatOf, quick } from "./client.mjs";

const PICTURES = pathToFileURL(`${process.env.INKSTREAM_PICTURES}/`);
const picture = (name) => createReadStream(new URL(name, PICTURES));

test("a picture that is streamed is drawn anew", async () => {
  const answer = await client.images.edit({ image: picture("420.jpg"), ...quick });
  assert.equal(formatOf(answer.data[0].b64_json), "png");
  assert.equal(answer.size, "64x64");
});

test("a list of one, and a mask", async () => {
  const mask = await toFile(picture("alpha.png"), "mask.png", { type: "image/png" });
  const answer = await client.images.edit({ image: [picture("rgb.png")], mask, ...quick });
  assert.equal(answer.data.length, 1);
});

test("events are those of an edit", async () => {
  const types = [];
  const image = picture("lossy.webp");
  for await (const event of await client.images.edit({ image, ...quick, stream: true, partial_images: 1 })) {
    types.push(event.type);
  }
  assert.deepEqual(types, ["image_edit.partial_image", "image_edit.completed"]);
});

test("a variation", async () => {
  const { prompt, ...rest } = quick;
  const answer = await client.images.createVariation({ image: picture("rgb.png"), ...rest, n: 2 });
  assert.equal(answer.data.length, 2);
});

test("a picture that is cut off is refused", async () => {
  const image = await toFile(Buffer.from("89504e470d0a1a0a", "hex"), "cut.png");
  await assert.rejects(client.images.edit({ image, ...quick }), { status: 400, param: "image" });
});
