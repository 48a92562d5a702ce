package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.textencoder.PictureEmbeds;
import java.util.List;

/// What a model that edits makes of given pictures, and of texts with them.
record EditConditions(Components components, EditSettings settings, LatentEncoder encoder) {
  EditSizes sizes() {
    return new EditSizes(components, settings);
  }

  /// What the text encoder sees of a picture.
  PictureEmbeds see(Pixels pixels, CancellationSignal signal) {
    var patches = settings.processor().patches(pixels);
    var cells = patches.cells();
    return settings.tower().read(patches.values(), cells.rows(), cells.columns(), signal);
  }

  /// Its latents, the likeliest, packed.
  float[] latents(Pixels pixels, LatentSize size, CancellationSignal signal) {
    return encoder.packed(encoder.encode(pixels, size, signal).mode(), size);
  }

  /// The embeddings of a request's texts with its pictures before them.
  Prompts prompts(GenerationRequest request, List<PictureEmbeds> seen, CancellationSignal signal) {
    var encode = components.promptEncoder();
    return Prompts.of(request, text -> encode.encode(text, settings.template(), seen, signal));
  }
}
