// All jobs of this page: begun, watched and stopped here, and shown in a list.

import { byId, el, fill, icon, perFrame, say } from "./dom.js";
import { Job } from "./job.js";
import { events, post, Refused } from "./server.js";
import { duration, onLanguage, ordinal, t, whole } from "./words.js";

/** Jobs that the server keeps: fetched where it does. */
const lasting = () => import("./lasting.js");
/** What a job draws anew, and in which shape. @typedef {{images: Blob[], mask: Blob | null, shape: {width: number, height: number} | null}} Pictures */
/** Ended jobs that stay in the list. */
const MOST_ENDED = 24;

export class Jobs {
  /**
   * @param {import("./server.js").Schema} schema
   * @param {(job: Job) => void} shown is told of the job to show, whenever that or its state changes
   * @param {(job: Job) => void} ended is told of each job that was drawn
   */
  constructor(schema, shown, ended) {
    this.schema = schema;
    /** @type {Job[]} */
    this.all = [];
    /** @type {Job | null} */
    this.current = null;
    this.shown = shown;
    this.ended = ended;
    this.repaint = perFrame(() => this.paint());
    onLanguage(() => this.paint());
  }

  /** Those that wait or are drawn. */
  get live() {
    return this.all.filter((job) => job.live);
  }

  /**
   * Begins a job of an order, and shows it.
   * @param {Record<string, unknown>} order
   * @param {Pictures} [brought]
   * @returns {Promise<Refused | null>} why the server refused it, once it has; null once it is taken
   */
  async draw(order, brought) {
    const job = this.jobOf(order, brought?.shape);
    job.brought = brought;
    this.all.unshift(job);
    this.select(job);
    return this.send(job);
  }

  /**
   * @param {Record<string, unknown>} order
   * @param {{width: number, height: number} | null} [shape] if the order has no size
   */
  jobOf(order, shape) {
    const { defaults, model } = this.schema;
    const [width, height] = String(order.size ?? "").split("x").map(Number);
    const size = width && height ? { width, height } : (shape ?? defaults);
    const cut = (/** @type {number} */ side) => Math.floor(side / model.side_unit) * model.side_unit;
    return new Job(order, { width: cut(size.width), height: cut(size.height) }, Number(order.num_inference_steps ?? defaults.num_inference_steps));
  }

  /** Whether the server keeps jobs, so that they go on without this page. */
  get lasting() {
    return this.schema.routes.includes("POST /v1/images/jobs");
  }

  /** Finds the jobs again that this page had left. */
  async resume() {
    if (!this.lasting) return;
    const { unfinished } = await lasting();
    for (const job of unfinished((order) => this.jobOf(order))) {
      this.all.unshift(job);
      this.select(job);
      this.follow(job);
    }
  }

  /** @param {Job} job */
  async send(job) {
    const preview = job.order.preview ?? "fast";
    const body = { ...job.order, preview, stream: true, stream_progress: true };
    try {
      if (this.lasting) {
        await (await lasting()).handIn(job, withPictures({ ...job.order, preview }, job.brought));
        if (job.stopping) this.stop(job);
        this.changed(job);
        this.follow(job);
        return null;
      }
      const route = job.brought ? "/v1/images/edits" : "/v1/images/generations";
      const response = await post(route, withPictures(body, job.brought), { signal: job.aborter.signal });
      job.state = "queued";
      this.changed(job);
      this.watch(job, events(response));
      return null;
    } catch (failure) {
      if (job.aborter.signal.aborted) {
        job.end("stopped");
      } else if (failure instanceof Refused) {
        job.failure = { message: failure.message, param: failure.param, code: failure.code, requestId: failure.requestId };
        job.end("refused");
        this.changed(job);
        return failure;
      } else {
        job.fail({ message: t("lost"), param: null, code: null, requestId: null });
      }
      this.changed(job);
      return null;
    }
  }

  /**
   * @param {Job} job
   * @param {AsyncIterable<{type: string, data: any}>} stream
   */
  async watch(job, stream) {
    try {
      for await (const event of stream) {
        const before = { state: job.state, position: job.position, steps: job.steps.length };
        job.hear(event);
        this.changed(job);
        this.tell(job, before);
      }
      if (job.live) job.fail({ message: t("lost"), param: null, code: null, requestId: null });
    } catch {
      if (job.live) this.broken(job);
    }
    if (job.state === "done") this.ended(job);
    this.changed(job);
  }

  /** @param {Job} job that the server keeps */
  async follow(job) {
    let before = { state: job.state, position: job.position, steps: 0 };
    await (await lasting()).follow(job, () => {
      this.changed(job);
      this.tell(job, before);
      before = { state: job.state, position: job.position, steps: job.steps.length };
    });
    if (job.state === "done") this.ended(job);
    this.changed(job);
  }

  /** @param {Job} job whose stream broke off */
  broken(job) {
    if (job.aborter.signal.aborted) {
      job.end("stopped");
      say(t("said_stopped", first(job)));
    } else {
      job.fail({ message: t("lost"), param: null, code: null, requestId: null });
    }
  }

  /** Ends a job; the server ends its work at most a block later. @param {Job} job */
  stop(job) {
    if (!job.live) return;
    if (job.id) lasting().then(({ cancel }) => cancel(job)).catch(() => {});
    else if (this.lasting) job.stopping = true;
    else job.aborter.abort();
  }

  /** @param {Job} job */
  select(job) {
    this.current = job;
    this.changed(job);
  }

  /** Takes an ended job out of the list. @param {Job} job */
  remove(job) {
    this.all = this.all.filter((other) => other !== job);
    this.repaint();
  }

  /** @param {Job} job */
  changed(job) {
    if (job === this.current) this.shown(job);
    this.repaint();
  }

  /**
   * Says what matters, and never each step.
   * @param {Job} job
   * @param {{state: string, position: number | null, steps: number}} before
   */
  tell(job, before) {
    const half = Math.ceil(job.total / 2);
    if (job.state === "queued" && job.position && job.position !== before.position) say(t("said_queued", first(job), t("in_line", ordinal(job.position))));
    if (job.state === "text_encoding" && before.state !== job.state) say(t("said_began", first(job)));
    if (job.steps.length >= half && before.steps < half && job.left !== null && job.left > 2) say(t("said_half", first(job), duration(job.left)));
    if (job.state === "done" && before.state !== "done") say(t("said_done", first(job), duration(job.drawnFor)));
    if (job.state === "failed") say(t("said_failed", first(job), job.failure?.message));
  }

  paint() {
    const ended = this.all.filter((job) => !job.live && job !== this.current);
    for (const job of ended.slice(MOST_ENDED)) this.all.splice(this.all.indexOf(job), 1);
    const waiting = this.all.filter((job) => job.state === "queued" || job.state === "sending").length;
    const drawing = this.live.length - waiting;
    byId("jobs-count").textContent = this.all.length ? t("jobs_some", drawing, waiting) : t("jobs_none");
    const list = byId("job-list");
    const rows = this.all.map((job) => this.row(job));
    if (rows.length !== list.children.length || rows.some((row, i) => row !== list.children[i])) keepingFocus(() => fill(list, ...rows));
  }

  /**
   * A row of the list: made once, then kept up to date.
   * @param {Job} job
   */
  row(job) {
    const row = rows.get(job) ?? rows.set(job, this.madeRow(job)).get(job);
    if (!row) throw new Error("a row was just made");
    row.element.classList.toggle("on", job === this.current);
    row.state.textContent = stateOf(job);
    row.link.setAttribute("aria-label", `${job.prompt}, ${stateOf(job)}`);
    row.bar.style.setProperty("--p", `${(100 * job.steps.length) / Math.max(1, job.total)}%`);
    row.bar.hidden = !job.live || job.state === "queued";
    row.button.setAttribute("aria-label", t(job.live ? "stop_job" : "remove", job.prompt));
    row.button.title = t(job.live ? "stop" : "remove");
    thumbnail(row, job);
    return row.element;
  }

  /** @param {Job} job */
  madeRow(job) {
    const link = el("a", { href: "#draw", onclick: () => this.select(job) });
    const thumb = el("div", { className: "thumb" });
    const state = el("p", { className: "muted" });
    const bar = el("div", { className: "progress" }, el("i"));
    const button = el("button", { type: "button", onclick: () => (job.live ? this.stop(job) : this.remove(job)) }, icon("close"));
    const element = el("li", { className: "mini" }, link, thumb, el("div", { className: "words" }, el("p", { title: job.prompt }, job.prompt || "\u00a0"), state, bar), button);
    return { element, link, thumb, state, bar, button, shown: /** @type {Blob | null} */ (null) };
  }
}

/** @typedef {ReturnType<Jobs["madeRow"]>} Row */

/** @type {WeakMap<Job, Row>} */
const rows = new WeakMap();

/** When it is begun, in words; nothing, if nobody has said so. @param {Job} job */
export function startOf(job) {
  const seconds = job.startsInNow;
  return seconds === null ? "" : seconds < 1 ? t("soon") : t("about", whole(seconds));
}

/** @param {Job} job */
export function stateOf(job) {
  switch (job.state) {
    case "sending":
      return t("sending");
    case "queued":
      return [job.position ? t("in_line", ordinal(job.position)) : t("in_queue"), startOf(job)].filter(Boolean).join(" · ");
    case "text_encoding":
      return t("reading");
    case "denoising":
      return t("step_of", Math.min(job.steps.length + 1, job.total), job.total);
    case "decoding":
      return t("decoding");
    case "done":
      return job.old ? t("from_history") : t("done_in", duration(job.drawnFor));
    case "stopped":
      return t("stopped");
    case "failed":
      return t("failed");
    case "refused":
      return t("refused");
  }
}

/**
 * @param {Row} row
 * @param {Job} job
 */
function thumbnail(row, job) {
  const blob = job.pictures[0]?.blob ?? job.steps[job.previewStep() - 1]?.previews[0] ?? null;
  if (blob === row.shown) return;
  row.shown = blob;
  if (!blob) return fill(row.thumb);
  const url = URL.createObjectURL(blob);
  const image = el("img", { src: url, alt: "", width: 48, height: 48, onload: () => URL.revokeObjectURL(url), onerror: () => URL.revokeObjectURL(url) });
  fill(row.thumb, image);
}

/** @param {() => void} change of the document, in which the focused element may move */
function keepingFocus(change) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  change();
  if (focused && focused !== document.activeElement && document.contains(focused)) focused.focus({ preventScroll: true });
}

/** The first words of its prompt. @param {Job} job */
function first(job) {
  return job.prompt.split(/\s+/).slice(0, 4).join(" ");
}

/**
 * A request that brings pictures is a form.
 * @param {Record<string, unknown>} order
 * @param {Pictures} [brought]
 */
function withPictures(order, brought) {
  if (!brought) return order;
  const form = new FormData();
  for (const [name, value] of Object.entries(order)) {
    if (value !== undefined && value !== null) form.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  brought.images.forEach((image, i) => form.append("image[]", image, `picture-${i + 1}`));
  if (brought.mask) form.append("mask", brought.mask, "mask.png");
  return form;
}
