// Prometheus' text, read; and what it says over time.

/**
 * @typedef {{labels: Record<string, string>, value: number}} Series
 * @typedef {Map<string, Series[]>} Metrics
 */

/**
 * @param {string} text
 * @returns {Metrics}
 */
export function parse(text) {
  /** @type {Metrics} */
  const all = new Map();
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/.exec(line);
    if (!found) continue;
    const [, name = "", labels = "", value] = found;
    const list = all.get(name) ?? [];
    list.push({ labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, word]) => [key, word])), value: Number(value) });
    all.set(name, list);
  }
  return all;
}

/**
 * The sum of the series that have these labels.
 * @param {Metrics} metrics
 * @param {string} name
 * @param {Record<string, string>} [labels]
 */
export function sum(metrics, name, labels = {}) {
  return (metrics.get(name) ?? []).filter((one) => Object.entries(labels).every(([key, word]) => one.labels[key] === word)).reduce((total, one) => total + one.value, 0);
}

/**
 * The value that a share of a histogram's observations does not exceed, from between its buckets.
 * @param {Metrics} metrics
 * @param {string} name without `_bucket`
 * @param {number} share
 * @param {Record<string, string>} [labels]
 * @returns {number | null} null: nothing was observed
 */
export function quantile(metrics, name, share, labels = {}) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const one of metrics.get(`${name}_bucket`) ?? []) {
    if (!Object.entries(labels).every(([key, word]) => one.labels[key] === word)) continue;
    const edge = one.labels.le === "+Inf" ? Infinity : Number(one.labels.le);
    counts.set(edge, (counts.get(edge) ?? 0) + one.value);
  }
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const wanted = share * (buckets.at(-1)?.[1] ?? 0);
  if (!wanted) return null;
  let [low, before] = [0, 0];
  for (const [edge, count] of buckets) {
    if (count >= wanted) return edge === Infinity ? low : low + ((edge - low) * (wanted - before)) / Math.max(1e-9, count - before);
    [low, before] = [edge, count];
  }
  return low;
}
