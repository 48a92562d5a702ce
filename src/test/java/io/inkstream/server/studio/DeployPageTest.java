package io.inkstream.server.studio;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The command generator of the studio as a page that needs no server: one file, made of the
/// studio's own modules and of the tables of settings and checkpoints.
class DeployPageTest {
  private static final Path DOCUMENT = Path.of("docs/deploy-generator.html");
  private static final Path SOURCES = Path.of("src/main/resources/io/inkstream/server/studio/page");

  /// Each after those that it needs.
  private static final List<String> MODULES =
      List.of(
          "dom.js",
          "zh.js",
          "words.js",
          "controls.js",
          "copying.js",
          "commands.js",
          "memory.js",
          "deploying.js");

  private static final Pattern IMPORT =
      Pattern.compile("^import \\{ ([^}]+) } from \"./([a-z]+[.]js)\";$", Pattern.MULTILINE);
  private static final Pattern EXPORT =
      Pattern.compile("^export ((?:async )?(?:function|class|const) (\\w+))", Pattern.MULTILINE);

  @Test
  void thePageWithoutAServerIsMadeOfTheStudiosModules() throws IOException {
    Documents.assertFile(DOCUMENT, page());
  }

  private static String page() throws IOException {
    String modules =
        MODULES.stream()
            .map(DeployPageTest::module)
            .collect(joining("\n\n"))
            .replace("(await import(\"./zh.js\"))", "modules[\"zh.js\"]");
    return """
    <!doctype html>
    <!-- Written by DeployPageTest from the studio's modules and the server's tables: edit those. -->
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Deploy Inkstream</title>
    <link rel="icon" href="data:,">
    <style>
    %s</style>
    </head>
    <body>
    <header class="bar"><span class="brand">Inkstream</span><div class="bar-end"><button type="button" class="quiet" id="language" lang="zh-Hans">中文</button></div></header>
    <main><section class="place" id="deploy" aria-labelledby="h-deploy"></section></main>
    <p class="sr" id="live" role="status" aria-live="polite"></p>
    <script>
    const modules = {};
    const table = %s;

    %s

    {
      const { open } = modules["deploying.js"];
      const { language, speak } = modules["words.js"];
      const button = document.getElementById("language");
      button.addEventListener("click", async () => {
        await speak(language() === "en" ? "zh" : "en");
        button.textContent = language() === "zh" ? "EN" : "中文";
      });
      open(document.getElementById("deploy"), { table }).shown();
    }
    </script>
    </body>
    </html>
    """
        .formatted(read("studio.css") + read("places.css"), table(), modules);
  }

  /// What others import of it, in a scope of its own.
  private static String module(String name) {
    String source = read(name);
    String exports =
        EXPORT.matcher(source).results().map(found -> found.group(2)).collect(joining(", "));
    String body =
        EXPORT
            .matcher(IMPORT.matcher(source).replaceAll(DeployPageTest::imported))
            .replaceAll("$1");
    return "modules[\"%s\"] = (() => {\n%s\nreturn { %s };\n})();"
        .formatted(name, body.strip(), exports);
  }

  private static String imported(MatchResult found) {
    return "const { %s } = modules[\"%s\"];".formatted(found.group(1), found.group(2));
  }

  /// A setting a line, so that two changes do not meet.
  private static String table() {
    return "{\n\"settings\": [\n%s\n],\n\"checkpoints\": [\n%s\n]\n}"
        .formatted(lines(SettingEntry.all()), lines(Checkpoint.all()));
  }

  private static String lines(List<?> entries) {
    return entries.stream().map(DeployPageTest::json).collect(joining(",\n"));
  }

  private static String json(Object entry) {
    try {
      return new ObjectMapper().writeValueAsString(entry).replace("</", "<\\/");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(String name) {
    try {
      return Files.readString(SOURCES.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
