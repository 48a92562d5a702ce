package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// A session of the C API, and the names of its inputs and outputs as C texts.
///
/// @param place where its inputs and outputs lie
/// @param keepMemory hold working memory between runs
record NativeSession(
    String name,
    OrtApi api,
    MemorySegment pointer,
    Place place,
    boolean keepMemory,
    Map<String, MemorySegment> inputs,
    Map<String, MemorySegment> outputs)
    implements AutoCloseable {

  /// Where a session runs.
  ///
  /// @param memory the library's word for it
  /// @param device the driver of the device; null on the host
  /// @param arena the library's name of the memory that it may give back
  /// @param order held by whoever gives work to the device, so that runs do not mix
  record Place(
      MemorySegment memory,
      @Nullable DeviceDriver device,
      Traffic traffic,
      String arena,
      Lock order) {}

  static NativeSession of(
      String name, OrtApi api, MemorySegment pointer, Place place, boolean keepMemory) {
    return new NativeSession(
        name,
        api,
        pointer,
        place,
        keepMemory,
        names(api, pointer, OrtFunction.SESSION_INPUT_COUNT, OrtFunction.SESSION_INPUT_NAME),
        names(api, pointer, OrtFunction.SESSION_OUTPUT_COUNT, OrtFunction.SESSION_OUTPUT_NAME));
  }

  private static Map<String, MemorySegment> names(
      OrtApi api, MemorySegment session, OrtFunction counting, OrtFunction naming) {
    Map<String, MemorySegment> names = new LinkedHashMap<>();
    MemorySegment allocator = api.create(OrtFunction.DEFAULT_ALLOCATOR);
    try (var arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      MemorySegment out = arena.allocate(ADDRESS);
      api.call(counting, session, count);
      for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
        api.call(naming, session, i, allocator, out);
        MemorySegment text = out.get(ADDRESS, 0);
        String name = OrtApi.text(text);
        api.call(OrtFunction.ALLOCATOR_FREE, allocator, text);
        names.put(name, Arena.ofAuto().allocateFrom(name));
      }
    }
    return names;
  }

  @Override
  public void close() {
    api.release(OrtFunction.RELEASE_SESSION, pointer);
  }
}
