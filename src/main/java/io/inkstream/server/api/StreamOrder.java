package io.inkstream.server.api;

/// What a streamed answer shows on the way.
///
/// @param partialImages of each picture, as many as
///   [io.inkstream.server.order.Field#PARTIAL_IMAGES] may say
/// @param progress an event for each step
/// @param preview in those
public record StreamOrder(int partialImages, boolean progress, Preview preview) {
  /// Which of the partial pictures belongs to a step: they are spread evenly, so with 20 steps and
  /// 3 pictures after steps 5, 10 and 15; never after the last. -1: none.
  ///
  /// @param step from 1
  int partialAfter(int step, int steps) {
    int count = Math.min(partialImages, steps - 1);
    for (int i = 0; i < count; i++) {
      if (step == Math.ceilDiv((i + 1) * steps, count + 1)) {
        return i;
      }
    }
    return -1;
  }
}
