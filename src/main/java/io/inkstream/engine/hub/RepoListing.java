package io.inkstream.engine.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a repository has in one of its states, as `/api/models/…/revision/…?blobs=true` says it.
///
/// @param commit that state
record RepoListing(String commit, List<RepoFile> files) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  RepoListing {
    files = List.copyOf(files);
  }

  /// @throws IOException if the text is no listing
  static RepoListing parse(byte[] text) throws IOException {
    JsonNode all = JSON.readTree(text);
    String commit = all.path("sha").asText();
    if (!COMMIT.matcher(commit).matches()) {
      throw new IOException("the answer names no commit");
    }
    List<RepoFile> files = new ArrayList<>();
    for (JsonNode entry : all.path("siblings")) {
      file(entry).ifPresent(files::add);
    }
    return new RepoListing(commit, files);
  }

  /// A file that may lie in the cache under its name and can be checked; others are left out.
  private static Optional<RepoFile> file(JsonNode entry) {
    String path = entry.path("rfilename").asText();
    JsonNode lfs = entry.path("lfs");
    JsonNode size = lfs.isObject() ? lfs.path("size") : entry.path("size");
    String hex = lfs.isObject() ? lfs.path("sha256").asText() : entry.path("blobId").asText();
    try {
      return isInside(path) && size.canConvertToLong() && size.longValue() >= 0
          ? Optional.of(new RepoFile(path, size.longValue(), new Checksum(hex)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isInside(String path) {
    try {
      var _ = Path.of(path);
      return path.indexOf('\\') < 0
          && path.chars().noneMatch(Character::isISOControl)
          && Stream.of(path.split("/", -1)).noneMatch(part -> part.matches("|\\.|\\.\\.|.*:.*"));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  Optional<RepoFile> file(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  /// Those right in a folder; of the top by `""`.
  List<RepoFile> in(String folder) {
    return files.stream().filter(file -> file.folder().equals(folder)).toList();
  }
}
