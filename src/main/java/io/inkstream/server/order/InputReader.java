package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Reads what an order begins with beside its words: `images`, `mask`, `mask_mode` and `strength`.
record InputReader(InputLibrary library) {
  /// @throws InvalidRequestException if it is something else, or not allowed
  InputPictures read(Fields fields) {
    List<InputPicture> pictures = fields.node(Field.IMAGES).map(this::pictures).orElse(List.of());
    MaskMode mode = fields.text(Field.MASK_MODE).map(MaskMode::named).orElse(MaskMode.AUTO);
    Optional<InputMask> mask =
        fields
            .node(Field.MASK)
            .map(json -> KeptMask.of(InputReference.of(Field.MASK, json), mode, library));
    var strength =
        fields.real(Field.STRENGTH).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    return new InputPictures(pictures, mask, strength, !pictures.isEmpty() && setSize(fields));
  }

  private List<InputPicture> pictures(JsonNode list) {
    if (!list.isArray()) {
      throw Field.IMAGES.refused(Fields.shown(list), "a list of pictures");
    }
    return StreamSupport.stream(list.spliterator(), false)
        .map(json -> InputReference.of(Field.IMAGES, json))
        .<InputPicture>map(reference -> KeptPicture.of(reference, library))
        .toList();
  }

  /// `auto` beats `width` and `height`, which are the largest area then.
  private static boolean setSize(Fields fields) {
    return fields
        .text(Field.SIZE)
        .map("auto"::equalsIgnoreCase)
        .orElse(!fields.has(Field.WIDTH) && !fields.has(Field.HEIGHT));
  }

  /// What [Field#IMAGES] says of an order.
  static @Nullable Object images(Order order) {
    var pictures = order.drawing().inputs().pictures();
    return pictures.isEmpty()
        ? null
        : pictures.stream().flatMap(InputReader::kept).map(InputReference::toMap).toList();
  }

  private static Stream<InputReference> kept(InputPicture picture) {
    return picture instanceof KeptPicture(InputReference reference, var _)
        ? Stream.of(reference)
        : Stream.empty();
  }

  /// What [Field#MASK] says of it.
  static @Nullable Object mask(Order order) {
    return order.drawing().inputs().mask().orElse(null) instanceof KeptMask mask
        ? mask.reference().toMap()
        : null;
  }

  /// What [Field#MASK_MODE] says of it.
  static @Nullable Object mode(Order order) {
    return order.drawing().inputs().mask().orElse(null) instanceof KeptMask mask
        ? mask.mode().toString()
        : null;
  }

  /// What [Field#STRENGTH] says of it.
  static @Nullable Object strength(Order order) {
    var strength = order.drawing().inputs().strength();
    return strength.isPresent() ? strength.getAsDouble() : null;
  }

  /// What [Field#SIZE] says of it, beside width and height.
  static @Nullable Object size(Order order) {
    return order.drawing().inputs().setSize() ? "auto" : null;
  }
}
