package io.inkstream.server.config;

import java.util.List;
import java.util.stream.Stream;

/// The table of all settings: flags of the commands, variables, properties, their kinds, defaults
/// and help come from its entries, and so does the list in the documents.
public final class Settings {
  /// Which model.
  public static final Group MODEL = ModelEntries.GROUP;

  /// How it runs.
  public static final Group ENGINE = EngineEntries.GROUP;

  /// On how many cards.
  public static final Group CARDS = CardEntries.GROUP;

  /// Which adapters act, and which may.
  public static final Group ADAPTERS = AdapterEntries.GROUP;

  /// All, in the order in which they are shown.
  public static final List<Group> GROUPS =
      List.of(
          MODEL,
          ENGINE,
          CARDS,
          ADAPTERS,
          ServingEntries.GROUP,
          RequestEntries.GROUP,
          RequestEntries.FORECAST,
          CacheEntries.GROUP,
          OutputEntries.GROUP,
          JobEntries.GROUP,
          FileEntries.GROUP,
          InputEntries.GROUP,
          WebhookEntries.GROUP,
          AccessEntries.GROUP,
          LogEntries.GROUP,
          SglangEntries.GROUP,
          ModelEntries.INTERNAL);

  private Settings() {}

  /// Every setting.
  public static Stream<Setting<?>> all() {
    return GROUPS.stream().flatMap(group -> group.settings().stream());
  }
}
