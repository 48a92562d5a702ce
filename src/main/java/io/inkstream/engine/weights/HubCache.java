package io.inkstream.engine.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds a model's snapshot on this disk, by folder or by its name on the Hub. Uses no network.
///
/// The cache lies where `huggingface_hub` puts it: `HF_HUB_CACHE`, else `HF_HOME/hub`, else
/// `XDG_CACHE_HOME/huggingface/hub`, else `~/.cache/huggingface/hub`.
public final class HubCache {
  private static final Pattern NAME = Pattern.compile("\\w[\\w.-]*/\\w[\\w.-]*");
  private static final Pattern FILE =
      Pattern.compile(
          "(\\w[\\w.-]*/\\w[\\w.-]*)/((?:\\w[\\w.-]*/){0,8}\\w[\\w.-]*\\.(?:safetensors|gguf))");
  private static final Pattern REVISION = Pattern.compile("\\w[\\w.-]*");
  private static final int LONGEST_REVISION = 255;

  private final Path folder;
  private final String name;

  private HubCache(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /// The folder of the snapshot.
  ///
  /// @param modelPath an existing folder, or `owner/name` of a model in the cache
  /// @param environment the process's variables
  /// @throws SnapshotException if there is neither; it says where was looked, and how to fetch it
  public static Path resolve(String modelPath, Map<String, String> environment) {
    try {
      Path path = Path.of(modelPath);
      if (!modelPath.isBlank() && Files.isDirectory(path)) {
        return path;
      }
      if (Files.exists(path) || !NAME.matcher(modelPath).matches()) {
        throw notAModel(modelPath);
      }
      return new HubCache(cache(environment), modelPath).snapshot();
    } catch (InvalidPathException e) {
      throw notAModel(modelPath + " " + e.getReason());
    }
  }

  /// An adapter's file or folder.
  ///
  /// @param path an existing file or folder, or `owner/name` of a model in the cache, which a
  ///   file's name may follow
  /// @param environment the process's variables
  /// @throws SnapshotException if there is none
  public static Path resolveAdapter(String path, Map<String, String> environment) {
    return resolveFile("lora", path, environment);
  }

  /// A file or folder with weights.
  ///
  /// @param what it is, for messages
  /// @param path an existing file or folder, or `owner/name` of a model in the cache, which a
  ///   file's name may follow
  /// @param environment the process's variables
  /// @throws SnapshotException if there is none
  public static Path resolveFile(String what, String path, Map<String, String> environment) {
    try {
      if (!path.isBlank() && Files.exists(Path.of(path))) {
        return Path.of(path);
      }
      Matcher file = FILE.matcher(path);
      if (file.matches()) {
        var hub = new HubCache(cache(environment), file.group(1));
        // Otherwise it is rather a path of this disk that is not there.
        if (hub.isThere() || file.group(2).indexOf('/') < 0) {
          return hub.file(file.group(2));
        }
      }
      if (NAME.matcher(path).matches()) {
        return new HubCache(cache(environment), path).snapshot();
      }
      throw noFile(what, path);
    } catch (InvalidPathException e) {
      throw noFile(what, path + " " + e.getReason());
    }
  }

  private boolean isThere() {
    return Files.exists(model());
  }

  private Path model() {
    return folder.resolve("models--" + name.replace("/", "--"));
  }

  private Path file(String inside) {
    Path file = snapshot().resolve(inside);
    if (!Files.exists(file)) {
      throw new SnapshotException(
          file, "is not on this disk; fetch it with: " + fetch() + " " + inside);
    }
    return file;
  }

  private static SnapshotException noFile(String what, String path) {
    return SnapshotException.without(
        what
            + " path is "
            + SnapshotException.quoted(path)
            + ", must be an existing file or folder, or owner/name or owner/name/FILE of one on the"
            + " Hub");
  }

  private static SnapshotException notAModel(String modelPath) {
    return SnapshotException.without(
        "model path is "
            + SnapshotException.quoted(modelPath)
            + ", must be an existing folder or the owner/name of a model on the Hub; single files"
            + " are given with --transformer-path, --text-encoder-path and --vae-path");
  }

  private static Path cache(Map<String, String> environment) {
    return variable(environment, "HF_HUB_CACHE")
        .or(() -> variable(environment, "HF_HOME").map(home -> home.resolve("hub")))
        .or(() -> variable(environment, "XDG_CACHE_HOME").map(HubCache::inCaches))
        .orElseGet(() -> inCaches(home(environment).resolve(".cache")));
  }

  private static Path inCaches(Path caches) {
    return caches.resolve("huggingface").resolve("hub");
  }

  private static Path home(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isBlank() ? System.getProperty("user.home", "") : home);
  }

  private static Optional<Path> variable(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isBlank()) {
      return Optional.empty();
    }
    boolean underHome = value.equals("~") || value.startsWith("~/");
    return Optional.of(
        underHome
            ? home(environment).resolve(value.substring(Math.min(2, value.length())))
            : Path.of(value));
  }

  private Path snapshot() {
    Path model = model();
    Path snapshots = model.resolve("snapshots");
    Path ref = model.resolve("refs").resolve("main");
    if (Files.exists(ref)) {
      Path snapshot = snapshots.resolve(revision(ref));
      return Files.isDirectory(snapshot) ? snapshot : notFound(snapshot);
    }
    return Files.isDirectory(snapshots) ? only(snapshots) : notFound(model);
  }

  private Path only(Path snapshots) {
    List<String> revisions =
        FolderListing.of(snapshots).names().stream()
            .filter(revision -> Files.isDirectory(snapshots.resolve(revision)))
            .toList();
    if (revisions.size() > 1) {
      throw new SnapshotException(
          snapshots,
          "has "
              + new FolderListing(revisions)
              + " and no refs/main that names one of them; give the folder, or fetch it with: "
              + fetch());
    }
    return revisions.isEmpty() ? notFound(snapshots) : snapshots.resolve(revisions.getFirst());
  }

  private static String revision(Path ref) {
    try (InputStream bytes = Files.newInputStream(ref)) {
      String revision =
          new String(bytes.readNBytes(LONGEST_REVISION), StandardCharsets.UTF_8).strip();
      if (REVISION.matcher(revision).matches()) {
        return revision;
      }
      throw new SnapshotException(
          ref, "is " + SnapshotException.quoted(revision) + ", must be the name of a snapshot");
    } catch (IOException e) {
      throw SnapshotException.unreadable(ref, e);
    }
  }

  private Path notFound(Path looked) {
    throw SnapshotException.without(
        "model "
            + name
            + " is not on this disk: looked at folder "
            + Path.of(name)
            + " and at "
            + looked
            + "; fetch it with: "
            + fetch());
  }

  private String fetch() {
    return "hf download " + name;
  }
}
