package io.inkstream.server.deferred;

import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.DiskUpload;
import java.nio.file.Path;

/// Where the one file of a form is written.
///
/// @param bytes that it may have
record FileShelf(Path draft, long bytes) implements DiskUpload.Shelf {
  private static final String PART = "file";

  @Override
  public Path place(String field, int before) {
    if (!field.equals(PART) || before > 0) {
      throw ApiException.badRequest(field, "The form must have one file, in the field " + PART);
    }
    return draft;
  }

  @Override
  public long most(String field) {
    return bytes;
  }
}
