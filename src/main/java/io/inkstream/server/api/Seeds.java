package io.inkstream.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A request's seeds.
final class Seeds {
  // Whole numbers that every JSON client reads back exactly, and torch's generator takes whole.
  private static final long DRAWN_BELOW = 1L << 32;

  private Seeds() {}

  /// One seed for all pictures, or one for each as the list says; without one, each picture gets
  /// its own by lot, so that any of them can be drawn again alone.
  ///
  /// @throws ApiException if it is neither a whole number of 0 or more nor a list of those
  static List<Long> of(@Nullable JsonNode seed, int images) {
    return switch (seed) {
      case null -> drawn(images);
      case JsonNode none when none.isNull() -> drawn(images);
      case JsonNode list when list.isArray() && !list.isEmpty() ->
          StreamSupport.stream(list.spliterator(), false).map(Seeds::number).toList();
      case JsonNode one -> List.of(number(one));
    };
  }

  private static List<Long> drawn(int images) {
    return Stream.generate(() -> ThreadLocalRandom.current().nextLong(DRAWN_BELOW))
        .limit(images)
        .toList();
  }

  private static Long number(JsonNode seed) {
    if (!seed.isIntegralNumber() || !seed.canConvertToLong() || seed.longValue() < 0) {
      throw ApiException.badRequest(
          "seed",
          "seed is %s, must be a whole number of 0 or more, or a list of those"
              .formatted(ImageRequestBody.shown(seed)));
    }
    return seed.longValue();
  }
}
