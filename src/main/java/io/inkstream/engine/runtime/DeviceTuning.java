package io.inkstream.engine.runtime;

import io.inkstream.engine.device.SweptStack;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Options of a device that are Inkstream's own, and stand among those of the library's provider.
///
/// @param pool whether runs work in a [DevicePool]; otherwise each session has an arena
/// @param memoryPattern whether a session lays out the memory of a run beforehand, in one piece
/// @param sweptStack whether calls back into Java leave a clean stack, see [SweptStack]
/// @param products whether products are operators of our own, where no adapters may stand beside
/// @param float8 whether weights of 8 bits are multiplied as they are, where a card does that
record DeviceTuning(
    boolean pool, boolean memoryPattern, boolean sweptStack, boolean products, boolean float8) {
  private static final String POOL = "inkstream_memory_pool";
  private static final String PATTERN = "inkstream_memory_pattern";
  private static final String SWEPT = "inkstream_swept_stack";
  private static final String PRODUCTS = "inkstream_products";
  private static final String FLOAT8 = "inkstream_float8_products";
  private static final Set<String> OWN = Set.of(POOL, PATTERN, SWEPT, PRODUCTS, FLOAT8);

  static DeviceTuning of(Map<String, String> options) {
    return new DeviceTuning(
        is(options, POOL, true),
        is(options, PATTERN, false),
        is(options, SWEPT, true) && SweptStack.isKnown(),
        is(options, PRODUCTS, true),
        is(options, PRODUCTS, true) && is(options, FLOAT8, true));
  }

  /// Those of the library.
  static Map<String, String> others(Map<String, String> options) {
    Map<String, String> others = new HashMap<>(options);
    others.keySet().removeAll(OWN);
    return others;
  }

  private static boolean is(Map<String, String> options, String name, boolean usually) {
    return switch (options.getOrDefault(name, usually ? "1" : "0")) {
      case "1" -> true;
      case "0" -> false;
      default ->
          throw new IllegalArgumentException(
              name + " is " + options.get(name) + ", must be 0 or 1");
    };
  }
}
