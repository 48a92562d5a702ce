package io.inkstream.engine.hub;

import io.inkstream.engine.weights.HubCache;
import io.inkstream.engine.weights.HubName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What of a repository is needed.
public sealed interface Wanted {
  /// `owner/name`.
  String repository();

  /// A branch, a tag or a commit; empty: the main branch.
  Optional<String> revision();

  /// A pipeline in diffusers' layout.
  ///
  /// @param networks the folders whose weights are needed; of others the configuration will do
  record Model(String repository, Optional<String> revision, Set<String> networks)
      implements Wanted {
    public Model {
      networks = Set.copyOf(networks);
    }
  }

  /// One file.
  record OneFile(String repository, Optional<String> revision, String file) implements Wanted {}

  /// Weights at the top, an adapter's or a single network's, and what is beside them in JSON.
  record Weights(String repository, Optional<String> revision) implements Wanted {}

  /// A pipeline if it is one, else the weights at the top.
  ///
  /// @param networks as of a [Model]
  record Any(String repository, Optional<String> revision, Set<String> networks) implements Wanted {
    public Any {
      networks = Set.copyOf(networks);
    }

    Wanted settled(boolean isPipeline) {
      return isPipeline
          ? new Model(repository, revision, networks)
          : new Weights(repository, revision);
    }
  }

  /// A file if it is named, else the weights at the top.
  static Wanted of(HubName name) {
    return name.file()
        .<Wanted>map(file -> new OneFile(name.repository(), Optional.empty(), file))
        .orElseGet(() -> new Weights(name.repository(), Optional.empty()));
  }

  /// Whether it is in the cache: then nobody is asked, be there a newer one or not.
  ///
  /// @param environment the process's variables
  default boolean isHere(Map<String, String> environment) {
    return HubCache.find(repository(), revision(), environment)
        .filter(snapshot -> LocalSnapshot.has(snapshot, this))
        .isPresent();
  }

  /// Where it lies in a snapshot.
  default Path in(Path snapshot) {
    return switch (this) {
      case OneFile one -> snapshot.resolve(one.file());
      case Model _, Weights _, Any _ -> snapshot;
    };
  }
}
