package io.inkstream.server.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Documents;
import io.inkstream.server.config.Standing.Accepted;
import io.inkstream.server.config.Standing.Honoured;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

class SettingTableTest {
  @Test
  void everySettingIsReadByTheServerOrByQuarkus() {
    // Given
    Set<String> read = new HashSet<>();
    var given = Map.of("otel.exporter.otlp.endpoint", "http://a:4317");
    Config few =
        new SmallRyeConfigBuilder()
            .withSources(new PropertiesConfigSource(given, "test", 250))
            .build();
    Config recording =
        (Config)
            Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("getConfigValue")) {
                    read.add((String) arguments[0]);
                  }
                  return method.invoke(few, arguments);
                });
    var values = SettingValues.of(recording);

    // When
    var engine = EngineSettings.from(values);
    var _ = HubDownload.missing(engine, values, Map.of());
    var _ = ServerSettings.from(engine.model(), values);
    var _ = OperationSettings.from(values);
    var _ = DenoisingSettings.from(values, CacheDitSettings.from(values));
    var _ = OutputSettings.from(values);
    var _ = FileSettings.from(values);
    var _ = InputSettings.from(values);
    var _ = WebhookValues.from(values);
    var _ = AccessSettings.from(values);
    var _ = JobSettings.from(values);
    var _ = RequestLogSettings.from(values);
    var _ = FreePort.properties(values);
    var _ = Tracing.properties(values);
    var _ = QuarkusProperties.of(values);

    // Then
    assertThat(Settings.all().filter(setting -> !setting.isQuarkuss()).map(Setting::property))
        .isSubsetOf(read);
  }

  @Test
  void noNameStandsTwice() {
    assertThat(Settings.all().map(Setting::property)).doesNotHaveDuplicates();
    assertThat(Settings.all().map(Setting::variable)).doesNotHaveDuplicates();
    assertThat(Settings.all().flatMap(setting -> setting.flags().stream())).doesNotHaveDuplicates();
  }

  @Test
  void theDocumentHasEachSetting() {
    String tables =
        Settings.GROUPS.stream()
            .filter(group -> !group.heading().isEmpty())
            .map(SettingTableTest::table)
            .collect(joining("\n"));
    Documents.assertPart(Path.of("docs/settings.md"), "settings", tables);
  }

  private static String table(Group group) {
    return "### "
        + group.heading()
        + "\n\n| flag | variable | default | |\n|---|---|---|---|\n"
        + group.settings().stream().map(SettingTableTest::row).collect(joining());
  }

  private static String row(Setting<?> setting) {
    String flags = setting.flags().stream().map(flag -> "`" + flag + "`").collect(joining(", "));
    String initial = setting.initial().isPresent() ? code(setting.shown()) : setting.shown();
    return "| %s | `%s` | %s | %s |\n"
        .formatted(flags, setting.variable(), initial, meaning(setting));
  }

  private static String code(String shown) {
    return shown.equals("none") ? shown : "`" + shown + "`";
  }

  /// What it does, in a line that begins small, as after a dash.
  static String meaning(Setting<?> setting) {
    String line = inTable(setting.help());
    String what = setting.isSwitch() ? "`" + setting.switched() + "`: " + line : line;
    return switch (setting.standing()) {
      case Honoured() -> what;
      case Accepted(String why) -> what + "; no effect: " + why;
    };
  }

  private static String inTable(String line) {
    String whole = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    return whole.substring(0, 1).toLowerCase(Locale.ROOT) + whole.substring(1);
  }
}
