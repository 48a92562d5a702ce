package io.inkstream.engine.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// A repository as it lies in the cache of `huggingface_hub`: `blobs` by their checksums,
/// `snapshots` of links to them by commit, `refs` from branches to commits.
///
/// @param cache the folder of all
record CachedRepository(Path cache, Repository repository) {
  private String folderName() {
    return "models--" + repository.name().replace("/", "--");
  }

  private Path folder() {
    return cache.resolve(folderName());
  }

  Path blob(RepoFile file) {
    return folder().resolve("blobs").resolve(file.checksum().hex());
  }

  /// What has come of a blob so far. Older versions of `huggingface_hub` go on with it, too.
  Path incomplete(RepoFile file) {
    return blob(file).resolveSibling(file.checksum().hex() + ".incomplete");
  }

  /// The lock that `huggingface_hub` takes while it fetches the blob.
  Path lock(RepoFile file) {
    return cache.resolve(".locks").resolve(folderName()).resolve(file.checksum().hex() + ".lock");
  }

  Path snapshot(String commit) {
    return folder().resolve("snapshots").resolve(commit);
  }

  Path pointer(String commit, RepoFile file) {
    return snapshot(commit).resolve(file.path());
  }

  boolean has(String commit, RepoFile file) {
    return Files.exists(pointer(commit, file));
  }

  /// Bytes that are still to come.
  long missing(String commit, RepoFile file) {
    try {
      if (has(commit, file) || Files.exists(blob(file))) {
        return 0;
      }
      Path incomplete = incomplete(file);
      long there = Files.exists(incomplete) ? Files.size(incomplete) : 0;
      return there > file.size() ? file.size() : file.size() - there;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets a snapshot have a blob that is there: by a link, or where there are none, itself.
  void link(String commit, RepoFile file) throws IOException {
    Path pointer = pointer(commit, file);
    if (Files.exists(pointer)) {
      return;
    }
    Path folder = Objects.requireNonNull(pointer.getParent());
    Files.createDirectories(folder);
    Files.deleteIfExists(pointer); // a link to a blob that is gone
    Path blob = blob(file);
    try {
      Files.createSymbolicLink(pointer, folder.relativize(blob));
    } catch (FileAlreadyExistsException e) {
      if (!Files.exists(pointer)) {
        throw e; // else another process was quicker
      }
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.move(blob, pointer, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// The snapshot that the revision is now; one that is not there if it is none.
  Path pointed() {
    Path ref = ref();
    try {
      return snapshot(Files.exists(ref) ? Files.readString(ref).strip() : repository.revision());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ref() {
    return folder().resolve("refs").resolve(repository.revision());
  }

  /// Lets the revision be that commit from now on.
  void pointTo(String commit) throws IOException {
    if (repository.revision().equals(commit)) {
      return;
    }
    Path ref = ref();
    Files.createDirectories(ref.getParent());
    Path written =
        ref.resolveSibling("." + ref.getFileName() + "." + ProcessHandle.current().pid());
    Files.writeString(written, commit);
    Files.move(written, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
