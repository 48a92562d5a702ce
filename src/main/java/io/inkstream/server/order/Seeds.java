package io.inkstream.server.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.engine.request.InvalidRequestException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A seed for each picture, so that any of them can be drawn again alone.
public final class Seeds {
  // Whole numbers that every JSON client reads back exactly, and torch's generator takes whole.
  private static final long DRAWN_BELOW = 1L << 32;

  private Seeds() {}

  /// As the list says; of one number, picture i gets number + i, as SGLang's outputs do; without
  /// one, each its own by lot.
  ///
  /// @throws InvalidRequestException if it is neither a whole number of 0 or more nor a list of
  ///   those
  static List<Long> of(Optional<JsonNode> seed, int pictures) {
    if (seed.isEmpty()) {
      return Stream.generate(() -> ThreadLocalRandom.current().nextLong(DRAWN_BELOW))
          .limit(pictures)
          .toList();
    }
    JsonNode given = seed.get();
    return given.isArray() && !given.isEmpty()
        ? StreamSupport.stream(given.spliterator(), false).map(Seeds::number).toList()
        : from(number(given), pictures);
  }

  /// `first`, `first + 1`, …; after the largest number comes 0.
  ///
  /// @throws InvalidRequestException if `first` is below 0
  public static List<Long> from(long first, int pictures) {
    if (first < 0) {
      throw refused(String.valueOf(first));
    }
    return LongStream.range(0, pictures).map(i -> first + i & Long.MAX_VALUE).boxed().toList();
  }

  private static Long number(JsonNode seed) {
    if (!seed.isIntegralNumber() || !seed.canConvertToLong() || seed.longValue() < 0) {
      throw refused(Fields.shown(seed));
    }
    return seed.longValue();
  }

  private static InvalidRequestException refused(String seed) {
    return Field.SEED.refused(seed, "a whole number of 0 or more, or a list of those");
  }
}
