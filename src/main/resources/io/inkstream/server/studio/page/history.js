// Pictures that this browser keeps, with what they were asked by: the newest, up to a size.

/**
 * @typedef {{id?: number, at: number, prompt: string, order: Record<string, unknown>, seed: number, format: string, width: number, height: number, seconds: number, counts: Record<string, number>, model: string, bytes: number, blob: Blob, thumb: Blob}} Kept
 */

const STORE = "pictures";
const MOST_BYTES = 256 * 1024 * 1024;
const THUMB = 320;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
/** Where the browser keeps nothing: for as long as the page is open. @type {Kept[]} */
const here = [];

/** @returns {Promise<IDBDatabase>} */
function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("inkstream", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} action
 * @returns {Promise<T>}
 */
async function store(mode, action) {
  const transaction = (await open()).transaction(STORE, mode);
  const request = action(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** All, the newest first. @returns {Promise<Kept[]>} */
export async function kept() {
  try {
    return [...here, ...(await store("readonly", (all) => all.getAll())).reverse()];
  } catch {
    return here;
  }
}

/** @param {Kept} picture */
export async function keep(picture) {
  try {
    picture.id = Number(await store("readwrite", (all) => all.add(picture)));
    await trim();
  } catch {
    here.unshift(picture);
  }
  listeners.forEach((listener) => listener());
}

/** @param {Kept} picture */
export async function forget(picture) {
  const at = here.indexOf(picture);
  if (at >= 0) here.splice(at, 1);
  else await store("readwrite", (all) => all.delete(Number(picture.id)));
  listeners.forEach((listener) => listener());
}

async function trim() {
  let sum = 0;
  for (const picture of await kept()) {
    sum += picture.bytes;
    if (sum > MOST_BYTES) await store("readwrite", (all) => all.delete(Number(picture.id)));
  }
}

/** @type {Set<() => void>} */
const listeners = new Set();

/** Is called whenever there are others. @param {() => void} listener */
export function onHistory(listener) {
  listeners.add(listener);
}

/**
 * Keeps all pictures of a job.
 * @param {import("./job.js").Job} job
 * @param {string} model
 */
export async function keepJob(job, model) {
  for (const picture of job.pictures.filter(Boolean)) {
    const { blob, seed, format, width, height } = picture;
    const counts = { computed: job.counted("computed"), reused: job.counted("reused"), forecast: job.counted("forecast") };
    const order = { ...job.order, n: undefined, seed };
    await keep({ at: Date.now(), prompt: job.prompt, order: JSON.parse(JSON.stringify(order)), seed, format, width, height, seconds: job.drawnFor, counts, model, bytes: blob.size, blob, thumb: await small(blob) });
  }
}

/** @param {Blob} blob */
export async function small(blob) {
  const image = await createImageBitmap(blob);
  const scale = Math.min(1, THUMB / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((/** @type {(thumb: Blob) => void} */ resolve) => canvas.toBlob((made) => resolve(made ?? blob), "image/webp", 0.85));
}
