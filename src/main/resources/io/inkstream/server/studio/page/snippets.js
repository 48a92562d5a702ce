// The form's request as a program, in four languages.

/**
 * @typedef {{base: string, key: string | null, model: string, order: Record<string, unknown>}} Call
 * @typedef {{name: string, language: string, text: (call: Call) => string}} Snippet
 */

/** Parameters that OpenAI's clients know by name; others go beside them. */
const KNOWN = ["prompt", "n", "size", "output_format", "output_compression"];
const KEY = "$INKSTREAM_KEY";

/** @type {Snippet[]} */
export const SNIPPETS = [
  { name: "Python", language: "python", text: python },
  { name: "JavaScript", language: "javascript", text: javascript },
  { name: "Java", language: "java", text: java },
  { name: "curl", language: "sh", text: curl },
];

/** @param {Call} call */
function split({ order }) {
  const given = Object.entries(order).filter(([name, value]) => value !== undefined && name !== "preview");
  return { known: given.filter(([name]) => KNOWN.includes(name)), others: given.filter(([name]) => !KNOWN.includes(name)) };
}

/** @param {Call} call */
function python(call) {
  const { known, others } = split(call);
  const beside = others.length ? [`    extra_body=${literal(Object.fromEntries(others))},`] : [];
  return `import base64
import os

from openai import OpenAI

client = OpenAI(base_url=${quoted(call.base)}, api_key=${call.key ? 'os.environ["INKSTREAM_KEY"]' : '"none"'})
answer = client.images.generate(
    model=${quoted(call.model)},
${[...known.map(([name, value]) => `    ${name}=${literal(value)},`), ...beside].join("\n")}
)
for i, image in enumerate(answer.data):
    with open(f"picture-{i}.${format(call)}", "wb") as file:
        file.write(base64.b64decode(image.b64_json))
`.replace(call.key ? "" : "import os\n", "");
}

/** Python's words for JSON's. @param {unknown} value @returns {string} */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (value && typeof value === "object") return `{${Object.entries(value).map(([name, one]) => `${quoted(name)}: ${literal(one)}`).join(", ")}}`;
  return value === true ? "True" : value === false ? "False" : value === null ? "None" : quoted(value);
}

/** A text or number as all four languages write it. @param {unknown} value */
function quoted(value) {
  return JSON.stringify(value);
}

/** @param {Call} call */
function javascript(call) {
  const { known, others } = split(call);
  return `import { writeFile } from "node:fs/promises";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${quoted(call.base)}, apiKey: ${call.key ? "process.env.INKSTREAM_KEY" : '"none"'} });
const answer = await client.images.generate({
  model: ${quoted(call.model)},
${[...known, ...others].map(([name, value]) => `  ${name}: ${quoted(value)},`).join("\n")}
});
for (const [i, image] of answer.data.entries()) {
  await writeFile(\`picture-\${i}.${format(call)}\`, Buffer.from(image.b64_json, "base64"));
}
`;
}

/** @param {Call} call */
function java(call) {
  const { known, others } = split(call);
  const fields = known.map(([name, value]) => (name === "prompt" ? `.prompt(${quoted(value)})` : `.putAdditionalBodyProperty("${name}", JsonValue.from(${javaValue(value)}))`));
  const beside = others.map(([name, value]) => `.putAdditionalBodyProperty("${name}", JsonValue.from(${javaValue(value)}))`);
  return `import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.images.ImageGenerateParams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

class Draw {
  public static void main(String[] args) throws Exception {
    var client = OpenAIOkHttpClient.builder()
        .baseUrl(${quoted(call.base)})
        .apiKey(${call.key ? 'System.getenv("INKSTREAM_KEY")' : '"none"'})
        .build();
    var answer = client.images().generate(ImageGenerateParams.builder()
        .model(${quoted(call.model)})
${[...fields, ...beside].map((line) => `        ${line}`).join("\n")}
        .build());
    int i = 0;
    for (var image : answer.data().orElseThrow()) {
      Files.write(Path.of("picture-" + i++ + ".${format(call)}"), Base64.getDecoder().decode(image.b64Json().orElseThrow()));
    }
    client.close();
  }
}
`;
}

/** @param {unknown} value @returns {string} */
function javaValue(value) {
  if (Array.isArray(value)) return `List.of(${value.map(javaValue).join(", ")})`;
  if (value && typeof value === "object") return `Map.ofEntries(${Object.entries(value).map(([name, one]) => `Map.entry(${quoted(name)}, ${javaValue(one)})`).join(", ")})`;
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) > 2147483647 ? `${value}L` : quoted(value);
}

/** @param {Call} call */
function curl(call) {
  const { known, others } = split(call);
  const body = JSON.stringify(Object.fromEntries([["model", call.model], ...known, ...others]), null, 2).replaceAll("'", "'\\''");
  const bearer = call.key ? ` \\\n  -H "Authorization: Bearer ${KEY}"` : "";
  return `curl -s ${call.base}/images/generations${bearer} \\
  -H 'Content-Type: application/json' -d '${body}' |
  python3 -c 'import base64, json, sys; open("picture.${format(call)}", "wb").write(base64.b64decode(json.load(sys.stdin)["data"][0]["b64_json"]))'
`;
}

/** @param {Call} call */
function format({ order }) {
  return String(order.output_format ?? "png");
}
