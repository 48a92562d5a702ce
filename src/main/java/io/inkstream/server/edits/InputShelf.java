package io.inkstream.server.edits;

import io.inkstream.engine.request.InputPictures;
import io.inkstream.server.http.ApiException;
import io.inkstream.server.http.DiskUpload;
import io.inkstream.server.inputs.InputStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Where the pictures of one form are written, or the whole of one body.
final class InputShelf implements DiskUpload.Shelf {
  private static final Set<String> FIELDS = Set.of("", "image", "image[]", "mask");
  private static final int MOST = InputPictures.MAX_PICTURES + 1;

  private final Path folder;
  private final long most;
  private final List<Path> taken = new ArrayList<>();

  /// @param most bytes of a picture
  InputShelf(Path folder, long most) {
    this.folder = folder;
    this.most = most;
  }

  @Override
  public Path place(String field, int before) {
    if (!FIELDS.contains(field)) {
      throw ApiException.badRequest(
          field, "the form's files must be in the fields image, image[] or mask");
    }
    if (before == MOST) {
      throw ApiException.badRequest(
          "image", "image: at most %d pictures and a mask".formatted(InputPictures.MAX_PICTURES));
    }
    Path place = folder.resolve(InputStore.newId() + ".part");
    taken.add(place);
    return place;
  }

  @Override
  public long most(String field) {
    return field.isEmpty() ? MOST * most : most;
  }

  List<Path> taken() {
    return List.copyOf(taken);
  }
}
