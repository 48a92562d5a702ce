package io.inkstream.server.jobs;

import io.inkstream.engine.image.Picture;
import io.inkstream.engine.pipeline.Prediction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decodes what is wanted of a job's steps, once for all readers. For the job's own thread.
final class StepPictures {
  /// Time for steps after each time for decoding small pictures.
  private static final int STEPS_TO_DECODING = 4;

  private long nextDecoding = System.nanoTime();

  /// @return fewer views than wanted when decoding takes too much of the time
  Map<View, List<Picture>> of(Prediction prediction, Set<View> wanted) {
    Map<View, List<Picture>> pictures = new EnumMap<>(View.class);
    for (View view : wanted) {
      switch (view) {
        case SKETCH, WHOLE -> pictures.put(view, view.of(prediction));
        case SMALL -> putSmall(pictures, prediction);
      }
    }
    return pictures;
  }

  private void putSmall(Map<View, List<Picture>> pictures, Prediction prediction) {
    long start = System.nanoTime();
    if (start - nextDecoding >= 0) {
      pictures.put(View.SMALL, View.SMALL.of(prediction));
      long end = System.nanoTime();
      nextDecoding = end + STEPS_TO_DECODING * (end - start);
    }
  }
}
