// The server, live from its metrics: for as long as this place is seen.

import { el, fill, tabs } from "./dom.js";
import { parse, quantile, sum } from "./metrics.js";
import { ask, key, address } from "./server.js";
import { SNIPPETS } from "./snippets.js";
import { duration, onLanguage, t, whole } from "./words.js";
import { copyable } from "./copying.js";

/**
 * @typedef {import("./metrics.js").Metrics} Metrics
 * @typedef {import("./studio.js").Studio} Studio
 * @typedef {{at: number, waiting: number, running: number, succeeded: number, computed: number, reused: number, forecast: number, memory: number}} Sample
 */

const EVERY = 2000;
const KEPT = 300;
const [WIDTH, HEIGHT] = [300, 88];

/**
 * @param {HTMLElement} section
 * @param {Studio} studio
 */
export function open(section, studio) {
  const watching = new Watching(section, studio);
  onLanguage(() => watching.build());
  return { shown: () => watching.begin(), hidden: () => watching.end() };
}

class Watching {
  /**
   * @param {HTMLElement} section
   * @param {Studio} studio
   */
  constructor(section, studio) {
    this.section = section;
    this.studio = studio;
    /** @type {Sample[]} */
    this.samples = [];
    /** @type {Metrics | null} */
    this.metrics = null;
    this.timer = 0;
    this.cards = el("div", { className: "cards" });
  }

  begin() {
    this.build();
    this.end();
    const look = () => {
      if (!document.hidden) this.sample();
      this.timer = setTimeout(look, EVERY);
    };
    look();
  }

  end() {
    clearTimeout(this.timer);
  }

  build() {
    const panel = el("div", { role: "tabpanel", id: "snippet", className: "code" });
    const call = () => ({ base: address("/v1"), key: key(), model: this.studio.schema.model.name, order: this.studio.form.order() });
    const { list, pick } = tabs(t("snippet"), SNIPPETS.map((one) => one.name), panel, (i) => fill(panel, ...copyable(SNIPPETS[i]?.text(call()) ?? "", t("snippet_label"))));
    fill(
      this.section,
      el("div", { className: "head" }, el("h1", { id: "h-server" }, t("server")), el("p", { className: "muted" }, t("server_line"))),
      this.cards,
      el("h2", {}, t("snippet")),
      el("p", { className: "muted" }, t("snippet_line")),
      list,
      panel,
    );
    pick(0);
    this.paint();
  }

  async sample() {
    try {
      this.metrics = parse(await (await ask("/metrics")).text());
    } catch {
      return; // the bar says that the server is away
    }
    const { metrics } = this;
    const decided = (/** @type {string} */ decision) => sum(metrics, "inkstream_cache_decisions_total", { decision }) + sum(metrics, "inkstream_forecast_steps_total", { decision });
    this.samples.push({
      at: performance.now() / 1000,
      waiting: sum(metrics, "inkstream_queue_waiting"),
      running: sum(metrics, "inkstream_queue_running"),
      succeeded: sum(metrics, "inkstream_requests_total", { status: "succeeded" }),
      computed: decided("computed"),
      reused: decided("reused"),
      forecast: decided("forecast"),
      memory: sum(metrics, "inkstream_memory_peak_bytes"),
    });
    this.samples.splice(0, this.samples.length - KEPT);
    this.paint();
  }

  paint() {
    const { metrics, samples } = this;
    if (!metrics) return;
    fill(this.cards, ...[healthCard(metrics, this.studio), queueCard(metrics, samples), throughputCard(metrics, samples), stepsCard(samples), stagesCard(metrics), memoryCard(metrics, samples)]);
  }
}

/**
 * @param {string} title
 * @param {string} value
 * @param {string} unit
 * @param {...import("./dom.js").Kid} rest
 */
function card(title, value, unit, ...rest) {
  return el("article", { className: "card" }, el("h2", {}, title), el("p", { className: "value" }, value, " ", el("small", {}, unit)), ...rest);
}

/** @param {[string, string][]} rows */
function facts(rows) {
  return el("dl", { className: "facts" }, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/**
 * @param {Metrics} metrics
 * @param {Studio} studio
 */
function healthCard(metrics, { schema }) {
  const ready = sum(metrics, "inkstream_model_ready") === 1;
  const lost = (metrics.get("inkstream_device_up") ?? []).filter((one) => one.value === 0).map((one) => one.labels.device);
  return card(t("health"), ready ? t("ready") : t("not_ready"), t("for_time", long(sum(metrics, "process_uptime_seconds"))), facts([
    [t("model"), schema.model.name],
    [t("runs_on"), `${schema.model.device}, ${schema.model.precision}`],
    ...(lost.length ? [/** @type {[string, string]} */ ([t("cards_lost"), lost.join(", ")])] : []),
    [t("loaded_in"), duration(sum(metrics, "inkstream_model_load_time_seconds"))],
    [t("version"), schema.version],
  ]));
}

/**
 * @param {Metrics} metrics
 * @param {Sample[]} samples
 */
function queueCard(metrics, samples) {
  const now = samples.at(-1);
  const slowest = quantile(metrics, "inkstream_queue_time_seconds", 0.95);
  return card(t("queue"), String(now?.waiting ?? 0), t("waiting_drawing", now?.running ?? 0, sum(metrics, "inkstream_queue_slots")), area(t("queue"), samples, (one) => one.waiting + one.running), hint(`${t("may_wait", sum(metrics, "inkstream_queue_capacity"))} ${slowest === null ? "" : t("waited_95", duration(slowest))}`));
}

/**
 * @param {Metrics} metrics
 * @param {Sample[]} samples
 */
function throughputCard(metrics, samples) {
  const rates = samples.slice(1).map((_, i) => rate(samples, i + 1));
  const of = (/** @type {string} */ status) => sum(metrics, "inkstream_requests_total", { status });
  return card(t("throughput"), (rates.at(-1) ?? 0).toFixed(1), t("a_minute"), area(t("throughput"), samples.slice(1), (_, i) => rates[i] ?? 0), hint(t("ended", of("succeeded"), of("cancelled"), of("failed"), of("rejected"))));
}

/** Requests a minute, over the last minute before a sample. @param {Sample[]} samples @param {number} i */
function rate(samples, i) {
  const now = samples[i];
  const from = samples.find((one) => now && now.at - one.at <= 60) ?? now;
  if (!now || !from || now === from) return 0;
  return (60 * (now.succeeded - from.succeeded)) / Math.max(10, now.at - from.at);
}

/** @param {Sample[]} samples */
function stepsCard(samples) {
  const now = samples.at(-1);
  const all = now ? now.computed + now.reused + now.forecast : 0;
  const skipped = now && all ? Math.round((100 * (now.reused + now.forecast)) / all) : 0;
  const key = el("ul", { className: "key" }, ...kinds.map((kind) => el("li", { className: kind }, el("i"), t(kind === "forecast" ? "forecast_step" : kind), " ", el("b", {}, String(now?.[kind] ?? 0)))));
  return card(t("steps_skipped"), all ? `${skipped}%` : "–", all ? t("not_computed") : t("none_so_far"), shares(now), key);
}

/** @type {("computed" | "reused" | "forecast")[]} */
const kinds = ["computed", "reused", "forecast"];

/** @param {Sample | undefined} now */
function shares(now) {
  const bar = el("div", { className: "shares" }, ...kinds.map((kind) => el("i", { className: kind })));
  [...bar.children].forEach((part, i) => /** @type {HTMLElement} */ (part).style.setProperty("--w", String(now?.[kinds[i] ?? "computed"] ?? 0)));
  return bar;
}

/** @param {Metrics} metrics */
function stagesCard(metrics) {
  const name = "inkstream_stage_duration_seconds";
  const stages = /** @type {const} */ ([["text_encoding", "text"], ["denoising", "steps"], ["decoding", "decode"]]).map(([stage, word]) => ({ words: t(word), mean: mean(metrics, name, { stage }) }));
  const longest = Math.max(...stages.map((stage) => stage.mean), 1e-9);
  const whole = { status: "succeeded" };
  const median = quantile(metrics, "inkstream_request_duration_seconds", 0.5, whole);
  const slow = quantile(metrics, "inkstream_request_duration_seconds", 0.95, whole);
  const rows = stages.map((stage) => {
    const bar = el("i");
    bar.style.setProperty("--w", `${(100 * stage.mean) / longest}%`);
    return el("li", {}, el("span", {}, stage.words), el("span", {}, duration(stage.mean)), bar);
  });
  return card(t("latency"), median === null ? "–" : duration(median), median === null ? t("none_so_far") : t("median"), el("ul", { className: "stages" }, ...rows), hint(slow === null ? "" : t("within_95", duration(slow))));
}

/**
 * @param {Metrics} metrics
 * @param {string} name
 * @param {Record<string, string>} labels
 */
function mean(metrics, name, labels) {
  return sum(metrics, `${name}_sum`, labels) / Math.max(1, sum(metrics, `${name}_count`, labels));
}

/**
 * @param {Metrics} metrics
 * @param {Sample[]} samples
 */
function memoryCard(metrics, samples) {
  const peak = samples.at(-1)?.memory ?? 0;
  return card(t("memory_peak"), (peak / 2 ** 30).toFixed(2), "GiB", area(t("memory_peak"), samples, (one) => one.memory), hint(t("tensors_open", sum(metrics, "inkstream_tensors_open"))));
}

/** @param {string} words */
function hint(words) {
  return el("p", { className: "hint" }, words || "\u00a0");
}

/**
 * What a value was over time.
 * @template T
 * @param {string} label
 * @param {T[]} samples
 * @param {(sample: T, i: number) => number} value
 */
function area(label, samples, value) {
  const values = samples.map(value);
  const most = Math.max(1, ...values);
  const at = (/** @type {number} */ v, /** @type {number} */ i) => `${((i / Math.max(1, values.length - 1)) * WIDTH).toFixed(1)},${(HEIGHT - (v / most) * (HEIGHT - 6)).toFixed(1)}`;
  const points = (values.length > 1 ? values : [values[0] ?? 0, values[0] ?? 0]).map(at).join("L");
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [name, text] of Object.entries({ viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `${label}, ${t("since_opened")}` })) svg.setAttribute(name, text);
  for (const [name, d] of [["area", `M0,${HEIGHT}L${points}L${WIDTH},${HEIGHT}z`], ["curve", `M${points}`], ["axis", `M0 ${HEIGHT}H${WIDTH}`]]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("class", name ?? "");
    path.setAttribute("d", d ?? "");
    svg.append(path);
  }
  const seconds = samples.length * (EVERY / 1000);
  return el("div", { className: "chart" }, svg, el("div", { className: "x-axis" }, el("span", {}, t("ago", whole(Math.max(2, seconds)))), el("span", {}, t("now"))));
}

/** @param {number} seconds */
function long(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours ? t("hours", hours, minutes) : duration(seconds);
}
