package io.inkstream.server.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// Where pictures lie.
///
/// @param path made when it is first needed, for its owner alone
/// @param mustBeOwn whether a folder of somebody else is refused: one under the system's folder for
///   temporary files may have been laid there as a trap
/// @param above is made first
public record StoreFolder(Path path, boolean mustBeOwn, Optional<StoreFolder> above) {
  public StoreFolder(Path path, boolean mustBeOwn) {
    this(path, mustBeOwn, Optional.empty());
  }

  /// A folder of this user among the system's temporary files.
  public static StoreFolder temporary() {
    String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    return new StoreFolder(parent.resolve("inkstream-images-" + user), true);
  }

  /// Makes the folder, and tries it.
  ///
  /// @throws StoreException if nothing can be written there
  void prepare() {
    try {
      make();
    } catch (IOException e) {
      throw new StoreException("pictures cannot be kept: " + reason(e), e);
    }
  }

  /// Makes the folder, and tries it.
  public void make() throws IOException {
    if (above.isPresent()) {
      above.get().make();
    }
    create();
    probe();
  }

  /// A folder in this one.
  public StoreFolder below(String name) {
    return new StoreFolder(path.resolve(name), mustBeOwn, Optional.of(this));
  }

  private void create() throws IOException {
    try {
      Files.createDirectories(path, forOwner());
    } catch (FileAlreadyExistsException e) {
      throw new FileSystemException(path.toString(), null, "their folder is a file");
    }
  }

  /// A file of ours has our name as its owner, which no other way tells in a container.
  private void probe() throws IOException {
    Path file = Files.createTempFile(path, ".probe", "");
    try {
      if (mustBeOwn && !Files.getOwner(file).equals(Files.getOwner(path, NOFOLLOW_LINKS))) {
        throw new FileSystemException(path.toString(), null, "their folder is somebody else's");
      }
    } finally {
      Files.delete(file);
    }
  }

  private FileAttribute<?>[] forOwner() {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  /// What the system says, without the path.
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "access to their folder is denied";
      case FileSystemException failed when failed.getReason() != null -> failed.getReason();
      case FileSystemException failed -> "their folder cannot be used";
      default -> String.valueOf(e.getMessage());
    };
  }
}
