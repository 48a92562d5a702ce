package io.inkstream.server.inputs;

import io.inkstream.engine.decoder.DecoderLimits;
import io.inkstream.engine.decoder.PictureFile;
import io.inkstream.engine.image.ImageFormatException;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.files.ClientFile;
import io.inkstream.server.files.FileStore;
import io.inkstream.server.order.InputLibrary;
import io.inkstream.server.order.InputReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Keeps the pictures that requests bring, each decoded once to know that it is whole. Those that a
/// client keeps himself (`/v1/files`) are taken from there. Safe for any thread; every method but
/// [#limits] waits for the disk.
public final class InputStore implements InputLibrary {
  private static final String PURPOSE = "vision";

  private final FileStore own;
  private final FileStore clients;
  private final InputLimits limits;

  /// @param own for what requests bring
  /// @param clients what `/v1/files` keeps
  public InputStore(FileStore own, FileStore clients, InputLimits limits) {
    this.own = own;
    this.clients = clients;
    this.limits = limits;
  }

  @Override
  public DecoderLimits limits() {
    return limits.decoder();
  }

  /// Of one file, and of several at once.
  public InputLimits bounds() {
    return limits;
  }

  /// A new id.
  public static String newId() {
    return ClientFile.newId();
  }

  /// Where a picture may be written, before it is [#keep]t or [#discard]ed.
  ///
  /// @throws io.inkstream.server.record.RecordException if too much is kept already
  public Path draft(String id) {
    return own.draft(id);
  }

  public void discard(Path draft) {
    own.discard(draft);
  }

  /// Keeps a picture that has been written.
  ///
  /// @param named what a refusal names, `image` or `mask`
  /// @throws InvalidRequestException if it is none
  public InputReference keep(String id, Path draft, String named) {
    PictureFile picture = look(draft, named);
    var _ = own.keep(id, draft, named, PURPOSE, Optional.empty());
    return InputReference.of(id, picture);
  }

  /// A picture that a client keeps.
  ///
  /// @throws InvalidRequestException if there is none of that id, or it is no picture
  public InputReference find(String id, String named) {
    return InputReference.of(id, look(path(id, named), named));
  }

  private PictureFile look(Path file, String named) {
    try {
      return PictureFile.open(file, limits.decoder());
    } catch (ImageFormatException e) {
      throw new InvalidRequestException(named, named + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path path(String id) {
    return path(id, "image");
  }

  private Path path(String id, String named) {
    return own.find(id)
        .map(own::contents)
        .or(() -> clients.find(id).map(clients::contents))
        .filter(Files::exists)
        .orElseThrow(() ->
            new InvalidRequestException(named, "%s: no file '%s' is kept".formatted(named, id)));
  }

  /// The ids of what requests have brought, the oldest first.
  public List<String> list() {
    return own.list().stream().map(ClientFile::id).toList();
  }

  /// Deletes what is too old, and what was left half-written.
  public void sweep() {
    own.sweep();
  }

  /// Lets a picture go that a request brought.
  public void release(String id) {
    var _ = own.delete(id);
  }
}
