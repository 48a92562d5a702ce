package io.inkstream.engine.hub;

import io.inkstream.engine.hub.Wanted.Any;
import io.inkstream.engine.hub.Wanted.Model;
import io.inkstream.engine.hub.Wanted.OneFile;
import io.inkstream.engine.hub.Wanted.Weights;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.WeightNames;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks whether a snapshot in the cache has what is wanted; other programs may have fetched it,
/// and not all of it.
final class LocalSnapshot {
  private LocalSnapshot() {}

  static boolean has(Path snapshot, Wanted wanted) {
    return switch (wanted) {
      case OneFile one -> Files.exists(snapshot.resolve(one.file()));
      case Weights _ -> WeightNames.areWhole(snapshot);
      case Model model -> hasModel(snapshot, model);
      case Any any ->
          has(snapshot, any.settled(Files.exists(snapshot.resolve(PipelineIndex.FILE))));
    };
  }

  private static boolean hasModel(Path snapshot, Model model) {
    try {
      return Files.exists(snapshot.resolve(PipelineIndex.FILE))
          && PipelineIndex.read(snapshot).components().stream()
              .map(snapshot::resolve)
              .allMatch(Files::isDirectory)
          && model.networks().stream().map(snapshot::resolve).allMatch(WeightNames::areWhole);
    } catch (SnapshotException e) {
      return true; // damaged: loading it says how
    }
  }
}
