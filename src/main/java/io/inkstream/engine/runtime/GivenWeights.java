package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.SharedArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Weights that are given to a session: they are made once, in memory that the session uses as it
/// is and that is freed after it. Sessions with such weights pack none, so that nothing is there
/// twice.
final class GivenWeights implements AutoCloseable {
  private static final long CACHE_LINE = 64;

  private final SharedArena arena = new SharedArena();
  private final Map<String, MemorySegment> memory = new LinkedHashMap<>();
  private final Map<String, WeightSource> weights;

  /// Makes them.
  GivenWeights(Map<String, WeightSource> weights) {
    this.weights = weights;
    try {
      weights.forEach((name, weight) -> memory.put(name, made(weight)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private MemorySegment made(WeightSource weight) {
    MemorySegment all = arena.allocate(weight.bytes(), CACHE_LINE);
    weight.made().make(all);
    return all;
  }

  boolean isEmpty() {
    return weights.isEmpty();
  }

  /// Gives them to the session that is made with these options.
  void addTo(OrtApi api, Place host, long options) {
    if (isEmpty()) {
      return;
    }
    List<Long> values = new ArrayList<>();
    try (var call = Arena.ofConfined()) {
      List<Long> names = new ArrayList<>();
      memory.forEach((name, all) -> {
        WeightSource weight = Objects.requireNonNull(weights.get(name));
        names.add(CText.of(name, call));
        values.add(host.value(weight.type(), weight.shape(), all.address()));
      });
      api.call(
          OrtFunction.ADD_EXTERNAL_INITIALIZERS,
          options,
          array(call, names),
          array(call, values),
          values.size());
    } finally {
      values.forEach(value -> api.release(OrtFunction.RELEASE_VALUE, value));
    }
  }

  private static long array(Arena arena, List<Long> addresses) {
    long[] longs = addresses.stream().mapToLong(Long::longValue).toArray();
    return arena.allocateFrom(JAVA_LONG, longs).address();
  }

  @Override
  public void close() {
    arena.close();
  }
}
