// Jobs that the server keeps: they go on without this page, and are found again by it.

import { address, ask, events, json, post, Refused } from "./server.js";

/**
 * @typedef {import("./job.js").Job} Job
 * @typedef {{id: string, status: string, queue_position: number | null, estimated_start_s: number | null, created_at: number, started_at: number | null, completed_at: number | null, result: {data: {url: string, seed: number, revised_prompt: string}[], inference_time_s?: number, output_format?: string, size?: string, forecast?: {estimated_error_db?: number | null} | null} | null, error: {message: string, param: string | null, code: string | null} | null}} Answer
 */

const ROUTE = "/v1/images/jobs";
const KNOWN = "inkstream.jobs";
const MOST_KNOWN = 50;
const SLOWEST = 30_000;
const PLACE_EVERY = 2000;

/**
 * Hands a job in.
 * @param {Job} job
 * @param {unknown} body
 */
export async function handIn(job, body) {
  const answer = /** @type {Answer} */ (await (await post(ROUTE, body)).json());
  job.id = answer.id;
  job.state = "queued";
  job.stands(answer);
  remember(job);
}

/** @param {Job} job */
export async function cancel(job) {
  try {
    await post(`${ROUTE}/${job.id}/cancel`, {});
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure; // it has ended meanwhile, as its events say
  }
}

/**
 * Hears of a job until it has ended, however often the line breaks.
 * @param {Job} job
 * @param {() => void} changed
 */
export async function follow(job, changed) {
  const look = () => job.state === "queued" && place(job).then(changed, () => {});
  if (job.position === null) look();
  const watch = setInterval(look, PLACE_EVERY);
  let pause = 1000;
  let last = "";
  try {
    while (job.live) {
      try {
        const headers = last ? { "Last-Event-ID": last } : undefined;
        const response = await ask(`${ROUTE}/${job.id}/events`, { headers, cache: "no-store" });
        if (response.status === 204) await settle(job);
        for await (const event of events(response)) {
          pause = 1000;
          last = event.id || last;
          await hear(job, event);
          changed();
        }
      } catch (failure) {
        if (failure instanceof Refused && failure.status !== 503) return job.fail({ message: failure.message, param: null, code: failure.code, requestId: failure.requestId });
      }
      if (job.live) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(SLOWEST, 2 * pause);
      }
    }
  } finally {
    clearInterval(watch);
    if (!job.live) forgetJob(job);
  }
}

/** @param {Job} job */
async function place(job) {
  const answer = /** @type {Answer} */ (await json(`${ROUTE}/${job.id}`));
  if (job.state === "queued" && answer.status === "queued") job.stands(answer);
}

/**
 * @param {Job} job
 * @param {{type: string, data: any}} event
 */
async function hear(job, { type, data }) {
  switch (type) {
    case "image.job.queued":
      job.restart();
      return;
    case "image.job.in_progress":
      job.restart();
      job.state = "text_encoding";
      return;
    case "image.job.progress":
      job.hear({ type, data });
      return;
    case "image.job.completed":
    case "image.job.failed":
    case "image.job.cancelled":
    case "image.job.interrupted":
      await ended(job, data);
  }
}

/** What a job is that has ended unheard. @param {Job} job */
async function settle(job) {
  await ended(job, await json(`${ROUTE}/${job.id}`));
}

/**
 * @param {Job} job
 * @param {Answer} answer
 */
async function ended(job, answer) {
  if (answer.result) {
    const { result } = answer;
    const pictures = await Promise.all(result.data.map((one) => picture(one.url)));
    const [width = job.width, height = job.height] = (result.size ?? "").split("x").filter(Boolean).map(Number);
    job.pictures = pictures.map((blob, i) => ({ blob, seed: result.data[i]?.seed ?? 0, format: blob.type.replace("image/", ""), width, height }));
    job.drawnFor = result.inference_time_s ?? job.elapsed;
    job.likeness = result.forecast?.estimated_error_db ?? null;
    job.end("done");
  } else if (answer.error) {
    job.fail({ message: answer.error.message, param: answer.error.param, code: answer.error.code, requestId: null });
  } else if (answer.status === "cancelled" || answer.status === "interrupted") {
    job.end("stopped");
  }
}

/** @param {string} url of the server's, under whatever name it knows itself */
export async function picture(url) {
  const { pathname, search } = new URL(url, document.baseURI);
  return (await ask(pathname.slice(pathname.indexOf("/v1/")) + search)).blob();
}

// ---- which jobs are this browser's

/** @returns {Record<string, Record<string, unknown>>} orders by ids */
function known() {
  try {
    return JSON.parse(localStorage.getItem(KNOWN) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Job} job */
function remember(job) {
  const all = Object.entries({ ...known(), [job.id]: job.order }).slice(-MOST_KNOWN);
  localStorage.setItem(KNOWN, JSON.stringify(Object.fromEntries(all)));
}

/** @param {Job} job */
function forgetJob(job) {
  const all = known();
  delete all[job.id];
  localStorage.setItem(KNOWN, JSON.stringify(all));
}

/**
 * The jobs that this browser handed in and has not seen end.
 * @param {(order: Record<string, unknown>) => Job} jobOf
 */
export function unfinished(jobOf) {
  return Object.entries(known()).map(([id, order]) => {
    const job = jobOf(order);
    job.id = id;
    job.state = "queued";
    return job;
  });
}

/**
 * Pictures that the server has of jobs, whoever asked for them.
 * @returns {Promise<{url: string, prompt: string, seed: number, at: number}[]>}
 */
export async function onServer() {
  const page = /** @type {{data: Answer[]}} */ (await json(`${ROUTE}?status=completed&limit=50`));
  return page.data.flatMap((answer) => (answer.result?.data ?? []).map((one) => ({ url: address(new URL(one.url).pathname + new URL(one.url).search), prompt: one.revised_prompt, seed: one.seed, at: answer.created_at })));
}
