// The steps of a job as bars, as high as the seconds that they took: one slider, on which one goes
// back to what the picture was then.

import { byId, el, fill } from "./dom.js";
import { duration, t } from "./words.js";

/** More bars than that cannot be told apart: neighbours become one. */
const MOST_BARS = 150;
const HIGHEST = 50;
const LOWEST = 6;

/** @typedef {import("./job.js").Job} Job */

export class Timeline {
  /** @param {() => void} moved is told when another step is looked at */
  constructor(moved) {
    this.element = byId("steps");
    /** The step that is looked at, from 1; null: the newest. @type {number | null} */
    this.at = null;
    /** @type {Job | null} */
    this.job = null;
    this.moved = moved;
    this.listen();
  }

  listen() {
    const { element } = this;
    element.addEventListener("pointermove", (event) => this.point(event));
    element.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse") element.setPointerCapture(event.pointerId);
      this.point(event);
    });
    element.addEventListener("pointerleave", () => this.look(null));
    element.addEventListener("pointerup", (event) => event.pointerType !== "mouse" && this.look(null));
    element.addEventListener("blur", () => this.look(null));
    element.addEventListener("keydown", (event) => this.key(event));
  }

  /** Steps that one bar stands for. */
  get merged() {
    return Math.max(1, Math.ceil((this.job?.total ?? 1) / MOST_BARS));
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.job) return;
    const box = this.element.getBoundingClientRect();
    this.look(Math.ceil(((event.clientX - box.left) / box.width) * this.job.total));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const made = this.job?.steps.length ?? 0;
    const from = this.at ?? made;
    const to = { ArrowLeft: from - this.merged, ArrowDown: from - this.merged, ArrowRight: from + this.merged, ArrowUp: from + this.merged, Home: 1, End: made, Escape: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.look(to);
  }

  /** @param {number | null} step */
  look(step) {
    const made = this.job?.steps.length ?? 0;
    const to = step === null || !made ? null : Math.min(Math.max(1, step), made);
    if (to === this.at) return;
    this.at = to;
    this.moved();
  }

  /** @param {Job | null} job */
  show(job) {
    if (job !== this.job) this.at = null;
    this.job = job;
    this.bars();
    this.speak();
  }

  bars() {
    const { element, job, merged } = this;
    const count = job ? Math.ceil(job.total / merged) : 0;
    if (element.children.length !== count) fill(element, ...Array.from({ length: count }, () => el("i")));
    if (!job) return;
    const longest = longestOf(job);
    [...element.children].forEach((bar, i) => {
      const steps = job.steps.slice(i * merged, (i + 1) * merged);
      const running = job.state === "denoising" && !steps.length && i * merged <= job.steps.length;
      const at = this.at !== null && Math.floor((this.at - 1) / merged) === i;
      const name = `${kindOf(steps)}${running ? "now" : ""}${at ? " at" : ""}`;
      if (bar.className !== name) bar.className = name;
      if (steps.length) /** @type {HTMLElement} */ (bar).style.setProperty("--h", `${height(steps, longest)}px`);
    });
  }

  speak() {
    const { element, job } = this;
    const made = job?.steps.length ?? 0;
    element.setAttribute("aria-valuemin", made ? "1" : "0");
    element.setAttribute("aria-valuemax", String(made));
    element.setAttribute("aria-valuenow", String(this.at ?? made));
  }
}

/** @param {import("./job.js").Step[]} steps that one bar stands for */
function kindOf(steps) {
  if (!steps.length) return "";
  return steps.some((step) => step.kind === "computed") ? "computed" : (steps[0]?.kind ?? "");
}

/**
 * The first step may wait for much that no other does: a step twice as long as usual counts as that.
 * @param {Job} job
 */
function longestOf(job) {
  const seconds = job.steps.filter((step) => step.kind === "computed").map((step) => step.seconds).sort((a, b) => a - b);
  const usual = seconds[Math.floor(seconds.length / 2)] ?? 0;
  return Math.min(seconds[seconds.length - 1] ?? 0, 1.25 * usual);
}

/**
 * @param {import("./job.js").Step[]} steps
 * @param {number} longest
 */
function height(steps, longest) {
  const mean = steps.reduce((sum, step) => sum + step.seconds, 0) / steps.length;
  return Math.round(Math.max(LOWEST, Math.min(1, longest ? mean / longest : 1) * HIGHEST));
}

/**
 * What there is to say of a step, in parts.
 * @param {Job} job
 * @param {number} step from 1
 * @param {number | null} threshold below which a step is reused, if that is known
 */
export function readout(job, step, threshold) {
  const made = job.steps[step - 1];
  if (!made) return [];
  const kind = { computed: t("computed"), reused: t("reused"), forecast: t("forecast_step") }[made.kind];
  const diffs = made.diffs.map((diff) => diff.toFixed(3)).join(" / ");
  const cached = job.order.enable_cache_dit === true;
  const why = diffs ? (threshold === null ? t("residual", diffs) : t("residual_below", diffs, threshold.toFixed(3))) : cached && made.kind === "computed" ? t("always_computed") : "";
  return [t("step", step), `${kind}, ${duration(made.seconds)}`, why];
}
