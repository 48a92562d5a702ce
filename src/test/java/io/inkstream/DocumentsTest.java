package io.inkstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The documents lead to files that are there, and the front page stays one.
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(#[^)]*)?\\)");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))(\\.\\w+)?`");
  private static final int FRONT_PAGE = 9 * 1024;

  @Test
  void theFrontPageIsShort() throws IOException {
    assertThat(Files.size(Path.of("README.md"))).isLessThanOrEqualTo(FRONT_PAGE);
  }

  @TestFactory
  Stream<DynamicTest> linksLeadToFiles() throws IOException {
    return documents().stream()
        .map(document -> DynamicTest.dynamicTest(document.toString(), () -> checkLinks(document)));
  }

  private static void checkLinks(Path document) throws IOException {
    Path folder = document.toAbsolutePath().getParent();
    assertThat(
            LINK.matcher(Files.readString(document)).results().map(MatchResult::group).distinct())
        .allSatisfy(link -> assertThat(folder.resolve(target(link))).exists());
  }

  private static String target(String link) {
    return LINK.matcher(link).replaceFirst("$1");
  }

  private static List<Path> documents() throws IOException {
    try (var docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md").map(Path::of),
              docs.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  @Test
  void whatIsSurvivedIsKeptByTestsThatAreThere() throws IOException {
    String document = Files.readString(Path.of("docs/operating.md"));
    int begin = document.indexOf("## What it survives");
    String part = document.substring(begin, document.indexOf("\n## ", begin));

    assertThat(part.lines().filter(line -> line.startsWith("| ")).skip(1))
        .isNotEmpty()
        .allMatch(line -> TEST.matcher(line).results().findAny().isPresent(), "names a test");
    assertThat(TEST.matcher(part).results())
        .allSatisfy(named -> {
          Path file = source(named.group(1));
          if (named.group(2) != null) {
            assertThat(Files.readString(file))
                .as(file.toString())
                .contains(" " + named.group(2).substring(1) + "(");
          }
        });
  }

  private static Path source(String test) throws IOException {
    try (var sources = Files.walk(Path.of("src/test/java"))) {
      return sources
          .filter(file -> file.endsWith(test + ".java"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("there is no " + test));
    }
  }
}
