package io.inkstream.engine.runtime;

import io.inkstream.engine.device.CText;
import io.inkstream.engine.device.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/// A session of the C API.
///
/// @param pointer its address
/// @param place where its inputs and outputs lie
/// @param keepMemory hold working memory between runs
/// @param weights that were given to it
record NativeSession(
    String name,
    OrtApi api,
    long pointer,
    Place place,
    boolean keepMemory,
    GivenWeights weights,
    NodeNames inputs,
    NodeNames outputs)
    implements AutoCloseable {

  static NativeSession of(
      String name,
      OrtApi api,
      long pointer,
      Place place,
      boolean keepMemory,
      GivenWeights weights) {
    return new NativeSession(
        name,
        api,
        pointer,
        place,
        keepMemory,
        weights,
        names(api, pointer, OrtFunction.SESSION_INPUT_COUNT, OrtFunction.SESSION_INPUT_NAME),
        names(api, pointer, OrtFunction.SESSION_OUTPUT_COUNT, OrtFunction.SESSION_OUTPUT_NAME));
  }

  private static NodeNames names(
      OrtApi api, long session, OrtFunction counting, OrtFunction naming) {
    List<String> names = new ArrayList<>();
    long allocator = api.get(OrtFunction.DEFAULT_ALLOCATOR);
    long count = api.get(counting, session);
    for (long i = 0; i < count; i++) {
      long text = api.get(naming, session, i, allocator);
      names.add(CText.at(text));
      api.call(OrtFunction.ALLOCATOR_FREE, allocator, text);
    }
    return NodeNames.of(names);
  }

  /// @throws IllegalArgumentException if a run with tensors of these names would lack one, or have
  ///   one too many
  void check(Set<String> given, Set<String> wanted) {
    inputs.check(name, "inputs", given);
    outputs.check(name, "outputs", wanted);
  }

  /// One run.
  ///
  /// @param release give working memory back at its end
  /// @param run runs the session with the options at the address that it is given
  /// @throws CancelledException if `signal` was given before or during the run
  /// @throws EngineException if the run fails
  void run(boolean release, CancellationSignal signal, LongConsumer run) {
    signal.throwIfCancelled();
    long options = api.get(OrtFunction.CREATE_RUN_OPTIONS);
    try (var ignored =
        signal.onCancel(() -> api.call(OrtFunction.RUN_OPTIONS_SET_TERMINATE, options))) {
      if (release) {
        api.set(
            OrtFunction.ADD_RUN_CONFIG,
            options,
            "memory.enable_memory_arena_shrinkage",
            place.arena());
      }
      run.accept(options);
      SubgraphCounts.ran();
    } catch (EngineException e) {
      // A terminated run fails with the library's general code: the signal tells the two apart.
      signal.throwIfCancelled();
      throw new EngineException(name + " failed: " + e.getMessage(), e);
    } finally {
      api.release(OrtFunction.RELEASE_RUN_OPTIONS, options);
    }
  }

  @Override
  public void close() {
    api.release(OrtFunction.RELEASE_SESSION, pointer);
    weights.close();
  }
}
