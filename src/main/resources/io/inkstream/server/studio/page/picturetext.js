// The settings that a picture keeps: texts of a PNG, comments of a JPEG.

/** Keyword of the settings in JSON; the other one is AUTOMATIC1111's. */
const OWN = "inkstream";
const A1111 = "parameters";

const utf8 = new TextDecoder();
const latin1 = new TextDecoder("latin1");

/**
 * The request that draws a picture again.
 * @param {Blob} file
 * @returns {Promise<Record<string, unknown> | null>} null: it keeps none
 */
export async function settingsOf(file) {
  const texts = await textsOf(new Uint8Array(await file.arrayBuffer()));
  const own = texts.get(OWN);
  if (own) return ofOwn(JSON.parse(own));
  const others = texts.get(A1111);
  return others ? ofParameters(others) : null;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Map<string, string>>}
 */
export async function textsOf(bytes) {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return pngTexts(bytes);
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegTexts(bytes) : new Map();
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function pngTexts(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = latin1.decode(bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    const zero = data.indexOf(0);
    if (zero > 0 && /^[tzi](TXt|EXt)$/.test(type)) texts.set(latin1.decode(data.subarray(0, zero)), await pngText(type, data.subarray(zero + 1)));
    at += 12 + length;
  }
  return texts;
}

/**
 * @param {string} type
 * @param {Uint8Array<ArrayBuffer>} rest after the keyword
 */
async function pngText(type, rest) {
  if (type === "tEXt") return latin1.decode(rest);
  if (type === "zTXt") return latin1.decode(await inflated(rest.subarray(1)));
  const compressed = rest[0] === 1;
  const language = rest.indexOf(0, 2);
  const body = rest.subarray(rest.indexOf(0, language + 1) + 1);
  return utf8.decode(compressed ? await inflated(body) : body);
}

/** @param {Uint8Array<ArrayBuffer>} data */
async function inflated(data) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A long text stands in several comments. @param {Uint8Array<ArrayBuffer>} bytes */
function jpegTexts(bytes) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; ) {
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (bytes[at + 1] === 0xfe) {
      const data = bytes.subarray(at + 4, at + 2 + length);
      const zero = data.indexOf(0);
      const keyword = utf8.decode(data.subarray(0, Math.max(0, zero)));
      texts.set(keyword, (texts.get(keyword) ?? "") + utf8.decode(data.subarray(zero + 1)));
    }
    at += 2 + length;
  }
  return texts;
}

/** @param {Record<string, any>} kept */
function ofOwn(kept) {
  const { width, height, sampler, model, version, cache, forecast_steps, ...order } = kept;
  void [model, version, cache, forecast_steps];
  return { ...order, ...(width && height ? { size: `${width}x${height}` } : {}), ...(sampler ? { sampler: String(sampler).toLowerCase() } : {}) };
}

/**
 * prompt, Negative prompt: …, and a line of `Key: value`.
 * @param {string} text
 */
function ofParameters(text) {
  const lines = text.trim().split("\n");
  const last = lines.pop() ?? "";
  const negativeAt = lines.findIndex((line) => line.startsWith("Negative prompt: "));
  const prompt = lines.slice(0, negativeAt < 0 ? undefined : negativeAt).join("\n");
  const negative = negativeAt < 0 ? {} : { negative_prompt: lines.slice(negativeAt).join("\n").slice("Negative prompt: ".length) };
  const named = new Map([...last.matchAll(/([A-Z][\w ]*): ("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name, value]) => [name, value]));
  const number = (/** @type {string} */ name) => (named.has(name) && Number.isFinite(Number(named.get(name))) ? Number(named.get(name)) : undefined);
  return {
    prompt,
    ...negative,
    num_inference_steps: number("Steps"),
    true_cfg_scale: number("CFG scale"),
    seed: number("Seed"),
    size: named.get("Size"),
  };
}
