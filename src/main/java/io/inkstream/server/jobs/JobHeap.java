package io.inkstream.server.jobs;

import io.inkstream.engine.estimate.HeapNeed;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import java.util.stream.IntStream;

/// What a job takes of the Java heap.
///
/// @param need of its pictures and their files
/// @param onTheWay pictures that a reader gets before they are finished, in bytes of one of the
///   job's pictures
record JobHeap(Load load, ImageFormat format, HeapNeed need, long onTheWay) {
  private static final long COLOURS = 3;

  /// @param atOnce pictures that are decoded at once, at most
  static JobHeap of(Load load, int atOnce, ImageEncoder encoder, JobReader reader) {
    int steps = load.steps();
    long views =
        IntStream.rangeClosed(1, steps)
            .filter(step -> reader.views(step, steps).contains(View.WHOLE))
            .count();
    long each = COLOURS * load.pixels() + encoder.mostBytes(load.pixels());
    return new JobHeap(
        load, encoder.format(), HeapNeed.of(load, encoder).decodedAtOnce(atOnce), views * each);
  }

  /// The same with one picture.
  JobHeap one() {
    return new JobHeap(load, format, need.withPictures(1), onTheWay);
  }

  /// At once at most. A slow reader leaves all that he gets on the way for the end.
  long peak() {
    return need.peak() + onTheWay * need.pictures();
  }

  /// How many pictures fit; 0: not one.
  int most(long room) {
    int most = need.pictures();
    while (most > 0 && need.withPictures(most).peak() + onTheWay * most > room) {
      most--;
    }
    return most;
  }
}
