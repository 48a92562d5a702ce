package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Files that deploy the server, and what is said of them, name settings that are ones.
class DeployFilesTest {
  private static final Pattern VARIABLE =
      Pattern.compile("\\b(?:INKSTREAM|SGLANG|QUARKUS|OTEL)_[A-Z0-9_]*[A-Z0-9]\\b");
  // After the command, on its line.
  private static final Pattern FLAGS = Pattern.compile("\\binkstream\\S* (?:serve|generate)\\b.*");
  private static final Pattern FLAG = Pattern.compile("(?<=\\s)--[a-z][a-z0-9-]+");
  private static final Set<String> OF_COMMANDS =
      Set.of("--config", "--prompt", "--help", "--output");
  private static final Path SCHEMA = Path.of("deploy/helm/inkstream/values.schema.json");
  private static final List<Path> PLACES =
      Stream.of("deploy", "config", "docs/deploy.md", "src/main/docker").map(Path::of).toList();

  @TestFactory
  Stream<DynamicTest> whatTheyNameIsInTheTable() throws IOException {
    return files().stream()
        .map(file -> DynamicTest.dynamicTest(file.toString(), () -> check(file)));
  }

  @Test
  void theChartKnowsEveryVariableOfTheCache() throws IOException {
    var schema = new ObjectMapper().readTree(SCHEMA.toFile());
    assertThat(schema.at("/properties/cacheDit/properties").fieldNames())
        .toIterable()
        .map(name -> "SGLANG_CACHE_DIT_" + name)
        .containsExactlyInAnyOrderElementsOf(
            CacheEntries.GROUP.settings().stream().map(Setting::variable).toList());
  }

  @Test
  void theChartIsOfThisVersion() throws IOException {
    String version = Files.readString(Path.of("pom.xml")).split("</?version>", 3)[1];
    assertThat(Path.of("deploy/helm/inkstream/Chart.yaml"))
        .content()
        .contains("\nappVersion: " + version + "\n");
  }

  private static void check(Path file) throws IOException {
    String text = Files.readString(file);
    assertThat(found(VARIABLE, text)).isSubsetOf(variables());
    assertThat(FLAGS.matcher(text).results().map(MatchResult::group))
        .allSatisfy(command -> assertThat(found(FLAG, command)).isSubsetOf(flags()));
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> variables() {
    Set<String> names = Settings.all().map(Setting::variable).collect(Collectors.toSet());
    names.addAll(SettingWarnings.OTHERS);
    return names;
  }

  private static Set<String> flags() {
    Set<String> names =
        Settings.all().flatMap(setting -> setting.flags().stream()).collect(Collectors.toSet());
    names.addAll(OF_COMMANDS);
    return names;
  }

  private static List<Path> files() throws IOException {
    Set<Path> files = new TreeSet<>();
    for (Path place : PLACES) {
      try (var inside = Files.walk(place)) {
        inside.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return List.copyOf(files);
  }
}
