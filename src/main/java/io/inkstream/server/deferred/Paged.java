package io.inkstream.server.deferred;

import io.inkstream.server.http.ApiException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A part of a list that goes on after one of its items.
record Paged<T>(List<T> items, boolean hasMore) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

  /// @param all in order
  /// @param after the id of the item before the first; null: from the beginning
  /// @throws ApiException if no item has that id
  static <T> Paged<T> of(List<T> all, Function<T, String> id, @Nullable String after, int limit) {
    int from = after == null ? 0 : 1 + place(all, id, after);
    int to = Math.min(all.size(), from + limit);
    return new Paged<>(all.subList(from, to), to < all.size());
  }

  private static <T> int place(List<T> all, Function<T, String> id, String after) {
    return IntStream.range(0, all.size())
        .filter(i -> id.apply(all.get(i)).equals(after))
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "after", "after is '%s', must be the id of an item of the list".formatted(after)));
  }

  /// @param most allowed, too
  /// @throws ApiException if it is no whole number from 1 to `most`
  static int limit(@Nullable String text, int initial, int most) {
    if (text == null) {
      return initial;
    }
    int limit = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > most) {
      throw ApiException.badRequest(
          "limit", "limit is '%s', must be 1 to %d".formatted(text, most));
    }
    return limit;
  }
}
