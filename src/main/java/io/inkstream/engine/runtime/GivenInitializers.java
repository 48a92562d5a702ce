package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Weights that are given to a session in memory of the library's own: it frees what its kernels
/// have packed, so that nothing is there twice for longer than a session is made.
final class GivenInitializers implements AutoCloseable {
  private final OrtApi api;
  private final Map<String, Long> values = new LinkedHashMap<>();

  /// Makes them.
  GivenInitializers(OrtApi api, Map<String, WeightSource> given) {
    this.api = api;
    try {
      given.forEach((name, weight) -> values.put(name, value(weight)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private long value(WeightSource weight) {
    if (!(weight.content() instanceof WeightSource.Made made)) {
      throw new IllegalArgumentException("a weight that lies in a file is read from it");
    }
    long value = tensor(weight);
    try {
      made.make(at(api.get(OrtFunction.TENSOR_DATA, value), weight.bytes()));
      return value;
    } catch (RuntimeException e) {
      api.release(OrtFunction.RELEASE_VALUE, value);
      throw e;
    }
  }

  private long tensor(WeightSource weight) {
    Shape shape = weight.shape();
    try (var arena = Arena.ofConfined()) {
      return api.get(
          OrtFunction.CREATE_TENSOR,
          api.get(OrtFunction.DEFAULT_ALLOCATOR),
          arena.allocateFrom(JAVA_LONG, shape.dims()).address(),
          shape.rank(),
          ElementType.number(weight.type()));
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /// Gives them to the sessions that are made with these options.
  void addTo(long options) {
    if (values.isEmpty()) {
      return;
    }
    try (var arena = Arena.ofConfined()) {
      List<Long> names = new ArrayList<>();
      values.keySet().forEach(name -> names.add(CText.of(name, arena)));
      api.call(
          OrtFunction.ADD_EXTERNAL_INITIALIZERS,
          options,
          array(arena, names),
          array(arena, List.copyOf(values.values())),
          values.size());
    }
  }

  private static long array(Arena arena, List<Long> addresses) {
    long[] longs = addresses.stream().mapToLong(Long::longValue).toArray();
    return arena.allocateFrom(JAVA_LONG, longs).address();
  }

  @Override
  public void close() {
    values.values().forEach(value -> api.release(OrtFunction.RELEASE_VALUE, value));
  }
}
