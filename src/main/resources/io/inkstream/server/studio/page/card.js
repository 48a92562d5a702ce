// The job that is looked at: its picture, clock, steps and actions.

import { byId, el, fill, perFrame } from "./dom.js";
import { startOf } from "./jobs.js";
import { readout, Timeline } from "./timeline.js";
import { duration, onLanguage, ordinal, t, whole } from "./words.js";

/**
 * @typedef {import("./job.js").Job} Job
 * @typedef {{stop: (job: Job) => void, again: (job: Job) => void, use: (job: Job) => void, compare: (job: Job) => void, edit: ((job: Job) => void) | null}} Actions
 */

/** Blur of a preview at the first step, in pixels; none at the last. */
const BLUR = 9;
/** Seconds that are worth telling. */
const SHORTEST = 0.05;
const STAGES = { sending: "sending", queued: "in_queue", text_encoding: "reading", decoding: "decoding" };

export class Card {
  /**
   * @param {import("./server.js").Schema} schema
   * @param {Actions} actions
   */
  constructor(schema, actions) {
    this.schema = schema;
    this.actions = actions;
    /** @type {Job | null} */
    this.job = null;
    /** The picture that is shown alone; null: all. @type {number | null} */
    this.alone = null;
    this.repaint = perFrame(() => this.paint());
    this.timeline = new Timeline(this.repaint);
    /** @type {Frame[]} */
    this.frames = [];
    /** For which state of which job the buttons are. */
    this.acting = "";
    setInterval(() => this.job?.live && !document.hidden && this.repaint(), 500);
    onLanguage(() => {
      this.acting = "";
      this.paint();
    });
  }

  /** @param {Job | null} job */
  show(job) {
    if (job !== this.job) this.alone = null;
    this.job = job;
    this.repaint();
  }

  /** Where the next picture will be, before there is one. @param {number} width @param {number} height */
  reserve(width, height) {
    if (!this.job) ratio(width, height);
  }

  paint() {
    const { job } = this;
    if (!job) return;
    this.timeline.show(job);
    ratio(job.width, job.height);
    this.head(job);
    this.note(job);
    this.clock(job);
    this.picture(job);
    this.words(job);
    this.acts(job);
  }

  /** @param {Job} job */
  head(job) {
    const prompt = byId("job-prompt");
    prompt.textContent = job.prompt || "\u00a0";
    prompt.title = job.prompt;
    const chip = byId("job-chip");
    chip.hidden = false;
    chip.textContent = chipOf(job);
    chip.className = `chip${job.live && job.state !== "queued" ? " live" : ""}${job.state === "failed" ? " bad" : ""}`;
    byId("job").classList.toggle("live", job.live);
  }

  /** @param {Job} job */
  note(job) {
    const note = byId("box-note");
    const words = noteOf(job);
    note.hidden = !words;
    note.classList.toggle("over", job.state === "failed");
    if (words) fill(note, el("b", {}, words[0]), el("span", { className: "muted" }, words[1]));
  }

  /** @param {Job} job */
  clock(job) {
    byId("stage-name").textContent = stageLine(job);
    const [time, words] = clockOf(job);
    fill(byId("left"), time || "\u00a0", time ? el("small", {}, ` ${words}`) : "");
    byId("cap-text").className = `cap${job.state === "text_encoding" ? " now" : job.steps.length || job.state === "denoising" || job.pictures.length ? " done" : ""}`;
    byId("cap-decode").className = `cap${job.state === "decoding" ? " now" : job.pictures.length ? " done" : ""}`;
  }

  /** @param {Job} job */
  picture(job) {
    if (this.frames.length !== job.count) {
      this.frames = Array.from({ length: job.count }, (_, i) => new Frame(() => this.enlarge(i)));
      fill(byId("pictures"), ...this.frames.map((frame) => (job.count > 1 ? frame.button : frame.image)));
      byId("pictures").style.setProperty("--columns", String(Math.ceil(Math.sqrt(job.count))));
    }
    const { at } = this.timeline;
    const step = job.previewStep(at ?? undefined);
    this.frames.forEach((frame, i) => {
      const whole = at === null ? job.pictures[i]?.blob : undefined;
      const preview = job.steps[step - 1]?.previews[i];
      const alt = whole ? job.prompt : preview ? t("preview_alt", step, job.total, job.prompt) : "";
      frame.show(whole ?? preview ?? null, alt, whole ? 0 : BLUR * Math.max(0, 1 - step / job.total));
      frame.button.hidden = this.alone !== null && this.alone !== i;
      frame.button.setAttribute("aria-label", this.alone === null ? t("enlarge", i + 1) : t("show_all"));
    });
    byId("pictures").classList.toggle("alone", this.alone !== null);
  }

  /** @param {number} index */
  enlarge(index) {
    this.alone = this.alone === null ? index : null;
    this.paint();
    this.frames[index]?.button.focus();
  }

  /** @param {Job} job */
  words(job) {
    const { at } = this.timeline;
    const parts = readout(job, at ?? job.steps.length, this.threshold(job));
    if (at !== null && job.live) parts.push(t("back_to_live"));
    const [name, did, ...more] = parts;
    fill(byId("readout"), ...(name ? [el("b", {}, name), ` ${did}`, ...more.filter(Boolean).map((part) => el("span", {}, part))] : ["\u00a0"]));
    byId("steps").setAttribute("aria-valuetext", parts.filter(Boolean).join(", ") || t("no_step"));
    for (const kind of /** @type {const} */ (["computed", "reused", "forecast"])) byId(`count-${kind}`).textContent = job.steps.length ? String(job.counted(kind)) : "";
  }

  /** Below which change a step is reused, in a job with a cache. @param {Job} job */
  threshold(job) {
    if (job.order.enable_cache_dit !== true) return null;
    const params = /** @type {Record<string, unknown>} */ (job.order.cache_dit_params ?? {});
    const name = "residual_diff_threshold";
    const value = params[name] ?? this.schema.defaults.cache_dit_params[name] ?? this.schema.cache_dit.find((key) => key.name === name)?.normal;
    return typeof value === "number" ? value : null;
  }

  /** Made anew only when others are to be had, so that the focus stays. @param {Job} job */
  acts(job) {
    const acting = `${job.key} ${job.state === "done" || job.live ? job.live : job.state}`;
    if (acting === this.acting) return;
    this.acting = acting;
    const had = byId("acts").contains(document.activeElement);
    fill(byId("acts"), ...this.buttons(job));
    if (had) /** @type {HTMLElement | null} */ (byId("acts").firstElementChild)?.focus();
  }

  /** @param {Job} job */
  buttons(job) {
    const { stop, again, use, compare, edit } = this.actions;
    if (job.live) return [act(t("stop"), () => stop(job), "stop")];
    if (job.state === "done") return [act(t("download"), () => download(job)), act(t("compare"), () => compare(job)), ...(edit ? [act(t("send_to_edit"), () => edit(job))] : []), act(t("use_settings"), () => use(job))];
    const redo = act(t("draw_again"), () => again(job));
    return job.state === "failed" ? [redo, act(t("copy_error"), () => copyError(job))] : [redo, act(t("use_settings"), () => use(job))];
  }
}

/** One picture of a job: the same element from the first preview to the end. */
class Frame {
  /** @param {() => void} enlarge */
  constructor(enlarge) {
    this.image = el("img", { alt: "", hidden: true, decoding: "async" });
    this.button = el("button", { type: "button", className: "cell", onclick: enlarge }, this.image);
    /** @type {Blob | null} */
    this.blob = null;
    this.url = "";
  }

  /**
   * @param {Blob | null} blob
   * @param {string} alt
   * @param {number} blur
   */
  show(blob, alt, blur) {
    this.image.alt = alt;
    if (blob !== this.blob) {
      this.blob = blob;
      this.swap(blob, blur);
    }
  }

  /**
   * Decodes before it shows, so that nothing flickers.
   * @param {Blob | null} blob
   * @param {number} blur
   */
  async swap(blob, blur) {
    const url = blob ? URL.createObjectURL(blob) : "";
    if (url) {
      const next = new Image();
      next.src = url;
      await next.decode().catch(() => {});
    }
    if (blob !== this.blob) return URL.revokeObjectURL(url);
    URL.revokeObjectURL(this.url);
    this.url = url;
    this.image.hidden = !url;
    this.image.style.setProperty("--blur", `${blur.toFixed(1)}px`);
    if (url) this.image.src = url;
    else this.image.removeAttribute("src");
    // The same picture behind it: a blur fades towards the edges.
    if (this.image.parentElement) this.image.parentElement.style.backgroundImage = url ? `url("${url}")` : "";
  }
}

/** @param {number} width @param {number} height */
function ratio(width, height) {
  const job = byId("job");
  job.style.setProperty("--ratio", `${width} / ${height}`);
  job.style.setProperty("--aspect", String(width / height));
  job.style.setProperty("--own", `${Math.max(width, 512)}px`);
}

/** @param {Job} job */
function chipOf(job) {
  switch (job.state) {
    case "sending":
    case "queued":
      return t("waiting");
    case "done":
      return t("done");
    case "stopped":
      return t("stopped");
    case "failed":
      return t("failed");
    case "refused":
      return t("refused");
    default:
      return t("drawing");
  }
}

/** @param {Job} job @returns {[string, string] | null} */
function noteOf(job) {
  if (job.state === "failed") return [t("server_said"), `“${job.failure?.message}”`];
  if (job.state === "refused") return [t("refused"), `“${job.failure?.message}”`];
  if (job.state === "stopped" && !job.steps.length) return [t("stopped"), t("stopped_early")];
  if (job.state === "queued" && job.position) return [t("in_line", ordinal(job.position)), t("in_queue")];
  return null;
}

/** @param {Job} job */
function stageLine(job) {
  const made = job.steps.length;
  switch (job.state) {
    case "denoising":
      return t("drawing_step", Math.min(made + 1, job.total), job.total);
    case "done":
      return [`${job.pictures[0]?.width ?? job.width} × ${job.pictures[0]?.height ?? job.height}`, ...seeds(job), String(job.pictures[0]?.format ?? "").toUpperCase(), job.likeness === null ? "" : t("likeness", Math.round(job.likeness))].filter(Boolean).join(" · ");
    case "stopped":
      return made ? t("stopped_at", made, job.total) : t("stopped_early");
    case "failed":
      return made ? t("failed_at", made, job.total) : t("failed");
    case "refused":
      return t("refused");
    default:
      return t(/** @type {any} */ (STAGES[job.state]));
  }
}

/** @param {Job} job */
function seeds(job) {
  const all = job.pictures.filter(Boolean).map((picture) => picture.seed);
  return all.length ? [`${t("f_seed").toLowerCase()} ${all.length > 1 ? `${all[0]}…` : all[0]}`] : [];
}

/** @param {Job} job @returns {[string, string]} */
function clockOf(job) {
  if (job.state === "denoising" && job.leftNow !== null) {
    const left = whole(Math.max(1, job.leftNow));
    return [job.steps.length < 2 ? t("about", left) : left, t("left")];
  }
  if (job.state === "queued") return [startOf(job), t("until_start")];
  if (job.live || job.drawnFor < SHORTEST) return ["", ""];
  return [duration(job.drawnFor), job.state === "done" ? t("in_all") : t("spent")];
}

/**
 * @param {string} words
 * @param {() => void} onclick
 * @param {string} [className]
 */
function act(words, onclick, className = "") {
  return el("button", { type: "button", className, onclick }, words);
}

/** @param {Job} job */
export function download(job) {
  for (const picture of job.pictures.filter(Boolean)) {
    const url = URL.createObjectURL(picture.blob);
    el("a", { href: url, download: `${slug(job.prompt)}-${picture.seed}.${picture.format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}

/** @param {string} prompt */
function slug(prompt) {
  return prompt.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 40) || "picture";
}

/** @param {Job} job */
function copyError(job) {
  const { failure } = job;
  navigator.clipboard?.writeText(JSON.stringify(failure, null, 2));
}
