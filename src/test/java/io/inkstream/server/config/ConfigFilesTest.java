package io.inkstream.server.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Documents;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The files of `config/`: the one that has every setting comes from the table, and the samples
/// have none that is not in it. `ConfigSamplesIT` starts the samples.
class ConfigFilesTest {
  private static final Path ALL = Path.of("config", "application.properties");
  private static final String HEAD =
      """
      # Every setting of Inkstream with its default. To set one, take away the # before it; an empty value is the default.
      # This file is read as config/application.properties of the folder that Inkstream is started in. A file that
      # --config names beats it, variables beat both, and flags beat all; docs/settings.md says how values are written.
      # Samples to start from lie beside it. A test keeps it as it is: change a copy.
      """;

  @Test
  void theFileOfAllSettingsIsTheTable() {
    Documents.assertFile(ALL, HEAD + groups().map(ConfigFilesTest::part).collect(joining()));
  }

  @Test
  void whatItGivesIsWhatComesWithoutIt() throws IOException {
    Map<String, String> given = read(Files.readString(ALL).replaceAll("(?m)^#(?=[a-z])", ""));
    var values = Given.properties(given);
    var settings = groups().flatMap(group -> group.settings().stream()).toList();
    assertThat(given).containsOnlyKeys(settings.stream().map(Setting::property).toList());
    assertThat(settings)
        .filteredOn(setting -> !setting.isQuarkuss())
        .allSatisfy(setting -> {
          Object found = values.find(setting).orElse(null);
          assertThat(found).isIn(null, setting.initial().orElse(null));
        });
  }

  @TestFactory
  Stream<DynamicTest> samplesSayForWhomTheyAreAndHaveNothingThatIsNoSetting() throws IOException {
    try (var files = Files.list(ALL.getParent())) {
      return files.filter(file -> !file.equals(ALL)).sorted().toList().stream()
          .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> check(sample)));
    }
  }

  private static void check(Path sample) throws IOException {
    String text = Files.readString(sample);
    assertThat(text.lines().limit(4).map(line -> line.startsWith("# ")))
        .containsExactly(true, true, true, false);
    Map<String, String> given = read(text);
    var values = Given.properties(given);
    assertThat(Settings.all().map(Setting::property)).containsAll(given.keySet());
    assertThat(values.warnings()).isEmpty();
    Settings.all().filter(setting -> !setting.isQuarkuss()).forEach(values::find);
  }

  private static Map<String, String> read(String text) throws IOException {
    var properties = new Properties();
    properties.load(new StringReader(text));
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  private static Stream<Group> groups() {
    return Settings.GROUPS.stream().filter(group -> !group.heading().isEmpty());
  }

  private static String part(Group group) {
    return "\n\n# ---- %s ----\n".formatted(group.heading())
        + group.settings().stream().map(ConfigFilesTest::entry).collect(joining());
  }

  private static String entry(Setting<?> setting) {
    Optional<String> value = written(setting);
    String otherwise = value.isPresent() ? "" : ". Default: " + setting.shown();
    String comment = SettingTableTest.meaning(setting) + otherwise;
    return "\n# %s.\n#%s=%s\n"
        .formatted(comment.replace("`", ""), setting.property(), value.orElse(""));
  }

  /// The default as it is written in a file; empty: it is said in words.
  private static Optional<String> written(Setting<?> setting) {
    if (setting == JobEntries.REDIS_HOSTS) {
      return Optional.of("redis://localhost:6379"); // Quarkus takes no value that names none
    }
    if (setting.isQuarkuss()) {
      return Optional.of(setting.ofDefault());
    }
    try {
      Object shown = setting.kind().read(setting.shown());
      return setting.initial().equals(Optional.of(shown))
          ? Optional.of(setting.shown())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
