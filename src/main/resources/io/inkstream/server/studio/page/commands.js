// A deployment as the command or file of each way to deploy.

/**
 * @typedef {import("./server.js").Setting} Setting
 * @typedef {{values: Map<string, string>, settings: Setting[], image: string, card: number, replicas: number, model: string | null}} Deployment
 *   values by the settings' names; card: how many each replica has; model: `owner/name`, or none
 * @typedef {{name: string, text: (deployment: Deployment) => string}} Form
 */

/** Settings that the Helm chart has values of its own for, or sets itself. */
const CHARTS_OWN = ["device", "model-path", "host", "port", "api-key", "api-key-file", "output-path", "served-model-name"];
const CACHE_PREFIX = "SGLANG_CACHE_DIT_";

/** @type {Form[]} */
export const FORMS = [
  { name: "serve", text: serve },
  { name: "docker run", text: docker },
  { name: "compose", text: compose },
  { name: "Helm", text: helm },
  { name: "env", text: environment },
];

/**
 * Those that are given, with their values.
 * @param {Deployment} deployment
 */
function given({ settings, values }) {
  return settings.flatMap((setting) => {
    const value = values.get(setting.name);
    return value === undefined || value === "" ? [] : [{ setting, value }];
  });
}

/** @param {{setting: Setting, value: string}} one */
function flag({ setting, value }) {
  return setting.is_switch ? String(setting.flag) : `${setting.flag} ${shell(value)}`;
}

/** @param {{setting: Setting, value: string}} one */
function variable({ setting, value }) {
  return `${setting.variable}=${shell(value)}`;
}

/** As a shell takes it for one word. @param {string} value */
function shell(value) {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** @param {Deployment} deployment */
function parts(deployment) {
  const all = given(deployment);
  return { flags: all.filter(({ setting }) => setting.flag).map(flag), variables: all.filter(({ setting }) => !setting.flag) };
}

/** @param {Deployment} deployment */
function serve(deployment) {
  const { flags, variables } = parts(deployment);
  return [...variables.map(variable), "./inkstream serve", ...flags.map((one) => `  ${one}`)].join(" \\\n");
}

/** @param {Deployment} deployment */
function docker(deployment) {
  const { flags, variables } = parts(deployment);
  const options = ["--rm --read-only --tmpfs /tmp -p 30000:30000 -v pictures:/data", ...(deployment.card ? ["--gpus all"] : []), ...(deployment.model ? ['-v "$HOME/.cache/huggingface:/models"'] : []), ...variables.map((one) => `-e ${variable(one)}`)];
  return [`docker run ${options[0]}`, ...options.slice(1).map((one) => `  ${one}`), `  ${deployment.image} serve`, ...flags.map((one) => `    ${one}`)].join(" \\\n");
}

/** @param {Deployment} deployment */
function compose(deployment) {
  const { flags, variables } = parts(deployment);
  const card = deployment.card ? ["    deploy:", "      resources:", "        reservations:", "          devices:", "            - driver: nvidia", `              count: ${deployment.card}`, "              capabilities: [gpu]"] : [];
  // Compose starts only what has ended, and a lost card draws again in a new process alone.
  const ending = deployment.card && !deployment.values.get("on-device-loss") ? ["--on-device-loss exit"] : [];
  const words = [...flags, ...ending].flatMap(pieces);
  return [
    "services:",
    "  server:",
    `    image: ${deployment.image}`,
    `    command: [${["serve", ...words].map(yaml).join(", ")}]`,
    "    restart: unless-stopped",
    "    ports:",
    "      - 127.0.0.1:30000:30000",
    ...(variables.length ? ["    environment:", ...variables.map(({ setting, value }) => `      ${setting.variable}: ${yaml(value)}`)] : []),
    "    read_only: true",
    "    tmpfs:",
    "      - /tmp",
    "    volumes:",
    "      - pictures:/data",
    ...(deployment.model ? ["      - ~/.cache/huggingface:/models"] : []),
    "    stop_grace_period: 45s",
    ...card,
    "",
    "volumes:",
    "  pictures:",
  ].join("\n");
}

/** The words of a flag, without the shell's quotes. @param {string} one */
function pieces(one) {
  const space = one.indexOf(" ");
  const value = one.slice(space + 1);
  return space < 0 ? [one] : [one.slice(0, space), value.startsWith("'") ? value.slice(1, -1).replaceAll("'\\''", "'") : value];
}

/** As YAML takes it for a text. @param {string} value */
function yaml(value) {
  return /^[a-zA-Z./-][\w./:-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|~)$/i.test(value) ? value : JSON.stringify(value);
}

/** @param {Deployment} deployment */
function helm(deployment) {
  const all = given(deployment).filter(({ setting }) => !CHARTS_OWN.includes(setting.name));
  const cache = all.filter(({ setting }) => setting.variable.startsWith(CACHE_PREFIX));
  const others = all.filter((one) => !cache.includes(one));
  const name = deployment.values.get("served-model-name") ?? "";
  const keys = deployment.values.get("api-key-file") || deployment.values.get("api-key");
  const model = deployment.model ? ["model:", "  source: hub", ...(name ? [`  servedName: ${yaml(name)}`] : []), "  hub:", `    repository: ${yaml(deployment.model)}`] : name ? ["model:", `  servedName: ${yaml(name)}`] : [];
  return [
    "# helm install inkstream deploy/helm/inkstream -f values.yaml",
    `replicas: ${deployment.replicas}`,
    ...(deployment.card ? ["gpu:", "  enabled: true", ...(deployment.card > 1 ? [`  count: ${deployment.card}`] : [])] : []),
    ...model,
    ...(keys ? ["apiKey:", "  secret: inkstream-keys"] : []),
    ...(others.length ? ["settings:", ...others.map((one) => `  ${one.setting.variable}: ${yaml(switched(one))}`)] : []),
    ...(cache.length ? ["cacheDit:", ...cache.map((one) => `  ${one.setting.variable.slice(CACHE_PREFIX.length)}: ${yaml(switched(one))}`)] : []),
  ].join("\n");
}

/** @param {Deployment} deployment */
function environment(deployment) {
  return given(deployment).map((one) => `${one.setting.variable}=${shell(switched(one))}`).join("\n") || "# nothing: all as it is by default";
}

/** A variable says true or false where a flag is the whole of it. @param {{setting: Setting, value: string}} one */
function switched({ setting, value }) {
  if (!setting.is_switch) return value;
  return value === "true" || value === "false" ? value : String(!setting.flag?.startsWith("--no-"));
}
