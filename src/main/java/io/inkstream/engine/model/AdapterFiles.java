package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.AdapterOpener;
import io.inkstream.engine.pipeline.AdapterShelf.Source;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.weights.HubCache;
import io.inkstream.engine.weights.Linears;
import io.inkstream.engine.weights.LoraFile;
import io.inkstream.engine.weights.LoraWeights;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The files of adapters for a transformer.
///
/// Headers that were read are remembered as long as their files do not change: a request is
/// admitted by a look at the file's size and time.
final class AdapterFiles implements AdapterOpener {
  private static final int REMEMBERED = 32;

  private final Linears linears;
  private final List<Path> folders;
  private final Map<String, String> environment;
  // In order of use, so that the eldest is the first to go. Guarded by itself.
  private final Map<Path, Opened> opened = new LinkedHashMap<>(16, 0.75f, true);

  private record Opened(String version, LoraFile adapter) {}

  /// @param linears the transformer's layers
  /// @param folders below which requests may name adapters
  /// @param environment the process's variables
  AdapterFiles(Linears linears, List<Path> folders, Map<String, String> environment) {
    this.linears = linears;
    this.folders = List.copyOf(folders);
    this.environment = environment;
  }

  /// Where a snapshot's adapters are.
  static AdapterFiles of(QwenImageSnapshot snapshot, AdapterSettings settings) {
    return new AdapterFiles(
        Linears.of(snapshot.transformer()), settings.folders(), System.getenv());
  }

  /// Those that act from the start on.
  ///
  /// @throws SnapshotException if one is not there, damaged or another model's
  List<AdapterWeight> atStart(AdapterSettings settings) {
    return settings.atStart().stream()
        .map(one ->
            weigh(HubCache.resolveAdapter(one.path(), environment), one.scale(), one.alpha()))
        .toList();
  }

  @Override
  public AdapterWeight open(Source source, double scale) {
    try {
      Path path =
          source.trusted()
              ? HubCache.resolveAdapter(source.path(), environment)
              : allowed(source.path());
      return weigh(path, scale, source.alpha());
    } catch (SnapshotException e) {
      throw new InvalidRequestException("lora", "lora: " + e.getMessage());
    }
  }

  /// The adapter at a path, checked against the transformer.
  ///
  /// @throws SnapshotException if it is none, damaged or another model's
  private AdapterWeight weigh(Path path, double weight, Optional<Double> alpha) {
    var found = opened(LoraFile.fileOf(path));
    return new AdapterWeight(found.adapter().file(), found.version(), weight, alpha);
  }

  /// Where a request may point to: a file that is really below one of the folders. What is not
  /// there is refused in the same words, so that nobody learns what else is on the disk.
  private Path allowed(String path) {
    return folders.stream()
        .flatMap(folder -> below(folder, path).stream())
        .findFirst()
        .orElseThrow(() -> notAllowed(path));
  }

  private Optional<Path> below(Path folder, String path) {
    try {
      Path root = folder.toRealPath();
      return Stream.of(Optional.of(root.resolve(path)), inHub(path))
          .flatMap(Optional::stream)
          .filter(Files::exists)
          .filter(candidate -> isBelow(root, candidate))
          .findFirst();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty(); // the folder is not there, or this is no path
    }
  }

  private Optional<Path> inHub(String path) {
    try {
      return Optional.of(HubCache.resolveAdapter(path, environment));
    } catch (SnapshotException e) {
      return Optional.empty(); // not allowed, whatever else it is
    }
  }

  private static boolean isBelow(Path root, Path candidate) {
    try {
      return candidate.toRealPath().startsWith(root)
          && LoraFile.fileOf(candidate).toRealPath().startsWith(root);
    } catch (IOException e) {
      return false;
    }
  }

  private static InvalidRequestException notAllowed(String path) {
    return new InvalidRequestException(
        "lora",
        "lora: path is '%s', must be of an adapter below a folder of INKSTREAM_LORA_FOLDERS"
            .formatted(path));
  }

  /// @throws SnapshotException if it is no longer what it was when it was weighed
  LoraFile open(AdapterWeight adapter) {
    var found = opened(adapter.file());
    if (!found.version().equals(adapter.version())) {
      throw new SnapshotException(adapter.file(), "has changed since the request was admitted");
    }
    return adapter.alpha().map(found.adapter()::withAlpha).orElse(found.adapter());
  }

  /// Adapters as they act together.
  ///
  /// @throws SnapshotException as [#open]
  LoraWeights weights(List<AdapterWeight> adapters) {
    return new LoraWeights(
        adapters.stream().map(one -> new LoraWeights.Weighted(open(one), one.weight())).toList());
  }

  private Opened opened(Path file) {
    String version = version(file);
    synchronized (opened) {
      Opened before = opened.get(file);
      if (before != null && before.version().equals(version)) {
        return before;
      }
    }
    var now = new Opened(version, LoraFile.open(file, linears));
    synchronized (opened) {
      opened.put(file, now);
      if (opened.size() > REMEMBERED) {
        opened.remove(opened.keySet().iterator().next());
      }
    }
    return now;
  }

  private static String version(Path file) {
    try {
      return Files.size(file) + " bytes of " + Files.getLastModifiedTime(file);
    } catch (NoSuchFileException e) {
      throw new SnapshotException(file, "does not exist");
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be read: " + e.getMessage());
    }
  }
}
