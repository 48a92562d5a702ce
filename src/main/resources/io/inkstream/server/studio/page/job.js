// A job as the page knows it: what was asked, and what its events have said so far.

/**
 * @typedef {"sending" | "queued" | "text_encoding" | "denoising" | "decoding" | "done" | "stopped" | "failed" | "refused"} State
 * @typedef {"computed" | "reused" | "forecast"} StepKind
 * @typedef {{kind: StepKind, seconds: number, diffs: number[], previews: Blob[]}} Step
 * @typedef {{blob: Blob, seed: number, format: string, width: number, height: number}} Picture
 * @typedef {{message: string, param: string | null, code: string | null, requestId: string | null}} Failure
 */

/** All previews of a job together, in bytes. */
const MOST_PREVIEWS = 24 * 1024 * 1024;

export class Job {
  /**
   * @param {Record<string, unknown>} order what was asked
   * @param {{width: number, height: number}} size
   * @param {number} steps asked for
   */
  constructor(order, size, steps) {
    this.key = crypto.getRandomValues(new Uint32Array(2)).join("-");
    /** The server's name of it, where that keeps jobs. */
    this.id = "";
    /** It is to be stopped as soon as it has that name. */
    this.stopping = false;
    this.order = order;
    /** What it draws anew. @type {import("./jobs.js").Pictures | undefined} */
    this.brought = undefined;
    this.prompt = String(order.prompt ?? "");
    this.count = Number(order.n ?? 1);
    this.width = size.width;
    this.height = size.height;
    /** @type {State} */
    this.state = "sending";
    this.total = steps;
    /** @type {Step[]} */
    this.steps = [];
    /** @type {number | null} */
    this.position = null;
    /** Seconds until it is begun. @type {number | null} */
    this.startsIn = null;
    /** @type {number | null} */
    this.left = null;
    /** How near a forecast's pictures are expected to be to the exact ones, in decibels. @type {number | null} */
    this.likeness = null;
    this.elapsed = 0;
    this.drawnFor = 0;
    this.heardAt = performance.now();
    /** @type {Picture[]} */
    this.pictures = [];
    /** @type {Failure | null} */
    this.failure = null;
    this.old = false;
    this.aborter = new AbortController();
  }

  /** Whether it waits or is drawn. */
  get live() {
    return ["sending", "queued", "text_encoding", "denoising", "decoding"].includes(this.state);
  }

  /** @param {StepKind} kind */
  counted(kind) {
    return this.steps.filter((step) => step.kind === kind).length;
  }

  /**
   * Takes in an event of the server's.
   * @param {{type: string, data: any}} event
   */
  hear({ type, data }) {
    this.heardAt = performance.now();
    switch (type.split(".").pop()) {
      case "progress":
        return this.progress(data);
      case "completed":
        return this.picture(data);
      case "error":
        return this.fail({ message: data.error.message, param: data.error.param, code: data.error.code, requestId: null });
    }
  }

  /**
   * Takes in where it waits.
   * @param {{queue_position: number | null, estimated_start_s: number | null}} place
   */
  stands({ queue_position, estimated_start_s }) {
    this.heardAt = performance.now();
    this.position = queue_position;
    this.startsIn = estimated_start_s;
  }

  /** @param {any} data */
  progress(data) {
    this.state = data.stage === "image_encoding" ? "text_encoding" : data.stage; // what is read, either way
    this.position = data.queue_position ?? null;
    if (data.stage === "queued") return;
    const before = this.elapsed;
    this.elapsed = data.elapsed_s;
    if (data.step) this.step(data, Math.max(0, data.elapsed_s - before));
    this.left = data.left_s ?? (data.stage === "decoding" ? null : this.left);
  }

  /**
   * @param {any} data
   * @param {number} seconds since the event before it
   */
  step(data, seconds) {
    this.total = data.steps;
    const missed = Math.max(1, data.step - this.steps.length);
    for (let i = 1; i < missed; i++) this.steps.push({ kind: kindOf(data), seconds: seconds / missed, diffs: [], previews: [] });
    const diffs = (data.cache ?? []).map((/** @type {any} */ branch) => branch.diff).filter((/** @type {unknown} */ diff) => diff !== undefined);
    const previews = (data.previews ?? []).map((/** @type {any} */ small) => decoded(small.b64_json, small.output_format));
    this.steps.push({ kind: kindOf(data), seconds: seconds / missed, diffs, previews });
    this.thin();
  }

  /** Every second preview goes, once they are too large together. */
  thin() {
    const bytes = this.steps.flatMap((step) => step.previews).reduce((sum, blob) => sum + blob.size, 0);
    if (bytes > MOST_PREVIEWS) {
      this.steps.filter((step) => step.previews.length).forEach((step, i, all) => {
        if (i % 2 && i < all.length - 1) step.previews = [];
      });
    }
  }

  /** @param {any} data */
  picture(data) {
    const [width, height] = String(data.size).split("x").map(Number);
    this.pictures[data.image_index] = { blob: decoded(data.b64_json, data.output_format), seed: data.seed, format: data.output_format, width: width ?? this.width, height: height ?? this.height };
    this.drawnFor = data.inference_time_s;
    this.likeness = data.forecast?.estimated_error_db ?? null;
    if (this.pictures.filter(Boolean).length === this.count) this.end("done");
  }

  /** It waits, or is begun again. */
  restart() {
    this.state = "queued";
    this.steps = [];
    this.elapsed = 0;
    this.left = null;
  }

  /** @param {Failure} failure */
  fail(failure) {
    this.failure = failure;
    this.end("failed");
  }

  /** @param {State} state */
  end(state) {
    this.state = state;
    this.position = null;
    this.left = null;
    this.drawnFor ||= this.elapsed;
  }

  /** The last step that has previews, from 1, up to one; 0: none. @param {number} [upTo] */
  previewStep(upTo = this.steps.length) {
    for (let i = Math.min(upTo, this.steps.length); i > 0; i--) {
      if (this.steps[i - 1]?.previews.length) return i;
    }
    return 0;
  }

  /** Seconds that are left now, as the last event said it. */
  get leftNow() {
    return this.since(this.left);
  }

  /** Seconds until it is begun, likewise. */
  get startsInNow() {
    return this.since(this.startsIn);
  }

  /** @param {number | null} seconds at the last event */
  since(seconds) {
    return seconds === null ? null : Math.max(0, seconds - (performance.now() - this.heardAt) / 1000);
  }
}

/**
 * A step was not computed only if no branch of guidance was.
 * @param {any} data
 * @returns {StepKind}
 */
function kindOf(data) {
  const decisions = data.decision ? [data.decision] : (data.cache ?? []).map((/** @type {any} */ branch) => branch.decision);
  if (!decisions.length || decisions.includes("computed")) return "computed";
  return decisions.includes("reused") ? "reused" : "forecast";
}

/**
 * @param {string} base64
 * @param {string} format
 */
export function decoded(base64, format) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Blob([bytes], { type: `image/${format === "jpg" ? "jpeg" : format}` });
}
