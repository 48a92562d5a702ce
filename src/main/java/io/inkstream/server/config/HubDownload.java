package io.inkstream.server.config;

import io.inkstream.engine.hub.HubAccess;
import io.inkstream.engine.hub.HubPull;
import io.inkstream.engine.hub.Wanted;
import io.inkstream.engine.weights.HubName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What the settings name on the Hub that is not in the cache, and may be fetched.
///
/// What is in the cache is taken as it is, and nobody is asked for a newer one: a start depends on
/// no network, and draws tomorrow what it draws today. `inkstream pull` fetches the newest.
public final class HubDownload {
  private HubDownload() {}

  /// What is to be fetched before the model can be loaded.
  ///
  /// @param environment the process's variables
  public static List<Wanted> missing(
      EngineSettings engine, SettingValues values, Map<String, String> environment) {
    return values.get(ModelEntries.DOWNLOAD) && !HubAccess.isOffline(environment)
        ? named(engine).filter(wanted -> !wanted.isHere(environment)).distinct().toList()
        : List.of();
  }

  private static Stream<Wanted> named(EngineSettings engine) {
    var adapters =
        engine.adapters().atStart().stream()
            .flatMap(one -> HubName.of(one.path()).stream())
            .map(Wanted::of);
    return Stream.concat(engine.model().onHub(), adapters);
  }

  /// Begins to fetch it; nothing if all is there.
  ///
  /// @param notes hears lines about what is unusual
  /// @throws io.inkstream.engine.hub.HubException if a variable of the Hub's is not allowed
  public static Optional<HubPull> of(
      EngineSettings engine, SettingValues values, Consumer<String> notes) {
    var environment = System.getenv();
    var missing = missing(engine, values, environment);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(new HubPull(HubAccess.of(environment), missing, notes));
  }
}
