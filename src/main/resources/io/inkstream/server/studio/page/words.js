// What the page says, in English; other languages are modules of their own that have the same keys.

const ENGLISH = {
  skip: "Skip to the picture",
  places: "Places",
  draw: "Draw",
  library: "Library",
  deploy: "Deploy",
  server: "Server",
  theme: "Light or dark",
  settings: "Settings",
  settings_of: "Settings of the picture",
  prompt: "Prompt",
  draw_it: "Draw",
  nothing_yet: "Nothing drawn yet",
  nothing_yet_hint: "Write what you want to see, then Draw.",
  text: "Text",
  decode: "Decode",
  steps_of: "Steps of this picture",
  kinds: "Kinds of steps",
  computed: "computed",
  reused: "reused",
  forecast_step: "forecast",
  jobs: "Jobs",
  key_title: "This server asks for a key",
  key_label: "API key",
  key_hint: "It stays in this tab’s session and goes nowhere else.",
  key_use: "Use the key",
  key_without: "Look around without",
  ready: "Ready",
  loading: "Loading the model",
  warming_up: "Warming up",
  shutting_down: "Stopping",
  failing: "Failing",
  model_changed: "Model changed",
  away: "Not reached",
  notice_away: "The server does not answer. Trying again in {0} s.",
  notice_away_jobs: "The server does not answer. Trying again in {0} s; jobs that it has taken go on there.",
  notice_stopping: "The server is stopping: jobs that it has taken may end, new ones are refused.",
  notice_loading: "The server is loading its model; drawing waits for it.",
  notice_page: "The page could not be set up: {0}",
  in_line: "{0} in line",
  waiting: "Waiting",
  in_queue: "In the queue",
  sending: "Sending",
  drawing: "Drawing",
  drawing_step: "Drawing, step {0} of {1}",
  reading: "Reading the prompt",
  decoding: "Decoding",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
  interrupted: "Interrupted",
  refused: "Not begun",
  server_said: "The server said",
  stopped_at: "Stopped at step {0} of {1}",
  stopped_early: "Stopped before the first step",
  failed_at: "Failed at step {0} of {1}",
  lost: "The line to the server broke, and the picture with it.",
  seconds: "{0} s",
  minutes: "{0} min {1} s",
  left: "left",
  until_start: "to start",
  soon: "soon",
  likeness: "{0} dB to the exact one, by estimate",
  about: "about {0}",
  spent: "spent",
  in_all: "in all",
  step: "Step {0}",
  residual: "residual {0}",
  residual_below: "residual {0}, reuse below {1}",
  always_computed: "always computed",
  back_to_live: "Esc: back to live",
  no_step: "no step yet",
  stop: "Stop",
  stop_job: "Stop: {0}",
  draw_again: "Draw again",
  download: "Download",
  compare: "Compare",
  use_settings: "Use settings",
  copy_error: "Copy error",
  copy: "Copy",
  copied: "Copied",
  remove: "Remove",
  preview_alt: "Preview after step {0} of {1}: {2}",
  enlarge: "Show picture {0} alone",
  show_all: "Show all pictures",
  jobs_none: "none",
  jobs_some: "{0} drawing, {1} waiting",
  step_of: "step {0} of {1}",
  done_in: "done in {0}",
  from_history: "drawn before",
  cost_wait: "jobs before it: {0}",
  cost_retry: "The queue is full; it is worth trying again in {0} s.",
  cost_stopping: "The server is stopping and takes no more jobs.",
  cost_key: "Drawing waits for the key.",
  said_queued: "{0}: in the queue, {1}",
  said_began: "{0}: drawing began",
  said_half: "{0}: half drawn, {1} left",
  said_done: "{0}: picture ready after {1}",
  said_stopped: "{0}: stopped",
  said_failed: "{0}: failed. {1}",
  said_lost: "Connection lost, trying again",
  said_back: "Connection is back",
  size: "Size",
  size_other: "other",
  width: "Width",
  height: "Height",
  lottery: "Another seed by lot",
  keep_seed: "Keep this seed",
  by_lot: "by lot",
  approximation: "Approximation",
  exact: "Exact",
  forecast: "Forecast",
  cache: "Cache",
  exact_line: "Every step is computed: the slowest, and what the others are measured against.",
  forecast_line: "Some steps are computed; between them nothing runs, and the velocity is extended.",
  cache_line: "Skips blocks whose change since the last computed step is small.",
  forecast_share: "Share of the steps that is computed",
  forecast_policy: "Policy",
  forecast_auto: "a fitted table, else guarded",
  forecast_tolerance: "Tolerance: smaller computes more",
  cache_default: "Default",
  cache_tuned: "Tuned",
  cache_custom: "Custom",
  adapters: "Adapters",
  adapter_scale: "Scale of {0}",
  more: "More settings",
  f_prompt: "Prompt",
  f_negative_prompt: "Negative prompt",
  f_num_inference_steps: "Steps",
  f_true_cfg_scale: "Guidance",
  f_seed: "Seed",
  f_n: "Pictures",
  f_output_format: "Format",
  f_output_compression: "Compression",
  f_sampler: "Sampler",
  f_preview: "Previews",
  f_max_sequence_length: "Prompt tokens",
  f_scheduler: "Scheduler",
  models_own: "the server’s",
  edit: "Edit",
  edit_line: "Draw pictures anew, or the part that you paint. Steps, guidance and the rest are those of Draw.",
  edit_line_words: "Pictures changed and joined as the prompt says. Steps, guidance and the rest are those of Draw.",
  edit_open: "Open a picture",
  edit_open_some: "Open pictures",
  edit_most: "This model takes {0} pictures at most.",
  edit_empty: "Open a picture, or send one here from the library.",
  edit_picture: "Picture {0}",
  edit_brush: "Brush",
  edit_eraser: "Eraser",
  edit_move: "Move",
  edit_size: "Width",
  edit_undo: "Undo",
  edit_clear: "Clear",
  edit_zoom: "Zoom",
  edit_tools: "Painting",
  edit_mask: "Mask: what is painted is drawn anew",
  edit_strength: "Strength",
  edit_keys: "Keys on the picture: arrows move, Space puts the brush down or up, B brush, E eraser, H move, [ ] width, + − zoom, Ctrl Z undo. Nothing painted: all of the picture is drawn anew.",
  edit_pen_down: "Brush down",
  edit_pen_up: "Brush up",
  edit_strength_hint: "How much is drawn anew: 1 keeps nothing of the picture.",
  edit_settings: "The drawn picture comes to Draw, as any other.",
  send_to_edit: "Edit",
  library_line: "Kept in this browser. Drop a PNG or JPEG anywhere to read its settings.",
  library_open: "Open a picture",
  library_empty: "Pictures that you draw are kept here.",
  library_choose: "Compare this one",
  on_server: "On the server",
  keep_here: "Keep here and use",
  use_of: "Use {0}’s settings",
  download_both: "Download both",
  what_differs: "What differs",
  the_same: "the same",
  steps_computed: "steps computed",
  drawn_in: "drawn in",
  identical: "identical",
  compare_share: "Share of picture A that is seen",
  compare_slider: "Slider",
  compare_difference: "Difference",
  difference_alt: "Difference of the two pictures, {0} times as strong",
  server_line: "From /metrics, every 2 seconds, for as long as this is seen.",
  snippet: "The same picture from a program",
  snippet_line: "With the settings of the form as they are now.",
  snippet_label: "Program",
  health: "Health",
  not_ready: "Not ready",
  for_time: "for {0}",
  hours: "{0} h {1} min",
  model: "model",
  runs_on: "runs on",
  cards_lost: "lost",
  loaded_in: "loaded in",
  version: "version",
  queue: "Queue",
  waiting_drawing: "waiting; {0} drawing of {1}",
  may_wait: "{0} may wait.",
  waited_95: "95 of 100 waited at most {0}.",
  throughput: "Throughput",
  a_minute: "requests a minute",
  ended: "{0} done, {1} stopped, {2} failed, {3} refused",
  steps_skipped: "Steps with a cache or forecast",
  not_computed: "not computed",
  none_so_far: "none so far",
  latency: "Latency",
  median: "median of a request",
  within_95: "95 of 100 within {0}",
  steps: "Steps",
  memory_peak: "Memory, most so far",
  tensors_open: "{0} tensors open outside the heap",
  since_opened: "since this was opened",
  ago: "{0} ago",
  now: "now",
  deploy_line: "Only settings that this server’s own table has.",
  deploy_note: "Memory is the engine’s own estimate for one replica; the images are built as docs/deploy.md says.",
  forms: "Ways to deploy",
  command: "Command",
  hardware: "Hardware",
  unserved: "{0} (on the processor)",
  unserved_note: "This version draws on processors and on NVIDIA’s cards. It has no execution provider for AMD’s, so this machine’s processor draws, its card rests, and its main memory is what counts.",
  cards: "Cards",
  sharing: "Cards share",
  sharing_hint: "Replicas: the requests. Pictures: each picture’s branches of guidance and rows. Layers: the model, where one card is too small.",
  by_replicas: "replicas",
  by_pictures: "pictures",
  by_layers: "layers",
  checkpoint: "Checkpoint",
  largest: "Largest picture",
  largest_hint: "Pixels a side, for the memory.",
  approximation_hint: "Of requests that do not say.",
  replicas: "Replicas",
  replicas_hint: "Behind one balancer; of Helm.",
  unset: "as it is",
  all_settings: "All other settings",
  of: "of {0}",
  on_the_card: "on the card",
  on_the_cards: "on {0} cards together",
  main_memory: "main memory",
  m_transformer: "transformer",
  m_text: "text encoder",
  m_other: "the card’s own",
  m_drawing: "drawing",
  v_fits: "Fits, {0} to spare.",
  v_mapped: "Fits; the system keeps up to {0} of weights in its page cache.",
  v_reread: "Fits, but of {0} of weights in files some are read again in each step: slow.",
  v_host: "{0} more are needed: take low-memory weights, a quantization, or more memory.",
  v_smaller: "{0} more are needed: a picture of that size would be refused with 400.",
  v_text_from_host: "Fits; the text encoder’s layers come from the host for each new prompt.",
  v_blocks_from_host: "Slow: {0} of {1} blocks stay on the card, the others come from the host in each step.",
  v_card: "The start would be refused: the card must have {0} or more.",
  dropped: "Settings of {0} are in the form.",
  dropped_none: "{0} keeps no settings.",
};

/** @typedef {keyof typeof ENGLISH} Word */

/** @type {Record<string, string>} */
let chosen = ENGLISH;
/** @type {Set<() => void>} */
const listeners = new Set();

/** `en` or `zh`. */
export function language() {
  return chosen === ENGLISH ? "en" : "zh";
}

/** Whether the key has words. @param {string} word @returns {word is Word} */
export function isWord(word) {
  return word in ENGLISH;
}

/**
 * The words of a key, with values in the places of {0}, {1}, …
 * @param {Word} word
 * @param {...unknown} values
 */
export function t(word, ...values) {
  const text = chosen[word] ?? ENGLISH[word];
  return text.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)]));
}

/**
 * A line that the server sent, in the page's language where that has it.
 * @param {string} name
 * @param {string} line
 */
export function line(name, line) {
  return (language() === "en" ? undefined : chosen[`l_${name}`]) ?? line;
}

/** @param {"en" | "zh"} to */
export async function speak(to) {
  chosen = to === "zh" ? (await import("./zh.js")).CHINESE : ENGLISH;
  document.documentElement.lang = to === "zh" ? "zh-Hans" : "en";
  translate(document.body);
  for (const listener of listeners) listener();
}

/**
 * Is called whenever the language has changed.
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * Gives the elements of a tree, which name their words, their words.
 * @param {HTMLElement} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(/** @type {Word} */ (element.getAttribute("data-t")));
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(/** @type {Word} */ (element.getAttribute("data-t-label"))));
  }
}

/**
 * 1st, 2nd, …
 * @param {number} place
 */
export function ordinal(place) {
  if (language() === "zh") return `第 ${place}`;
  const ends = { one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" };
  return place + ends[new Intl.PluralRules("en", { type: "ordinal" }).select(place)];
}

/**
 * A time for people: the shorter, the more exactly.
 * @param {number} seconds
 */
export function duration(seconds) {
  return seconds < 10 ? spaced(t("seconds", seconds.toFixed(seconds < 1 ? 2 : 1))) : whole(seconds);
}

/**
 * A time in whole seconds, with minutes from two on.
 * @param {number} seconds
 */
export function whole(seconds) {
  const all = Math.round(seconds);
  return spaced(all < 120 ? t("seconds", all) : t("minutes", Math.floor(all / 60), all % 60));
}

/** @param {string} words which stay on one line */
function spaced(words) {
  return words.replaceAll(" ", "\u00a0");
}
