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
}
