// The programs of the Server place, run as they stand there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { formatOf } from "./client.mjs";
import { ask, inBrowser, key, keyedRoot, open, root } from "./studio.mjs";

const run = promisify(execFile);

/** How a program of each language is started. */
const STARTED = {
  Python: ["draw.py", process.env.INKSTREAM_PYTHON ?? "python3", []],
  JavaScript: ["draw.mjs", process.execPath, []],
  curl: ["draw.sh", "sh", []],
  Java: ["Draw.java", process.env.INKSTREAM_JAVA ?? "java", ["-cp", process.env.INKSTREAM_CLIENT_CLASSPATH ?? ""]],
};

for (const [language, [file, command, options]] of Object.entries(STARTED)) {
  const skip = language === "Java" && !process.env.INKSTREAM_CLIENT_CLASSPATH && "INKSTREAM_CLIENT_CLASSPATH does not say where OpenAI's client is";
  for (const [from, bearer] of [[root, ""], [keyedRoot, key]]) {
    inBrowser(`the ${language} program draws the form's picture${bearer ? ", with a key" : ""}`, { skip }, async (page) => {
      if (bearer) await page.addInitScript((given) => sessionStorage.setItem("inkstream.key", given), bearer);
      await open(page, "", from);
      await ask(page, { prompt: `it's "red"`, steps: 2, seed: 5 });
      await page.check("[name=approximation][value=forecast]", { force: true });
      await page.goto(`${from}/#server`);
      await page.getByRole("tab", { name: language, exact: true }).click();
      const folder = await mkdtemp(join(tmpdir(), "inkstream-program-"));
      await writeFile(join(folder, file), await page.locator("#snippet code").textContent());
      await symlink(join(import.meta.dirname, "node_modules"), join(folder, "node_modules"));
      await run(command, [...options, file], { cwd: folder, env: { ...process.env, INKSTREAM_KEY: bearer } });
      const picture = (await readdir(folder)).find((name) => name.endsWith(".png"));
      assert.ok(picture, `${language} wrote no picture`);
      assert.equal(formatOf((await readFile(join(folder, picture))).toString("base64")), "png");
    });
  }
}
