package io.inkstream.cli.bench;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.ArrayList;
import java.util.List;

/// A picture and what it took.
///
/// @param all cost of the whole picture
/// @param steps cost of the denoising alone, without texts and decoding
/// @param skipped forwards that did not run, or whose middle blocks did not, of all branches
/// @param computed the other forwards
/// @param share of the blocks of all its steps that ran; NaN if its engine does not say
record Drawing(Cost all, Cost steps, int skipped, int computed, double share, Pixels pixels) {
  /// Draws in this process.
  static Drawing of(DiffusionPipeline pipeline, GenerationRequest request) {
    int branches = request.usesTrueCfg() ? 2 : 1;
    var clock = new DrawingClock(branches);
    List<GeneratedImage> images = new ArrayList<>();
    Cost all =
        Cost.of(() -> images.addAll(pipeline.generate(request, clock, new CancellationSignal())));
    return new Drawing(
        all,
        clock.steps(),
        clock.skipped(),
        request.guidance().steps() * branches - clock.skipped(),
        clock.share(),
        images.getFirst().pixels());
  }
}
