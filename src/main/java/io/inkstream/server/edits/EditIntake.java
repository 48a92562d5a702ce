package io.inkstream.server.edits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.http.DiskUpload;
import io.inkstream.server.inputs.InputIntake;
import io.inkstream.server.inputs.InputSource;
import io.inkstream.server.inputs.InputStore;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.InputReference;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Makes of a body that brings pictures one that names what is kept.
@Singleton
public final class EditIntake {
  private static final Logger LOG = Logger.getLogger(EditIntake.class);
  private static final String IMAGE = "image";
  private static final String MASK = "mask";
  private static final List<String> ADDRESSES = List.of("url", "url[]");

  private final InputIntake intake;
  private final OperationSettings settings;

  EditIntake(InputIntake intake, OperationSettings settings) {
    this.intake = intake;
    this.settings = settings;
  }

  /// Whether a body that was read as JSON brings pictures.
  public static boolean brings(ObjectNode whole) {
    return Stream.of(Field.IMAGES, Field.MASK)
        .anyMatch(field -> whole.hasNonNull(field.wireName()));
  }

  /// Of a body that was read as JSON.
  public Uni<EditBody> take(ObjectNode whole) {
    byte[] json = whole.toString().getBytes(StandardCharsets.UTF_8);
    return intake.work(() -> reader().read(json)).chain(this::looked);
  }

  /// Of a body that lies on the disk, which is deleted.
  Uni<EditBody> take(Path json) {
    return intake
        .work(() -> {
          try {
            return reader().read(json);
          } finally {
            Files.deleteIfExists(json);
          }
        })
        .chain(this::looked);
  }

  private EditJson reader() {
    return new EditJson(intake.store(), settings.maxBodyBytes());
  }

  /// Of a form.
  Uni<EditBody> take(DiskUpload.Taken form) {
    List<InputSource> images = new ArrayList<>();
    List<InputSource> mask = new ArrayList<>();
    for (var part : form.parts()) {
      var source = new InputSource.Brought(idOf(part.file()), part.file());
      var _ = (part.field().equals(MASK) ? mask : images).add(source);
    }
    addresses(form.fields()).map(InputSource.Linked::new).forEach(images::add);
    var read = new EditBody.Read(FormFields.read(form.fields()), images, mask);
    return looked(read);
  }

  private static String idOf(Path draft) {
    String name = draft.getFileName().toString();
    return name.substring(0, name.indexOf('.'));
  }

  private static Stream<String> addresses(MultiMap fields) {
    return ADDRESSES.stream()
        .flatMap(name -> fields.getAll(name).stream())
        .filter(url -> !url.isBlank());
  }

  private Uni<EditBody> looked(EditBody.Read read) {
    return Uni.createFrom()
        .item(read)
        .invoke(EditIntake::requireFew)
        .chain(() -> intake.take(read.images(), IMAGE))
        .chain(images -> intake.take(read.mask(), MASK).map(mask -> body(read, images, mask)))
        .onFailure()
        .call(failed -> intake.work(() -> discarded(read)));
  }

  private static void requireFew(EditBody.Read read) {
    if (read.images().size() > InputPictures.MAX_PICTURES || read.mask().size() > 1) {
      boolean masks = read.mask().size() > 1;
      throw new InvalidRequestException(
          masks ? MASK : IMAGE,
          "%s: %d pictures, at most %d may be"
              .formatted(
                  masks ? MASK : IMAGE,
                  masks ? read.mask().size() : read.images().size(),
                  masks ? 1 : InputPictures.MAX_PICTURES));
    }
  }

  private static EditBody body(
      EditBody.Read read, List<InputReference> images, List<InputReference> mask) {
    ObjectNode fields = read.fields();
    List<JsonNode> pictures = images.stream().<JsonNode>map(InputReference::toJson).toList();
    if (!pictures.isEmpty()) {
      fields.putArray(Field.IMAGES.wireName()).addAll(pictures);
    }
    mask.forEach(one -> fields.set(Field.MASK.wireName(), one.toJson()));
    List<String> brought = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      add(brought, read.images().get(i), images.get(i));
    }
    for (int i = 0; i < mask.size(); i++) {
      add(brought, read.mask().get(i), mask.get(i));
    }
    return new EditBody(fields, brought);
  }

  private static void add(List<String> brought, InputSource source, InputReference kept) {
    if (!(source instanceof InputSource.Filed)) {
      brought.add(kept.id());
    }
  }

  private boolean discarded(EditBody.Read read) {
    Stream.concat(read.images().stream(), read.mask().stream())
        .forEach(source -> {
          if (source instanceof InputSource.Brought(String id, Path draft)) {
            intake.store().discard(draft);
            intake.store().release(id);
          }
        });
    return true;
  }

  /// Lets go what came with a request that is answered.
  void release(EditBody body) {
    intake
        .work(() -> {
          body.brought().forEach(intake.store()::release);
          return true;
        })
        .subscribe()
        .with(released -> {}, failed -> LOG.warnf("pictures are not deleted: %s", failed));
  }

  /// Where what comes with one request is written.
  Uni<InputShelf> shelf() {
    var store = intake.store();
    return intake.work(() -> {
      Path folder = store.draft(InputStore.newId()).toAbsolutePath().getParent();
      return new InputShelf(Objects.requireNonNull(folder), store.bounds().fileBytes());
    });
  }

  /// What a shelf took of a request that came to nothing.
  Uni<Boolean> discard(InputShelf shelf) {
    return intake.work(() -> {
      shelf.taken().forEach(intake.store()::discard);
      return true;
    });
  }

  /// Bytes that all of a request may have.
  long most() {
    return (InputPictures.MAX_PICTURES + 1) * intake.store().bounds().fileBytes()
        + settings.maxBodyBytes();
  }
}
