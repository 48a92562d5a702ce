package io.inkstream.server.claims;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.Picture;
import io.inkstream.engine.image.Pixels;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.View;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What the event of a step says, in the words of a streamed answer's: which it was, what a cache
/// or a forecast decided, small pictures if the request wants some.
final class StepFields {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ImageEncoder SMALL = ImageFormat.JPEG.encoder(OptionalInt.of(80));

  private StepFields() {}

  /// Adds them.
  ///
  /// @param preview how its pictures are looked at; empty: not at all
  static void put(ObjectNode fields, StepMade made, Optional<View> preview) {
    fields
        .put("step", made.step())
        .put("steps", made.steps())
        .put("left_s", made.time().left().toMillis() / 1000.0);
    made.forecast().ifPresent(decided -> fields.put("decision", decided.outcome()));
    if (!made.cache().isEmpty()) {
      ArrayNode branches = fields.putArray("cache");
      made.cache().forEach(decided -> branches.add(branch(decided)));
    }
    List<Picture> pictures =
        preview.map(view -> made.pictures().getOrDefault(view, List.of())).orElse(List.of());
    if (!pictures.isEmpty()) {
      ArrayNode previews = fields.putArray("previews");
      pictures.forEach(picture -> previews.add(small(previews.size(), picture)));
    }
  }

  private static ObjectNode branch(CacheDecision decided) {
    ObjectNode branch = JSON.objectNode().put("decision", decided.outcome());
    decided.diff().ifPresent(diff -> branch.put("diff", diff));
    return branch;
  }

  private static ObjectNode small(int image, Picture picture) {
    Pixels pixels = picture.pixels();
    return JSON.objectNode()
        .put("image_index", image)
        .put("b64_json", picture.file(SMALL))
        .put("output_format", SMALL.format().word())
        .put("size", pixels.width() + "x" + pixels.height());
  }
}
