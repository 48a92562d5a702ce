// The page: its places, its server's health, and how its parts know each other.

import { Card } from "./card.js";
import { byId, el, say } from "./dom.js";
import { Form } from "./form.js";
import { keepJob, kept } from "./history.js";
import { Job } from "./job.js";
import { Jobs } from "./jobs.js";
import { health, json, key, onKeyNeeded, takesPictures, useKey } from "./server.js";
import { language, onLanguage, speak, t } from "./words.js";

/**
 * What places get to work with.
 * @typedef {{schema: import("./server.js").Schema, form: Form, jobs: Jobs, use: (order: Record<string, unknown>) => void, tell: (words: string) => void}} Studio
 * @typedef {{open: (section: HTMLElement, studio: Studio) => {shown: () => void, hidden?: () => void}}} Place
 */

/** Places beside Draw: modules that are fetched when they are first looked at. @type {Record<string, () => Promise<Place>>} */
const PLACES = { edit: () => import("./editing.js"), library: () => import("./library.js"), deploy: generator, server: () => import("./watching.js") };
const STYLE = "studio/places.css";
const RECENT = 8;
const BRIEFLY = 4000;
const HEALTH_EVERY = 5;
const SLOWEST = 30;

/** @type {Studio | undefined} */
let studio;

/** The generator of commands, with the table that it alone needs. @returns {Promise<Place>} */
async function generator() {
  const [{ open }, table] = await Promise.all([import("./deploying.js"), json("/studio/deploy.json")]);
  return { open: (section) => open(section, { table: /** @type {import("./deploying.js").Table} */ (table) }) };
}

// ---- looks

function looks() {
  const theme = localStorage.getItem("inkstream.theme");
  if (theme) document.documentElement.dataset.theme = theme;
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("inkstream.theme", root.dataset.theme);
  });
  byId("go-key").textContent = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ ↵" : "Ctrl ↵";
}

// ---- the key

/** @type {Promise<boolean> | null} */
let asking = null;

/** @param {string} words the server's */
function askForKey(words) {
  asking ??= new Promise((resolve) => {
    const dialog = /** @type {HTMLDialogElement} */ (byId("key-dialog"));
    const input = /** @type {HTMLInputElement} */ (byId("key"));
    byId("key-words").textContent = key() ? `“${words}”` : "";
    input.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener(
      "close",
      () => {
        asking = null;
        const given = input.value.trim();
        const use = dialog.returnValue === "use" && given !== "";
        if (use) useKey(given);
        resolve(use);
      },
      { once: true },
    );
  });
  return asking;
}

// ---- places

/** @type {Map<string, {shown: () => void, hidden?: () => void}>} */
const opened = new Map();
let here = "draw";

async function arrive() {
  const wanted = location.hash.slice(1);
  const to = wanted in PLACES ? wanted : "draw";
  if (to !== here) opened.get(here)?.hidden?.();
  here = to;
  for (const section of document.querySelectorAll(".place")) /** @type {HTMLElement} */ (section).hidden = section.id !== to;
  for (const link of document.querySelectorAll(".places a")) {
    if (link.getAttribute("href") === `#${to}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  title();
  scrollTo(0, 0);
  const place = PLACES[to];
  if (place && studio) {
    await dressed();
    if (!opened.has(to)) opened.set(to, (await place()).open(byId(to), studio));
    if (here === to) opened.get(to)?.shown();
  }
}

/** The style of the places beside Draw is there. */
function dressed() {
  if (document.querySelector(`link[href="${STYLE}"]`)) return null;
  return new Promise((resolve) => document.head.append(el("link", { rel: "stylesheet", href: STYLE, onload: resolve, onerror: resolve })));
}

function title() {
  document.title = `${t(/** @type {import("./words.js").Word} */ (here))} · Inkstream`;
}

// ---- the server's health

let state = "ok";
let slower = 1;

async function watchHealth() {
  const was = state;
  state = await health();
  slower = state === "away" ? Math.min(SLOWEST, was === "away" ? slower * 2 : 1) : HEALTH_EVERY;
  if (was === "away" && state !== "away") say(t("said_back"));
  if (was !== "away" && state === "away") say(t("said_lost"));
  showHealth();
  setTimeout(watchHealth, slower * 1000);
}

function showHealth() {
  const words = { ok: t("ready"), loading: t("loading"), warming_up: t("warming_up"), shutting_down: t("shutting_down"), failing: t("failing"), model_changed: t("model_changed"), away: t("away") };
  byId("health-text").textContent = words[/** @type {keyof typeof words} */ (state)] ?? state;
  byId("health").className = `pill${state === "ok" ? "" : state === "away" ? " off" : " warn"}`;
  const goOn = studio?.jobs.lasting && studio.jobs.live.length > 0;
  const notice = state === "away" ? t(goOn ? "notice_away_jobs" : "notice_away", slower) : state === "shutting_down" ? t("notice_stopping") : state === "loading" ? t("notice_loading") : "";
  tell(notice);
  const draining = state === "shutting_down";
  /** @type {HTMLButtonElement} */ (byId("go")).disabled = draining || !studio;
  if (draining) byId("cost").textContent = t("cost_stopping");
}

/** Over the bar, never over content. @param {string} words */
function tell(words) {
  const notice = byId("notice");
  if (notice.textContent !== words) notice.textContent = words;
  notice.hidden = !words;
}

/** For a few seconds, unless there is worse to tell. @param {string} words */
function briefly(words) {
  tell(words);
  setTimeout(showHealth, BRIEFLY);
}

// ---- drawing

/** @param {Studio} parts */
async function draw({ form, jobs }) {
  form.clearErrors();
  form.open(false);
  scrollTo(0, 0);
  const refused = await jobs.draw(form.order());
  if (refused?.status === 429) wait(refused);
  else if (refused?.status === 401) byId("cost").textContent = t("cost_key");
  else if (refused) form.refuse(refused.param, refused.message);
}

/** Tells when it is worth trying again. @param {import("./server.js").Refused} refused */
function wait(refused) {
  let seconds = refused.retryAfter ?? 1;
  const cost = byId("cost");
  const tick = () => {
    cost.textContent = seconds > 0 ? t("cost_retry", seconds) : "";
    if (seconds-- > 0) setTimeout(tick, 1000);
  };
  tick();
}

/** @param {Studio} parts */
function cost({ jobs }) {
  const waiting = jobs.live.length;
  byId("cost").textContent = waiting ? t("cost_wait", waiting) : "";
}

/** What this browser drew before stands in the list of jobs. @param {Jobs} jobs */
async function recall(jobs) {
  for (const picture of (await kept()).slice(0, RECENT)) {
    const job = new Job(picture.order, picture, Object.values(picture.counts).reduce((sum, count) => sum + count, 0));
    job.pictures = [picture];
    job.drawnFor = picture.seconds;
    job.old = true;
    job.end("done");
    jobs.all.push(job);
  }
  jobs.repaint();
}

async function adapters(/** @type {import("./server.js").Schema} */ schema) {
  return schema.routes.includes("GET /v1/list_loras") ? json("/v1/list_loras") : null;
}

/** @param {Studio} parts */
function listen(parts) {
  const { form, jobs } = parts;
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    draw(parts);
  });
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "Enter" && here === "draw") {
      event.preventDefault();
      draw(parts);
    } else if (event.key === "." && jobs.current) {
      event.preventDefault();
      jobs.stop(jobs.current);
    }
  });
  addEventListener("hashchange", arrive);
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (here === "edit") files.forEach((await import("./editing.js")).bring);
    else (await import("./library.js")).read(files, parts);
  });
  onLanguage(() => {
    byId("language").textContent = language() === "zh" ? "EN" : "中文";
    byId("language").lang = language() === "zh" ? "en" : "zh-Hans";
    title();
    showHealth();
    form.summarise();
  });
}

async function begin() {
  looks();
  onKeyNeeded(askForKey);
  /** @type {HTMLButtonElement} */ (byId("go")).disabled = true;
  if (matchMedia("(min-width: 768px)").matches) byId("f-prompt").focus();
  watchHealth();
  const schema = /** @type {import("./server.js").Schema} */ (await json("/studio/schema.json"));
  const form = new Form(schema, await adapters(schema));
  /** @type {Card} */
  const card = new Card(schema, {
    stop: (job) => jobs.stop(job),
    again: (job) => jobs.draw(job.order, job.brought),
    use: (job) => use({ ...job.order, seed: job.pictures[0]?.seed ?? job.order.seed }),
    compare: () => (location.hash = "#library"),
    edit: takesPictures(schema) ? (job) => import("./editing.js").then(({ bring }) => bring(/** @type {Blob} */ (job.pictures[0]?.blob))) : null,
  });
  const jobs = new Jobs(
    schema,
    (job) => {
      card.show(job);
      cost(parts);
    },
    (job) => {
      keepJob(job, schema.model.name);
      cost(parts);
    },
  );
  form.seedToKeep = () => jobs.current?.pictures[0]?.seed;
  card.reserve(schema.defaults.width, schema.defaults.height);
  /** @param {Record<string, unknown>} order */
  function use(order) {
    form.use(order);
    form.open(true);
    location.hash = "#draw";
  }
  /** @type {Studio} */
  const parts = { schema, form, jobs, use, tell: briefly };
  studio = parts;
  byId("to-edit").hidden = !takesPictures(schema);
  listen(parts);
  showHealth();
  if (!schema.model.draws && !location.hash) history.replaceState(null, "", "#edit");
  await recall(jobs);
  jobs.resume();
  await arrive();
}

byId("language").addEventListener("click", () => speak(language() === "en" ? "zh" : "en"));
begin().catch((failure) => tell(t("notice_page", failure.message)));
