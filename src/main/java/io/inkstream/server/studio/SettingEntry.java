package io.inkstream.server.studio;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.server.config.Group;
import io.inkstream.server.config.Kind;
import io.inkstream.server.config.Setting;
import io.inkstream.server.config.Settings;
import io.inkstream.server.config.Standing;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A setting of the server, without the value that it has.
///
/// @param group it stands in, in the documents too
/// @param flag of `serve`; absent: there is only the variable
/// @param isSwitch whether the flag is the whole of it
/// @param words it may be, absent if it is no choice
/// @param fallback its default in words, in Markdown
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(Include.NON_NULL)
@RegisterForReflection
@Schema(name = "StudioSetting")
record SettingEntry(
    String group,
    String name,
    @Nullable String flag,
    String variable,
    boolean isSwitch,
    @Nullable List<String> words,
    String fallback,
    String help) {
  /// Those that are shown and obeyed.
  static List<SettingEntry> all() {
    return Settings.GROUPS.stream()
        .filter(group -> !group.heading().isEmpty())
        .flatMap(SettingEntry::of)
        .toList();
  }

  private static Stream<SettingEntry> of(Group group) {
    return group.settings().stream()
        .filter(setting -> setting.standing() instanceof Standing.Honoured)
        .map(setting -> of(group.heading(), setting));
  }

  private static SettingEntry of(String group, Setting<?> setting) {
    return new SettingEntry(
        group,
        setting.name(),
        setting.flags().stream().findFirst().orElse(null),
        setting.variable(),
        setting.isSwitch(),
        setting.kind() instanceof Kind.Choice<?> choice ? words(choice) : null,
        setting.shown(),
        setting.help());
  }

  private static List<String> words(Kind.Choice<?> choice) {
    return choice.words().keySet().stream().sorted().toList();
  }
}
