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
import java.util.regex.Pattern;

/// Finds a model's snapshot on this disk, by folder or by its name on the Hub. Uses no network;
/// what is not here, `engine.hub` fetches.
public final class HubCache {
  private static final Pattern REVISION = Pattern.compile("\\w[\\w.-]*");
  private static final int LONGEST_REVISION = 255;

  /// What a repository is asked for if nobody says which state of it.
  public static final String MAIN = "main";

  private final Path folder;
  private final HubName name;
  private final String revision;

  private HubCache(HubName name, Optional<String> revision, Map<String, String> environment) {
    this.folder = new HubFolders(environment).cache();
    this.name = name;
    this.revision = revision.orElse(MAIN);
  }

  /// The folder of the snapshot.
  ///
  /// @param modelPath an existing folder, or `owner/name` of a model in the cache
  /// @param environment the process's variables
  /// @throws SnapshotException if there is neither; it says where was looked, and how to fetch it
  public static Path resolve(String modelPath, Map<String, String> environment) {
    return resolve(modelPath, Optional.empty(), environment);
  }

  /// The folder of the snapshot.
  ///
  /// @param modelPath an existing folder, or `owner/name` of a model in the cache
  /// @param revision a branch, a tag or a commit of that; empty: its main branch
  /// @param environment the process's variables
  /// @throws SnapshotException if there is neither; it says where was looked, and how to fetch it
  public static Path resolve(
      String modelPath, Optional<String> revision, Map<String, String> environment) {
    try {
      Path path = Path.of(modelPath);
      if (!modelPath.isBlank() && Files.isDirectory(path)) {
        return path;
      }
      return HubName.ofRepository(modelPath)
          .map(found -> new HubCache(found, revision, environment).snapshot())
          .orElseThrow(() -> notAModel(modelPath));
    } catch (InvalidPathException e) {
      throw notAModel(modelPath + " " + e.getReason());
    }
  }

  /// The snapshot of a repository, if it is in the cache, whole or in part.
  ///
  /// @param revision a branch, a tag or a commit; empty: its main branch
  /// @param environment the process's variables
  public static Optional<Path> find(
      String repository, Optional<String> revision, Map<String, String> environment) {
    try {
      var name = new HubName(repository, Optional.empty());
      return Optional.of(new HubCache(name, revision, environment).snapshot());
    } catch (SnapshotException e) {
      return Optional.empty();
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
      Optional<HubName> file = HubName.ofFile(path);
      if (file.isPresent()) {
        var hub = new HubCache(file.get(), Optional.empty(), environment);
        String inside = file.get().file().orElseThrow();
        // Otherwise it is rather a path of this disk that is not there.
        if (hub.isThere() || inside.indexOf('/') < 0) {
          return hub.file(inside);
        }
      }
      Optional<HubName> repository = HubName.ofRepository(path);
      if (repository.isPresent()) {
        return new HubCache(repository.get(), Optional.empty(), environment).snapshot();
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
    return folder.resolve("models--" + name.repository().replace("/", "--"));
  }

  private Path file(String inside) {
    Path file = snapshot().resolve(inside);
    if (!Files.exists(file)) {
      throw new SnapshotException(file, "is not on this disk; fetch it with: " + fetch());
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

  private Path snapshot() {
    Path model = model();
    Path snapshots = model.resolve("snapshots");
    Path ref = model.resolve("refs").resolve(revision);
    if (Files.exists(ref)) {
      Path snapshot = snapshots.resolve(revision(ref));
      return Files.isDirectory(snapshot) ? snapshot : notFound(snapshot);
    }
    if (!revision.equals(MAIN)) {
      Path snapshot = snapshots.resolve(revision); // a commit
      return Files.isDirectory(snapshot) ? snapshot : notFound(ref);
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
            + name.repository()
            + " is not on this disk: looked at folder "
            + Path.of(name.repository())
            + " and at "
            + looked
            + "; fetch it with: "
            + fetch());
  }

  private String fetch() {
    return "inkstream pull "
        + name.repository()
        + name.file().map(file -> " " + file).orElse("")
        + (revision.equals(MAIN) ? "" : " --revision " + revision);
  }
}
